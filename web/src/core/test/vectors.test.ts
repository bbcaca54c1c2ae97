// The frozen vectors of tests/vectors, made and read by what runs in a browser: the same bytes as
// natively, in both directions.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import initVectors, { vectors } from "../wasm/vectors";

test("every vector holds in wasm", async () => {
  const code = readFileSync(new URL("../wasm/vectors_bg.wasm", import.meta.url));
  await initVectors({ module_or_path: code });
  const { count, failures } = JSON.parse(vectors()) as { count: number; failures: string[] };
  expect(failures).toEqual([]);
  expect(count).toBeGreaterThan(200);
});
