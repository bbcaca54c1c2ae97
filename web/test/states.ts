// How to get to each state.

import type { Page } from "playwright-core";

export interface State {
  query: string;
  fragment?: string;
  language?: string;
  act?: (page: Page) => Promise<unknown>;
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

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
  sending: {
    query: "scene=stuck",
    act: async (page) => {
      await review(page);
      await press(page, "Seal and send");
      await page.getByText("Kept here, not sent").waitFor();
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
  missing: {
    query: "scene=missing",
    act: async (page) => {
      await press(page, "Check that I was counted");
      await page.getByText("Your submission is missing").waitFor();
    },
  },
  "dead-server": { query: "scene=waiting" },
  "link-cut": { query: "scene=no-link" },
  "invitation-unknown": { query: "scene=no-invitation" },
  "other-tab": { query: "scene=other-tab" },
  "browser-unusable": { query: "scene=unusable" },
  "no-link": { query: "", fragment: "nothing" },
};

export const ANALYST_STATES: Record<string, State> = {};
