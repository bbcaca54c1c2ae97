// Why something did not work, by the code of `docs/PROTOCOL.md`, section 13, or the page's own.

export interface Said {
  title: string;
  text: string;
  /** Instead of `text` where what it names is known: {have}, {need}, {found}, {expected}. */
  exact?: string;
}

/** What nobody can mend on a page: the program and the server do not agree. */
const MISMATCH =
  "Page and server do not understand each other, perhaps since one of them is newer. Load the page again; if that does not help, tell whoever runs the server.";

export const failures = {
  // Links, this device, this page.
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
  spreadsheet_invalid: {
    title: "This file cannot be used as it is",
    text: "Nothing was filled in. You can start from the empty spreadsheet of this page.",
  },
  form_invalid: {
    title: "This form cannot be used as it is",
    text: "What is wrong with it is listed below.",
  },
  core_lost: {
    title: "The page lost its worker",
    text: "The browser has ended a part of this page, perhaps to save memory. What you typed is kept. Load the page again.",
  },
  timed_out: {
    title: "The server took too long",
    text: "It may have much to do. Try again in a moment.",
  },
  nothing_open: {
    title: "There is nothing here to do that with",
    text: "The page has lost its place. Load it again.",
  },
  not_revealed: {
    title: "There is no result yet",
    text: "Nothing was revealed so far.",
  },
  cancelled: {
    title: "It was stopped",
    text: "Nothing was changed.",
  },
  usage: {
    title: "These settings do not go together",
    text: "Go back and change them.",
  },
  failed: {
    title: "That did not work",
    text: "The page does not know why. Load it again.",
  },
  page_failed: {
    title: "That did not work",
    text: "The page has made a mistake. Load it again; what you typed is kept.",
  },

  // The connection.
  unsupported_version: {
    title: "Page and server have different versions",
    text: MISMATCH,
  },
  malformed_message: { title: "The server did not understand the page", text: MISMATCH },
  invalid_frame: { title: "The server did not understand the page", text: MISMATCH },
  unexpected_binary: { title: "The server did not understand the page", text: MISMATCH },
  hello_expected: { title: "The server did not understand the page", text: MISMATCH },
  hello_repeated: { title: "The server did not understand the page", text: MISMATCH },
  frame_invalid: { title: "The server did not understand the page", text: MISMATCH },
  message_too_large: {
    title: "That is too large for the server",
    text: "Make it smaller: fewer rows, columns, questions or invitations at once.",
  },
  busy: {
    title: "The server has too much to do",
    text: "Nothing that you typed is lost. Try again in a moment.",
  },
  shutting_down: {
    title: "The server is being restarted",
    text: "Nothing that you typed is lost. Try again in a moment.",
  },
  unavailable: {
    title: "The server cannot store anything just now",
    text: "Nothing that you typed is lost. Try again in a moment, and tell whoever runs the server if it lasts.",
  },
  internal: {
    title: "The server has failed",
    text: "Nothing that you typed is lost. Tell whoever runs the server.",
  },
  rolled_back: {
    title: "The server has lost a part of this collection",
    text: "It runs on an older copy of its data and refuses this collection for good, so that nobody is counted twice. Speak to whoever runs the server.",
  },

  // Taking part.
  purged: {
    title: "This collection was deleted",
    text: "Everything that was submitted is deleted. It can never be opened again.",
  },

  // Creating and changing.
  manifest_invalid: {
    title: "The server does not take this collection",
    text: "Its settings contradict each other, it is too large, or it asks for what this server does not do.",
  },
  not_allowed: {
    title: "That is not possible as the collection stands",
    text: "It was closed, frozen, revealed or deleted meanwhile, or a reveal is under way. Load the page again to see how it stands.",
  },

  // The reveal and the result.
  not_frozen: {
    title: "The batch is not frozen yet",
    text: "Go back and reveal it again.",
  },
  ended: {
    title: "There is no result, and there will be none",
    text: "Too few submissions counted, or too many were invalid.",
  },
} satisfies Record<string, Said>;
