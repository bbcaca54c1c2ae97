// A relay that shows something else than what analyst and server have signed: the page of whoever has
// the link finds it out before a byte of data leaves it. What the relay shows instead is real: the
// records of other collections, of the same analyst or of another one, or the true ones with a change.

import { generateKeyPairSync, sign } from "node:crypto";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { startBrowser } from "./browser";
import { created, heading, invited, person, press, run, STORED } from "./people";
import { freePort, Place } from "./programs";
import { Relay } from "./relay";

interface Signed {
  body: string;
  signature: string;
}

interface Standing {
  manifest: { body: string; analyst_signature: string; server_signature: string };
  phase: string;
  notices: Signed[];
}

const NAME = "hours";

function form(text: string, statistics: string[]): string {
  const answer = { number: { min: 0, max: 80, statistics } };
  return JSON.stringify({ title: "Hours", questions: [{ id: "hours", text, answer }] });
}

let browser: Browser;
let relay: Relay;
let away: Relay;
let links: string[];
const place = new Place();
const elsewhere = new Place();

/** What the server says of the true collection, and of others. */
let truth: Standing;
const others: Record<string, Standing> = {};

beforeAll(async () => {
  browser = await startBrowser();
  [relay, away] = [await served(place), await served(elsewhere)];
  for (const { folder } of [place, elsewhere]) {
    writeFileSync(join(folder, "form.json"), form("Hours", ["sum"]));
    writeFileSync(join(folder, "salary.json"), form("Salary", ["sum", "mean"]));
  }
  const rules = (file: string, minimum: number) =>
    ["--access", "invited", "--form", file, "--min-parties", String(minimum)];
  await created(place, relay.url, NAME, ...rules("form.json", 5));
  links = await invited(place, relay.url, NAME, 1);
  const analyst = (name: string, ...args: string[]) =>
    run(place, "analyst", "--server", relay.url, "--computation", name, ...args);
  await analyst(NAME, "pause");
  await analyst(NAME, "resume");
  await analyst(NAME, "schedule", "--closes-at", "2099-01-01");

  // Other collections of the same analyst at the same server.
  await created(place, relay.url, "form", ...rules("salary.json", 5));
  await created(place, relay.url, "minimum", ...rules("form.json", 4));
  await created(place, relay.url, "tracking", ...rules("form.json", 5), "--tracking", "labels");
  await analyst("minimum", "pause");
  // The same at another server: of another analyst, and of this one.
  await created(elsewhere, away.url, NAME, ...rules("form.json", 5));
  copyFileSync(join(place.folder, "keys.json"), join(elsewhere.folder, "same.json"));
  await created(elsewhere, away.url, "server", ...rules("form.json", 5), "--keys", "same.json");

  truth = await standing(place, relay, NAME);
  for (const name of ["form", "minimum", "tracking"]) {
    others[name] = await standing(place, relay, name);
  }
  others["server"] = await standing(elsewhere, away, "server");
  others["analyst"] = await standing(elsewhere, away, NAME);
});

afterAll(async () => {
  await browser?.close();
  await relay?.end();
  await away?.end();
  await place.end();
  await elsewhere.end();
});

beforeEach(() => {
  relay.change = (_, text) => text;
  relay.forget();
});

async function served(at: Place): Promise<Relay> {
  const port = await freePort();
  await at.server(port);
  return Relay.start(port);
}

/** What a server says of a collection, as it passes on its way to a program. */
async function standing(at: Place, through: Relay, name: string): Promise<Standing> {
  through.forget();
  const args = ["--server", through.url, "--computation", name, "--print-template", `${name}.xlsx`];
  const program = at.start("input-party", args);
  await program.ended();
  const told = through.messages.map(({ content }) => content).find((text) => String(text).startsWith('{"computation"'));
  expect(told, program.said).toBeTypeOf("string");
  return (JSON.parse(String(told)) as { computation: Standing }).computation;
}

/** The relay shows something else to whoever asks for a computation. */
function lie(change: (true_: Standing) => Standing): void {
  relay.change = (from, text) => {
    if (from === "client" || !text.startsWith('{"computation"')) {
      return text;
    }
    const { computation } = JSON.parse(text) as { computation: Standing };
    return JSON.stringify({ computation: change(computation) });
  };
}

/** The manifest with a change, under the signatures of the true one. */
function edited(change: (manifest: Record<string, unknown>) => void): (shown: Standing) => Standing {
  return (shown) => {
    const manifest = read(shown.manifest.body);
    change(manifest);
    return { ...shown, manifest: { ...shown.manifest, body: written(manifest) } };
  };
}

function read(body: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
}

function written(record: unknown): string {
  return Buffer.from(JSON.stringify(record)).toString("base64url");
}

/** The manifest of another collection, with the state that the true one has. */
const shown = (name: string) => (): Standing => ({ ...(others[name] as Standing) });

function other(name: string): Record<string, unknown> {
  return read((others[name] as Standing).manifest.body);
}

