// What happens beside the straight way: taking back, changing devices, being told the result, dates and
// pauses, deleting. Each with the real programs, and with what the other side sees of it.

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { startBrowser } from "./browser";
import {
  CORRECTED,
  created,
  enter,
  give,
  heading,
  invited,
  makeKey,
  openCollection,
  openLocalKey,
  person,
  press,
  reveal,
  run,
  send,
  STORED,
} from "./people";
import { freePort, Place } from "./programs";

let browser: Browser;
let place: Place;
let server: string;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  place = new Place();
  const port = await freePort();
  server = `ws://127.0.0.1:${port}`;
  // So long a device may object before another one takes its place.
  await place.server(port, "--takeover-wait", "1");
});

afterEach(async () => {
  for (const context of browser.contexts()) {
    await context.close();
  }
  await place.end();
});

async function open(address: string): Promise<Page> {
  const page = await (await person(browser)).newPage();
  await page.goto(address);
  return page;
}

/** An invited computation with these rules, and so many links. */
async function collection(name: string, count: number, ...rules: string[]): Promise<string[]> {
  await created(place, server, name, "--access", "invited", "--time-grain", "1s", ...rules);
  return invited(place, server, name, count);
}

const analyst = (name: string, ...args: string[]) =>
  run(place, "analyst", "--server", server, "--computation", name, ...args);

const failed = (page: Page, code: string) => page.getByText(`For support: ${code}`).waitFor();

test("what was taken back does not count, and the page proves it", async () => {
  const [leaving = "", back = "", staying = ""] = await collection("leave", 3);
  await run(place, "input-party", "--link", staying, "30");
  const pages = await Promise.all([leaving, back].map(open));
  for (const page of pages) {
    await give(page, "5");
    await press(page, "Correct it or take it back");
    await press(page, "Take it back");
    await heading(page, "Take your submission back?");
    await press(page, "Take it back");
    await heading(page, "Your submission was taken back");
  }
  const [left, again] = pages as [Page, Page];
  // It is remembered, and can be undone with the same link.
  await again.reload();
  await heading(again, "Your submission was taken back");
  await give(again, "12", "Submit again", CORRECTED);

  expect(await analyst("leave", "reveal")).toContain("SUM IS: 42");
  await left.reload();
  await press(left, "Check that it was left out");
  await left.getByText("You had taken your submission back").waitFor();
  await again.reload();
  await press(again, "Check that I was counted");
  await again.getByText("Your data was counted").waitFor();
});

test("a second device takes over with consent, and the first one comes back with a key of its own", async () => {
  const [link = ""] = await collection("devices", 1);
  const first = await open(link);
  await give(first, "1");
  const second = await open(link);
  await press(second, "Enter my number");
  await second.getByLabel("Your number", { exact: true }).fill("2");
  await send(second, "This invitation was used on another device");
  await consent(first, second, "Correct it or take it back");
  await heading(second, CORRECTED);

  // The first one learns it when it corrects, and keeps what it has until it takes the place back.
  await press(first, "Back");
  await press(first, "Correct it");
  await first.getByLabel("Your number", { exact: true }).fill("3");
  await send(first, "This invitation was used on another device");
  await consent(second, first, "Correct it or take it back");
  await heading(first, STORED);
  // From then on it corrects as ever, also after it was loaded again.
  await first.reload();
  await give(first, "42", "Correct it", CORRECTED);

  const said = await analyst("devices", "reveal");
  expect(said).toContain("SUM IS: 42");
  expect(said).toContain("2 devices have taken another one's place");
  await first.reload();
  await press(first, "Check that I was counted");
  await first.getByText("Your data was counted").waitFor();
  await first.getByText("2 places were taken over by another device").waitFor();
  await second.reload();
  await press(second, "Check that I was counted");
  await second.getByText("Another device with the same invitation took over").waitFor();
});

/** The device that has the place lets the other one have it. */
async function consent(holder: Page, comer: Page, from: string): Promise<void> {
  await press(holder, from);
  await press(holder, "Allow another device");
  const code = await comer.getByLabel("Code for the other device").inputValue();
  await holder.getByLabel("Code of the other device").fill(code);
  await press(holder, "Make the answer");
  const answer = await holder.getByLabel("Answer, to be pasted on the other device").inputValue();
  await comer.getByLabel("Answer of the other device").fill(answer);
  await press(comer, "Take over now");
}

