// What page and worker say to each other: calls, what they tell meanwhile, how they end.

import type { Core } from "./api";
import { asFailure, factsOf, failure, refused, type FailureFacts } from "./failure";

export type ToWorker =
  | { id: number; area: string; name: string; args: unknown[]; live: boolean }
  | { id: number; cancel: true };

export type ToPage =
  | { id: number; event: unknown }
  | { id: number; result: unknown }
  | { id: number; failure: FailureFacts };

/** A side that messages come from and go to: a worker, or a worker's own scope. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

type Call = (...args: unknown[]) => Promise<unknown>;

/** Answers calls, in the worker. */
export function serve(port: Port, core: Core): void {
  const running = new Map<number, AbortController>();
  port.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
    if ("cancel" in data) {
      running.get(data.id)?.abort();
      return;
    }
    const { id } = data;
    const controller = new AbortController();
    running.set(id, controller);
    const say = (message: ToPage) => port.postMessage(message);
    perform(core, data, controller.signal, (event) => say({ id, event }))
      .then((result) => say({ id, result }))
      .catch((thrown: unknown) => say({ id, failure: factsOf(asFailure(thrown)) }))
      .finally(() => running.delete(id));
  });
}

async function perform(
  core: Core,
  call: Extract<ToWorker, { area: string }>,
  signal: AbortSignal,
  tell: (event: unknown) => void,
): Promise<unknown> {
  const areas = core as unknown as Record<string, Record<string, Call>>;
  const area = Object.hasOwn(areas, call.area) ? areas[call.area] : undefined;
  const method = area && Object.hasOwn(area, call.name) ? area[call.name] : undefined;
  if (!method) {
    throw refused("failed", "there is no such call");
  }
  return method(...call.args, ...(call.live ? [{ signal, tell }] : []));
}

interface Pending {
  resolve: (result: unknown) => void;
  reject: (reason: unknown) => void;
  tell: ((event: unknown) => void) | undefined;
}

interface LiveLike {
  tell?: (event: unknown) => void;
  signal?: AbortSignal;
}

/** Calls what `serve` answers, in the page. `lost` fails every call from then on. */
export function caller(port: Port): { core: Core; lost: () => void } {
  const pending = new Map<number, Pending>();
  let next = 0;
  let gone = false;

  port.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
    const call = pending.get(data.id);
    if (call && "event" in data) {
      call.tell?.(data.event);
    } else if (call) {
      pending.delete(data.id);
      if ("failure" in data) {
        call.reject(failure(data.failure));
      } else if ("result" in data) {
        call.resolve(data.result);
      }
    }
  });

  function call(area: string, name: string, given: unknown[]): Promise<unknown> {
    const last = given.at(-1);
    const live = isLive(last) ? last : undefined;
    const args = live ? given.slice(0, -1) : given;
    while (args.length > 0 && args.at(-1) === undefined) {
      args.pop();
    }
    const id = next++;
    return new Promise((resolve, reject) => {
      if (gone) {
        reject(lost());
        return;
      }
      pending.set(id, { resolve, reject, tell: live?.tell });
      port.postMessage({ id, area, name, args, live: live !== undefined } satisfies ToWorker);
      const { signal } = live ?? {};
      const cancel = () => port.postMessage({ id, cancel: true } satisfies ToWorker);
      if (signal?.aborted) {
        cancel();
      }
      signal?.addEventListener("abort", cancel, { once: true });
    });
  }

  const area = (name: string) =>
    new Proxy({}, { get: (_, method) => (...args: unknown[]) => call(name, String(method), args) });

  return {
    core: {
      party: area("party"),
      analyst: area("analyst"),
      forms: area("forms"),
      drafts: area("drafts"),
    } as Core,
    lost: () => {
      gone = true;
      for (const { reject } of pending.values()) {
        reject(lost());
      }
      pending.clear();
    },
  };
}

function lost(): Error {
  return refused("core_lost", "the program behind this page has stopped: load the page again");
}

/** Whether it is the last argument of a call that tells and can be cancelled. */
function isLive(value: unknown): value is LiveLike {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => name === "tell" || name === "signal");
}
