// What a page weighs: everything that a browser loads for it before somebody opens a spreadsheet, or asks
// for what came of a reveal, in the bytes that travel.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The most that each page may weigh, in bytes. */
export const BUDGETS = { "index.html": 263_000, "analyst.html": 371_000 };

/** The code of Rust that a page's worker loads at once; other modules come when they are needed. */
const MODULES = { "index.html": "party", "analyst.html": "analyst" };

/** What a page loads, each with its bytes: the page, and whatever is named in what it loads. */
export async function loaded(dist, page) {
  const names = await readdir(join(dist, "assets"));
  const later = (name) => name.endsWith(".wasm") && !name.startsWith(`${MODULES[page]}_bg-`);
  const assets = names.filter((name) => !/\.(br|gz)$/.test(name) && !later(name));
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
