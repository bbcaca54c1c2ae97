// How to get to each state.

import type { Page } from "playwright-core";

export interface State {
  query: string;
  fragment?: string;
  language?: string;
  act?: (page: Page) => Promise<unknown>;
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** Waits for what must be told. */
const shows = (...texts: string[]) => async (page: Page) => {
  for (const text of texts) {
    await page.getByText(text).first().waitFor();
  }
};

async function fill(page: Page): Promise<void> {
  await press(page, "Show me the questions");
  await page.getByLabel("Industry").selectOption("Health");
  await page.locator("table.grid input").first().focus();
  await page.evaluate(() => {
    const rows = Array.from({ length: 5 }, (_, row) => [12, 40, 7, 3, 1, row * 250].join("\t"));
    const data = new DataTransfer();
    data.setData("text/plain", rows.join("\n"));
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.getByLabel("How many people work for you?").fill("1,250");
  await page.getByLabel("Yes").check();
  await page.getByLabel("Pension").check();
  await page.getByText("understood as").first().waitFor();
}

async function review(page: Page): Promise<void> {
  await fill(page);
  await press(page, "Check my answers");
  await page.getByRole("heading", { name: "Check your answers" }).waitFor();
}

const number = async (page: Page) => {
  await press(page, "Enter my number");
  await page.getByLabel("Your number").fill("1,234");
};

export const PARTY_STATES: Record<string, State> = {
  "read-form": { query: "scene=invited" },
  "read-sum": { query: "kind=sum" },
  "read-unpinned": { query: "kind=sum&scene=unpinned&hosted" },
  "read-optional": { query: "kind=optional&scene=guarded", act: shows("Server and analyst see how many did, not who.", "This is round 2") },
  "read-shown": { query: "kind=shown&scene=guarded", act: shows("see of everybody, so of you, what is left empty", "what each of you leaves empty") },
  "read-unguarded": { query: "kind=optional", act: shows("even if you alone of it gave it") },
  "fill-empty": { query: "", act: (page) => press(page, "Show me the questions") },
  "fill-done": { query: "", act: fill },
  "fill-fixed": { query: "scene=invited", act: (page) => press(page, "Show me the questions") },
  "fill-errors": {
    query: "",
    act: async (page) => {
      await press(page, "Show me the questions");
      await page.locator("table.grid input").nth(0).fill("9999");
      await page.locator("table.grid input").nth(1).fill("many");
      await press(page, "Check my answers");
      await page.getByText("things to put right").waitFor();
    },
  },
  "fill-file": {
    query: "",
    act: async (page) => {
      await press(page, "Show me the questions");
      await page.locator("input[type=file]").setInputFiles({ name: "pay.xlsx", mimeType: "x", buffer: Buffer.from("x") });
      await page.getByText("Check them below").waitFor();
    },
  },
  "fill-bad-file": {
    query: "",
    act: async (page) => {
      await press(page, "Show me the questions");
      await page.locator("input[type=file]").setInputFiles({ name: "bad.xlsx", mimeType: "x", buffer: Buffer.from("x") });
      await page.getByRole("alert").waitFor();
    },
  },
  "fill-sum": {
    query: "kind=sum",
    act: async (page) => {
      await number(page);
      await page.getByText("understood as").waitFor();
    },
  },
  review: { query: "", act: review },
  "review-sum": {
    query: "kind=sum",
    act: async (page) => {
      await number(page);
      await press(page, "Check my answers");
      await page.getByRole("heading", { name: "Check your answers" }).waitFor();
    },
  },
  "review-shown": {
    query: "kind=shown&scene=guarded",
    act: async (page) => {
      await review(page);
      await shows("at least 4 of it gave it. Server and analyst see of everybody", "This is round 2", "which group a sealed submission belongs to")(page);
    },
  },
  sending: {
    query: "scene=stuck",
    act: async (page) => {
      await review(page);
      await press(page, "Seal and send");
      await page.getByText("Kept here; the server").waitFor();
    },
  },
  done: {
    query: "",
    act: async (page) => {
      await review(page);
      await press(page, "Seal and send");
      await page.getByText("Thank you").waitFor();
    },
  },
  takeover: {
    query: "scene=takeover",
    act: async (page) => {
      await review(page);
      await press(page, "Seal and send");
      await page.getByText("Code for the other device").waitFor();
    },
  },
  have: { query: "scene=have" },
  withdraw: { query: "scene=have", act: (page) => press(page, "Take it back") },
  forget: { query: "scene=have", act: (page) => press(page, "Remove it from this device") },
  allow: { query: "scene=have", act: (page) => press(page, "Allow another device") },
  withdrawn: { query: "scene=withdrawn" },
  pending: { query: "scene=pending" },
  early: { query: "scene=early" },
  paused: { query: "scene=paused" },
  closed: { query: "scene=closed" },
  frozen: { query: "scene=frozen" },
  revealed: { query: "scene=revealed" },
  ended: { query: "scene=ended" },
  purged: { query: "scene=purged" },
  counted: {
    query: "scene=revealed",
    act: async (page) => {
      await press(page, "Check that I was counted");
      await page.getByText("Your data was counted").waitFor();
    },
  },
  "counted-near": {
    query: "scene=near",
    act: async (page) => {
      await press(page, "Check that I was counted");
      await shows("as in round 1")(page);
    },
  },
  missing: {
    query: "scene=missing",
    act: async (page) => {
      await press(page, "Check that I was counted");
      await page.getByText("Your submission is missing").waitFor();
    },
  },
  "dead-server": { query: "scene=waiting" },
  "link-cut": {
    query: "scene=no-link",
    act: async (page) => {
      await page.getByRole("heading", { name: "This link is not whole" }).waitFor();
      // The keyboard alone: from the heading, which has the focus, to the field and its button.
      await page.keyboard.press("Tab");
      await page.keyboard.type("https://mpc.example/#wages.AbC");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      // It is still there, to be mended.
      await page.getByLabel("The whole link").and(page.locator("[aria-invalid=true]")).waitFor();
    },
  },
  "invitation-unknown": { query: "scene=no-invitation", act: (page) => page.getByLabel("The whole link").waitFor() },
  "invitation-cut": { query: "scene=uninvited", act: (page) => page.getByLabel("The whole link").waitFor() },
  "other-tab": { query: "scene=other-tab" },
  "browser-unusable": { query: "scene=unusable" },
  "no-link": { query: "", fragment: "" },
};

const KEY = { name: "keys.json", mimeType: "application/json", buffer: Buffer.from("{}") };
const WRONG = { name: "other.json", mimeType: "application/json", buffer: Buffer.from("{  }") };

async function list(page: Page): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(KEY);
  await page.getByRole("heading", { name: "Your collections" }).waitFor();
}

async function board(page: Page): Promise<void> {
  await list(page);
  await press(page, "wages");
  await page.getByRole("heading", { name: "wages" }).waitFor();
}

async function backup(page: Page, file: typeof KEY): Promise<void> {
  await press(page, "Make a new key");
  await press(page, "Save the key file");
  await page.locator("input[type=file]").setInputFiles(file);
}

async function create(page: Page, example?: string): Promise<void> {
  await list(page);
  await press(page, "Create a collection");
  await page.getByLabel("Name", { exact: true }).first().fill("wages-2027");
  if (example !== undefined) {
    await page.getByLabel("A form").check();
    await page.getByLabel("Start from").selectOption({ label: example });
    await page.getByText("numbers for each participant").waitFor();
  }
}

async function rules(page: Page): Promise<void> {
  await create(page, "Employee survey");
  await press(page, "Go on");
  await page.getByLabel("Whom you invite").check();
}

async function confirm(page: Page): Promise<void> {
  await board(page);
  await press(page, "Reveal the result");
  await page.getByLabel("Type “wages” to confirm").fill("wages");
}

async function result(page: Page): Promise<void> {
  await confirm(page);
  await press(page, "Freeze and reveal");
  await page.getByRole("heading", { name: "Result of wages" }).waitFor();
}

export const ANALYST_STATES: Record<string, State> = {
  key: { query: "" },
  "key-hosted": { query: "hosted" },
  "key-wrong": {
    query: "scene=nokeys",
    act: async (page) => {
      await page.locator("input[type=file]").setInputFiles(KEY);
      await page.getByText("This is not a key file").waitFor();
    },
  },
  passphrase: {
    query: "scene=passphrase",
    act: async (page) => {
      await page.locator("input[type=file]").setInputFiles(KEY);
      await page.getByLabel("Passphrase").fill("wrong");
      await press(page, "Open");
      await page.getByText("That is not the passphrase").waitFor();
    },
  },
  backup: { query: "", act: (page) => press(page, "Make a new key") },
  "backup-other": {
    query: "",
    act: async (page) => {
      await backup(page, WRONG);
      await page.getByText("That is another file").waitFor();
    },
  },
  "backup-proved": {
    query: "",
    act: async (page) => {
      await backup(page, KEY);
      await page.getByText("The backup works").waitFor();
    },
  },
  expired: { query: "scene=expired" },
  list: { query: "", act: list },
  "list-none": { query: "scene=none", act: list },
  "list-dead": { query: "scene=dead", act: list },
  "create-sum": { query: "", act: (page) => create(page) },
  "create-form": { query: "", act: (page) => create(page, "Employee survey") },
  "create-wages": { query: "", act: (page) => create(page, "Wage gap") },
  "create-rules": { query: "", act: rules },
  "create-look": {
    query: "",
    act: async (page) => {
      await rules(page);
      await press(page, "Go on");
      await page.getByRole("heading", { name: "Look once more" }).waitFor();
    },
  },
  board: { query: "", act: board },
  "board-few": { query: "scene=few", act: board },
  "board-near": {
    query: "scene=near",
    act: async (page) => {
      await board(page);
      await shows("as in round 1")(page);
    },
  },
  "board-open": { query: "kind=sum&scene=open", act: board },
  "board-frozen": { query: "scene=frozen", act: board },
  "board-revealed": { query: "scene=revealed", act: board },
  "board-uninvited": { query: "scene=uninvited", act: board },
  invite: {
    query: "",
    act: async (page) => {
      await board(page);
      await press(page, "Invite more");
      await page.getByLabel("Paste or type the list").fill("Name;Email;Industry\nAlder;a@x.example;Health\nBirch;b@x.example;Finance");
    },
  },
  "invite-wrong": {
    query: "",
    act: async (page) => {
      await board(page);
      await press(page, "Invite more");
      await page.getByLabel("Paste or type the list").fill("Name;Email;Industry\nAlder;;Healthy\n;;\nAlder;;");
    },
  },
  close: {
    query: "",
    act: async (page) => {
      await board(page);
      await press(page, "Close");
    },
  },
  confirm: { query: "", act: confirm },
  "confirm-near": {
    query: "scene=near",
    act: async (page) => {
      await confirm(page);
      await shows("as in round 1")(page);
    },
  },
  reveal: {
    query: "scene=slow",
    act: async (page) => {
      await confirm(page);
      await press(page, "Freeze and reveal");
      await page.getByText("5 of 12 verified").waitFor();
    },
  },
  result: { query: "", act: result },
  "result-near": {
    query: "scene=near",
    act: async (page) => {
      await result(page);
      await shows("as in round 1")(page);
    },
  },
  "result-sum": { query: "kind=sum", act: result },
  "result-ended": { query: "scene=ended", act: result },
};
