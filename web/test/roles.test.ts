// Both roles from end to end, with the keyboard alone and on a telephone's width; the analyst's pages
// from the relay itself (`server --host-analyst-pages`), which parties are told.

import { readFileSync } from "node:fs";

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startBrowser } from "./browser";
import { Network } from "./network";
import { freePort, Place, type Program } from "./programs";

let browser: Browser;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
});

/** How a person works a page. */
interface Hand {
  press(page: Page, name: string): Promise<void>;
  type(page: Page, label: string, text: string): Promise<void>;
  choose(page: Page, name: string, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void>;
}

/** More places to stop at than any page here has. */
const STOPS = 120;

async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < STOPS; stop += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const labels = element instanceof HTMLInputElement ? Array.from(element.labels ?? []) : [];
      const said = element?.getAttribute("aria-label") ?? labels.map((label) => label.textContent).join(" ");
      return (said || element?.textContent || "").trim();
    });
    if (at === name) {
      return;
    }
  }
  throw new Error(`the keyboard does not reach “${name}”`);
}

const keyboard: Hand = {
  async press(page, name) {
    await page.getByRole("button", { name, exact: true }).waitFor();
    await tabTo(page, name);
    await page.keyboard.press("Enter");
  },
  async type(page, label, text) {
    await page.getByLabel(label, { exact: true }).first().waitFor();
    await tabTo(page, label);
    await page.keyboard.type(text);
  },
  async choose(page, name, file) {
    await page.getByText(name).waitFor();
    await tabTo(page, name);
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Space")]);
    await chooser.setFiles(file);
  },
};

const finger: Hand = {
  press: (page, name) => page.getByRole("button", { name, exact: true }).tap(),
  type: (page, label, text) => page.getByLabel(label, { exact: true }).first().fill(text),
  async choose(page, name, file) {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByText(name).tap()]);
    await chooser.setFiles(file);
  },
};

const RUNS: [string, Hand, BrowserContextOptions][] = [
  ["keyboard", keyboard, { viewport: { width: 1280, height: 900 } }],
  ["telephone", finger, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
];

describe.each(RUNS)("with a %s", (_, hand, options) => {
  const place = new Place();
  const network = new Network();
  let base: string;
  let server: Program;

  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}/`;
    server = await place.server(port, "--host-analyst-pages");
  });

  afterAll(() => place.end());

  async function page(address: string): Promise<Page> {
    const context = await browser.newContext({ ...options, locale: "en-GB", acceptDownloads: true });
    network.watch(context);
    const opened = await context.newPage();
    await opened.goto(address);
    return opened;
  }

  test("a number is asked for, given, corrected, revealed and found in the result", async () => {
    const analyst = await page(`${base}analyst`);
    await hand.press(analyst, "Make a new key");
    const [download] = await Promise.all([analyst.waitForEvent("download"), hand.press(analyst, "Save the key file")]);
    const key = readFileSync(await download.path());
    await hand.choose(analyst, "choose the saved file", { name: "keys.json", mimeType: "application/json", buffer: key });
    await hand.press(analyst, "Go on");
    await hand.press(analyst, "Create a collection");
    await hand.type(analyst, "Name", "sums");
    await hand.press(analyst, "Go on");
    await hand.press(analyst, "Go on");
    await hand.press(analyst, "Create the collection");
    const link = await analyst.getByLabel("Link").inputValue();

    const party = await page(link);
    await party.getByText("hosts the pages that open the analyst's key").waitFor();
    await hand.press(party, "Enter my number");
    await hand.type(party, "Your number", "41");
    await hand.press(party, "Check my answers");
    await hand.press(party, "Seal and send");
    await party.getByRole("heading", { name: "Thank you. It is stored." }).waitFor();
    await hand.press(party, "Correct it or take it back");
    await hand.press(party, "Correct it");
    await hand.type(party, "Your number", "42");
    await hand.press(party, "Check my answers");
    await hand.press(party, "Seal and send");
    await party.getByRole("heading", { name: "Your correction is stored." }).waitFor();

    await analyst.getByText("1 have taken part").first().waitFor();
    await hand.press(analyst, "Reveal the result");
    await hand.type(analyst, "Type “sums” to confirm", "sums");
    await hand.press(analyst, "Freeze and reveal");
    await analyst.getByRole("heading", { name: "Result of sums" }).waitFor();
    expect(await analyst.locator(".the-sum").textContent()).toBe("42");

    await party.reload();
    await hand.press(party, "Check that I was counted");
    await party.getByText("Your data was counted").waitFor();

    network.check([base]);
    expect(server.said).not.toContain(link.split("#")[1]);
  });
});
