// Every state of the pages, over a core without network: what axe finds, and a picture of each in
// test/output, to be looked at.

import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

import type { Browser, Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startBrowser } from "./browser";
import { ANALYST_STATES, PARTY_STATES, type State } from "./states";

const OUTPUT = new URL("./output/", import.meta.url).pathname;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LOOKS = [
  { name: "light", width: 1280, height: 900, colorScheme: "light" },
  { name: "dark", width: 1280, height: 900, colorScheme: "dark" },
  { name: "phone", width: 390, height: 844, colorScheme: "light" },
  { name: "phone-dark", width: 390, height: 844, colorScheme: "dark" },
] as const;
// While working on one state: STATE=party-review LOOK=light.
const ONLY = process.env["STATE"];
const ONLY_LOOK = process.env["LOOK"];

let browser: Browser;
let server: ViteDevServer;
let base: string;

beforeAll(async () => {
  mkdirSync(OUTPUT, { recursive: true });
  server = await createServer({ configFile: false, root: new URL("..", import.meta.url).pathname, logLevel: "error", server: { port: 0, host: "127.0.0.1", hmr: false, watch: null } });
  await server.listen();
  base = server.resolvedUrls?.local[0] ?? "";
  browser = await startBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }).axe;
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return (await axe.run({ runOnly: tags })).violations;
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary ?? ""}`).join("\n")}`);
}

/** The same in German, whose words are longer, on the narrowest screen that a page must fit (WCAG 1.4.10). */
async function german(tab: Page, picture: string): Promise<void> {
  await tab.setViewportSize({ width: 320, height: 640 });
  await tab.getByRole("button", { name: "DE, Deutsch" }).click();
  await tab.locator("html[lang=de]").waitFor();
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await tab.screenshot({ path: picture, fullPage: true });
  expect(wide, "wider than the screen in German").toBeLessThanOrEqual(0);
}

for (const [page, states] of [["party", PARTY_STATES], ["analyst", ANALYST_STATES]] as const) {
  describe(page, () => {
    for (const [name, state] of Object.entries<State>(states)) {
      test.runIf(!ONLY || `${page}-${name}`.includes(ONLY))(name, async () => {
        for (const look of LOOKS.filter(({ name: is }) => !ONLY_LOOK || is === ONLY_LOOK)) {
          const context = await browser.newContext({
            viewport: { width: look.width, height: look.height },
            colorScheme: look.colorScheme,
            reducedMotion: "reduce",
            locale: state.language ?? "en-GB",
            timezoneId: "Europe/Berlin",
          });
          const tab = await context.newPage();
          const thrown: string[] = [];
          tab.on("pageerror", (error) => thrown.push(error.message));
          await tab.goto(`${base}test/fake/${page}.html?${state.query}#${state.fragment ?? "a.b.c"}`);
          await state.act?.(tab);
          await tab.waitForLoadState("networkidle");
          await tab.locator("[aria-busy=true]").waitFor({ state: "detached" });
          const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          await tab.screenshot({ path: `${OUTPUT}${page}-${name}-${look.name}.png`, fullPage: true });
          expect(thrown, look.name).toEqual([]);
          expect(wide, `${look.name}: wider than the screen`).toBeLessThanOrEqual(0);
          expect(await violations(tab), look.name).toEqual([]);
          if (look.name === "phone") {
            await german(tab, `${OUTPUT}${page}-${name}-german.png`);
          }
          await context.close();
        }
      });
    }
  });
}
