// Makes web/dist: each page with its styles and scripts, named by their content, with integrity in the
// page, compressed for two encodings, and the list of all of them by which anybody can compare.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { build } from "vite";

import { BUDGETS, LANGUAGES, loaded, total } from "./weight.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");

// A page is one script, and one with its texts for each language: nothing is imported later, so nothing
// needs an import map.
const PAGES = Object.keys(BUDGETS);

// What a page has no use for: the texts of the other page, what its worker does for it, and what binds
// the other page's modules.
const OTHERS = {
  "index.html": /\/src\/(text\/\w\w-analyst(-\w+)?\.ts|core\/(analyst\.ts|wasm\/analyst\.js))$/,
  "analyst.html": /\/src\/(text\/\w\w-(party|party-failures|sheet-problems)\.ts|core\/(party\.ts|wasm\/party\.js))$/,
};
const NOTHING = `
export const analyst = {}, analystFailures = {}, analystProblems = {};
export const party = {}, partyFailures = {}, sheetProblems = {};
export const analystApi = () => ({}), partyApi = analystApi;
export default () => Promise.reject(new TypeError("of the other page"));
`;
const without = (page) => ({
  name: "without-others",
  enforce: "pre",
  load: (id) => (OTHERS[page].test(id) ? NOTHING : null),
});

// Where a page does without what is said of spreadsheets, until somebody opens one.
const APART = { "index.html": ["de"], "analyst.html": [] };
const unread = {
  name: "without-sheets",
  enforce: "pre",
  load: (id) => (id.endsWith("-sheet-problems.ts") ? NOTHING : null),
};

// What is served loads its texts from these scripts, which tests do without.
const speaking = (scripts) => ({
  name: "speaking",
  enforce: "pre",
  load: (id) => {
    if (id.endsWith("/src/text/source.ts")) {
      return 'export { texts, withSheets } from "./served";';
    }
    return id.endsWith("/src/text/scripts.ts") ? `export const SCRIPTS = ${JSON.stringify(scripts)};` : null;
  },
});

// What is small already would only grow.
const COMPRESSIBLE = new Set([".html", ".js", ".css", ".svg", ".wasm", ".txt", ".json"]);

// How brotli may write distances (postfix bits, direct codes): which suits a file, only trying tells.
const DISTANCES = [[0, 0], [0, 15], [1, 30], [2, 0]];

// How everything is made.
const MADE = {
  configFile: false,
  root,
  base: "./",
  logLevel: "warn",
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    sourcemap: false,
  },
};

await emptied();
for (const page of PAGES) {
  const scripts = {};
  for (const language of LANGUAGES) {
    scripts[language] = { begin: await spoken(language, `texts-${language}`, [without(page), unread]) };
    if (APART[page].includes(language)) {
      scripts[language].sheets = await spoken(language, `sheets-${language}`, [without(page)]);
    }
  }
  await build({
    ...MADE,
    publicDir: page === PAGES[0] ? "public" : false,
    plugins: [without(page), speaking(scripts)],
    build: { ...MADE.build, rolldownOptions: { input: join(root, page), output: { codeSplitting: false } } },
    worker: { format: "es", plugins: () => [without(page)] },
  });
  await withIntegrity(join(dist, page));
}
await listed();
await compressed();
for (const page of PAGES) {
  for (const language of LANGUAGES) {
    const bytes = total(await loaded(dist, page, language));
    process.stdout.write(`${String(bytes).padStart(8)} bytes for ${page} in ${language}, of at most ${BUDGETS[page]}\n`);
  }
}

/** Makes a script with texts in a language; says where it is, and what it must be. */
async function spoken(language, name, plugins) {
  const input = { [name]: join(root, `src/text/${language}-script.ts`) };
  const { output } = await build({
    ...MADE,
    publicDir: false,
    plugins,
    build: { ...MADE.build, rolldownOptions: { input, output: { format: "iife", codeSplitting: false } } },
  });
  const [{ fileName }] = output;
  return { path: `./${fileName}`, integrity: await integrity(fileName) };
}

/** Removes what an earlier build left. */
async function emptied() {
  await mkdir(dist, { recursive: true });
  for (const name of await readdir(dist)) {
    if (name !== ".gitignore") {
      await rm(join(dist, name), { recursive: true });
    }
  }
}

/** Every file of the bundle, by its path with slashes. */
async function files() {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile() && entry.name !== ".gitignore");
  return paths
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted();
}

/** Says in the page what its script and its styles must be. */
async function withIntegrity(page) {
  let html = await readFile(page, "utf8");
  const tags = [...html.matchAll(/<(?:script|link)[^>]*? (?:src|href)="\.\/(assets\/[^"]+)"/g)];
  for (const [tag, path] of tags) {
    html = html.replace(tag, `${tag} integrity="${await integrity(path)}"`);
  }
  if (/<script(?![^>]* src=)/.test(html) || !/integrity="sha384-/.test(html)) {
    throw new Error(`${page} has a script that its headers would block`);
  }
  await writeFile(page, html);
}

/** What a browser compares a file with. */
async function integrity(path) {
  const hash = createHash("sha384").update(await readFile(join(dist, path)));
  return `sha384-${hash.digest("base64")}`;
}

/** The list in the form of sha256sum; the bundle's hash is the hash of this file. */
async function listed() {
  const lines = [];
  for (const path of await files()) {
    const hash = createHash("sha256").update(await readFile(join(dist, path))).digest("hex");
    lines.push(`${hash}  ${path}\n`);
  }
  await writeFile(join(dist, "bundle.txt"), lines.join(""));
}

async function compressed() {
  const brotli = promisify(zlib.brotliCompress);
  const gzip = promisify(zlib.gzip);
  let all = 0;
  for (const path of await files()) {
    if (!COMPRESSIBLE.has(extname(path))) {
      continue;
    }
    const bytes = await readFile(join(dist, path));
    const tries = DISTANCES.map(([postfix, direct]) =>
      brotli(bytes, {
        params: {
          [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          [zlib.constants.BROTLI_PARAM_NPOSTFIX]: postfix,
          [zlib.constants.BROTLI_PARAM_NDIRECT]: direct,
        },
      }),
    );
    const [small] = (await Promise.all(tries)).toSorted((one, other) => one.length - other.length);
    await writeFile(join(dist, `${path}.br`), small);
    await writeFile(join(dist, `${path}.gz`), await gzip(bytes, { level: 9 }));
    all += small.length;
    process.stdout.write(`${String(small.length).padStart(8)} ${path}\n`);
  }
  process.stdout.write(`${String(all).padStart(8)} bytes compressed, in all\n`);
}
