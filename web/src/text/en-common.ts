import { en as failures, type Said } from "./en-failures";

/** What Rust says of a place that must not be empty. */
export const EMPTY = "is empty, and must not be";

const many = (count: number, one: string, more: string): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString("en")} ${more}`;

export const common = {
  name: "web-mpc",
  skip: "Skip to the content",
  language: "Language",
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
  save: "Save",
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
  problem: (said: string) => (said === EMPTY ? "is not filled in yet" : said),
  cellsEmpty: (count: number) => many(count, "cell is not filled in yet", "cells are not filled in yet"),
  failures: failures as Record<string, Said>,
  failureTitle: "That did not work",
  failureCode: (code: string) => `For support: ${code}`,
};
