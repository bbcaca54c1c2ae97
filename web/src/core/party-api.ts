// What an input party's pages may ask of the worker.

import type { Computation, Download, Live, NetworkEvent, Outcome, Time } from "./api";
import type { Measurement, Problem } from "./form";

export interface PartyApi {
  /**
   * Opens what a link (or, without one, a server and a name) leads to, and remembers it for the
   * calls below. Waits for server and computation until `signal`. Resolves also where no
   * submissions are taken any more: see `phase`.
   */
  open(target: Target, live?: Live<NetworkEvent>): Promise<PartyView>;

  /** Everything that is wrong, and what is worth a second look. Quick: on every change if you like. */
  check(measurement: Measurement): Promise<Checked>;

  /**
   * Proves, seals, keeps, sends. The first time it submits; later it corrects, with the same key.
   * What was kept and not sent (closed tab, no network) is finished by `resume`. Rejects with
   * "answers_invalid" and `problems` where `check` would find mistakes.
   */
  submit(measurement: Measurement, live?: Live<SubmitEvent>): Promise<Submitted>;

  /** Sends again what an earlier visit kept. Only where `PartyView.kept` is "pending". */
  resume(live?: Live<SubmitEvent>): Promise<Submitted>;

  /** Takes the submission back, for as long as the batch is not frozen. */
  withdraw(live?: Live<SubmitEvent>): Promise<Submitted>;

  /**
   * Invited computations: replaces what another device submitted with the same invitation.
   * `release` is the text that the old device shows (`release()`); without it the old device has
   * time to object: rejects with "takeover_waiting" and `need` seconds; call again then. Without a
   * measurement what is kept and was refused is sent again. A device whose own place was taken does
   * this with a new key: the old one never comes back.
   */
  takeOver(
    measurement: Measurement | null,
    release: string | null,
    live?: Live<SubmitEvent>,
  ): Promise<Submitted>;

  /** On the old device: lets the new one take over. `request` is what the new device shows. */
  release(request: string): Promise<string>;
  /** On the new device: what the old one needs for `release`. */
  takeOverRequest(): Promise<string>;

  /** What became of the submission, once frozen. Rejects with "not_frozen" before. */
  verify(live?: Live<NetworkEvent>): Promise<Fate>;

  /** The result, where the manifest publishes it and the analyst has done so. */
  result(live?: Live<NetworkEvent>): Promise<Outcome>;

  /** What this device keeps now: it may have changed although a call was rejected. */
  kept(): Promise<Kept | null>;

  /** The receipt file, the same as that of `input-party`: holds the right to correct. */
  receiptFile(): Promise<Download>;
  /**
   * Takes a receipt file from elsewhere (the CLI, another browser) and opens its computation.
   * Rejects with "receipt_conflict" where another party's receipt is kept, or something that is not
   * in the file: the person must `forget` first.
   */
  importReceipt(bytes: Uint8Array, live?: Live<NetworkEvent>): Promise<PartyView>;
  /** Removes receipt, key and draft of what is opened from this device. */
  forget(): Promise<void>;
}

export type Target =
  /** The address of the page with its fragment, or a link that was pasted. */
  | { link: string }
  | { server: string; computation: string };

export interface PartyView {
  computation: Computation;
  /** Whether fingerprint or analyst are known from a link; if not, the words must be compared. */
  pinned: boolean;
  /** Invited: what the invitation says. `null` for an open computation. */
  invitation: Invitation | null;
  /** Under what this device keeps receipt and draft: of this computation and invitation alone. */
  shelf: string;
  /** What this device keeps of this computation, for this invitation. */
  kept: Kept | null;
}

export interface Invitation {
  /** For each dimension the option that the invitation fixes. */
  cohorts: Record<string, string>;
  expires: Time | null;
  revoked: boolean;
}

export interface Kept {
  /** `pending`: sealed, perhaps sent: `resume`. `refused`: the server said no; may be tried again. */
  state: "pending" | "refused" | "finished" | "withdrawn";
  /** 1 for the first version. */
  sequence: number;
  /** What is pending is a withdrawal. */
  leaving?: boolean;
  /** Of the newest version that the server has confirmed; `null` where there is none. */
  receipt: ReceiptFacts | null;
}

export interface ReceiptFacts {
  sequence: number;
  /** For people to compare: the first characters of the submission hash. */
  digest: string;
  submissionHash: string;
  /** How many invitations there were when it was stored. */
  invitations: number;
  /** When this device got it, by its own clock; `null` for an imported one. */
  at: Time | null;
}

export interface Checked {
  errors: Problem[];
  /** Unusually large, in bounds: may be sent. */
  warnings: Problem[];
  /** For each place where what was understood differs from what was typed: the exact number. */
  understood: Record<string, string>;
}

export type SubmitEvent =
  | NetworkEvent
  /** In this order; `sent` comes again after a lost connection. */
  | { step: "proving" | "sealed" | "kept" | "sent" | "confirmed" };

export interface Submitted {
  kept: Kept;
  receiptFile: Download;
}

export type Fate =
  /**
   * `takeovers`: how many places another device with the same link has taken. `nearRound`: an earlier
   * round with nearly the same people.
   */
  | {
      fate: "counted";
      invitations: number | null;
      parties: number;
      takeovers: number | null;
      nearRound: number | null;
    }
  | { fate: "rejected"; reason: string | null; describe: string }
  | { fate: "withdrawn" }
  /** Another version counts: of a device that took over, or else one that nobody here knows of. */
  | { fate: "replaced"; byTakeover: boolean; evidence: Download | null }
  /** The server broke its promise, or counts what was withdrawn: the file is the evidence. */
  | { fate: "missing" | "kept"; evidence: Download };
