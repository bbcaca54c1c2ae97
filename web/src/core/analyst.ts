// An analyst: a key in this worker's memory, and one computation at a time.

import type {
  AnalystApi,
  AnalystView,
  Dates,
  Download,
  JournalPlace,
  Keys,
  Link,
  Listed,
  Live,
  NetworkEvent,
  Outcome,
  Settings,
  Status,
  Time,
  Which,
} from "./api";
import type { Engines } from "./engine";
import { refused } from "./failure";
import { TYPES, fits } from "./forms";
import { agreeAt } from "./journal";
import { alone } from "./lock";
import { persist, sleep } from "./network";
import { outcomeOf } from "./outcome";
import type { Socket } from "./socket";
import type { Store } from "./store";
import type { Keys as KeyPair, Member } from "./wasm/analyst";

/** Dates as they stand in a notice. */
interface Schedule {
  opens_at: Time | null;
  closes_at: Time | null;
}

interface Opened {
  server: string;
  /** What asks for the same computation again. */
  which: Which;
  view: AnalystView;
}

export function analystApi(engines: Engines, store: Store): AnalystApi {
  let keys: KeyPair | undefined;
  let opened: Opened | undefined;
  let outcome: Outcome | undefined;
  let place: JournalPlace | null = null;

  function loaded(): KeyPair {
    if (!keys) {
      throw refused("nothing_open", "no key is loaded");
    }
    return keys;
  }

  function current(): Opened {
    if (!opened) {
      throw refused("nothing_open", "no computation is open");
    }
    return opened;
  }

  function use(next: KeyPair): Keys {
    keys = next;
    opened = undefined;
    outcome = undefined;
    return JSON.parse(next.facts()) as Keys;
  }

  /** Logs in on a connection of its own and does something there. */
  async function logged<T>(
    live: Live<NetworkEvent> | undefined,
    task: (member: Member) => Promise<T>,
  ): Promise<T> {
    const { logIn } = await engines.analyst();
    const { server, which } = current();
    const pair = loaded();
    return persist(server, live, async (socket) =>
      task(await logIn(socket, server, pair, JSON.stringify(which), false)),
    );
  }

  async function enter(
    server: string,
    asked: Settings | Which,
    create: boolean,
    live: Live<NetworkEvent> | undefined,
  ): Promise<AnalystView> {
    const { logIn } = await engines.analyst();
    const pair = loaded();
    const text = JSON.stringify(asked);
    const entered = (socket: Socket) => logIn(socket, server, pair, text, create);
    const view = viewOf(await persist(server, live, entered));
    const { name: computation, fingerprint } = view.computation;
    opened = { server, which: { computation, fingerprint }, view };
    outcome = undefined;
    return view;
  }

  /** Signs and sends a notice; `action` is what stands in it. */
  async function announce(
    action: "pause" | "resume" | "close" | "purge" | { schedule: Schedule },
    live: Live<NetworkEvent> | undefined,
  ): Promise<AnalystView> {
    const view = await logged(live, async (member) => {
      await member.announce(JSON.stringify(action));
      return viewOf(member);
    });
    current().view = view;
    return view;
  }

  const schedule = ({ opensAt, closesAt }: Dates, live: Live<NetworkEvent> | undefined) =>
    announce({ schedule: { opens_at: opensAt, closes_at: closesAt } }, live);

  /**
   * Keeps what Rust wants in the journal; Rust refuses what contradicts it. Where there is a journal
   * beside the key file, it must agree as well: it is still there when this browser was cleared.
   */
  async function agree(
    fingerprint: string,
    next: (kept: string | undefined) => string | undefined,
    live: Live<NetworkEvent> | undefined,
  ): Promise<void> {
    await store.decide<string>("journal", fingerprint, next);
    const line = next(undefined);
    if (place && line) {
      await agreeAt(place, line, live?.signal);
    }
  }

  return {
    async newKeys() {
      const { Keys } = await engines.analyst();
      return use(Keys.generate());
    },
    async openKeys(file, passphrase) {
      const { Keys } = await engines.analyst();
      return use(Keys.read(file, passphrase));
    },
    async backup(passphrase) {
      const bytes = loaded().write(passphrase);
      return { name: "keys.json", type: TYPES.json, bytes };
    },
    async prove(file, passphrase) {
      const { Keys } = await engines.analyst();
      return loaded().are(Keys.read(file, passphrase));
    },
    async publicKey() {
      const bytes = new TextEncoder().encode(loaded().publicFile());
      return { name: "analyst.pub", type: TYPES.json, bytes };
    },
    async keepJournalAt(there) {
      place = there;
    },
    async forgetKeys() {
      keys?.free();
      keys = opened = outcome = undefined;
    },

    async list(server, live) {
      const { list } = await engines.analyst();
      const pair = loaded();
      return JSON.parse(await persist(server, live, (socket) => list(socket, pair))) as Listed[];
    },

    async create(server, settings, live) {
      if (settings.form) {
        await fits(engines, settings.form);
      }
      const { opensAt, closesAt, ...asked } = settings;
      const view = await enter(server, asked, true, live);
      const open = view.computation;
      const dates = { opensAt: opensAt ?? open.opensAt, closesAt: closesAt ?? open.closesAt };
      const same = dates.opensAt === open.opensAt && dates.closesAt === open.closesAt;
      return same ? view : schedule(dates, live);
    },
    async open(server, which, live) {
      return enter(server, which, false, live);
    },

    async watch(live) {
      // Both end together, whichever fails.
      const stop = new AbortController();
      const end = () => stop.abort();
      live.signal?.addEventListener("abort", end);
      if (live.signal?.aborted) {
        end();
      }
      const both = { ...live, signal: stop.signal };
      const { tracking, timeGrain } = current().view.computation;
      const counting = async () => {
        if (tracking !== "none") {
          await logged(both, (member) =>
            member.watch((event: string) => live.tell?.(JSON.parse(event) as Status)),
          );
        }
      };
      const looking = async () => {
        for (;;) {
          const status = await logged(both, async (member): Promise<Status> => {
            const tracked = await member.track();
            const { phase } = viewOf(member).computation;
            return { phase, ...(tracked && { tracked: JSON.parse(tracked) as Tracked }) };
          });
          live.tell?.(status);
          await sleep(untilNextGrain(timeGrain), stop.signal);
        }
      };
      try {
        await Promise.all([counting(), looking()]);
      } finally {
        live.signal?.removeEventListener("abort", end);
        end();
      }
    },

    async invite(invitations, live) {
      let before: number | undefined;
      const links = await logged(live, async (member) => {
        const now = viewOf(member).computation.invitations ?? 0;
        // After a lost connection: those of the lists before are there.
        before ??= now;
        const rest = invitations.slice(now - before);
        if (rest.length > 0) {
          await member.invite(JSON.stringify(rest));
        }
        current().view = viewOf(member);
        return member.links(pageOf(current().server));
      });
      const all = JSON.parse(links) as Link[];
      return all.filter(({ number }) => number >= (before ?? 0));
    },
    async links(live) {
      const links = logged(live, (member) => member.links(pageOf(current().server)));
      return JSON.parse(await links) as Link[];
    },
    async openLink() {
      const { server, view } = current();
      const { name, fingerprint } = view.computation;
      return `${pageOf(server)}/#${name}.${fingerprint}`;
    },
    async linksFile(links) {
      const { name } = current().view.computation;
      return { name: `links-${name}.csv`, type: TYPES.csv, bytes: linksTable(links) };
    },
    async revoke(labels, live) {
      const view = await logged(live, async (member) => {
        await member.revoke(JSON.stringify(labels));
        return viewOf(member);
      });
      current().view = view;
      return view;
    },

    pause: (live) => announce("pause", live),
    async resume(live) {
      const { phase } = current().view.computation;
      let view = phase === "open" ? current().view : await announce("resume", live);
      const { opensAt, closesAt } = view.computation;
      if (closesAt !== null && closesAt <= Date.now() / 1000) {
        view = await schedule({ opensAt, closesAt: null }, live);
      }
      return view;
    },
    close: (live) => announce("close", live),
    schedule,
    purge: (live) => announce("purge", live),

    async reveal(live) {
      const { Reveal } = await engines.analyst();
      // There is no way back from a freeze: what shows the result is here before it.
      const figures = await engines.figures();
      const { fingerprint } = current().view.computation;
      return alone(`reveal ${fingerprint}`, async () => {
        const network = live as Live<NetworkEvent> | undefined;
        const made = await logged(network, async (member) => {
          const { phase } = viewOf(member).computation;
          if (phase === "revealed" || phase === "ended") {
            return member.outcome();
          }
          live?.tell?.({ step: "freezing" });
          const reveal = await Reveal.freeze(member);
          await agree(fingerprint, (kept) => reveal.agreeToBatch(kept), network);
          live?.tell?.({ step: "verifying" });
          await reveal.verify((event: string) => live?.tell?.(JSON.parse(event)));
          await agree(fingerprint, (kept) => reveal.agreeToCommit(kept), network);
          live?.tell?.({ step: "committing" });
          await reveal.conclude();
          return reveal.outcome();
        });
        outcome = outcomeOf(figures, made);
        current().view.computation = outcome.computation;
        return outcome;
      });
    },

    async result(live) {
      const made = await logged(live, async (member) => member.outcome());
      outcome = outcomeOf(await engines.figures(), made);
      return outcome;
    },

    async publish(live) {
      await logged(live, (member) => member.publish());
    },

    async resultFile(format): Promise<Download> {
      if (!outcome) {
        throw refused("not_revealed", "there is no result yet");
      }
      const { name: computation, round } = outcome.computation;
      const bytes = await written(engines, outcome, format);
      return { name: `${computation}-${round}.${format}`, type: TYPES[format], bytes };
    },
  };
}

