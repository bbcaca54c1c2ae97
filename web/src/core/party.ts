// An input party: what it opened, what this device keeps of it.

import type {
  Checked,
  Computation,
  Download,
  Fate,
  Invitation,
  Kept,
  Live,
  Measurement,
  NetworkEvent,
  PartyApi,
  PartyView,
  SubmitEvent,
  Submitted,
} from "./api";
import type { Engines } from "./engine";
import { asFailure, refused } from "./failure";
import { alone } from "./lock";
import { persist } from "./network";
import { outcomeOf } from "./outcome";
import type { Store } from "./store";
import type { Socket } from "./socket";
import type { Computation as Found, Party } from "./wasm/party";

/** A receipt file as it is kept, and when the server confirmed its newest version. */
interface KeptReceipt {
  file: Uint8Array;
  at: number | null;
}

/** What a server says to a key whose place another device with the same link has taken. */
const REPLACED = new Set(["invitation_in_use", "takeover_refused"]);

interface Opened {
  /** What the page was opened with. */
  target: string;
  url: string;
  computation: Found;
  view: Computation;
  invitation: Invitation | null;
  /** Under what receipt and draft are kept: those of this computation and of this invitation. */
  shelf: string;
  pinned: boolean;
  party: Party;
  /** A new key, for when this device takes back the place that another one has taken. */
  next?: Party | undefined;
  at: number | null;
}

export function partyApi(engines: Engines, store: Store): PartyApi {
  let opened: Opened | undefined;

  function current(): Opened {
    if (!opened) {
      throw refused("nothing_open", "no computation is open");
    }
    return opened;
  }

  async function open(
    target: string,
    live: Live<NetworkEvent> | undefined,
    imported?: Uint8Array,
  ): Promise<PartyView> {
    const rust = await engines.party();
    const { server, fingerprint } = JSON.parse(rust.target(target)) as {
      server: string;
      fingerprint: string | null;
    };
    const tell = (event: string) => live?.tell?.(JSON.parse(event) as NetworkEvent);
    const computation = await persist(server, live, (socket) => rust.find(socket, target, tell));
    const view = JSON.parse(computation.view()) as Computation;
    const invitation = computation.isInvited()
      ? (JSON.parse(await persist(server, live, (socket) => computation.appraise(socket))) as Invitation)
      : null;
    const shelf = imported ? await bring(imported) : computation.shelf();
    opened = {
      target,
      url: server,
      computation,
      view,
      invitation,
      shelf,
      pinned: fingerprint !== null,
      party: new rust.Party(computation),
      at: null,
    };
    await refresh(opened);
    return viewOf(opened);
  }

  /** Keeps a receipt file from elsewhere, unless something that is kept would be lost. Gives where. */
  async function bring(file: Uint8Array): Promise<string> {
    const { Party } = await engines.party();
    const party = Party.read(file);
    const shelf = party.shelf();
    if (shelf === undefined) {
      throw refused("receipt_unusable", "this is not a receipt file");
    }
    const next = (kept: KeptReceipt | undefined) => {
      if (kept && !party.continues(Party.read(kept.file))) {
        throw refused("receipt_conflict", "another receipt, or a newer one, is kept here");
      }
      return { file, at: null };
    };
    await alone(`party ${shelf}`, () => store.decide("receipts", shelf, next));
    return shelf;
  }

  /** What another tab may have kept meanwhile. */
  async function refresh(of: Opened): Promise<void> {
    const { Party } = await engines.party();
    const kept = await store.get<KeptReceipt>("receipts", of.shelf);
    if (kept) {
      of.party = Party.read(kept.file);
      of.at = kept.at;
    }
  }

  type Begin = (of: Opened) => Promise<"submit" | "withdraw">;

  /** Begins something and brings it to its end, in this tab alone. */
  function settle(
    live: Live<SubmitEvent> | undefined,
    begin: Begin,
    takesBack = false,
  ): Promise<Submitted> {
    const of = current();
    return alone(`party ${of.shelf}`, async () => {
      await refresh(of);
      try {
        return await finish(of, live, begin);
      } catch (thrown) {
        if (!(await hasLostPlace(of, thrown)) || !takesBack) {
          throw thrown;
        }
        return finish(of, live, begin);
      }
    });
  }

  async function finish(
    of: Opened,
    live: Live<SubmitEvent> | undefined,
    begin: Begin,
  ): Promise<Submitted> {
    const what = await begin(of);
    let at = of.at;
    const tell = (text: string) => {
      const event = JSON.parse(text) as SubmitEvent;
      live?.tell?.(event);
    };
    const keep = async (file: Uint8Array) => {
      at = now();
      await store.put("receipts", of.shelf, { file, at });
    };
    const goOn = (socket: Socket) =>
      what === "submit"
        ? of.party.go_on(socket, tell, keep)
        : of.party.withdraw(socket, tell, keep);
    await persist(of.url, networkOf(live), goOn);
    of.at = at;
    return { kept: keptOf(of) as Kept, receiptFile: receiptFile(of) };
  }

  /**
   * Whether another device has taken the place of this one: only who has a receipt had it. A key that
   * was replaced never comes back, so there is a new one then. It is used for nothing before the
   * person takes the place back, since that the place was lost is the server's word: with two keys
   * one person could be counted twice.
   */
  async function hasLostPlace(of: Opened, thrown: unknown): Promise<boolean> {
    const lost = REPLACED.has(asFailure(thrown).code) && Boolean(keptOf(of)?.receipt);
    if (lost && of.computation.isInvited()) {
      const { Party } = await engines.party();
      of.next ??= new Party(of.computation);
      return true;
    }
    return false;
  }

  /** Goes on with the new key; what the old one had is set aside. */
  async function comeBack(of: Opened, next: Party): Promise<void> {
    const file = of.party.file();
    if (file) {
      await store.put("receipts", aside(of.shelf), { file, at: of.at });
    }
    of.party = next;
    of.next = undefined;
    of.at = null;
  }

  return {
    async open(target, live) {
      return open(JSON.stringify(target), live);
    },

    async check(measurement): Promise<Checked> {
      return JSON.parse(current().computation.review(written(measurement))) as Checked;
    },

    async submit(measurement, live) {
      const text = written(measurement);
      return settle(live, async (of) => {
        of.party.submit(of.computation, text, undefined);
        return "submit";
      });
    },

    async resume(live) {
      return settle(live, async (of) => {
        if (keptOf(of)?.leaving) {
          return "withdraw";
        }
        of.party.resume();
        return "submit";
      });
    },

    async withdraw(live) {
      return settle(live, async () => "withdraw");
    },

    async takeOver(measurement, release, live) {
      const begin: Begin = async (of) => {
        if (of.next && measurement) {
          await comeBack(of, of.next);
        }
        const state = keptOf(of)?.state;
        // Who waits to take over sends the same bytes again, with the other device's consent if it
        // has come meanwhile.
        if (state === "pending" || (state === "refused" && !measurement)) {
          const file = of.party.askForPlace(release ?? "") ? of.party.file() : undefined;
          if (file) {
            await store.put("receipts", of.shelf, { file, at: of.at });
          }
          of.party.resume();
        } else {
          of.party.submit(of.computation, written(measurement ?? { number: "" }), release ?? "");
        }
        return "submit";
      };
      return settle(live, begin, true);
    },

    async release(request) {
      return current().party.release(request);
    },

    async takeOverRequest() {
      const { party, next } = current();
      return (next ?? party).request();
    },

    async verify(live): Promise<Fate> {
      const of = current();
      const after = await engines.after();
      const file = of.party.file();
      if (!file) {
        throw refused("unfinished", "the submission is not finished");
      }
      const text = await persist(of.url, live, (socket) => after.fate(socket, file));
      return fateOf(of, JSON.parse(text) as RawFate);
    },

    async result(live) {
      const of = current();
      const after = await engines.after();
      const { fingerprint } = of.view;
      const made = await persist(of.url, live, (socket) =>
        after.published(socket, of.target, fingerprint),
      );
      return { ...outcomeOf(after, made), computation: { ...of.view, phase: "revealed" } };
    },

    async kept() {
      return keptOf(current());
    },

    async receiptFile() {
      return receiptFile(current());
    },

    async importReceipt(bytes, live) {
      const { Party } = await engines.party();
      const target = Party.read(bytes).target();
      if (!target) {
        throw refused("receipt_unusable", "this is not a receipt file");
      }
      return open(target, live, bytes);
    },

    async forget() {
      const of = current();
      opened = undefined;
      await store.remove("receipts", of.shelf);
      await store.remove("receipts", aside(of.shelf));
      await store.remove("drafts", of.shelf);
    },
  };
}

