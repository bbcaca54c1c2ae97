// What people do on the pages: the analyst's steps and those of the parties, and the programs where a
// test needs no page.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Browser, BrowserContext, Download, Page } from "playwright-core";
import { expect } from "vitest";

import { Network } from "./network";
import type { Place } from "./programs";

export const press = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: typeof name === "string" }).click();

export const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();

/** The file that the page hands out. */
export async function saved(page: Page, act: Promise<unknown>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), act]);
  return readFileSync(await (download as Download).path());
}

/** A person with a browser of their own. */
export async function person(browser: Browser, network?: Network): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", acceptDownloads: true });
  network?.watch(context);
  return context;
}

/** A key that is saved and read back, up to the list of collections. */
export async function makeKey(page: Page): Promise<Buffer> {
  await press(page, "Make a new key");
  const key = await saved(page, press(page, "Save the key file"));
  await page.locator("input[type=file]").setInputFiles({ name: "keys.json", mimeType: "application/json", buffer: key });
  await page.getByText("The backup works.").waitFor();
  await press(page, "Go on");
  await heading(page, "Your collections");
  return key;
}

/** `analyst ui`, entered with the token that it prints. */
export async function enter(place: Place, server: string, page: Page): Promise<string> {
  const ui = place.start("analyst", ["--server", server, "ui", "--port", "0"]);
  const [, entrance = ""] = await ui.says(/open (\S+)/);
  await page.goto(entrance);
  return entrance;
}

/** Opens the key that lies in the folder of `analyst ui`. */
export async function openLocalKey(page: Page): Promise<void> {
  await page.getByText("There is a key in the folder").waitFor();
  await press(page, "Open it");
  await heading(page, "Your collections");
}

export async function openCollection(page: Page, name: string): Promise<void> {
  await press(page, name);
  await heading(page, name);
}

export async function reveal(page: Page, name: string): Promise<void> {
  await confirmReveal(page, name);
  await page.getByRole("heading", { name: `Result of ${name}` }).waitFor({ timeout: 300_000 });
  // Large results are drawn section by section.
  await page.locator("[aria-busy=true]").waitFor({ state: "detached" });
}

export async function confirmReveal(page: Page, name: string): Promise<void> {
  await press(page, "Reveal the result");
  await page.getByLabel(`Type “${name}” to confirm`).fill(name);
  await press(page, "Freeze and reveal");
}

/** From the review to what is said then. */
export async function send(page: Page, thanks: string): Promise<void> {
  await press(page, "Check my answers");
  await heading(page, "Check your answers");
  await press(page, "Seal and send");
  await heading(page, thanks);
}

export const STORED = "Thank you. It is stored.";
export const CORRECTED = "Your correction is stored.";

/** A number is entered and sent, from the first screen on. */
export async function give(page: Page, number: string, begin = "Enter my number", thanks = STORED): Promise<void> {
  await press(page, begin);
  await page.getByLabel("Your number", { exact: true }).fill(number);
  await send(page, thanks);
}

/** Runs a program to its end. */
export async function run(place: Place, program: string, ...args: string[]): Promise<string> {
  const running = place.start(program, args);
  expect(await running.ended(), running.said).toBe(0);
  return running.said;
}

/** Creates a computation with the command line, where the page that does so is not what is tested. */
export async function created(place: Place, server: string, name: string, ...rules: string[]): Promise<void> {
  // Nobody presses Enter: it opens the computation and leaves.
  await run(place, "analyst", "--server", server, "--computation", name, ...rules);
}

/** Invites so many; their links, as parties get them. */
export async function invited(place: Place, server: string, name: string, count: number): Promise<string[]> {
  const file = `links-${name}.csv`;
  await run(place, "analyst", "--server", server, "--computation", name, "invite", "--count", String(count), "--out", file);
  const links = linksIn(readFileSync(join(place.folder, file), "utf8"));
  expect(links).toHaveLength(count);
  return links;
}

export function linksIn(table: string): string[] {
  // A message beside a link says it again.
  return [...new Set([...table.matchAll(/https?:\/\/[^\s",;]+/g)].map(([link]) => link))];
}

/** The secret part of a link. */
export function seedOf(link: string): string {
  return link.split(".").at(-1) ?? "";
}