type Tracked = NonNullable<Status["tracked"]>;

/** Longest time between two looks, in milliseconds: somebody else may have frozen the batch. */
const LONGEST_PAUSE = 60_000;

/** After a boundary, so that a clock that is a little ahead does not ask too early. */
const GRACE = 200;

/** How long there is nothing new to see, in milliseconds. */
function untilNextGrain(seconds: number): number {
  const grain = seconds * 1000;
  return Math.min(grain - (Date.now() % grain) + GRACE, LONGEST_PAUSE);
}

/** Where the page for input parties is that belongs to a server. */
function pageOf(server: string): string {
  const { protocol, host } = new URL(server);
  return `${protocol.replace("ws", "http")}//${host}`;
}

/** Links as CSV that a spreadsheet program takes for text, whatever stands in it. */
function linksTable(links: Link[]): Uint8Array {
  const cell = (text: string) => {
    const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  const dimensions = [...new Set(links.flatMap(({ cohorts }) => Object.keys(cohorts ?? {})))];
  const rows = links.map(({ label, email, cohorts, url, revoked }) => [
    label,
    email ?? "",
    ...dimensions.map((id) => cohorts?.[id] ?? ""),
    url,
    revoked ? "revoked" : "",
  ]);
  const head = ["label", "email", ...dimensions, "link", "revoked"];
  const lines = [head, ...rows].map((row) => row.map(cell).join(","));
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n`);
}

function viewOf(member: Member): AnalystView {
  return JSON.parse(member.view()) as AnalystView;
}

/** The bytes of a file with a result. */
async function written(
  engines: Engines,
  outcome: Outcome,
  format: "csv" | "xlsx" | "json" | "html",
): Promise<Uint8Array> {
  const { result } = outcome;
  if ("form" in result) {
    const { write } = await engines.sheets();
    return write(JSON.stringify(result.form), format);
  }
  if ("ended" in result || format === "xlsx" || format === "html") {
    throw refused("usage", "a result that is one number is written as csv or json");
  }
  const { name: computation, round, fingerprint } = outcome.computation;
  const { parties } = outcome;
  const { sum } = result;
  const rejected = Object.fromEntries(outcome.rejected.map((r) => [r.reason, r.count]));
  const text =
    format === "json"
      ? `${JSON.stringify({ computation, round, fingerprint, parties, rejected, sum }, null, 2)}\n`
      : // A name has no comma, quote or leading sign: no field needs quoting.
        `computation,round,parties,sum\n${computation},${round},${parties},${sum}\n`;
  return new TextEncoder().encode(text);
}
