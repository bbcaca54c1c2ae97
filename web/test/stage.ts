// What a file of tests plays on: a server of its own, and a browser.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

import { startBrowser } from "./browser";
import { freePort, Place } from "./programs";

export interface Stage {
  readonly place: Place;
  browser: Browser;
  /** Where programs reach the server. */
  server: string;
  /** Where browsers do. */
  base: string;
}

/** Is set up before the tests of this file, and cleared after them. */
export function stage(...args: string[]): Stage {
  const place = new Place();
  // The rest is there once the tests begin.
  const set = { place } as Stage;
  beforeAll(async () => {
    set.browser = await startBrowser();
    const port = await freePort();
    set.server = `ws://127.0.0.1:${port}`;
    set.base = `http://127.0.0.1:${port}/`;
    await place.server(port, ...args);
  });
  afterAll(async () => {
    await set.browser?.close();
    await place.end();
  });
  return set;
}