test("a second device takes over by waiting, and the first one that objects keeps its place", async () => {
  const [taken = "", kept = ""] = await collection("waiting", 2);
  const [first, objector] = [await open(taken), await open(kept)];
  await give(first, "1");
  await give(objector, "2");

  const second = await open(taken);
  await press(second, "Enter my number");
  await second.getByLabel("Your number", { exact: true }).fill("10");
  await send(second, "This invitation was used on another device");
  await takeOverByWaiting(second, CORRECTED);

  // Loaded again, the first device learns it, types anew and waits for the place in its turn.
  await first.reload();
  await press(first, "Correct it");
  await first.getByLabel("Your number", { exact: true }).fill("20");
  await send(first, "This invitation was used on another device");
  await takeOverByWaiting(first, STORED);

  // Whoever objects, by sending anything, ends the other one's wait.
  const thief = await open(kept);
  await press(thief, "Enter my number");
  await thief.getByLabel("Your number", { exact: true }).fill("1000");
  await send(thief, "This invitation was used on another device");
  await press(thief, "Take over without the other device");
  await thief.getByText("The other device can object for").waitFor();
  await press(objector, "Correct it or take it back");
  await give(objector, "22", "Correct it", CORRECTED);

  const result = await analystPage("waiting");
  await reveal(result, "waiting");
  expect(await result.locator(".the-sum").textContent()).toBe("42");
  await result.getByText("Invitations: 2 made, 2 used, 0 taken back afterwards, 0 withdrawn by you.").waitFor();
  await result.getByText("2 submissions were taken over by another device.").waitFor();
});

/** Asks for the place until the other device's time is over. */
async function takeOverByWaiting(page: Page, thanks: string): Promise<void> {
  const done = page.getByRole("heading", { name: thanks });
  for (;;) {
    const ask = page.locator("button:not([data-pressed])", { hasText: "Take over without the other device" });
    await ask.or(done).waitFor();
    if (await done.isVisible()) {
      return;
    }
    await ask.evaluate((button) => button.setAttribute("data-pressed", ""));
    await page.locator("button[data-pressed]").click();
  }
}

/** The page of the analyst whose key is in the folder, at its newest collection. */
async function analystPage(name: string): Promise<Page> {
  const page = await (await person(browser)).newPage();
  await enter(place, server, page);
  await openLocalKey(page);
  await openCollection(page, name);
  return page;
}

test("the parties are told the result when the analyst gives it out, and not before", async () => {
  const links = await collection("told", 2, "--publish", "parties");
  const pages = await Promise.all(links.map(open));
  for (const [index, page] of pages.entries()) {
    await give(page, String(20 + 2 * index));
  }
  const page = await analystPage("told");
  await reveal(page, "told");
  const [first, second] = pages as [Page, Page];
  await first.reload();
  await first.getByText("The analyst has not given out the result yet").waitFor();
  await press(page, "Give the result to the participants");
  await page.getByText("The participants can see the result").waitFor();

  await first.reload();
  await heading(first, "The result was revealed");
  expect(await first.locator(".the-sum").textContent()).toBe("42");
  await press(second, "Correct it or take it back");
  await second.reload();
  await press(second, "Check that I was counted");
  await second.getByText("Your data was counted").waitFor();
  expect(await second.locator(".the-sum").textContent()).toBe("42");
  // An invitation that was never used sees it too; whoever has no invitation does not.
  const stranger = await open((links[0] ?? "").replace(/\.[^.]*$/, ""));
  await heading(stranger, "The result was revealed");
  await stranger.getByText("The analyst has not given out the result yet").waitFor();
  expect(await stranger.locator(".the-sum").count()).toBe(0);
});

