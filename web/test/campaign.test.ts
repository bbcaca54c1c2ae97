// A whole campaign, nothing mocked: the server and `analyst ui` as they are built, a browser for the
// analyst and one for each party, and the plain computation beside what the page says. All that passes
// between them is kept, and searched for what must never be there.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Answers, Form, Report } from "../src/core/api";
import { fillIn, type Way } from "./answers";
import { startBrowser } from "./browser";
import { checkSheets, figuresOf, figuresOn, linesOf, parsed } from "./figures";
import { Network } from "./network";
import { CORRECTED, enter, heading, linksIn, makeKey, person, press, reveal, run, saved, seedOf, send, STORED } from "./people";
import { check, made } from "./plain";
import { freePort, Place, type Program } from "./programs";
import { Relay } from "./relay";

const OUTPUT = new URL("./output/", import.meta.url).pathname;
const WAGES = new URL("../../examples/wages/form.json", import.meta.url).pathname;
const PARTIES = 12;
const NAME = "wages-2027";

/** How parties fill in the form, in turn. */
const WAYS: Way[] = ["type", "paste", "xlsx", "csv"];

let browser: Browser;

beforeAll(async () => {
  mkdirSync(OUTPUT, { recursive: true });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
});

/** The wage-gap example, with groups from three on. */
function wages(): Form {
  const form = JSON.parse(readFileSync(WAGES, "utf8")) as Form;
  return { ...form, minimum: { parties: 3, cohort: 3 } };
}

function industryOf(number: number): string {
  return number % 2 ? "Finance" : "Health";
}

async function create(page: Page, form: Form): Promise<void> {
  await press(page, "Create a collection");
  await page.getByLabel("Name", { exact: true }).first().fill(NAME);
  await page.getByLabel("A form").check();
  await page.locator("input[type=file]").setInputFiles({
    name: "form.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(form)),
  });
  await page.getByText("numbers for each participant").waitFor();
  await press(page, "Go on");
  await page.getByLabel("Whom you invite").check();
  await press(page, "Go on");
  await press(page, "Create the collection");
  await heading(page, NAME);
}

/** Invites so many, of the two industries in turn; their links. */
async function invite(page: Page): Promise<string[]> {
  await press(page, "Invite");
  const lines = Array.from({ length: PARTIES }, (_, number) => `Firm ${number};;${industryOf(number)}`);
  await page.getByLabel("Paste or type the list").fill(["Name;Email;Industry", ...lines].join("\n"));
  await press(page, `Make ${PARTIES} invitations`);
  await page.getByText(`Firm ${PARTIES - 1}`).waitFor();
  const links = linksIn((await saved(page, press(page, "Save all as CSV for a mail merge"))).toString());
  expect(links).toHaveLength(PARTIES);
  return links;
}

