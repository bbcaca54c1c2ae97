// Why something did not work that only an input party's page asks for.

import type { Said } from "./en-failures";

/** What only happens when what was sent was changed on its way, or made by another program. */
const REFUSED_AS_SENT =
  "Nothing was stored. What arrived is not what the page sealed, or not for this collection. Load the page again and fill it in once more; if it happens again, tell the analyst.";

export const partyFailures = {
  // Links, this device, this page.
  link_invalid: {
    title: "This link is not whole",
    text: "A part of it is missing or changed; mail programs sometimes cut long links. Copy the whole link from the message that you got, or ask for it again.",
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
  answers_invalid: {
    title: "Some answers cannot be sent",
    text: "Go back and put right what is marked.",
  },
  out_of_range: {
    title: "An answer is outside its bounds",
    text: "Go back and put right what is marked.",
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

  // Who is who.
  other_analyst: {
    title: "This collection is another analyst's",
    text: "Nothing was sent. Ask for a new link and tell them about this.",
  },
  other_server: {
    title: "This is another server than the link says",
    text: "Nothing was sent. Ask for a new link and tell them about this.",
  },
  too_few_demanded: {
    title: "This collection asks for too few participants",
    text: "Its minimum is lower than what you insist on.",
    exact: "Its minimum is {have}, and you insist on {need}.",
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

  // The reveal and the result.
  not_published: {
    title: "The result was not given out yet",
    text: "Come back with the same link.",
  },
} satisfies Record<string, Said>;
