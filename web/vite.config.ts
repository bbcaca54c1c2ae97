// For tests and for work on the pages. `scripts/build.mjs` makes what is served.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "src/**/*.test.tsx"],
          exclude: ["src/core/test/**"],
        },
      },
      {
        // The worker's core against the programs. Needs scripts/wasm.sh and cargo build.
        extends: true,
        test: {
          name: "core",
          include: ["src/core/test/*.test.ts"],
          // Before version 22, Node has a WebSocket only if it is asked for one.
          execArgv: ["--experimental-websocket"],
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "timing",
          include: ["src/core/test/*.bench.ts"],
          execArgv: ["--experimental-websocket"],
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/**/*.test.ts"],
          // One browser, one machine: the runs would only take each other's time.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
