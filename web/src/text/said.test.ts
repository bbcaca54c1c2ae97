// What Rust says has its German, and every code has a text in both languages: read from Rust's sources.

import { readFileSync, readdirSync } from "node:fs";

import { afterEach, beforeAll, expect, test } from "vitest";

import { told } from "../ui/failure";
import { de } from "./de";
import { analystProblems } from "./de-analyst-problems";
import { problems } from "./de-problems";
import { sheetProblems } from "./de-sheet-problems";
import { report as germanReport } from "./de-report";
import { en } from "./en";
import { analystFailures } from "./en-analyst-failures";
import { partyFailures } from "./en-party-failures";
import { rejections } from "./en-report";
import { language, speak, text } from ".";
import { translator } from "./said";

const PROBLEMS = { ...problems, ...sheetProblems, ...analystProblems };
const [english, german] = [en.failures, de.failures];

const source = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

beforeAll(async () => {
  await speak("de");
  await speak("en");
});

afterEach(() => {
  language.value = "en";
});

/** The names of an enum's variants, as they travel. */
function variants(path: string, name: string): string[] {
  const body = new RegExp(`pub enum ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source(path))?.[1] ?? "";
  const found = [...body.matchAll(/^ {4}([A-Z]\w*),/gm)].map(([, variant = ""]) => variant);
  return found.map((variant) => variant.replace(/(?<!^)[A-Z]/g, "_$&").toLowerCase());
}

/** Texts for people in a source file, as they stand in the catalogue: with {1}, {2} .. in them. */
function sentences(path: string): string[] {
  const [code = ""] = source(path).split("#[cfg(test)]\nmod tests {");
  const lines = code.split("\n").filter((line) => !/^\s*(\/\/|reason = )/.test(line));
  // A quotation mark as a character, and bytes, begin no text.
  const plain = lines.join("\n").replaceAll("'\"'", "''").replace(/b"(?:[^"\\]|\\.)*"/g, "");
  return [...plain.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g)]
    .map(([, literal = ""]) => literal.replace(/\\\n\s*/g, "").replace(/\\(["\\])/g, "$1"))
    .filter((literal) => /[a-z}] [a-z{\d]/i.test(literal.trim()))
    .map(numbered);
}

/** A thing that is named twice has one number. */
function numbered(sentence: string): string {
  const names: string[] = [];
  return sentence.replace(/\{([\w.]*)\}/g, (_, name: string) => {
    const known = name === "" ? -1 : names.indexOf(name);
    if (known >= 0) {
      return `{${known + 1}}`;
    }
    names.push(name);
    return `{${names.length}}`;
  });
}

const SAYING = [
  "src/form/answers.rs",
  "src/form/bounds.rs",
  "src/form/check.rs",
  "src/form/review.rs",
  "src/form/wording.rs",
  "src/spreadsheet.rs",
  "src/spreadsheet/check.rs",
  "src/spreadsheet/delimited.rs",
  "src/spreadsheet/layout.rs",
  "src/spreadsheet/value.rs",
];

/** What these files look for in the words of a library, and a place that is there as `row {1}`. */
const NOT_SAID = new Set([
  " at line ",
  "trailing comma",
  "trailing characters",
  "key must be a string",
  "recursion limit exceeded",
  "missing field ",
  "duplicate field ",
  "unknown field ",
  "unknown variant ",
  "one of ",
  "invalid type: ",
  "invalid value: ",
  "invalid length ",
  "a sequence",
  "a string",
  "a map",
  "row 1",
]);

test.each(SAYING)("everything that %s says has its German", (path) => {
  const said = sentences(path).filter((sentence) => !NOT_SAID.has(sentence));
  expect(said.length).toBeGreaterThan(0);
  expect(said.filter((sentence) => !(sentence in PROBLEMS))).toEqual([]);
});

test.each([
  ["src/form/answers.rs", problems],
  ["src/spreadsheet/delimited.rs", { ...problems, ...sheetProblems }],
  ["src/spreadsheet/value.rs", { ...problems, ...sheetProblems }],
])("what %s says has its German on the page of a party", (path, loaded) => {
  const said = sentences(path).filter((sentence) => !NOT_SAID.has(sentence));
  expect(said.filter((sentence) => !(sentence in loaded))).toEqual([]);
});

test("nothing in the catalogue is left over", () => {
  const more = ["src/measurement/sum.rs", "src/measurement/form.rs", "src/measurement/form/figures.rs", "src/measurement/error.rs"];
  const said = new Set([...SAYING, ...more].flatMap(sentences));
  expect(Object.keys(PROBLEMS).filter((sentence) => !said.has(sentence))).toEqual([]);
});

test("every code of the protocol has a text in both languages", () => {
  const codes = variants("src/protocol/error.rs", "ErrorCode");
  expect(codes.length).toBeGreaterThan(60);
  expect(codes).toContain("too_few_parties");
  for (const catalogue of [english, german]) {
    expect(codes.filter((code) => !catalogue[code]?.title || !catalogue[code]?.text)).toEqual([]);
  }
});

/** The codes that Rust's and the worker's own sources refuse with. */
function codesIn(paths: string[]): string[] {
  const given = paths.map(source).join("\n");
  const refusals = /(?:refused\(|Failure::new\(|Self::new\(|Failure::problems\(|Self::problems\()\s*"([a-z_]+)"/g;
  return [...given.matchAll(refusals)].map(([, code = ""]) => code);
}

const wasm = (...names: string[]) => names.map((name) => `web/wasm/src/core/${name}.rs`);
const core = (...names: string[]) => names.map((name) => `web/src/core/${name}.ts`);
const SHARED = core("failure", "store", "lock", "engine", "socket", "network", "rpc", "forms");

test("every code that the pages' own crate and core give has a text", () => {
  const rust = wasm("errors", "party", "keys", "computation", "forms", "analyst", "reveal", "link");
  const codes = codesIn([...rust, "web/wasm/src/sheets.rs", ...core("party", "analyst"), ...SHARED]);
  const local = /export type LocalCode =([\s\S]*?);/.exec(source("web/src/core/api.ts"))?.[1] ?? "";
  codes.push(...[...local.matchAll(/\| "([a-z_]+)"/g)].map(([, code = ""]) => code));
  expect(codes.length).toBeGreaterThan(40);
  expect(codes.filter((code) => !(code in english))).toEqual([]);
});

test("a page does without the texts of the other one alone", () => {
  const party = codesIn([...wasm("party", "takeover", "computation", "link", "after"), "web/wasm/src/sheets.rs", ...core("party"), ...SHARED]);
  const analyst = codesIn([...wasm("keys", "forms", "analyst", "reveal", "invitations"), "web/wasm/src/sheets.rs", ...core("analyst", "journal"), ...SHARED]);
  expect(Math.min(party.length, analyst.length)).toBeGreaterThan(10);
  expect(party.filter((code) => code in analystFailures)).toEqual([]);
  expect(analyst.filter((code) => code in partyFailures)).toEqual([]);
});

/** Everything that stands in sources of the pages below these folders. */
function pages(...folders: string[]): string {
  const files = folders.flatMap((folder) => {
    const names = readdirSync(new URL(`../${folder}`, import.meta.url));
    return names.filter((name) => !name.includes(".test.")).map((name) => `web/src/${folder}/${name}`);
  });
  return files.map(source).join("\n");
}

test("a page says nothing that only the other one has the words for", () => {
  const both = ["form", "report", "ui"];
  expect(pages("party", ...both)).toMatch(/\b(t|text\.value)\.party\b/);
  expect(pages("party", ...both)).not.toMatch(/\b(t|text\.value)\.analyst\b/);
  expect(pages("analyst")).toMatch(/\b(t|text\.value)\.analyst\b/);
  expect(pages("analyst", ...both)).not.toMatch(/\b(t|text\.value)\.party\b/);
});

test("every reason for a rejection has a text in both languages", () => {
  const reasons = variants("src/measurement/rejection.rs", "Rejection");
  expect(reasons).toEqual(Object.keys(rejections));
  expect(reasons).toEqual(Object.keys(germanReport.rejections));
});

test("no German text is the English one", () => {
  const codes = Object.keys(english);
  expect(codes).toEqual(Object.keys(german));
  const pairs = codes.map((code) => ({ code, in: english[code], as: german[code] }));
  expect(pairs.filter((said) => said.in?.title === said.as?.title || said.in?.text === said.as?.text)).toEqual([]);
  expect(pairs.filter((said) => Boolean(said.in?.exact) !== Boolean(said.as?.exact))).toEqual([]);
});

test("what Rust puts into a sentence is found again and looked up", () => {
  language.value = "de";
  const { problem } = text.value;
  expect(problem("must be from 0.5 to 5000")).toBe("muss zwischen 0,5 und 5000 liegen");
  expect(problem("must be a list of 3 rows of 4 cells")).toBe("muss eine Liste aus 3 Zeilen mit 4 Zellen sein");
  expect(problem("has 5000 cells and questions, at most 4000 are possible")).toBe("hat 5000 Zellen und Fragen, höchstens 4000 sind möglich");
  expect(problem("is not JSON here: a comma stands before a closing bracket")).toBe("ist hier kein JSON: vor einer schließenden Klammer steht ein Komma");
  expect(problem("row 3, column 2")).toBe("Zeile 3, Spalte 2");
  expect(problem("Löhne!C7")).toBe("Löhne!C7");
  expect(problem("something new")).toBe("something new");
});

test("of two sentences that fit, the one with more words of its own is taken", () => {
  const translate = translator({ "is {1}": "ist {1}", "is {1}, and {2}": "ist {1} und {2}", twice: "zweimal" });
  expect(translate("is a, and b")).toBe("ist a und b");
  expect(translate("is twice")).toBe("ist zweimal");
  expect(translate("is (a+b), and $1")).toBe("ist (a+b) und $1");
});

test("a failure is told with what it names, and by Rust's words only where the code is unknown", () => {
  const failure = (code: string, more: object = {}) =>
    Object.assign(new Error("must not be empty"), { name: "Failure" as const, code, passing: false, ...more });
  language.value = "de";
  expect(told(failure("too_few_parties", { have: 1, need: 1200 })).text).toBe("Teilgenommen: 1; nötig: 1.200. Es wurde nichts festgeschrieben.");
  expect(told(failure("too_few_parties", { need: 3 })).text).toBe(german["too_few_parties"]?.text);
  expect(told(failure("spreadsheet_invalid"))).toEqual({ ...german["spreadsheet_invalid"], detail: "Darf nicht leer sein." });
  expect(told(failure("spreadsheet_invalid", { problems: [{ place: "A1", problem: "x" }] })).detail).toBeNull();
  expect(told(failure("busy")).detail).toBeNull();
  expect(told(failure("new_code")).text).toBe("Darf nicht leer sein.");
});

test("what the pages say in other English words is said by Rust", () => {
  const catalogue = source("web/src/text/en-common.ts");
  const block = /const PROBLEMS[^{]*\{([\s\S]*?)\n\};/.exec(catalogue)?.[1] ?? "";
  const keys = [...block.matchAll(/^ {2}"([^"]+)":/gm)].map(([, key = ""]) => key);
  expect(keys.length).toBeGreaterThan(5);
  expect(keys.filter((key) => !(key in PROBLEMS))).toEqual([]);
  expect(text.value.problem("is empty, and must not be")).toBe("is not filled in yet");
});
