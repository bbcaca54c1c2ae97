// A place for one test: the three programs as processes, and the worker's core without a worker.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { Core } from "../api";
import { engines } from "../engine";
import { makeCore } from "../make";
import type { Shelf, Store } from "../store";

const ROOT = new URL("../../../../", import.meta.url).pathname;

/** Where cargo has put the programs. */
const PROGRAMS = process.env.WEB_MPC_PROGRAMS ?? join(ROOT, "target/debug");

const wasm = (name: string) => readFileSync(new URL(`../wasm/${name}_bg.wasm`, import.meta.url));

/** What a browser would keep, for as long as the test runs. */
export function memoryStore(): Store & { kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  const at = (shelf: Shelf, key: string) => `${shelf} ${key}`;
  return {
    kept,
    get: async <T>(shelf: Shelf, key: string) => kept.get(at(shelf, key)) as T | undefined,
    put: async (shelf, key, value) => {
      kept.set(at(shelf, key), structuredClone(value));
    },
    remove: async (shelf, key) => {
      kept.delete(at(shelf, key));
    },
    decide: async <T>(shelf: Shelf, key: string, next: (kept: T | undefined) => T | undefined) => {
      const value = next(kept.get(at(shelf, key)) as T | undefined);
      if (value !== undefined) {
        kept.set(at(shelf, key), value);
      }
    },
  };
}

/** A browser of its own. */
export function browser(store: Store = memoryStore()): Core {
  const sources = {
    after: wasm("after"),
    analyst: wasm("analyst"),
    figures: wasm("figures"),
    party: wasm("party"),
    sheets: wasm("sheets"),
  };
  return makeCore(engines(sources), store);
}

export class Place {
  readonly #folder = mkdtempSync(join(tmpdir(), "web-mpc-core-"));
  readonly #running = new Set<ChildProcess>();
  #address = "";

  /** Where its server listens. */
  get url(): string {
    return `ws://${this.#address}/`;
  }

  /** Starts the server; the next time, again at the same address with the same database. */
  async server(): Promise<() => Promise<void>> {
    this.#address ||= `127.0.0.1:${await freePort()}`;
    const [child, said] = this.#start("server", ["--listen", this.#address], "server");
    await said((line) => line.includes(this.#address));
    return () => stop(child);
  }

  /** Runs a program to its end; gives the events that it printed. */
  async run(program: string, folder: string, args: string[]): Promise<Record<string, unknown>[]> {
    const all = ["--server", this.url, "--json", ...args];
    const child = spawn(join(PROGRAMS, program), all, {
      cwd: this.folder(folder),
      env: {},
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.add(child);
    const [lines, errors]: [string[], string[]] = [[], []];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    createInterface({ input: child.stderr }).on("line", (line) => errors.push(line));
    const code = await new Promise((resolve) => child.on("close", resolve));
    this.#running.delete(child);
    if (code !== 0) {
      throw new Error(`${program} ended with ${code}: ${lines.join("\n")}\n${errors.join("\n")}`);
    }
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  folder(name: string): string {
    const path = join(this.#folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  async clear(): Promise<void> {
    await Promise.all([...this.#running].map(stop));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #start(program: string, args: string[], folder: string) {
    const child = spawn(join(PROGRAMS, program), args, {
      cwd: this.folder(folder),
      env: {},
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#running.add(child);
    const lines: string[] = [];
    let heard = () => {};
    for (const output of [child.stdout, child.stderr]) {
      createInterface({ input: output }).on("line", (line) => {
        lines.push(line);
        heard();
      });
    }
    const ended = new Promise<never>((_, reject) => {
      child.on("exit", (code) => reject(new Error(`${program} ended with ${code}\n${lines.join("\n")}`)));
    });
    ended.catch(() => {});
    const said = (wanted: (line: string) => boolean) =>
      Promise.race([
        ended,
        new Promise<void>((resolve) => {
          heard = () => lines.some(wanted) && resolve();
          heard();
        }),
      ]);
    return [child, said] as const;
  }
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    child.on("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.on("error", reject);
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      listener.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
