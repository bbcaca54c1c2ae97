// What an analyst's pages may ask of the worker.

import type {
  Access,
  Computation,
  Download,
  Live,
  NetworkEvent,
  Outcome,
  Phase,
  Publication,
  Time,
  Tracking,
} from "./api";
import type { Form } from "./form";

export interface AnalystApi {
  /** Makes a key. It is kept nowhere until `backup` was saved and read back with `prove`. */
  newKeys(): Promise<Keys>;
  /** Opens a key file (`keys.json`), also JIFF's. Rejects with "passphrase_needed". */
  openKeys(file: Uint8Array, passphrase?: string): Promise<Keys>;
  /** The key file to be saved; with a passphrase, encrypted. */
  backup(passphrase?: string): Promise<Download>;
  /** Whether a file that was saved opens, and is the key that is loaded. */
  prove(file: Uint8Array, passphrase?: string): Promise<boolean>;
  /** `analyst.pub`: what parties and servers may be given. */
  publicKey(): Promise<Download>;
  /**
   * Keeps the journal in the folder of `analyst ui` as well as in this browser: a reveal then agrees to
   * nothing that either of them contradicts. May reject a reveal with "journal_unkept".
   */
  keepJournalAt(place: JournalPlace | null): Promise<void>;
  /** Forgets the key and everything in memory. The journal stays. */
  forgetKeys(): Promise<void>;

  /** All computations of the loaded key on a server. */
  list(server: string, live?: Live<NetworkEvent>): Promise<Listed[]>;

  /** Creates a computation, or the next round of a name whose last round is over; opens it. */
  create(server: string, settings: Settings, live?: Live<NetworkEvent>): Promise<AnalystView>;
  /** Opens the newest round of a name, or the one with that fingerprint. */
  open(server: string, which: Which, live?: Live<NetworkEvent>): Promise<AnalystView>;

  /** How it stands, now and whenever something changes, until `signal`. Never resolves before. */
  watch(live: Live<NetworkEvent | Status>): Promise<void>;

  /** More invitations; resolves once the server has them. Links can be had again: `links`. */
  invite(invitations: NewInvitation[], live?: Live<NetworkEvent>): Promise<Link[]>;
  /** Every link, made again from the key and what the server keeps. */
  links(live?: Live<NetworkEvent>): Promise<Link[]>;
  /** The link of an open computation. */
  openLink(): Promise<string>;
  /** CSV of links, safe to open in a spreadsheet program. */
  linksFile(links: Link[]): Promise<Download>;
  /** Makes unused invitations unusable. Which of them were used is not told. */
  revoke(labels: string[], live?: Live<NetworkEvent>): Promise<AnalystView>;

  pause(live?: Live<NetworkEvent>): Promise<AnalystView>;
  resume(live?: Live<NetworkEvent>): Promise<AnalystView>;
  close(live?: Live<NetworkEvent>): Promise<AnalystView>;
  schedule(dates: Dates, live?: Live<NetworkEvent>): Promise<AnalystView>;
  /** Deletes the shares for ever. Only after the reveal. */
  purge(live?: Live<NetworkEvent>): Promise<AnalystView>;

  /**
   * Freezes (there is no way back), verifies everything, decides with the server, opens the result.
   * Also finishes a reveal that was cut off. `signal` works until `committing` is told.
   */
  reveal(live?: Live<RevealEvent>): Promise<Outcome>;
  /** The result once more. Rejects with "not_revealed". */
  result(live?: Live<NetworkEvent>): Promise<Outcome>;
  /** Gives the result to the parties, as the manifest allows. */
  publish(live?: Live<NetworkEvent>): Promise<void>;
  /** A file with the result. */
  resultFile(format: "csv" | "xlsx" | "json" | "html"): Promise<Download>;
}

/** Where `analyst ui` takes lines of the journal, and what shows that this tab may write there. */
export interface JournalPlace {
  url: string;
  session: string;
}

export interface Keys {
  keyId: string;
  /** Six words of the key id. */
  words: string;
}

/** The newest round of a name, or the one of that name with that fingerprint. */
export interface Which {
  computation: string;
  fingerprint?: string;
}

export interface Listed {
  name: string;
  round: number;
  fingerprint: string;
  phase: Phase;
  parties: number | null;
}

/** What is left out is the default, or that of the round before. */
export interface Settings {
  computation: string;
  form?: Form;
  modulus?: string;
  signed?: boolean;
  minParties?: number;
  maxParties?: number;
  maxRejected?: number;
  access?: Access;
  tracking?: Tracking;
  timeGrain?: number;
  publication?: Publication;
  opensAt?: Time | null;
  closesAt?: Time | null;
}

export interface Dates {
  opensAt: Time | null;
  closesAt: Time | null;
}

export interface AnalystView {
  computation: Computation;
  /** How the round before ended, when this call opened the next one. */
  previous: { round: number; line: string } | null;
  /** Whether there is a result to be shown. */
  hasResult: boolean;
}

/** Some of these members at a time; those that are absent did not change. */
export interface Status {
  phase?: Phase;
  /** How many have submitted; absent where the policy is "none". */
  parties?: number;
  /** Coarser, and rounded in time to the grain: */
  tracked?: {
    at: Time;
    /** For each cohort, in the order of the form's cohorts. */
    cohorts: number[] | null;
    /** Labels of invitations that were used (policy "labels"). */
    used: string[] | null;
    /** An earlier round with nearly the same people, in the server's words. */
    nearRound: number | null;
  };
}

export interface NewInvitation {
  /** 1 to 120 characters, no two the same. */
  label: string;
  /** Kept for the analyst alone. */
  email?: string;
  /** Option by id of the dimension. */
  cohorts?: Record<string, string>;
  expires?: Time;
}

export interface Link extends NewInvitation {
  number: number;
  url: string;
  revoked: boolean;
}

export type RevealEvent =
  | NetworkEvent
  | { step: "freezing" | "verifying" | "committing" | "opening" }
  /** While verifying. */
  | { done: number; of: number };
