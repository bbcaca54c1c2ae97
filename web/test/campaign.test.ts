// A whole campaign, nothing mocked: the server and `analyst ui` as they are built, a browser for the
// analyst and one for each party, and the plain computation beside what the page says.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Browser, BrowserContext, Download, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Answers, Form, Report } from "../src/core/api";
import { leaves } from "../src/form/model";
import { startBrowser } from "./browser";
import { Network } from "./network";
import { check, made } from "./plain";
import { freePort, Place, type Program } from "./programs";
import { filled } from "./xlsx";

const OUTPUT = new URL("./output/", import.meta.url).pathname;
const WAGES = new URL("../../examples/wages/form.json", import.meta.url).pathname;
const PARTIES = 12;

let browser: Browser;

beforeAll(async () => {
  mkdirSync(OUTPUT, { recursive: true });
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
});

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: typeof name === "string" }).click();

async function saved(page: Page, act: Promise<unknown>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), act]);
  return readFileSync(await (download as Download).path());
}

/** The wage-gap example, with groups from three on. */
function wages(): Form {
  const form = JSON.parse(readFileSync(WAGES, "utf8")) as Form;
  return { ...form, minimum: { parties: 3, cohort: 3 } };
}

function pasteInto(page: Page, table: number, cells: (string | null)[][]): Promise<void> {
  return page.evaluate(
    ([at, text]) => {
      const grid = document.querySelectorAll("table.grid")[at];
      const first = grid?.querySelector("input");
      const data = new DataTransfer();
      data.setData("text/plain", text);
      first?.focus();
      first?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    },
    [table, cells.map((row) => row.join("\t")).join("\n")] as const,
  );
}

async function answerQuestions(page: Page, form: Form, answers: Answers): Promise<void> {
  for (const { id, title } of form.cohorts ?? []) {
    const select = page.getByLabel(title, { exact: true });
    if (await select.count()) {
      await select.selectOption(answers.cohorts?.[id] ?? "");
    }
  }
  for (const { id, text, answer } of form.questions ?? []) {
    const given = answers.questions?.[id] ?? "";
    if ("number" in answer) {
      await page.getByLabel(text, { exact: true }).fill(String(given));
    } else {
      const group = page.getByRole("group", { name: text });
      for (const option of Array.isArray(given) ? given : [given]) {
        await group.getByLabel(option, { exact: true }).check();
      }
    }
  }
}

/** Types a table cell by cell, moving with the keyboard alone. */
async function typeTable(page: Page, table: number, cells: (string | null)[][]): Promise<void> {
  const grid = page.locator("table.grid").nth(table);
  await grid.locator("input").first().focus();
  for (const row of cells) {
    for (const cell of row) {
      await page.keyboard.type(cell ?? "");
      await page.keyboard.press("Tab");
    }
  }
}

type Way = "type" | "paste" | "xlsx" | "csv";

async function fillIn(page: Page, form: Form, answers: Answers, way: Way): Promise<void> {
  const tables = (form.tables ?? []).map(({ id }) => answers.tables?.[id] ?? []);
  await page.locator("table.grid").nth(tables.length - 1).waitFor();
  if (way === "xlsx") {
    const template = await saved(page, press(page, "Save an empty one to fill in"));
    const file = filled(template, form, answers);
    await page.locator("input[type=file]").setInputFiles({ name: "pay.xlsx", mimeType: "application/octet-stream", buffer: file });
    await page.getByText("Check them below").waitFor();
    return;
  }
  if (way === "csv") {
    await page.locator("input[type=file]").setInputFiles({ name: "pay.csv", mimeType: "text/csv", buffer: Buffer.from(asCsv(form, answers)) });
    await page.getByText("Check them below").waitFor();
    return;
  }
  for (const [index, cells] of tables.entries()) {
    await (way === "type" && index === 0 ? typeTable(page, 0, cells) : pasteInto(page, index, cells));
  }
  await answerQuestions(page, form, answers);
}

