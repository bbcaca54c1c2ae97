// What the analyst's pages know and do.

import { batch, signal } from "@preact/signals";

import type {
  AnalystView,
  Core,
  Failure,
  Keys,
  Link,
  Listed,
  NetworkEvent,
  NewInvitation,
  Outcome,
  RevealEvent,
  Settings,
  Status,
} from "../core/api";
import { asFailure } from "../ui/failure";
import type { Site } from "../ui/site";
import type { Local } from "./local";

export type Screen =
  | "key"
  | "backup"
  | "list"
  | "create"
  | "board"
  | "invite"
  | "close"
  | "purge"
  | "confirm"
  | "reveal"
  | "result";

export type AnalystModel = ReturnType<typeof analystModel>;

export function analystModel(core: Core, site: Site, local: Local | null) {
  const screen = signal<Screen>("key");
  const keys = signal<Keys | null>(null);
  const listed = signal<Listed[] | null>(null);
  const view = signal<AnalystView | null>(null);
  const status = signal<Status>({});
  const links = signal<Link[]>([]);
  const openLink = signal<string | null>(null);
  const outcome = signal<Outcome | null>(null);
  const published = signal(false);
  const failure = signal<Failure | null>(null);
  const waiting = signal<"server" | "computation" | null>(null);
  const busy = signal(false);
  const revealStep = signal<string | null>(null);
  const verified = signal<{ done: number; of: number } | null>(null);
  const cancelled = signal(false);
  let watching: AbortController | null = null;
  let revealing: AbortController | null = null;

  // Calls are answered in their order: no reveal comes before this.
  void core.analyst.keepJournalAt(local?.journal ?? null);

  const server = socketAddress(local?.server ?? site.relay ?? `${location.origin}/`);
  const live = {
    tell: (event: NetworkEvent | RevealEvent | Status) => {
      if ("waiting" in event) {
        waiting.value = event.waiting;
      } else if ("connected" in event) {
        waiting.value = null;
      }
    },
  };

  function show(next: Screen): void {
    batch(() => {
      screen.value = next;
      failure.value = null;
      waiting.value = null;
    });
  }

  async function run(task: () => Promise<void>): Promise<boolean> {
    batch(() => {
      failure.value = null;
      busy.value = true;
    });
    try {
      await task();
      return true;
    } catch (thrown) {
      failure.value = asFailure(thrown);
      return false;
    } finally {
      batch(() => {
        busy.value = false;
        waiting.value = null;
      });
    }
  }

  /** Links lead to the relay, also where these pages come from another address. */
  function abroad(link: string): string {
    return site.relay ? link.replace(/^[^#]*/, site.relay) : link;
  }

  async function loadKeys(bytes: Uint8Array, passphrase?: string): Promise<boolean> {
    const loaded = await run(async () => {
      keys.value = await core.analyst.openKeys(bytes, passphrase);
    });
    return loaded && (await loadList());
  }

  async function makeKeys(): Promise<void> {
    await run(async () => {
      keys.value = await core.analyst.newKeys();
      show("backup");
    });
  }

  async function loadList(): Promise<boolean> {
    stopWatching();
    show("list");
    return run(async () => {
      listed.value = null;
      try {
        listed.value = await core.analyst.list(server, live);
      } catch (thrown) {
        // A server that does not list still opens what is named.
        if (asFailure(thrown).code !== "not_allowed") {
          throw thrown;
        }
        listed.value = [];
      }
    });
  }

  async function forget(): Promise<void> {
    stopWatching();
    revealing?.abort();
    await core.analyst.forgetKeys();
    batch(() => {
      keys.value = null;
      listed.value = null;
      view.value = null;
      links.value = [];
      outcome.value = null;
      show("key");
    });
  }

  async function opened(next: AnalystView): Promise<void> {
    batch(() => {
      view.value = next;
      status.value = { phase: next.computation.phase };
      outcome.value = null;
      published.value = false;
      cancelled.value = false;
      links.value = [];
      openLink.value = null;
      show("board");
    });
    await (next.computation.access === "invited" ? loadLinks() : loadOpenLink());
    watch();
  }

  async function loadOpenLink(): Promise<void> {
    openLink.value = abroad(await core.analyst.openLink());
  }

  async function loadLinks(): Promise<void> {
    const all = await core.analyst.links(live);
    links.value = all.map((link) => ({ ...link, url: abroad(link.url) }));
  }

  async function open(computation: string, fingerprint: string): Promise<void> {
    const which = { computation, fingerprint };
    await run(async () => opened(await core.analyst.open(server, which, live)));
  }

  async function openNamed(computation: string): Promise<void> {
    await run(async () => opened(await core.analyst.open(server, { computation }, live)));
  }

  async function create(settings: Settings): Promise<void> {
    await run(async () => opened(await core.analyst.create(server, settings, live)));
  }

  function watch(): void {
    stopWatching();
    const watcher = new AbortController();
    watching = watcher;
    const tell = (event: NetworkEvent | Status) => {
      if ("waiting" in event || "connected" in event) {
        live.tell(event);
      } else {
        status.value = { ...status.value, ...event };
      }
    };
    core.analyst.watch({ tell, signal: watcher.signal }).catch((thrown: unknown) => {
      const failed = asFailure(thrown);
      if (failed.code !== "cancelled" && watching === watcher) {
        failure.value = failed;
      }
    });
  }

  function stopWatching(): void {
    watching?.abort();
    watching = null;
  }

  async function change(task: () => Promise<AnalystView>): Promise<boolean> {
    return run(async () => {
      const next = await task();
      batch(() => {
        view.value = next;
        status.value = { ...status.value, phase: next.computation.phase };
        screen.value = "board";
      });
    });
  }

  async function invite(invitations: NewInvitation[]): Promise<void> {
    await run(async () => {
      await core.analyst.invite(invitations, live);
      await loadLinks();
      const now = view.peek();
      if (now) {
        const made = links.peek().length;
        view.value = { ...now, computation: { ...now.computation, invitations: made } };
      }
      show("board");
    });
  }

  async function revoke(label: string): Promise<void> {
    await run(async () => {
      view.value = await core.analyst.revoke([label], live);
      await loadLinks();
    });
  }

  async function reveal(): Promise<void> {
    stopWatching();
    const going = new AbortController();
    revealing = going;
    batch(() => {
      revealStep.value = "freezing";
      verified.value = null;
      show("reveal");
    });
    const tell = (event: RevealEvent) => {
      if ("step" in event) {
        revealStep.value = event.step;
      } else if ("done" in event) {
        verified.value = event;
      } else {
        live.tell(event);
      }
    };
    const done = await run(async () => {
      const found = await core.analyst.reveal({ tell, signal: going.signal });
      const now = view.peek();
      batch(() => {
        outcome.value = found;
        // Nobody watches any more: the board would go on saying what was so before.
        const { computation } = found;
        view.value = now && { ...now, computation, hasResult: true };
        status.value = { ...status.value, phase: computation.phase };
        show("result");
      });
    });
    if (!done && failure.peek()?.code === "cancelled") {
      cancelled.value = true;
      await run(async () => {
        const now = view.peek()?.computation;
        if (!now) {
          return;
        }
        const which = { computation: now.name, fingerprint: now.fingerprint };
        const next = await core.analyst.open(server, which, live);
        view.value = next;
        status.value = { ...status.value, phase: next.computation.phase };
      });
      show("board");
    }
  }

  async function result(): Promise<void> {
    await run(async () => {
      outcome.value = await core.analyst.result(live);
      show("result");
    });
  }

  async function publish(): Promise<void> {
    await run(async () => {
      await core.analyst.publish(live);
      published.value = true;
    });
  }

  return {
    core,
    site,
    local,
    screen,
    keys,
    listed,
    view,
    status,
    links,
    openLink,
    outcome,
    published,
    failure,
    waiting,
    busy,
    revealStep,
    verified,
    cancelled,
    show,
    run,
    loadKeys,
    makeKeys,
    loadList,
    forget,
    open,
    openNamed,
    create,
    invite,
    revoke,
    reveal,
    cancelReveal: () => revealing?.abort(),
    result,
    publish,
    pause: () => change(() => core.analyst.pause(live)),
    resume: () => change(() => core.analyst.resume(live)),
    close: () => change(() => core.analyst.close(live)),
    purge: () => change(() => core.analyst.purge(live)),
    schedule: (opensAt: number | null, closesAt: number | null) =>
      change(() => core.analyst.schedule({ opensAt, closesAt }, live)),
  };
}

/** The address of a page, as a WebSocket wants it. */
function socketAddress(page: string): string {
  return page.replace(/^http/, "ws");
}
