// Makes web/dist: each page with its styles and scripts, named by their content, with integrity in the
// page, compressed for two encodings, and the list of all of them by which anybody can compare.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { build } from "vite";

import { BUDGETS, loaded, total } from "./weight.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");

// A page is one script: nothing is imported later, so nothing needs an import map.
const PAGES = Object.keys(BUDGETS);

// What a page has no use for: the texts of the other page, and what binds the other page's modules.
const OTHERS = {
  "index.html": /\/src\/(text\/\w\w-analyst\.ts|core\/wasm\/(analyst|figures)\.js)$/,
  "analyst.html": /\/src\/core\/wasm\/(party|after)\.js$/,
};
const without = (page) => ({
  name: "without-others",
  enforce: "pre",
  load: (id) =>
    OTHERS[page].test(id)
      ? "export const analyst = {};\nexport default () => Promise.reject(new TypeError('of the other page'));"
      : null,
});

// What is small already would only grow.
const COMPRESSIBLE = new Set([".html", ".js", ".css", ".svg", ".wasm", ".txt", ".json"]);

await emptied();
for (const page of PAGES) {
  await build({
    configFile: false,
    root,
    base: "./",
    logLevel: "warn",
    publicDir: page === PAGES[0] ? "public" : false,
    plugins: [without(page)],
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      assetsInlineLimit: 0,
      sourcemap: false,
      rolldownOptions: {
        input: join(root, page),
        output: { codeSplitting: false },
      },
    },
    worker: {
      format: "es",
      plugins: () => [without(page)],
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  await withIntegrity(join(dist, page));
}
await listed();
await compressed();
for (const page of PAGES) {
  const bytes = total(await loaded(dist, page));
  process.stdout.write(`${String(bytes).padStart(8)} bytes for ${page}, of at most ${BUDGETS[page]}\n`);
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
    const hash = createHash("sha384")
      .update(await readFile(join(dist, path)))
      .digest("base64");
    html = html.replace(tag, `${tag} integrity="sha384-${hash}"`);
  }
  if (/<script(?![^>]* src=)/.test(html) || !/integrity="sha384-/.test(html)) {
    throw new Error(`${page} has a script that its headers would block`);
  }
  await writeFile(page, html);
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
    const small = await brotli(bytes, {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    await writeFile(join(dist, `${path}.br`), small);
    await writeFile(join(dist, `${path}.gz`), await gzip(bytes, { level: 9 }));
    all += small.length;
    process.stdout.write(`${String(small.length).padStart(8)} ${path}\n`);
  }
  process.stdout.write(`${String(all).padStart(8)} bytes compressed, in all\n`);
}