test("dates, a pause and an end reach the parties, also those who are typing", async () => {
  const [link = "", typing = ""] = await collection("dates", 2);
  const page = await analystPage("dates");
  const party = await open(link);
  const typist = await open(typing);
  await press(typist, "Enter my number");
  await typist.getByLabel("Your number", { exact: true }).fill("2");

  await setDates(page, "2099-01-01T10:00", "2099-02-01T10:00");
  await party.reload();
  await heading(party, "Not open yet");
  await party.getByText("2099").first().waitFor();
  await press(typist, "Check my answers");
  await press(typist, "Seal and send");
  await failed(typist, "too_early");

  await setDates(page, "", "2020-01-01T10:00");
  await party.reload();
  await heading(party, "This collection is closed");
  await setDates(page, "", "");
  await party.reload();
  await give(party, "40");

  await press(page, "Pause");
  await page.getByText("paused", { exact: true }).waitFor();
  await press(party, "Correct it or take it back");
  await party.reload();
  await heading(party, "Paused for the moment");
  // What was refused is kept, and sent once answers are taken again.
  await typist.reload();
  await press(typist, "Send it now");
  await failed(typist, "not_open");
  await press(page, "Take answers again");
  await page.getByText("open", { exact: true }).waitFor();
  await typist.reload();
  await press(typist, "Send it now");
  await heading(typist, STORED);

  await press(page, "Close");
  await page.getByLabel("Type “dates” to confirm").fill("dates");
  await press(page, "Close");
  await page.getByText("closed", { exact: true }).waitFor();
  await party.reload();
  await heading(party, "This collection is closed");
  await party.getByText("you can still take your submission back").waitFor();
  await reveal(page, "dates");
  expect(await page.locator(".the-sum").textContent()).toBe("42");
});

async function setDates(page: Page, opens: string, closes: string): Promise<void> {
  const dates = page.locator("details", { hasText: "Change the dates" });
  if (!(await dates.evaluate((details) => (details as HTMLDetailsElement).open))) {
    await dates.locator("summary").click();
  }
  await page.getByLabel("Opens").fill(opens);
  await page.getByLabel("Closes").fill(closes);
  // What was said of the dates before goes away first.
  const said = page.getByText("The dates are saved.");
  await said.evaluateAll((before) => before.forEach((element) => element.setAttribute("data-before", "")));
  await press(page, "Save the dates");
  await page.locator('[role="status"]:not([data-before])', { hasText: "The dates are saved." }).waitFor();
}

test("what the analyst deletes is gone for everybody, and the result stays", async () => {
  const [link = ""] = await collection("gone", 1);
  const party = await open(link);
  await give(party, "42");
  const page = await analystPage("gone");
  await reveal(page, "gone");
  await press(page, "Back");
  await press(page, "Delete all that was submitted");
  await page.getByLabel("Type “gone” to confirm").fill("gone");
  await press(page, "Delete all that was submitted");
  await page.getByText("deleted", { exact: true }).waitFor();
  await press(page, "Show the result");
  expect(await page.locator(".the-sum").textContent()).toBe("42");
  await party.reload();
  await heading(party, "This collection was deleted");
});

test("an analyst finds every collection again, by the list and by its name", async () => {
  const page = await (await person(browser)).newPage();
  await enter(place, server, page);
  await makeKey(page);
  await page.getByText("There is none yet").waitFor();
  for (const name of ["one", "two"]) {
    await press(page, "Create a collection");
    await page.getByLabel("Name", { exact: true }).first().fill(name);
    await press(page, "Go on");
    await press(page, "Go on");
    await press(page, "Create the collection");
    await heading(page, name);
    const link = await page.getByLabel("Link").inputValue();
    await run(place, "input-party", "--link", link, "42");
    await press(page, "All collections");
  }
  await openCollection(page, "one");
  await page.getByText("1 have taken part").first().waitFor();
  await reveal(page, "one");
  await press(page, "All collections");
  await heading(page, "Your collections");
  const rows = page.locator("table.list tbody tr");
  await rows.nth(1).waitFor();
  const said = await rows.evaluateAll((all) =>
    all.map((row) => Array.from(row.children, (cell) => cell.textContent?.trim() ?? "").join(" ")),
  );
  expect(said.toSorted()).toEqual(["one 1 revealed 1", "two 1 open 1"]);

  // The same name again is the next round.
  await created(place, server, "one");
  await press(page, "All collections");
  await rows.nth(2).waitFor();
  await page.getByLabel("Or open one by its name").fill("one");
  await press(page, "Open");
  await heading(page, "one");
  await page.getByText("round 2").waitFor();
  await page.getByText("0 have taken part").first().waitFor();
  expect(await page.getByRole("button", { name: "Reveal the result" }).isDisabled()).toBe(true);
});
