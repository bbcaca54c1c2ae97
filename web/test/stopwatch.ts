// What a page notes about itself while it is used: long tasks of its own thread, which buttons were
// pressed, which headings, steps and progress it showed, each with its time.

import type { Browser, BrowserContext, Page } from "playwright-core";

interface Moment<T> {
  /** Milliseconds since the page was opened. */
  at: number;
  what: T;
}

export interface Notes {
  /** Tasks of the page's own thread of 50 ms and more: how long each took. */
  tasks: Moment<number>[];
  pressed: Moment<string>[];
  headings: Moment<string>[];
  steps: Moment<string>[];
  progress: Moment<string>[];
}

/** Every page of that context takes notes from now on. */
export async function takeNotes(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const notes: Notes = { tasks: [], pressed: [], headings: [], steps: [], progress: [] };
    (globalThis as { notes?: Notes }).notes = notes;
    const tasks = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        notes.tasks.push({ at: startTime, what: duration });
      }
    });
    tasks.observe({ type: "longtask", buffered: true });
    const pressed = ({ target }: MouseEvent) => {
      const button = target instanceof Element ? target.closest("button") : null;
      notes.pressed.push({ at: performance.now(), what: button?.textContent ?? "" });
    };
    addEventListener("click", pressed, true);
    const note = (list: Moment<string>[], what: string | null | undefined) => {
      if (what && list.at(-1)?.what !== what) {
        list.push({ at: performance.now(), what });
      }
    };
    const look = () => {
      note(notes.headings, document.querySelector("h1")?.textContent);
      note(notes.steps, document.querySelector(".story .now > span:last-child")?.firstChild?.textContent);
      note(notes.progress, document.querySelector(".story [role=progressbar]")?.getAttribute("aria-valuenow"));
    };
    new MutationObserver(look).observe(document, {
      attributeFilter: ["aria-valuenow", "class"],
      characterData: true,
      childList: true,
      subtree: true,
    });
  });
}

export function notesOf(page: Page): Promise<Notes> {
  return page.evaluate(() => (globalThis as unknown as { notes: Notes }).notes);
}

/** How long it took from the press of a button to a heading, in milliseconds. */
export function between({ pressed, headings }: Notes, button: string, heading: string): number {
  const from = pressed.findLast(({ what }) => what === button)?.at;
  const to = headings.findLast(({ what }) => what === heading)?.at;
  if (from === undefined || to === undefined || to < from) {
    throw new Error(`${button} did not lead to ${heading}`);
  }
  return to - from;
}

/** The longest of the long tasks in a time, by the clock on the wall; 0 where there was none. */
export function longest({ tasks }: Notes, from: number): number {
  return Math.max(0, ...tasks.filter(({ at }) => at >= from).map(({ what }) => what));
}

/** When a button was pressed last. */
export function pressedAt({ pressed }: Notes, button: string): number {
  return pressed.findLast(({ what }) => what === button)?.at ?? Infinity;
}

interface Traced {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds of the thread's own time. */
  tdur?: number;
  args: { name?: string };
}

/**
 * The longest task that a page's own thread had while something was done, in milliseconds of that
 * thread's time: what other programs do with the machine meanwhile does not count.
 */
export async function longestTask(browser: Browser, page: Page, done: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ["toplevel"] });
  await done();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: Traced[] };
  const thread = ({ pid, tid }: Traced) => `${pid} ${tid}`;
  const named = traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const mains = new Set(named.map(thread));
  const tasks = traceEvents.filter((event) => event.name.endsWith("RunTask") && mains.has(thread(event)));
  if (tasks.length === 0) {
    throw new Error("nothing was traced");
  }
  return tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1000), 0);
}

/** Holds the page's thread for that long: what measures tasks must notice this one. */
export async function hold(page: Page, milliseconds: number): Promise<void> {
  await page.evaluate((long) => {
    const until = performance.now() + long;
    while (performance.now() < until);
  }, milliseconds);
}
