// One batch, one result, also for who clears the browser: `analyst ui` keeps the journal beside the key.

import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { startBrowser } from "./browser";
import { confirmReveal, created, enter, openCollection, openLocalKey, person, reveal, run } from "./people";
import { freePort, Place, type Program } from "./programs";
import { Relay } from "./relay";

const NAME = "once";

let browser: Browser;
let place: Place;
let hosts: Place;
let relay: Relay;
let port: number;
let server: Program;

beforeAll(async () => {
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  place = new Place();
  hosts = new Place();
  port = await freePort();
  server = await hosts.server(port);
  relay = await Relay.start(port);
  await created(place, relay.url, NAME);
  await give("10");
  await give("20");
});

afterEach(async () => {
  for (const context of browser.contexts()) {
    await context.close();
  }
  await relay.end();
  await place.end();
  await hosts.end();
});

const give = (number: string) => run(place, "input-party", "--server", relay.url, "--computation", NAME, number);

/** A browser that knows nothing yet, and an `analyst ui` on a port that it has never seen. */
async function freshAnalyst(): Promise<Page> {
  const page = await (await person(browser)).newPage();
  await enter(place, relay.url, page);
  await openLocalKey(page);
  await openCollection(page, NAME);
  return page;
}

const journal = () =>
  readFileSync(join(place.folder, "keys.json.journal"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { root?: string; commit?: string });

test("whoever clears the browser between commit and release reveals no second batch", async () => {
  const copy = join(place.folder, "copy");
  await server.stop();
  cpSync(hosts.folder, copy, { recursive: true });
  server = await hosts.server(port);

  // The connection is lost for good once the commit is made and the share is asked for.
  const asked = new Promise<void>((resolve) => {
    relay.change = (from, text) => {
      if (from === "client" && text.startsWith('{"release"')) {
        relay.change = () => null;
        resolve();
        return null;
      }
      return text;
    };
  });
  const first = await freshAnalyst();
  await confirmReveal(first, NAME);
  await asked;
  await first.context().close();
  expect(relay.heard()).toContain("commit");
  const agreed = journal();
  expect(agreed.at(-1)).toMatchObject({ root: expect.any(String), commit: expect.any(String) });

  // The server forgets that it froze anything, its ledger too, and takes one party more.
  await server.stop("SIGKILL");
  rmSync(hosts.folder, { recursive: true });
  mkdirSync(hosts.folder);
  cpSync(copy, hosts.folder, { recursive: true });
  server = await hosts.server(port);
  relay.change = (_, text) => text;
  await give("30");

  relay.forget();
  const second = await freshAnalyst();
  await confirmReveal(second, NAME);
  await second.getByText("For support: journal_disagrees").waitFor();
  for (const message of ["prepare", "commit", "release"]) {
    expect(relay.heard()).not.toContain(message);
  }
  expect(journal()).toEqual(agreed);
  // The command line keeps the same journal.
  const program = place.start("analyst", ["--server", relay.url, "--computation", NAME, "reveal"]);
  expect(await program.ended()).toBe(1);
  expect(program.said).toContain("keys.json.journal has another batch");
});

test("what the page has revealed is in the journal of the command line, once", async () => {
  const page = await freshAnalyst();
  await reveal(page, NAME);
  expect(await page.locator(".the-sum").textContent()).toBe("30");
  const kept = journal();
  expect(kept.map((line) => Object.keys(line).filter((name) => name !== "of" && name !== "fingerprint"))).toEqual([
    ["root"],
    ["root", "commit"],
  ]);
  expect(await run(place, "analyst", "--server", relay.url, "--computation", NAME, "result")).toContain("SUM IS: 30");
  expect(journal()).toEqual(kept);
});

test("nothing is committed to where the journal cannot be kept", async () => {
  const page = await freshAnalyst();
  mkdirSync(join(place.folder, "keys.json.journal"));
  await confirmReveal(page, NAME);
  await page.getByText("For support: journal_unkept").waitFor();
  for (const message of ["prepare", "commit", "release"]) {
    expect(relay.heard()).not.toContain(message);
  }
  // It goes on once it can be.
  rmSync(join(place.folder, "keys.json.journal"), { recursive: true });
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { name: `Result of ${NAME}` }).waitFor();
  expect(journal()).toHaveLength(2);
});
