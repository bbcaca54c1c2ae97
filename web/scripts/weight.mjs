// What a page weighs: everything that a browser loads for it before somebody opens a spreadsheet, asks for
// what came of a reveal, or turns to the other language, in the bytes that travel.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The most that each page may weigh in any language, in bytes. */
export const BUDGETS = { "index.html": 250_000, "analyst.html": 354_000 };

/** A browser loads the texts of one of them, in a script whose name says which. */
export const LANGUAGES = ["en", "de"];

/** What is loaded when it is needed: modules of Rust, their code and their glue, and words about sheets. */
const LATER = /^(after|figures|sheets)(_bg)?-/;

/** What a page loads in a language, each with its bytes: the page, and whatever is named in what it loads. */
export async function loaded(dist, page, language) {
  const names = await readdir(join(dist, "assets"));
  const foreign = (name) => name.startsWith("texts-") && !name.startsWith(`texts-${language}-`);
  const assets = names.filter((name) => !/\.(br|gz)$/.test(name) && !LATER.test(name) && !foreign(name));
  const files = new Map();
  const waiting = [page];
  for (const file of waiting) {
    files.set(file, (await readFile(join(dist, `${file}.br`))).length);
    if (/\.(html|js|css)$/.test(file)) {
      const text = await readFile(join(dist, file), "utf8");
      const found = assets.filter((name) => text.includes(name)).map((name) => `assets/${name}`);
      if (text.includes("favicon.svg")) {
        found.push("favicon.svg");
      }
      waiting.push(...found.filter((name) => !waiting.includes(name)));
    }
  }
  return files;
}

export function total(files) {
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}
