// What people are told beside the totals, with the real programs: of cells that are left empty, and of
// rounds with nearly the same people.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import type { Form } from "../src/core/api";
import { created, enter, heading, linksIn, openLocalKey, person, press, reveal, run, STORED } from "./people";
import { stage } from "./stage";

const NAME = "rounds";
const NEAR = "Nearly the same people take part in this round as in round 1";
const FORM: Form = {
  title: "Hours",
  tables: [{ id: "t", title: "Hours", rows: ["paid"], columns: [{ title: "a" }, { title: "b" }], cell: { min: 0, max: 99, optional: true, statistics: ["sum"] } }],
  minimum: { parties: 2, cell: 2 },
};

const at = stage();

/** A new round with this form; its links. */
async function round(form: Form, file: string): Promise<string[]> {
  writeFileSync(join(at.place.folder, "form.json"), JSON.stringify(form));
  await created(at.place, at.server, NAME, "--form", "form.json", "--access", "invited", "--tracking", "labels", "--time-grain", "1s");
  await run(at.place, "analyst", "--server", at.server, "--computation", NAME, "invite", "--count", "4", "--out", file);
  return linksIn(readFileSync(join(at.place.folder, file), "utf8"));
}

async function open(link: string): Promise<Page> {
  const page = await (await person(at.browser)).newPage();
  await page.goto(link);
  return page;
}

/** Leaves one cell empty, and sends once these were told, on the first screen and beside the answers. */
async function take(page: Page, told: string[]): Promise<void> {
  const tells = () => Promise.all(told.map((text) => page.getByText(text).first().waitFor()));
  await tells();
  await press(page, "Show me the questions");
  await page.locator("table.grid input").first().fill("7");
  await press(page, "Check my answers");
  await heading(page, "Check your answers");
  await tells();
  await press(page, "Seal and send");
  await heading(page, STORED);
}

test("parties are told what is seen of empty cells and of rounds, and everybody of a round that is near", async () => {
  const counted = ["only if at least 2 of it gave it. Server and analyst see how many did, not who."];
  for (const link of await round(FORM, "first.csv")) {
    await take(await open(link), counted);
  }
  await run(at.place, "analyst", "--server", at.server, "--computation", NAME, "reveal");

  const shown = ["Server and analyst see of everybody, so of you, what is left empty.", "This is round 2: if nearly the same people"];
  const links = await round({ ...FORM, presence: "public" }, "second.csv");
  // As many as are shown at the same time: the board warns once it shows everybody.
  const parties: Page[] = [];
  for (const link of links.slice(1)) {
    const party = await open(link);
    parties.push(party);
    await take(party, shown);
  }
  const page = await (await person(at.browser)).newPage();
  await enter(at.place, at.server, page);
  await openLocalKey(page);
  // Both rounds are listed; by its name the newest is opened.
  await page.getByLabel("Or open one by its name").fill(NAME);
  await press(page, "Open");
  await heading(page, NAME);
  await page.getByText(NEAR).waitFor();
  await press(page, "Reveal the result");
  await heading(page, `Reveal ${NAME}`);
  await page.getByText(NEAR).waitFor();
  await press(page, "Cancel");
  await reveal(page, NAME);
  await page.getByText(NEAR).waitFor();

  const [party] = parties as [Page];
  await party.reload();
  await press(party, "Check that I was counted");
  await party.getByText("Your data was counted").waitFor();
  await party.getByText(NEAR).waitFor();
  expect(parties).toHaveLength(3);
});
