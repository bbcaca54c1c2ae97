// The largest form that is planned for, the wage-gap example with its 960 cells, in a real browser and
// by the native programs in one run: the page stays responsive, shows how far it is, keeps within its
// memory and comes to the same figures. How long both took is printed.
//
// With WEB_MPC_LONG=1 there are 100 parties and not 12; PROGRAMS names a folder of release programs.

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

import type { Browser, Download, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Answers, Form, Report } from "../src/core/api";
import { leaves } from "../src/form/model";
import { startBrowser } from "./browser";
import { check, made } from "./plain";
import { freePort, Place } from "./programs";
import { between, hold, longest, longestTask, notesOf, pressedAt, takeNotes } from "./stopwatch";

const LONG = process.env["WEB_MPC_LONG"] === "1";
const PARTIES = LONG ? 100 : 12;

/** Who submit in the browser in one of the two computations; everybody else by the program. */
const IN_BROWSER = LONG ? 5 : 2;

/** What a task of the page's own thread may take, in milliseconds. */
const RESPONSIVE = 100;

/** What a page's process may have ever had in memory, its worker and the browser's own code with it. */
const MEMORY = 500_000_000;

const WAGES = new URL("../../examples/wages/form.json", import.meta.url).pathname;

const place = new Place();
let browser: Browser;
let port: number;

beforeAll(async () => {
  browser = await startBrowser();
  port = await freePort();
  await place.server(port);
});

afterAll(async () => {
  await browser?.close();
  await place.end();
});

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).waitFor({ timeout: 600_000 });

const server = () => `ws://127.0.0.1:${port}`;

/** The example, where of few parties every group is shown that has three. */
function wages(): Form {
  const form = JSON.parse(readFileSync(WAGES, "utf8")) as Form;
  return LONG ? form : { ...form, minimum: { parties: 3, cohort: 3 } };
}

function answersOf(form: Form, number: number): Answers {
  const [industries] = form.cohorts ?? [];
  const options = industries?.options ?? [];
  const chosen = options[number % (LONG ? options.length : 2)] ?? "";
  return made(form, number, { [industries?.id ?? ""]: chosen });
}

async function opened(address: string): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", acceptDownloads: true });
  await takeNotes(context);
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

async function saved(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), press(page, button)]);
  return readFileSync(await (download as Download).path());
}

/** A new key; where its file is. */
async function makeKey(page: Page): Promise<string> {
  await press(page, "Make a new key");
  const buffer = await saved(page, "Save the key file");
  await page.locator("input[type=file]").setInputFiles({ name: "keys.json", mimeType: "application/json", buffer });
  await page.getByText("The backup works.").waitFor();
  await press(page, "Go on");
  await heading(page, "Your collections");
  const file = join(place.folder, "copied-keys.json");
  writeFileSync(file, buffer, { mode: 0o600 });
  return file;
}

/** Creates an open computation; its link. */
async function create(page: Page, name: string, form: Form): Promise<string> {
  await press(page, "Create a collection");
  await page.getByLabel("Name", { exact: true }).first().fill(name);
  await page.getByLabel("A form").check();
  const buffer = Buffer.from(JSON.stringify(form));
  await page.locator("input[type=file]").setInputFiles({ name: "form.json", mimeType: "application/json", buffer });
  await page.getByText("numbers for each participant").waitFor();
  await press(page, "Go on");
  await page.getByLabel("Whoever has the link").check();
  await press(page, "Go on");
  await press(page, "Create the collection");
  await heading(page, name);
  return page.getByLabel("Link", { exact: true }).inputValue();
}

function asCsv({ cohorts, tables, questions }: Answers, form: Form): Buffer {
  const quoted = (answer: string | string[] | null) =>
    `"${(Array.isArray(answer) ? answer.join(";") : (answer ?? "")).replaceAll('"', '""')}"`;
  const lines = ["place,answer"];
  for (const { id, columns, rows } of form.tables ?? []) {
    const width = leaves(columns).length;
    for (let row = 0; row < rows.length; row += 1) {
      for (let column = 0; column < width; column += 1) {
        lines.push(`tables/${id}/${row}/${column},${tables?.[id]?.[row]?.[column]}`);
      }
    }
  }
  lines.push(...Object.entries(questions ?? {}).map(([id, answer]) => `questions/${id},${quoted(answer)}`));
  lines.push(...Object.entries(cohorts ?? {}).map(([id, option]) => `cohorts/${id},${quoted(option)}`));
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** Submits in a browser of its own; how long that took, and the longest task of the page meanwhile. */
async function submitInBrowser(link: string, form: Form, answers: Answers): Promise<Measured> {
  const page = await opened(link);
  await press(page, "Show me the questions");
  const buffer = asCsv(answers, form);
  await page.locator("input[type=file]").setInputFiles({ name: "pay.csv", mimeType: "text/csv", buffer });
  await page.getByText("Check them below").waitFor();
  await press(page, "Check my answers");
  await heading(page, "Check your answers");
  const task = await longestTask(browser, page, async () => {
    await press(page, "Seal and send");
    await heading(page, "Thank you. It is stored.");
  });
  const notes = await notesOf(page);
  // Proving is the first of its steps, and the worker told of at least one more.
  expect(notes.steps.length).toBeGreaterThan(1);
  expect(notes.steps[0]?.what).toContain("Split into two shares");
  const measured = {
    took: between(notes, "Seal and send", "Thank you. It is stored."),
    task,
    wall: longest(notes, pressedAt(notes, "Seal and send")),
    memory: await memory(),
  };
  await page.context().close();
  return measured;
}

interface Measured {
  took: number;
  task: number;
  /** The longest task by the clock on the wall. */
  wall: number;
  memory: number;
}

/** The most that any process of a page has ever had in memory, in bytes. */
async function memory(): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const peaks = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1]);
  const most = Math.max(...peaks.map((peak) => Number(peak) * 1024));
  expect(most).toBeGreaterThan(0);
  return most;
}