const SWAPS: [string, () => (true_: Standing) => Standing][] = [
  ["the analyst's key, with its own signatures", () => shown("analyst")],
  ["the analyst's key", () => edited((manifest) => (manifest["analyst"] = other("analyst")["analyst"]))],
  ["the server's key, signed by the analyst", () => shown("server")],
  ["the server's key", () => edited((manifest) => (manifest["server"] = other("server")["server"]))],
  ["the form, signed by the analyst", () => shown("form")],
  ["the form", () => edited((manifest) => (manifest["kind"] = other("form")["kind"]))],
  ["a minimum, signed by the analyst", () => shown("minimum")],
  ["a minimum", () => edited((manifest) => (manifest["min_parties"] = 4))],
  ["the tracking policy, signed by the analyst", () => shown("tracking")],
  ["the tracking policy", () => edited((manifest) => (manifest["tracking"] = "labels"))],
];

async function open(): Promise<Page> {
  const page = await (await person(browser)).newPage();
  await page.goto(links[0] ?? "");
  return page;
}

async function fillIn(page: Page): Promise<void> {
  await press(page, "Show me the questions");
  await page.getByLabel("Hours", { exact: true }).fill("40");
  await press(page, "Check my answers");
  await heading(page, "Check your answers");
}

/** What is said before the computation is known: not even which invitation it is. */
const HARMLESS = ["hello", "lookup"];

async function isRefused(page: Page): Promise<void> {
  await page.getByText("For support: server_misbehaved").waitFor();
  expect([...new Set(relay.heard())]).toEqual(HARMLESS);
}

describe("a relay that swaps", () => {
  test.each(SWAPS)("%s is found out when the link is opened", async (_, swap) => {
    lie(swap());
    const page = await open();
    await isRefused(page);
    await page.context().close();
  });

  test.each(SWAPS)("%s is found out by who has filled in the form already", async (_, swap) => {
    const page = await open();
    await fillIn(page);
    relay.forget();
    lie(swap());
    await press(page, "Seal and send");
    await isRefused(page);
    await page.context().close();
  });
});

test("what is true is believed, and nothing but it is sent", async () => {
  lie((computation) => computation);
  const page = await open();
  await fillIn(page);
  await press(page, "Seal and send");
  await heading(page, STORED);
  expect(relay.heard()).toContain("submit");
  await page.context().close();
});

/** A notice that somebody else has signed, with a change. */
function forged(notice: Signed | undefined, action: unknown): Signed {
  const body = Buffer.from(JSON.stringify({ ...read(notice?.body ?? ""), action }));
  const { privateKey } = generateKeyPairSync("ed25519");
  const tagged = Buffer.concat([Buffer.from("web-mpc/1/notice\0"), body]);
  return { body: body.toString("base64url"), signature: sign(null, tagged, privateKey).toString("base64url") };
}

const dates = { schedule: { opens_at: null, closes_at: 4_000_000_000 } };

/** The true notices are an invitation, a pause, its end and a date. */
const FORGERIES: [string, (true_: Standing) => Standing][] = [
  ["a date by somebody else", (is) => ({ ...is, notices: [...is.notices.slice(0, 3), forged(is.notices[3], dates)] })],
  [
    "a date that was changed",
    (is) => {
      const last = is.notices[3] as Signed;
      const changed = { ...last, body: written({ ...read(last.body), action: dates }) };
      return { ...is, notices: [...is.notices.slice(0, 3), changed] };
    },
  ],
  [
    "a pause of another collection",
    (is) => ({ ...is, phase: "paused", notices: [...is.notices.slice(0, 1), ...(others["minimum"]?.notices ?? [])] }),
  ],
  ["a pause by somebody else", (is) => ({ ...is, phase: "paused", notices: [...is.notices.slice(0, 1), forged(is.notices[1], "pause")] })],
  ["a pause without a notice", (is) => ({ ...is, phase: "paused" })],
  ["an end without a notice", (is) => ({ ...is, phase: "closed" })],
  ["a reveal without a freeze", (is) => ({ ...is, phase: "revealed" })],
  ["a pause that is over, as if it were not", (is) => ({ ...is, phase: "paused", notices: [...is.notices.slice(0, 2), ...is.notices.slice(3)] })],
  ["the end of a pause that is left out", (is) => ({ ...is, phase: "open", notices: is.notices.slice(0, 2) })],
  ["a notice twice", (is) => ({ ...is, notices: [...is.notices, ...is.notices.slice(3)] })],
  ["invitations that are left out", (is) => ({ ...is, notices: is.notices.slice(1) })],
];

describe("a relay that forges notices", () => {
  test.each(FORGERIES)("%s is refused", async (_, forgery) => {
    expect(truth.notices).toHaveLength(4);
    lie(forgery);
    const page = await open();
    await isRefused(page);
    await page.context().close();
  });

  test("also once the form is filled in", async () => {
    const page = await open();
    await fillIn(page);
    for (const [, forgery] of FORGERIES) {
      relay.forget();
      lie(forgery);
      await press(page, "Seal and send");
      await isRefused(page);
      await press(page, "Back");
    }
    await page.context().close();
  });
});
