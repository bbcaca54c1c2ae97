// What the headers hold against: scripts that somebody planted, and what is shown without any.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { stage } from "./stage";

const at = stage("--host-analyst-pages");

async function open(path = ""): Promise<Page> {
  const page = await (await at.browser.newContext()).newPage();
  await page.goto(at.base + path);
  return page;
}

const planted = (page: Page) => page.evaluate(() => (globalThis as { planted?: string }).planted ?? "nothing");

test("a script within the page does not run", async () => {
  const page = await (await at.browser.newContext()).newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  await page.route(at.base, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace("</body>", "<script>planted = 'inline';</script></body>");
    await route.fulfill({ response: answer, body });
  });
  await page.goto(at.base);
  await page.getByRole("heading", { name: "A link is needed" }).waitFor();
  expect(await planted(page)).toBe("nothing");
  expect(said.join("\n")).toContain("Content Security Policy");
});

test("text does not become script", async () => {
  const page = await open();
  const refused = await page.evaluate(() => {
    const tries: Record<string, () => unknown> = {
      timer: () => setTimeout("planted = 'timer'", 0),
      html: () => (document.body.innerHTML = "<img src=x onerror=\"planted = 'html'\">"),
      element: () => {
        const script = document.createElement("script");
        script.textContent = "planted = 'element'";
        document.body.append(script);
      },
      worker: () => new Worker("data:text/javascript,0"),
      policy: () =>
        (globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }).trustedTypes.createPolicy("other", {}),
    };
    return Object.entries(tries)
      .filter(([, attempt]) => {
        try {
          attempt();
          return false;
        } catch {
          return true;
        }
      })
      .map(([name]) => name);
  });
  expect(refused).toEqual(["timer", "html", "element", "worker", "policy"]);
  // Whatever was to run later would have run by now.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1)));
  expect(await planted(page)).toBe("nothing");
});

/** Tries to make code of text, and says how that ended. Later, so that no tool's own permission holds. */
function evaluated(): Promise<string[]> {
  const tries: (() => unknown)[] = [
    // oxlint-disable-next-line no-eval -- that it does not run is what is tested
    () => eval("globalThis.planted = 'eval'"),
    () => new Function("globalThis.planted = 'function'")(),
    () => {
      const prototype = Object.getPrototypeOf(async () => {}) as { constructor: FunctionConstructor };
      prototype.constructor("globalThis.planted = 'async'")();
    },
  ];
  return new Promise((resolve) => {
    setTimeout(() => {
      const ended = tries.map((attempt) => {
        try {
          attempt();
          return "ran";
        } catch (thrown) {
          return (thrown as Error).name;
        }
      });
      resolve([...ended, (globalThis as { planted?: string }).planted ?? "nothing"]);
    }, 0);
  });
}

test("a planted eval does not run, neither in the page nor in its worker", async () => {
  const blocked = ["EvalError", "EvalError", "EvalError", "nothing"];
  for (const path of ["", "analyst"]) {
    const page = await open(path);
    expect(await page.evaluate(evaluated), path).toEqual(blocked);
    const worker = page.workers()[0] ?? (await page.waitForEvent("worker"));
    expect(await worker.evaluate(evaluated), path).toEqual(blocked);
  }
  // Where no policy is, the same code runs: it is the policy that stops it.
  const free = await (await at.browser.newContext()).newPage();
  expect(await free.evaluate(evaluated)).toEqual(["ran", "ran", "ran", "async"]);
});

test("a script that was changed on the way does not run", async () => {
  const page = await (await at.browser.newContext()).newPage();
  await page.route(/assets\/index-.*\.js$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${await answer.text()};planted = 'asset';` });
  });
  await page.goto(at.base);
  await page.waitForLoadState("load");
  expect(await planted(page)).toBe("nothing");
  expect(await page.getByRole("heading", { name: "A link is needed" }).count()).toBe(0);
});

test("texts that were changed on the way do not run, and the page says that it is not whole", async () => {
  const page = await (await at.browser.newContext({ locale: "de-AT" })).newPage();
  await page.route(/assets\/texts-.*\.js$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `planted = 'texts';${await answer.text()}` });
  });
  await page.goto(at.base);
  await page.getByRole("heading", { name: "This page did not come whole" }).waitFor();
  await page.getByText("Ein Teil dieser Seite fehlt").waitFor();
  expect(await planted(page)).toBe("nothing");
});

test("no other page frames it, and nothing is sent elsewhere", async () => {
  const page = await open();
  const sent = await page.evaluate(() => fetch("https://example.org/").then(() => "sent", () => "blocked"));
  expect(sent).toBe("blocked");
  const outer = await (await at.browser.newContext()).newPage();
  await outer.goto("about:blank");
  // Comes back once the frame has loaded, or was refused.
  await outer.setContent(`<iframe src="${at.base}"></iframe>`);
  const frame = outer.frames().find((candidate) => candidate !== outer.mainFrame());
  expect(frame?.url().startsWith("http://127.0.0.1") ? await frame.locator("#app").count() : 0).toBe(0);
});

test("without scripts the page says what it needs", async () => {
  for (const path of ["", "analyst"]) {
    const context = await at.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(at.base + path);
    await page.getByRole("heading", { name: "This page needs scripts" }).waitFor();
    expect(await page.getByText("too old for this page").isVisible()).toBe(false);
    await context.close();
  }
});

test("a browser that lacks what the page is made of is told which ones do not", async () => {
  const context = await at.browser.newContext();
  await context.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly"));
  const page = await context.newPage();
  await page.goto(at.base);
  await page.getByRole("heading", { name: "This browser is too old for this page" }).waitFor();
  expect(await page.getByText("Firefox", { exact: true }).isVisible()).toBe(true);
});
