// Why something did not work that only the analyst's page asks for.

import type { Said } from "./en-failures";

const RECORD_REFUSED = "Nothing was changed. Load the page again; if it happens again, tell whoever runs the server.";

const BATCH_DIFFERS =
  "What was frozen must never change. The reveal was stopped and nothing was released. Keep this message and speak to whoever runs the server.";

export const analystFailures = {
  // Links, this device, this page.
  passphrase_wrong: {
    title: "That is not the passphrase",
    text: "Capital letters count. Nobody can set a new one.",
  },
  keys_unusable: {
    title: "This is not a key file",
    text: "A key file is named keys.json, or as you saved it. Choose that one.",
  },
  journal_disagrees: {
    title: "The server shows another batch than before",
    text: "What was frozen must never change, and it has. The reveal was stopped and nothing was released. Keep this message and speak to whoever runs the server.",
  },
  journal_unkept: {
    title: "The journal could not be kept",
    text: "Nothing was released. `analyst ui` writes down beside your key what it reveals, so that it is never revealed in two ways, and could not. Make sure that the folder of your key can be written to and has room, and reveal again.",
  },
  passphrase_needed: {
    title: "This key file has a passphrase",
    text: "Type it to open the file.",
  },
  passphrase_weak: {
    title: "That passphrase cannot be used",
    text: "It is too short to protect the key, or too long. Take several words.",
  },
  settings_differ: {
    title: "The collection exists with other settings",
    text: "What is agreed cannot be changed. Take another name, or open the one that exists.",
  },

  // Who is who.
  belongs_to_another: {
    title: "This collection belongs to another key",
    text: "Open the key with which it was created.",
    exact: "Open the key with which it was created: {found}. The one that is open is {expected}.",
  },

  // Invitations.
  invitations_invalid: {
    title: "This list cannot be used",
    text: "Two entries may have the same name, or a group does not exist. Nobody was invited.",
  },
  too_many_invitations: {
    title: "There would be more invitations than participants",
    text: "The collection takes no more. Nobody was invited.",
    exact: "The collection takes {need} participants, and there would be {have} invitations. Nobody was invited.",
  },

  // Creating and changing.
  computation_exists: {
    title: "This name is taken",
    text: "There is a collection of that name and round, or the name is another analyst's. Choose another name.",
  },
  round_out_of_order: {
    title: "The round before is not over",
    text: "A new round begins when the last one is revealed, has ended or was deleted.",
  },
  analyst_not_allowed: {
    title: "This server lets only certain analysts create collections",
    text: "Give your key id to whoever runs the server.",
  },
  too_many_computations: {
    title: "The server takes no more collections",
    text: "Delete one that is over, or ask whoever runs the server.",
  },
  manifest_for_another_server: {
    title: "The collection names another server",
    text: "Nothing was created. Load the page again and create it once more.",
  },
  login_refused: {
    title: "The server does not take this key",
    text: "The collection belongs to another key. Open the one with which it was created.",
  },
  not_logged_in: {
    title: "Only the collection's analyst can do that",
    text: "Open the key with which it was created.",
  },
  notice_invalid: { title: "The server did not take the change", text: RECORD_REFUSED },
  notice_out_of_order: {
    title: "The collection was changed elsewhere meanwhile",
    text: "Nothing was changed here. Load the page again to see how it stands.",
  },
  too_many_notices: {
    title: "This collection was changed too often",
    text: "It can still be revealed.",
  },

  // The reveal and the result.
  too_few_parties: {
    title: "Too few have taken part",
    text: "The result can be revealed once the minimum is reached.",
    exact: "Taken part: {have}; needed: {need}. Nothing was frozen.",
  },
  reveal_in_progress: {
    title: "It is being revealed elsewhere",
    text: "Another tab or program of yours is at it. Try again when that is done.",
  },
  root_mismatch: { title: "The server has another batch than before", text: BATCH_DIFFERS },
  commit_mismatch: { title: "Server and page do not agree on what counts", text: BATCH_DIFFERS },
  hiding_mismatch: { title: "Server and page do not agree on what stays hidden", text: BATCH_DIFFERS },
  not_prepared: {
    title: "Not everything is verified yet",
    text: "The connection broke off in between. Reveal it again: it goes on from the same batch.",
  },
  not_committed: {
    title: "The reveal was not finished",
    text: "Reveal it again: it goes on from the same batch.",
  },
  result_invalid: { title: "The server did not keep the result", text: RECORD_REFUSED },
  publication_invalid: { title: "The result was not published", text: RECORD_REFUSED },
} satisfies Record<string, Said>;