describe.each([
  ["the analyst's own machine", false],
  ["the relay", true],
])("with the analyst's pages from %s", (_, hosted) => {
  const place = new Place();
  const network = new Network();
  const flags = hosted ? ["--host-analyst-pages"] : [];
  let relay: Relay;

  afterAll(async () => {
    await relay?.end();
    await place.end();
  });

  test("from the key to the result, with parties who type, paste and drop files", async () => {
    const port = await freePort();
    const servers: Program[] = [await place.server(port, ...flags)];
    relay = await Relay.start(port);
    const form = wages();

    const analyst = await (await person(browser, network)).newPage();
    let token = "";
    if (hosted) {
      await analyst.goto(`${relay.page}analyst`);
    } else {
      token = (await enter(place, relay.url, analyst)).split("#token=")[1] ?? "";
    }
    const key = await makeKey(analyst);
    expect(analyst.url()).not.toContain("#");
    await create(analyst, form);
    const links = await invite(analyst);
    for (const link of links) {
      expect(link.startsWith(`${relay.page}#`), link).toBe(true);
    }

    const all: Answers[] = [];
    const replaced: Answers[] = [];
    for (const [number, link] of links.entries()) {
      const industry = industryOf(number);
      const answers = made(form, number, { industry });
      all.push(answers);
      if (number === PARTIES / 2) {
        await servers[0]?.stop();
        servers.push(await place.server(port, ...flags));
      }
      if (number === PARTIES - 1) {
        writeFileSync(join(place.folder, "answers.json"), JSON.stringify(answers));
        await run(place, "input-party", "--link", link, "--answers", "answers.json", "--yes");
        continue;
      }
      const own = await person(browser, network);
      const page = await own.newPage();
      await page.goto(link);
      await page.getByText("hosts the pages that open the analyst's key").waitFor({ state: hosted ? "visible" : "detached" });
      await press(page, "Show me the questions");
      await fillIn(page, form, answers, WAYS[number % WAYS.length] ?? "paste");
      await send(page, STORED);
      if (number < 2) {
        // These two correct what they have sent.
        const corrected = made(form, number + 100, { industry });
        replaced.push(answers);
        all[number] = corrected;
        await page.reload();
        await press(page, "Correct it");
        await fillIn(page, form, corrected, "paste");
        await send(page, CORRECTED);
      }
      if (number === 0) {
        await page.screenshot({ path: join(OUTPUT, "campaign-receipt.png"), fullPage: true });
      }
      if (number > 1) {
        await own.close();
      }
    }

    await analyst.getByText(`${PARTIES} of ${PARTIES} have taken part`).first().waitFor();
    await analyst.screenshot({ path: join(OUTPUT, "campaign-board.png"), fullPage: true });
    await reveal(analyst, NAME);
    await analyst.screenshot({ path: join(OUTPUT, "campaign-result.png"), fullPage: true });
    await analyst.getByText(`Invitations: ${PARTIES} made, ${PARTIES} used, 0 taken back afterwards, 0 withdrawn by you.`).waitFor();

    const report = JSON.parse((await saved(analyst, press(analyst, "JSON"))).toString()) as Report;
    const { figures, wrong } = check(form, all, report);
    expect(wrong).toEqual([]);
    expect(figures).toBeGreaterThan(3_000);
    expect(await figuresOn(analyst)).toEqual(figuresOf(report));
    const csv = (await saved(analyst, press(analyst, "CSV"))).toString();
    expect(parsed(csv)).toEqual(linesOf(report));
    const sheets = checkSheets(await saved(analyst, press(analyst, /XLSX/)), report);
    expect(sheets).toEqual({ figures, wrong: [] });

    // A party that corrected its answers finds itself counted.
    const party = browser.contexts().flatMap((context) => context.pages()).find((page) => page.url() === links[0]);
    await party?.reload();
    await press(party as Page, "Check that I was counted");
    await (party as Page).getByText("Your data was counted").waitFor();

    const hosts = [relay.page, ...(hosted ? [] : [new URL(analyst.url()).origin])];
    network.check(hosts);
    const log = servers.map(({ said }) => said).join("\n");
    const fragments = links.flatMap((link) => [link.split("#")[1] ?? "", seedOf(link)]);
    const plaintext = [...all, ...replaced].flatMap(numbersIn);
    const secrets = [...keysIn(key), ...fragments, ...plaintext];
    // The token is exchanged once, with the analyst's own process.
    network.lacks(secrets);
    for (const searched of [relay.everything(), log]) {
      for (const secret of [...secrets, ...(token ? [token] : [])]) {
        expect(searched.includes(secret), `${secret.slice(0, 6)}…`).toBe(false);
      }
    }
    // Those who searched would have found it: what is public is there.
    const fingerprint = seedOf((links[0] ?? "").replace(/\.[^.]*$/, ""));
    expect(relay.everything().split(`"fingerprint":"${fingerprint}"`).length).toBeGreaterThan(PARTIES);
    expect(relay.heard().filter((kind) => kind === "submit")).toHaveLength(PARTIES + 2);
    expect(log.length).toBeGreaterThan(1_000);
  }, 900_000);
});

/** Secrets of a key file, however they are written. */
function keysIn(file: Buffer): string[] {
  const strings: string[] = [];
  const walk = (value: unknown, path: string) => {
    if (typeof value === "string" && /secret|seed/.test(path)) {
      strings.push(value);
    } else if (value && typeof value === "object") {
      for (const [name, inner] of Object.entries(value)) {
        walk(inner, `${path}/${name}`);
      }
    }
  };
  walk(JSON.parse(file.toString()), "");
  expect(strings.length).toBeGreaterThan(0);
  return strings;
}

/**
 * Numbers as they would stand in answers, drafts and tables. Quotes and commas keep them apart from
 * the digits that sealed bytes have by chance.
 */
function numbersIn({ tables }: Answers): string[] {
  const long = Object.values(tables ?? {}).flat(2).filter((cell): cell is string => (cell?.length ?? 0) >= 6);
  expect(long.length).toBeGreaterThan(10);
  return long.flatMap((cell) => [`"${cell}"`, `,${cell},`, `:${cell},`, `\t${cell}\t`]).slice(0, 400);
}
