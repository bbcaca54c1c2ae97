// The texts of a language are loaded by themselves: only those of the one that is spoken, before anything
// is shown.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { Network } from "./network";
import { created, heading, invited, press } from "./people";
import { stage } from "./stage";

const ENGLISH = "A link is needed";
const GERMAN = "Es fehlt ein Link";
/** What a page may say before it. */
const OPENING: Record<string, string> = { [ENGLISH]: "Opening the collection", [GERMAN]: "Die Erhebung wird geöffnet" };

const at = stage("--host-analyst-pages");

async function visit(locale: string, address = at.base): Promise<{ page: Page; network: Network }> {
  const context = await at.browser.newContext({ locale });
  const network = new Network();
  network.watch(context);
  // Every heading that is ever drawn, in order.
  await context.addInitScript(() => {
    const drawn: string[] = [];
    Object.assign(globalThis, { drawn });
    new MutationObserver(() => {
      const said = document.querySelector("main:not(.fallback) h1")?.textContent;
      if (said && said !== drawn.at(-1)) {
        drawn.push(said);
      }
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  const page = await context.newPage();
  await page.goto(address);
  return { page, network };
}

/** Whatever was drawn before, and is not what stands there. */
async function before(page: Page, shown: string): Promise<string[]> {
  const drawn = await page.evaluate(() => (globalThis as unknown as { drawn: string[] }).drawn);
  expect(drawn.at(-1)).toBe(shown);
  return drawn.slice(0, -1).filter((said) => said !== OPENING[shown]);
}

const turnTo = (page: Page, name: string) => page.getByRole("button", { name }).click();
const spoken = ({ urls }: Network) => urls.flatMap((url) => /\/texts-(\w+)-/.exec(url)?.[1] ?? []);

test.each([
  ["de-AT", GERMAN, "de"],
  ["en-GB", ENGLISH, "en"],
  ["fr-FR", ENGLISH, "en"],
])("a browser in %s is shown %j, and loads nothing else", async (locale, shown, language) => {
  const { page, network } = await visit(locale);
  await heading(page, shown);
  expect(await before(page, shown)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
  expect(spoken(network)).toEqual([language]);
  expect([network.violations, network.errors]).toEqual([[], []]);
});

test("who turns to the other language finds it again", async () => {
  const { page, network } = await visit("en-GB");
  await heading(page, ENGLISH);
  await turnTo(page, "DE, Deutsch");
  await heading(page, GERMAN);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("de");
  await turnTo(page, "EN, English");
  await heading(page, ENGLISH);
  await turnTo(page, "DE, Deutsch");
  await heading(page, GERMAN);
  // Each of them once, whatever the browser keeps.
  expect(spoken(network)).toEqual(["en", "de"]);
  await page.reload();
  await heading(page, GERMAN);
  expect(await before(page, GERMAN)).toEqual([]);
  expect(spoken(network)).toEqual(["en", "de", "de"]);
  await page.goto(`${at.base}analyst`);
  await heading(page, "Ihr Schlüssel");
  expect([network.violations, network.errors]).toEqual([[], []]);
});

test("where the other language does not come, the page stays, says so, and may be asked again", async () => {
  const { page } = await visit("en-GB");
  await heading(page, ENGLISH);
  await page.route(/\/texts-de-/, (route) => route.abort());
  await turnTo(page, "DE, Deutsch");
  await page.getByRole("alert").getByText("could not be loaded").waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
  await heading(page, ENGLISH);
  await page.unroute(/\/texts-de-/);
  await turnTo(page, "DE, Deutsch");
  await heading(page, GERMAN);
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("what is said of spreadsheets comes when somebody opens one", async () => {
  const cell = { min: 0, max: 9, statistics: ["sum"] };
  const form = { title: "Hours", tables: [{ id: "t", title: "T", rows: ["r"], columns: [{ title: "c" }], cell }] };
  writeFileSync(join(at.place.folder, "form.json"), JSON.stringify(form));
  await created(at.place, at.server, "sheets", "--form", "form.json", "--access", "invited");
  const [link] = await invited(at.place, at.server, "sheets", 1);
  const { page, network } = await visit("de-AT", link);
  const apart = () => network.urls.filter((url) => /\/sheets-\w\w-/.test(url)).length;
  await press(page, "Zu den Fragen");
  await page.locator("table.grid").waitFor();
  expect(apart()).toBe(0);
  const drop = (on: Page, text: string) =>
    on.locator("input[type=file]").setInputFiles({ name: "t.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await drop(page, "place,answer\nnowhere,1\n");
  await page.getByText("nowhere ist keine Stelle dieses Formulars").waitFor();
  await drop(page, "place,answer\nelsewhere,1\n");
  await page.getByText("elsewhere ist keine Stelle dieses Formulars").waitFor();
  expect(apart()).toBe(1);
  // English has it at once.
  await turnTo(page, "EN, English");
  await page.getByText("elsewhere is no place of this form").waitFor();
  expect([network.violations, network.errors]).toEqual([[], []]);
  // Whoever turns to German afterwards has it too.
  const { page: other } = await visit("en-GB", link);
  await press(other, "Show me the questions");
  await drop(other, "place,answer\nnowhere,1\n");
  await other.getByText("nowhere is no place of this form").waitFor();
  await turnTo(other, "DE, Deutsch");
  await other.getByText("nowhere ist keine Stelle dieses Formulars").waitFor();
});
