// The real programs, as tests start them: in a folder of their own, on a free port, never left behind.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FOLDER = process.env["PROGRAMS"] ?? new URL("../../target/debug/", import.meta.url).pathname;

/** A program and everything that it said. */
export class Program {
  said = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #listeners: (() => void)[] = [];

  constructor(name: string, args: string[], cwd: string, more: Record<string, string> = {}) {
    const path = join(FOLDER, name);
    if (!existsSync(path)) {
      throw new Error(`${path} is missing: build it with cargo build`);
    }
    const own = Object.entries(process.env).filter(([key]) => !key.startsWith("WEB_MPC_"));
    const env = { ...Object.fromEntries(own), ...more };
    this.#child = spawn(path, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.said += text;
        for (const listener of this.#listeners) {
          listener();
        }
      });
    }
    this.#ended = new Promise((resolve) => {
      this.#child.on("close", (code) => {
        resolve(code);
        for (const listener of this.#listeners) {
          listener();
        }
      });
    });
  }

  /** Waits until it has said something, and gives the groups of the match. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.said);
        if (found) {
          resolve(found);
        } else if (this.#child.exitCode !== null) {
          reject(new Error(`it ended without saying ${pattern}: ${this.said}`));
        }
      };
      this.#listeners.push(look);
      look();
    });
  }

  /** Its exit code. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    this.#child.kill(signal);
    await this.#ended;
  }
}

/** A folder with programs in it, which all end with it. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "web-mpc-pages-"));
  readonly #programs: Program[] = [];

  start(name: string, args: string[], env?: Record<string, string>): Program {
    const program = new Program(name, args, this.folder, env);
    this.#programs.push(program);
    return program;
  }

  /** A server that says all that it can say. */
  async server(port: number, ...args: string[]): Promise<Program> {
    const server = this.start("server", ["--listen", `127.0.0.1:${port}`, ...args], { WEB_MPC_LOG: "debug" });
    await server.says(/listening on/);
    return server;
  }

  async end(): Promise<void> {
    for (const program of this.#programs) {
      await program.stop("SIGKILL");
    }
    rmSync(this.folder, { recursive: true });
  }
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
