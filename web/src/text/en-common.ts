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
  failures: {
    link_invalid: {
      title: "This link is not whole",
      text: "A part of it is missing or changed; mail programs sometimes cut long links. Copy the whole link from the message that you got, or ask for it again.",
    },
    browser_unusable: {
      title: "This browser holds something back",
      text: "The page needs WebAssembly and a place to keep your receipt. A private window or a strict setting may forbid one of them. Open the link in an ordinary window, or in another current browser.",
    },
    in_use: {
      title: "This is open in another tab",
      text: "Two tabs would write over each other's receipt. Close the other one and load this page again.",
    },
    unreachable: {
      title: "The server does not answer",
      text: "It may be restarting, or this device has no connection. Nothing that you typed is lost.",
    },
    connection_lost: {
      title: "The connection broke off",
      text: "Nothing that you typed is lost. Try again.",
    },
    server_misbehaved: {
      title: "The server sent something that cannot be right",
      text: "The page checks every signature, and one of them does not hold. Nothing was sent. Tell the analyst.",
    },
    unknown_computation: {
      title: "There is no such collection here",
      text: "The link may be older than the server, or belong to another one. Ask the analyst for a new link.",
    },
    other_fingerprint: {
      title: "This is not the collection that the link is for",
      text: "The server offers another one under the same name. Nothing was sent. Ask the analyst for a new link and tell them about this.",
    },
    invitation_unknown: {
      title: "This invitation is not known",
      text: "Perhaps the link was cut off, or it belongs to another collection. Ask the analyst for your link again.",
    },
    invitation_revoked: {
      title: "This invitation was withdrawn",
      text: "The analyst has taken it back before it was used. If that is a mistake, ask for a new link.",
    },
    invitation_expired: {
      title: "This invitation has expired",
      text: "It was valid until a date that has passed. Ask the analyst for a new link.",
    },
    invitation_required: {
      title: "This collection is by invitation",
      text: "Everybody who takes part has a link of their own. This link has no invitation in it; ask the analyst for yours.",
    },
    cohort_fixed: {
      title: "Your invitation belongs to another group",
      text: "The group is fixed by the invitation. Load the page again.",
    },
    too_many_parties: {
      title: "This collection is full",
      text: "It has as many participants as it can take. Tell the analyst.",
    },
    spreadsheet_invalid: {
      title: "This file cannot be used as it is",
      text: "Nothing was filled in. You can start from the empty spreadsheet of this page.",
    },
    form_invalid: {
      title: "This form cannot be used as it is",
      text: "What is wrong with it is listed below.",
    },
    passphrase_wrong: {
      title: "That is not the passphrase",
      text: "Capital letters count. Nobody can set a new one.",
    },
    keys_unusable: {
      title: "This is not a key file",
      text: "A key file is named keys.json, or as you saved it. Choose that one.",
    },
    receipt_unusable: {
      title: "This is not a receipt of this collection",
      text: "Choose the file that was saved when you submitted.",
    },
    other_invitation: {
      title: "This device has submitted with another link",
      text: "Nothing was sent. What is kept here belongs to another invitation. Use a link in the browser in which it was used first, or remove what is kept from this device.",
    },
    receipt_conflict: {
      title: "Another receipt is kept here",
      text: "Nothing was changed. This browser keeps a receipt of this collection that the file would replace: another participant's, or a newer one. If you are sure of the file, remove the receipt from this device first.",
    },
    journal_disagrees: {
      title: "The server shows another batch than before",
      text: "What was frozen must never change, and it has. The reveal was stopped and nothing was released. Keep this message and speak to whoever runs the server.",
    },
    core_lost: {
      title: "The page lost its worker",
      text: "The browser has ended a part of this page, perhaps to save memory. What you typed is kept. Load the page again.",
    },
    too_few_parties: {
      title: "Too few have taken part",
      text: "The result can be revealed once the minimum is reached.",
    },
    not_allowed: {
      title: "This server lets only certain analysts create collections",
      text: "Give your key id to whoever runs the server.",
    },
    timed_out: {
      title: "The server took too long",
      text: "It may have much to do. Try again in a moment.",
    },
  } as Record<string, { title: string; text: string }>,
  failureTitle: "That did not work",
  failureCode: (code: string) => `For support: ${code}`,
};