function asCsv(form: Form, { cohorts, tables, questions }: Answers): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = ["place,answer"];
  for (const { id, columns, rows } of form.tables ?? []) {
    const width = leaves(columns).length;
    for (let row = 0; row < rows.length; row += 1) {
      for (let column = 0; column < width; column += 1) {
        lines.push(`tables/${id}/${row}/${column},${tables?.[id]?.[row]?.[column]}`);
      }
    }
  }
  for (const [id, answer] of Object.entries(questions ?? {})) {
    lines.push(`questions/${id},${quoted(Array.isArray(answer) ? answer.join(";") : (answer ?? ""))}`);
  }
  for (const [id, option] of Object.entries(cohorts ?? {})) {
    lines.push(`cohorts/${id},${quoted(option)}`);
  }
  return `${lines.join("\n")}\n`;
}

async function makeKey(page: Page): Promise<Buffer> {
  await press(page, "Make a new key");
  const key = await saved(page, press(page, "Save the key file"));
  await page.locator("input[type=file]").setInputFiles({ name: "keys.json", mimeType: "application/json", buffer: key });
  await page.getByText("The backup works.").waitFor();
  await press(page, "Go on");
  await page.getByRole("heading", { name: "Your collections" }).waitFor();
  return key;
}

async function create(page: Page, name: string, form: Form): Promise<void> {
  await press(page, "Create a collection");
  await page.getByLabel("Name", { exact: true }).first().fill(name);
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
  await page.getByRole("heading", { name }).waitFor();
}

