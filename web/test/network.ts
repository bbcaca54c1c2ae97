// Everything that pages send and load, as the browser tells it, and what must never be among it.

import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";

export class Network {
  readonly urls: string[] = [];
  readonly sent: string[] = [];
  readonly violations: string[] = [];
  readonly errors: string[] = [];

  watch(context: BrowserContext): void {
    context.on("request", (request) => {
      this.urls.push(request.url());
      // `analyst ui` keeps the key in its folder, on the same machine: the one place it may go.
      const kept = new URL(request.url()).pathname === "/local/keys";
      const body = kept ? "" : (request.postData() ?? "");
      this.sent.push(request.url(), JSON.stringify(request.headers()), body);
    });
    context.on("page", (page) => this.#page(page));
  }

  #page(page: Page): void {
    page.on("websocket", (socket) => {
      this.urls.push(socket.url());
      this.sent.push(socket.url());
      socket.on("framesent", ({ payload }) => {
        this.sent.push(typeof payload === "string" ? payload : payload.toString("latin1"));
      });
    });
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      const said = message.text();
      if (/Content Security Policy|Trusted Type|integrity/i.test(said)) {
        this.violations.push(said);
      }
    });
  }

  /** Nothing left these origins, and no policy was broken. */
  check(origins: string[]): void {
    const hosts = new Set(origins.map((origin) => new URL(origin).host));
    for (const url of this.urls) {
      const { host, protocol } = new URL(url);
      expect(protocol === "blob:" || hosts.has(host), url).toBe(true);
    }
    // The workers' WebSockets are among them.
    expect(this.urls.some((url) => url.startsWith("ws"))).toBe(true);
    expect(this.violations).toEqual([]);
    expect(this.errors).toEqual([]);
  }

  /** Nothing secret was sent. */
  lacks(secrets: string[]): void {
    const all = this.sent.join("\n");
    for (const secret of secrets) {
      expect(all.includes(secret), `sent: ${secret.slice(0, 6)}…`).toBe(false);
    }
  }
}
