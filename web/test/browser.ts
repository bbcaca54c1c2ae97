// Debian's chromium, as tests use it.

import { existsSync } from "node:fs";

import { chromium, type Browser } from "playwright-core";

const PATHS = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function startBrowser(): Promise<Browser> {
  const executablePath = PATHS.find((path) => path && existsSync(path));
  if (!executablePath) {
    throw new Error("there is no chromium: `make setup` installs it, or CHROMIUM names it");
  }
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