/** Runs a program to its end; how long that took. */
async function run(name: string, args: string[]): Promise<number> {
  const begun = performance.now();
  const program = place.start(name, args);
  expect(await program.ended(), program.said).toBe(0);
  return performance.now() - begun;
}

function submitByProgram(computation: string, file: string): Promise<number> {
  return run("input-party", ["--server", server(), "--computation", computation, "--answers", file, "--yes"]);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function beside(what: string, page: number, native: number): string {
  return `${what}: ${page.toFixed(0)} ms in the page, ${native.toFixed(0)} ms natively, ${(page / native).toFixed(1)} times`;
}

test(
  `960 cells and ${PARTIES} parties: responsive, with progress, within memory, and right`,
  async () => {
    const ui = place.start("analyst", ["--server", server(), "ui", "--port", "0"]);
    const [, entrance = ""] = await ui.says(/open (\S+)/);
    const form = wages();
    const analyst = await opened(entrance);
    const keys = await makeKey(analyst);
    await create(analyst, "native", form);
    await press(analyst, "All collections");
    const link = await create(analyst, "page", form);

    const all = Array.from({ length: PARTIES }, (_, number) => answersOf(form, number));
    const folder = mkdtempSync(join(place.folder, "answers-"));
    const files = all.map((answers, number) => {
      const file = join(folder, `${number}.json`);
      writeFileSync(file, JSON.stringify(answers));
      return file;
    });
    const submitted: Measured[] = [];
    const native: number[] = [];
    for (let number = 0; number < IN_BROWSER; number += 1) {
      submitted.push(await submitInBrowser(link, form, all[number] ?? {}));
      native.push(await submitByProgram("native", files[number] ?? ""));
    }
    for (const file of files.slice(IN_BROWSER)) {
      await Promise.all([submitByProgram("page", file), submitByProgram("native", file)]);
    }

    await analyst.getByText(`${PARTIES} have taken part`).first().waitFor();
    await press(analyst, "Reveal the result");
    await analyst.getByLabel("Type “page” to confirm").fill("page");
    const revealing = await longestTask(browser, analyst, async () => {
      await press(analyst, "Freeze and reveal");
      await heading(analyst, "Result of page");
      await analyst.locator("[aria-busy=false]").waitFor({ timeout: 600_000 });
    });
    const notes = await notesOf(analyst);
    const most = Math.max(await memory(), ...submitted.map((one) => one.memory));
    const report = JSON.parse((await saved(analyst, "JSON")).toString()) as Report;

    const out = join(place.folder, "native.json");
    const reveal = await run("analyst", ["--server", server(), "--computation", "native", "--keys", keys, "reveal", "--out", out]);

    const task = Math.max(revealing, ...submitted.map((one) => one.task));
    const wall = Math.max(longest(notes, pressedAt(notes, "Freeze and reveal")), ...submitted.map((one) => one.wall));
    process.stdout.write(
      [
        `${PARTIES} parties, 960 cells, ${cpus().length} cores`,
        beside("one submission (natively with the program's start)", median(submitted.map(({ took }) => took)), median(native)),
        beside("reveal (natively with the program's start, on all cores)", between(notes, "Freeze and reveal", "Result of page"), reveal),
        `longest task of a page's own thread: ${task.toFixed(0)} ms of its own time, ${wall.toFixed(0)} ms by the wall`,
        `most memory of a page's process: ${(most / 1e6).toFixed(0)} MB`,
        `progress: ${notes.progress.map(({ what }) => what).join(", ")}\n`,
      ].join("\n"),
    );

    const { figures, wrong } = check(form, all, report);
    expect(wrong).toEqual([]);
    expect(figures).toBeGreaterThan(3_000);
    expect(report).toEqual(JSON.parse(readFileSync(out, "utf8")));
    expect(await analyst.locator("table.figures td:not([rowspan])").count()).toBe(
      report.groups.flatMap(({ sections = [] }) => sections.flatMap(({ cells }) => cells.flat())).length,
    );

    expect(notes.steps.map(({ what }) => what)).toContain("Verifying every submission");
    const progress = notes.progress.map(({ what }) => Number(what));
    expect(progress.at(-1)).toBe(PARTIES);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.length).toBeGreaterThan(LONG ? 3 : 1);
    expect(most).toBeLessThan(MEMORY);
    expect(task).toBeLessThanOrEqual(RESPONSIVE);

    // A page that stood still would have been noticed.
    const held = await longestTask(browser, analyst, () => hold(analyst, 30 * RESPONSIVE));
    expect(held).toBeGreaterThan(RESPONSIVE);
  },
  LONG ? 3_600_000 : 600_000,
);