/** Where the receipt is kept of a key whose place another device took. */
function aside(shelf: string): string {
  return `${shelf} replaced`;
}

/** `submit` tells more than the network does. */
function networkOf(live: Live<SubmitEvent> | undefined): Live<NetworkEvent> | undefined {
  return live as Live<NetworkEvent> | undefined;
}

function viewOf(of: Opened): PartyView {
  const { view, pinned, invitation, shelf } = of;
  return { computation: view, pinned, invitation, shelf, kept: keptOf(of) };
}

function keptOf(of: Opened): Kept | null {
  const text = of.party.kept();
  if (!text) {
    return null;
  }
  const kept = JSON.parse(text) as Kept;
  if (kept.receipt) {
    kept.receipt.at = of.at;
  }
  return kept;
}

function receiptFile(of: Opened): Download {
  const bytes = of.party.file();
  if (!bytes) {
    throw refused("nothing_open", "nothing was submitted yet");
  }
  const { name, round } = of.view;
  return { name: `receipt-${name}-${round}.json`, type: "application/json", bytes };
}

type RawFate =
  | { fate: "counted"; parties: number; takeovers: number | null; nearRound: number | null }
  | { fate: "withdrawn" }
  | { fate: "rejected"; reason: string | null; describe: string }
  | { fate: "replaced" | "missing" | "kept"; byTakeover: boolean; evidence?: unknown };

function fateOf(of: Opened, raw: RawFate): Fate {
  if (raw.fate === "counted") {
    return { ...raw, invitations: of.view.invitations };
  }
  if (raw.fate === "rejected" || raw.fate === "withdrawn") {
    return raw;
  }
  const bytes = new TextEncoder().encode(`${JSON.stringify(raw.evidence)}\n`);
  const name = `evidence-${of.view.name}-${of.view.round}.json`;
  const evidence = { name, type: "application/json", bytes };
  if (raw.fate === "replaced") {
    return { fate: "replaced", byTakeover: raw.byTakeover, evidence: raw.byTakeover ? null : evidence };
  }
  return { fate: raw.fate, evidence };
}

/** A sum's number or a form's answers, as Rust takes them. */
function written(measurement: Measurement): string {
  return JSON.stringify(measurement);
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
