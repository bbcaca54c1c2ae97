// What pages may ask of the worker. The worker owns WebSocket, cryptography and secrets: nothing
// secret comes back but what a page must show or save as a file (invitation links, key backups).
//
// Every call may reject with a `Failure`. Where a call takes `Live`, `signal` cancels it (it then
// rejects with code "cancelled") and `tell` hears how far it is. Lost connections are made again by
// themselves; `tell` hears of it.

import type { AnalystApi } from "./analyst-api";
import type { Answers, Form, Measurement, Problem, Report } from "./form";
import type { PartyApi } from "./party-api";

export type * from "./analyst-api";
export type * from "./form";
export type * from "./party-api";

/**
 * Everything. `import { connect } from "./client"; const core = connect(worker)`, where `worker` is
 * a module worker of `./worker.ts` that the page has made:
 * `new Worker(new URL("../core/worker.ts", import.meta.url), { type: "module" })`.
 */
export interface Core {
  party: PartyApi;
  analyst: AnalystApi;
  /** Forms and spreadsheets. The code for spreadsheets is loaded when it is first needed. */
  forms: FormsApi;
  /** Drafts: answers that a person has not sent yet. On this device only. */
  drafts: DraftsApi;
}

// --- what goes wrong, and how far something is ---

/** Why a call failed. `code` is one of docs/PROTOCOL.md, sections 13 and 16, or of `LocalCode`. */
export interface Failure extends Error {
  name: "Failure";
  code: string;
  /** In plain English, for people; texts of pages go by `code`. */
  message: string;
  /** With "too_few_parties", "unsupported_version", "too_early" and such. */
  have?: number;
  need?: number;
  /** Whether the same call may succeed later without anybody changing anything. */
  passing: boolean;
  /** With "answers_invalid", "form_invalid", "spreadsheet_invalid". */
  problems?: Problem[];
  /** With "other_fingerprint", "belongs_to_another", "other_server", ...: who it is, who was due. */
  found?: string;
  expected?: string;
}

export type LocalCode =
  /** A link that is none: cut off, with a bad part, with a query. */
  | "link_invalid"
  /** The browser lacks WebAssembly, IndexedDB, ... or refuses them (private window). */
  | "browser_unusable"
  /** Another tab of this browser works on the same receipt or computation. */
  | "in_use"
  | "answers_invalid"
  | "form_invalid"
  | "spreadsheet_invalid"
  | "passphrase_needed"
  | "passphrase_wrong"
  /** Too short to be chosen, or too long. */
  | "passphrase_weak"
  | "keys_unusable"
  /** No key was loaded, or no computation opened: a mistake of the page. */
  | "nothing_open"
  | "receipt_unusable"
  /** What is kept was admitted by another invitation than the link's. */
  | "other_invitation"
  /** Another receipt is kept, or a newer one: an import would lose it. */
  | "receipt_conflict"
  /** The journal has another batch or commit: the server changed what was frozen. */
  | "journal_disagrees"
  /** The process that should keep the journal could not: nothing was released. */
  | "journal_unkept"
  | "cancelled"
  /** The worker stopped. */
  | "core_lost"
  | "unreachable"
  | "connection_lost"
  | "server_misbehaved";

export interface Live<E> {
  tell?: (event: E) => void;
  signal?: AbortSignal;
}

/** What any call that uses the network may tell. */
export type NetworkEvent =
  /** Nobody answers; tried again by itself. */
  | { waiting: "server" }
  /** The server does not know the computation yet; it will say when it does. */
  | { waiting: "computation" }
  /** There is a connection (again). */
  | { connected: true };

// --- a computation, as everybody sees it ---

export type Phase = "open" | "paused" | "closed" | "frozen" | "revealed" | "ended" | "purged";
export type Access = "open" | "invited";
export type Tracking = "none" | "count" | "labels";
export type Publication = "none" | "parties" | "public";
/** Seconds since 1970. */
export type Time = number;

export interface Computation {
  name: string;
  round: number;
  fingerprint: string;
  /** Six words of the fingerprint, for a glance. */
  words: string;
  analyst: { keyId: string; words: string };
  /** `url` as it was connected to. */
  server: { keyId: string; words: string; url: string };
  kind: { sum: Sum } | { form: Form };
  /** Stands in templates, so that an old one is recognised. */
  formVersion: string | null;
  minParties: number;
  maxParties: number;
  /** Fewest parties of a published cohort; `null` where there are no cohorts. */
  minCohort: number | null;
  /** Fewest who gave a published cell that may be left empty; `null` where there is none such. */
  minCell: number | null;
  maxRejected: number | null;
  access: Access;
  tracking: Tracking;
  /** In seconds. */
  timeGrain: number;
  publication: Publication;
  phase: Phase;
  opensAt: Time | null;
  closesAt: Time | null;
  /** How many invitations were made so far; `null` in an open computation. */
  invitations: number | null;
  /** What everybody should know before relying on the result, in English. */
  caveat: string | null;
}

export interface Sum {
  /** Digits. */
  modulus: string;
  signed: boolean;
  min: string;
  max: string;
}

/** A file to be saved by the person. */
export interface Download {
  name: string;
  type: string;
  bytes: Uint8Array;
}

/** What a reveal came to. */
export interface Outcome {
  computation: Computation;
  parties: number;
  /** Submissions that did not count, by reason. */
  rejected: { reason: string; describe: string; count: number }[];
  /** Invited computations. */
  invitations: InvitationCounts | null;
  result: { sum: string } | { form: Report } | { ended: EndReason[] };
  caveat: string | null;
}

export type EndReason =
  | { too_few_accepted: { accepted: number; minimum: number } }
  | { too_many_rejected: { rejected: number; maximum: number } };

export interface InvitationCounts {
  made: number;
  revoked: number;
  used: number;
  withdrawn: number;
  takeovers: number;
  /** An earlier round with nearly the same people: the batch names it. */
  near_round?: number;
}

// --- forms and spreadsheets ---

export interface FormsApi {
  /** Reads a `form.json`; rejects with "form_invalid" and `problems`. */
  parse(json: string): Promise<Form>;
  /** What is wrong with a form that is being edited, and what follows from it. */
  inspect(form: Form): Promise<FormFacts>;
  /** An empty spreadsheet to fill in. */
  template(form: Form): Promise<Download>;
  /**
   * Reads a filled one: .xlsx, .ods or .csv, by its name. Rejects with "spreadsheet_invalid", with
   * `problems` by cell where that is the reason.
   */
  read(form: Form, name: string, bytes: Uint8Array): Promise<Answers>;
}

export interface FormFacts {
  errors: Problem[];
  /** Where nothing else is said. */
  minParties: number;
  minCohort: number;
  minCell: number;
  cells: number;
}

export interface DraftsApi {
  save(shelf: string, measurement: Measurement): Promise<void>;
  load(shelf: string): Promise<Measurement | null>;
  remove(shelf: string): Promise<void>;
}
