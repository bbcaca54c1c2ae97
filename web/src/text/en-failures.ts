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

/** What only happens when what was sent was changed on its way, or made by another program. */
const REFUSED_AS_SENT =
  "Nothing was stored. What arrived is not what the page sealed, or not for this collection. Load the page again and fill it in once more; if it happens again, tell the analyst.";

const RECORD_REFUSED = "Nothing was changed. Load the page again; if it happens again, tell whoever runs the server.";

const BATCH_DIFFERS =
  "What was frozen must never change. The reveal was stopped and nothing was released. Keep this message and speak to whoever runs the server.";

const failures = {
  // Links, this device, this page.
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
  journal_unkept: {
    title: "The journal could not be kept",
    text: "Nothing was released. `analyst ui` writes down beside your key what it reveals, so that it is never revealed in two ways, and could not. Make sure that the folder of your key can be written to and has room, and reveal again.",
  },
  core_lost: {
    title: "The page lost its worker",
    text: "The browser has ended a part of this page, perhaps to save memory. What you typed is kept. Load the page again.",
  },
  timed_out: {
    title: "The server took too long",
    text: "It may have much to do. Try again in a moment.",
  },
  answers_invalid: {
    title: "Some answers cannot be sent",
    text: "Go back and put right what is marked.",
  },
  out_of_range: {
    title: "An answer is outside its bounds",
    text: "Go back and put right what is marked.",
  },
  passphrase_needed: {
    title: "This key file has a passphrase",
    text: "Type it to open the file.",
  },
  passphrase_weak: {
    title: "That passphrase cannot be used",
    text: "It is too short to protect the key, or too long. Take several words.",
  },
  nothing_open: {
    title: "There is nothing here to do that with",
    text: "The page has lost its place. Load it again.",
  },
  unfinished: {
    title: "Something is not sent yet",
    text: "Load the page again and send what waits first.",
  },
  request_invalid: {
    title: "This is not the code of the other device",
    text: "Copy the whole code that the other device shows.",
  },
  release_invalid: {
    title: "This is not the answer of the other device",
    text: "Copy the whole answer that the other device shows.",
  },
  receipt_invalid: {
    title: "The receipt does not fit what the server froze",
    text: "A signature does not hold, or the receipt is of another collection.",
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
  settings_differ: {
    title: "The collection exists with other settings",
    text: "What is agreed cannot be changed. Take another name, or open the one that exists.",
  },
  failed: {
    title: "That did not work",
    text: "The page does not know why. Load it again.",
  },
  page_failed: {
    title: "That did not work",
    text: "The page has made a mistake. Load it again; what you typed is kept.",
  },

  // Who is who.
  other_analyst: {
    title: "This collection is another analyst's",
    text: "Nothing was sent. Ask for a new link and tell them about this.",
  },
  other_server: {
    title: "This is another server than the link says",
    text: "Nothing was sent. Ask for a new link and tell them about this.",
  },
  belongs_to_another: {
    title: "This collection belongs to another key",
    text: "Open the key with which it was created.",
    exact: "Open the key with which it was created: {found}. The one that is open is {expected}.",
  },
  too_few_demanded: {
    title: "This collection asks for too few participants",
    text: "Its minimum is lower than what you insist on.",
    exact: "Its minimum is {have}, and you insist on {need}.",
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
  not_open: {
    title: "No answers are taken at the moment",
    text: "The collection is interrupted or closed. Come back later with the same link.",
  },
  too_early: {
    title: "This collection is not open yet",
    text: "Come back later with the same link.",
  },
  closed_by_date: {
    title: "This collection has closed",
    text: "Answers were taken until a date that has passed. Write to the analyst if you should still take part.",
  },
  purged: {
    title: "This collection was deleted",
    text: "Everything that was submitted is deleted. It can never be opened again.",
  },
  computation_full: {
    title: "This collection is full",
    text: "It has as many participants as it can take. Tell the analyst.",
  },
  submission_wrong_size: { title: "The server refused what was sent", text: REFUSED_AS_SENT },
  submission_bad_signature: { title: "The server refused what was sent", text: REFUSED_AS_SENT },
  submission_unopenable: { title: "The server refused what was sent", text: REFUSED_AS_SENT },
  submission_header_mismatch: { title: "The server refused what was sent", text: REFUSED_AS_SENT },
  submission_share_malformed: { title: "The server refused what was sent", text: REFUSED_AS_SENT },
  submission_id_taken: { title: "The server refused what was sent", text: REFUSED_AS_SENT },
  submission_stale: {
    title: "There is a newer version of your answers",
    text: "It was sent from another tab or with a copy of your receipt. Load the page again to see it.",
  },
  nothing_submitted: {
    title: "There is nothing to take back",
    text: "Nothing was submitted from here, or another device took over.",
  },
  withdrawal_invalid: {
    title: "The server refused to take it back",
    text: "Your answers are still stored. Load the page again and try once more.",
  },

  // Invitations.
  invitation_unexpected: {
    title: "This collection needs no invitation",
    text: "Everybody has the same link. Ask the analyst for it.",
  },
  invitation_invalid: {
    title: "This invitation does not hold",
    text: "The link was changed, or this device used another invitation before. Ask the analyst for your link again.",
  },
  invitation_in_use: {
    title: "This invitation was used on another device",
    text: "Correct your answers there, or take over here.",
  },
  takeover_waiting: {
    title: "The other device can still object",
    text: "Come back later with this link and take over again.",
  },
  takeover_refused: {
    title: "This device cannot take over",
    text: "Another device asked first, or the consent is for something else. Ask the analyst for a new link.",
  },
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
  manifest_invalid: {
    title: "The server does not take this collection",
    text: "Its settings contradict each other, it is too large, or it asks for what this server does not do.",
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
  not_allowed: {
    title: "That is not possible as the collection stands",
    text: "It was closed, frozen, revealed or deleted meanwhile, or a reveal is under way. Load the page again to see how it stands.",
  },

  // The reveal and the result.
  too_few_parties: {
    title: "Too few have taken part",
    text: "The result can be revealed once the minimum is reached.",
    exact: "Taken part: {have}; needed: {need}. Nothing was frozen.",
  },
  not_frozen: {
    title: "The batch is not frozen yet",
    text: "Go back and reveal it again.",
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
  ended: {
    title: "There is no result, and there will be none",
    text: "Too few submissions counted, or too many were invalid.",
  },
  result_invalid: { title: "The server did not keep the result", text: RECORD_REFUSED },
  publication_invalid: { title: "The result was not published", text: RECORD_REFUSED },
  not_published: {
    title: "The result was not given out yet",
    text: "Come back with the same link.",
  },
} satisfies Record<string, Said>;

export type FailureCode = keyof typeof failures;

export const en: Record<FailureCode, Said> = failures;
