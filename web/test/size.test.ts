// What the pages weigh, as a browser loads them from the server in each language: everything before
// somebody opens a spreadsheet or sees a result.

import { readFileSync } from "node:fs";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { BUDGETS, loaded, total } from "../scripts/weight.mjs";
import { startBrowser } from "./browser";
import { freePort, Place } from "./programs";

const DIST = new URL("../dist/", import.meta.url).pathname;

const place = new Place();
let browser: Browser;
let port: number;

beforeAll(async () => {
  browser = await startBrowser();
  port = await freePort();
  await place.server(port, "--host-analyst-pages");
});

afterAll(async () => {
  await browser?.close();
  await place.end();
});

/** What a page loads until something is shown that only the worker's module can know: its path to its bytes. */
async function loads(locale: string, address: string, shown: string, press?: string): Promise<Map<string, number>> {
  const page = await (await browser.newContext({ locale })).newPage();
  const asked = new Set<string>();
  page.context().on("request", (request) => asked.add(new URL(request.url()).pathname));
  await page.goto(address);
  if (press) {
    await page.getByRole("button", { name: press, exact: true }).click();
  }
  await page.getByRole("heading", { name: shown }).waitFor();
  await page.context().close();
  const names: Record<string, string> = { "/": "index.html", "/analyst": "analyst.html" };
  const files = [...asked].map((path) => names[path] ?? path.slice(1)).filter((name) => name !== "site.json");
  return new Map(files.map((name) => [name, readFileSync(`${DIST}${name}.br`).length]));
}

test.each([
  ["en", "en-GB", "This link is not whole"],
  ["de", "de-AT", "Dieser Link ist nicht vollständig"],
] as const)("the input party's page keeps within its budget in %s", async (language, locale, shown) => {
  // Whether a link is whole is for the module to say.
  const files = await loads(locale, `http://127.0.0.1:${port}/#pay.x`, shown);
  expect(total(files)).toBeLessThanOrEqual(BUDGETS["index.html"]);
  expect(files).toEqual(await loaded(DIST, "index.html", language));
});

test.each([
  ["en", "en-GB", "Save your key", "Make a new key"],
  ["de", "de-AT", "Sichern Sie den Schlüssel", "Neuen Schlüssel erzeugen"],
] as const)("the analyst's page keeps within its budget in %s", async (language, locale, shown, press) => {
  const files = await loads(locale, `http://127.0.0.1:${port}/analyst`, shown, press);
  expect(total(files)).toBeLessThanOrEqual(BUDGETS["analyst.html"]);
  expect(files).toEqual(await loaded(DIST, "analyst.html", language));
});
