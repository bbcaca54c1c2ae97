// Tries again what a lost connection has cut off. Everything that is said to a server may be said
// again with the same bytes.

import type { Failure, Live, NetworkEvent } from "./api";
import { asFailure, refused } from "./failure";
import { Socket } from "./socket";

/** Pauses between tries, in milliseconds: quick at first, then calm. */
const FIRST = 100;
const LONGEST = 5_000;

/** After a connection that lasted so long, pauses begin anew. */
const STEADY = 10_000;

/** Codes with which a server asks to come back, beside those that pass by themselves. */
const COME_BACK = new Set(["reveal_in_progress"]);

/** Does something on one connection after the other until it is done, refused or cancelled. */
export async function persist<T>(
  url: string,
  live: Live<NetworkEvent> | undefined,
  task: (socket: Socket) => Promise<T>,
): Promise<T> {
  const signal = live?.signal;
  let pause = FIRST;
  let away = false;
  for (;;) {
    const begun = Date.now();
    try {
      return await once(url, signal, task, () => {
        if (away) {
          away = false;
          live?.tell?.({ connected: true });
        }
      });
    } catch (thrown) {
      const problem = asFailure(thrown);
      if (signal?.aborted) {
        throw cancelled();
      }
      if (!problem.passing && !COME_BACK.has(problem.code)) {
        throw problem;
      }
      if (isAway(problem) && !away) {
        away = true;
        live?.tell?.({ waiting: "server" });
      }
    }
    pause = Date.now() - begun > STEADY ? FIRST : Math.min(pause * 1.5, LONGEST);
    await sleep(pause, signal);
  }
}

async function once<T>(
  url: string,
  signal: AbortSignal | undefined,
  task: (socket: Socket) => Promise<T>,
  connected: () => void,
): Promise<T> {
  signal?.throwIfAborted();
  const socket = await Socket.open(url, signal);
  const close = () => socket.close();
  signal?.addEventListener("abort", close);
  try {
    connected();
    return await task(socket);
  } finally {
    signal?.removeEventListener("abort", close);
    socket.close();
  }
}

function isAway(problem: Failure): boolean {
  return problem.code === "unreachable" || problem.code === "connection_lost";
}

export function cancelled(): Failure {
  return refused("cancelled", "stopped");
}

/** Rejects with "cancelled" when the signal comes first. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) {
      stop();
    }
    signal?.addEventListener("abort", stop);
  });
}
