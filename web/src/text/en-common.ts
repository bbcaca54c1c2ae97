import { analystFailures } from "./en-analyst-failures";
import { failures, type Said } from "./en-failures";
import { partyFailures } from "./en-party-failures";
import { EMPTY, translator } from "./said";

/** What Rust says in words that pages do not use. */
const PROBLEMS: Record<string, string> = {
  [EMPTY]: "is not filled in yet",
  "not a whole number in decimal digits": "is not a whole number in digits",
  "the value is outside the range of this computation, {1} to {2}": "must be from {1} to {2}",
  "a form has at most two dimensions of cohorts": "a form has at most two ways to group",
  "make more than {1} cohorts together": "make more than {1} groups together",
  "the file was made for another version of this form ({1}, and not {2}): get the new template and copy the answers into it":
    "the file was made for another version of this form: get the new template and copy the answers into it",
  "a minimum of this form is 1: what is published of a group, or of what may be left empty, can be one party's own answers":
    "a minimum of this form is 1: what is published of a group, or of what may be left empty, can be one participant's own answers",
  "fewer than {1} parties": "fewer than {1} participants",
  "would show a group of fewer than {1} parties together with other figures":
    "would show a group of fewer than {1} participants together with other figures",
};

const many = (count: number, one: string, more: string): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString("en")} ${more}`;

export const common = {
  name: "web-mpc",
  skip: "Skip to the content",
  language: "Language",
  languageLost: "The texts in the other language could not be loaded. Choose it again in a moment.",
  parties: (count: number) => many(count, "participant", "participants"),
  cells: (count: number) => many(count, "cell", "cells"),
  footer: "What you type is split and sealed in this browser. Nothing is loaded from anywhere else.",
  bundle: (version: string, hash: string) => `Version ${version}, pages ${hash}`,
  loading: "One moment …",
  waitingServer: "The server does not answer. Trying again by itself.",
  waitingComputation: "The server does not know this collection yet. This page waits for it.",
  offline: "This device is offline. What you have typed stays here.",
  copy: "Copy",
  copied: "Copied",
  print: "Print",
  cancel: "Cancel",
  back: "Back",
  again: "Try again",
  undo: "Undo",
  optional: "may be left empty",
  inUnit: (unit: string) => `in ${unit}`,
  range: (min: string, max: string) => `from ${min} to ${max}`,
  decimals: (count: number) => many(count, "decimal place", "decimal places"),
  seconds: (count: number) => many(count, "second", "seconds"),
  minutes: (count: number) => many(count, "minute", "minutes"),
  hours: (count: number) => many(count, "hour", "hours"),
  problem: translator(PROBLEMS),
  cellsEmpty: (count: number) => many(count, "cell is not filled in yet", "cells are not filled in yet"),
  failures: { ...failures, ...partyFailures, ...analystFailures } as Record<string, Said>,
  failureTitle: "That did not work",
  failureCode: (code: string) => `For support: ${code}`,
};