/** Invites so many, of the two industries in turn; their links. */
async function invite(page: Page): Promise<string[]> {
  await press(page, "Invite");
  const lines = Array.from({ length: PARTIES }, (_, number) => `Firm ${number};;${industryOf(number)}`);
  await page.getByLabel("Paste or type the list").fill(["Name;Email;Industry", ...lines].join("\n"));
  await press(page, `Make ${PARTIES} invitations`);
  await page.getByText("Firm 11").waitFor();
  const table = (await saved(page, press(page, "Save all as CSV for a mail merge"))).toString();
  const links = [...table.matchAll(/https?:\/\/[^\s",;]+/g)].map(([link]) => link);
  expect(links).toHaveLength(PARTIES);
  return links;
}

function industryOf(number: number): string {
  return number % 2 ? "Finance" : "Health";
}

async function reveal(page: Page, name: string): Promise<void> {
  await press(page, "Reveal the result");
  await page.getByLabel(`Type “${name}” to confirm`).fill(name);
  await press(page, "Freeze and reveal");
  await page.getByRole("heading", { name: `Result of ${name}` }).waitFor({ timeout: 300_000 });
}

/** Every figure that the page shows, in order. */
function figuresOn(page: Page): Promise<string[]> {
  return page.evaluate(() => Array.from(document.querySelectorAll("table.figures td:not([rowspan])"), (cell) => cell.textContent ?? ""));
}

function figuresOf(report: Report): string[] {
  const grouped = (exact: string | null) => {
    if (exact === null) {
      return "–";
    }
    if (exact === "hidden") {
      return "too few";
    }
    const [whole = "", fraction] = exact.replace("-", "").split(".");
    const digits = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return `${exact.startsWith("-") ? "−" : ""}${digits}${fraction === undefined ? "" : `.${fraction}`}`;
  };
  return report.groups.flatMap((group) => (group.sections ?? []).flatMap((section) => section.cells.flat().map(grouped)));
}

describe("a campaign", () => {
  const place = new Place();
  const network = new Network();
  let port: number;
  let server: Program;

  afterAll(() => place.end());

  async function context(): Promise<BrowserContext> {
    const fresh = await browser.newContext({ locale: "en-GB", acceptDownloads: true });
    network.watch(fresh);
    return fresh;
  }

  test(
    "from the key to the result, with parties who type, paste and drop files",
    async () => {
      port = await freePort();
      server = await place.server(port);
      const ui = place.start("analyst", ["--server", `ws://127.0.0.1:${port}`, "ui", "--port", "0"]);
      const [, entrance = ""] = await ui.says(/open (\S+)/);
      const form = wages();
      const name = "wages-2027";

      const analyst = await (await context()).newPage();
      await analyst.goto(entrance);
      const key = await makeKey(analyst);
      expect(analyst.url()).not.toContain("token");
      await create(analyst, name, form);
      const links = await invite(analyst);
      for (const link of links) {
        expect(link).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/#`));
      }

      const all: Answers[] = [];
      const ways: Way[] = ["type", "paste", "xlsx", "csv"];
      for (let number = 0; number < PARTIES; number += 1) {
        const industry = industryOf(number);
        const link = links[number] ?? "";
        const answers = made(form, number, { industry });
        all.push(answers);
        if (number === 6) {
          await server.stop();
          server = await place.server(port);
        }
        if (number === PARTIES - 1) {
          await submitByProgram(link, answers);
          continue;
        }
        const own = await context();
        const page = await own.newPage();
        await page.goto(link);
        await press(page, "Show me the questions");
        await fillIn(page, form, answers, ways[number % ways.length] ?? "paste");
        await send(page, "Thank you. It is stored.");
        if (number < 2) {
          // These two send something else first, and correct it.
          const corrected = made(form, number + 100, { industry });
          all[number] = corrected;
          await page.reload();
          await press(page, "Correct it");
          await fillIn(page, form, corrected, "paste");
          await send(page, "Your correction is stored.");
        }
        if (number === 0) {
          await page.screenshot({ path: join(OUTPUT, "campaign-receipt.png"), fullPage: true });
        }
        await own.close();
      }

      await analyst.getByText(`${PARTIES} of ${PARTIES} have taken part`).first().waitFor();
      await analyst.screenshot({ path: join(OUTPUT, "campaign-board.png"), fullPage: true });
      await reveal(analyst, name);
      await analyst.screenshot({ path: join(OUTPUT, "campaign-result.png"), fullPage: true });

      const report = JSON.parse((await saved(analyst, press(analyst, "JSON"))).toString()) as Report;
      const { figures, wrong } = check(form, all, report);
      expect(wrong).toEqual([]);
      expect(figures).toBeGreaterThan(3_000);
      expect(await figuresOn(analyst)).toEqual(figuresOf(report));
      const csv = (await saved(analyst, press(analyst, "CSV"))).toString();
      for (const section of report.groups[0]?.sections ?? []) {
        for (const cell of section.cells.flat()) {
          expect(cell === null || csv.includes(cell)).toBe(true);
        }
      }
      const xlsx = await saved(analyst, press(analyst, /XLSX/));
      expect(xlsx.subarray(0, 2).toString()).toBe("PK");

      const secrets = [
        entrance.split("#token=")[1] ?? "",
        ...keysIn(key),
        ...links.map(seedOf),
        ...all.flatMap((answers) => longNumbers(answers)),
      ];
      // The token is exchanged once, with the analyst's own process.
      network.check([`http://127.0.0.1:${port}`, new URL(entrance).origin], secrets.slice(1));
      for (const link of links) {
        expect(server.said).not.toContain(seedOf(link));
      }
    },
    900_000,
  );

  async function send(page: Page, thanks: string): Promise<void> {
    await press(page, "Check my answers");
    await page.getByRole("heading", { name: "Check your answers" }).waitFor();
    await press(page, "Seal and send");
    await page.getByRole("heading", { name: thanks }).waitFor();
  }

  async function submitByProgram(link: string, answers: Answers): Promise<void> {
    writeFileSync(join(place.folder, "answers.json"), JSON.stringify(answers));
    const args = ["--link", link, "--answers", "answers.json", "--yes"];
    const party = place.start("input-party", args);
    expect(await party.ended(), party.said).toBe(0);
  }
});

/** The secret part of a link. */
function seedOf(link: string): string {
  return link.split(".").at(-1) ?? "";
}

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

/** Numbers that stand nowhere by chance. */
function longNumbers({ tables }: Answers): string[] {
  return Object.values(tables ?? {}).flat(2).filter((cell): cell is string => (cell?.length ?? 0) >= 7).slice(0, 20);
}
