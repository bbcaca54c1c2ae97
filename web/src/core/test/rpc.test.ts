// Calls between a page and its worker.

import { afterEach, expect, test } from "vitest";

import type { Core } from "../api";
import { refused } from "../failure";
import { caller, serve, type Port } from "../rpc";

const open: MessageChannel[] = [];

afterEach(() => {
  for (const { port1, port2 } of open.splice(0)) {
    port1.close();
    port2.close();
  }
});

/** A page and a worker that offers `core`. */
function pair(core: unknown) {
  const channel = new MessageChannel();
  open.push(channel);
  serve(channel.port1 as unknown as Port, core as Core);
  const page = caller(channel.port2 as unknown as Port);
  channel.port1.start();
  channel.port2.start();
  return page;
}

test("results, events and failures cross", async () => {
  const { core } = pair({
    party: {
      check: async (given: unknown) => ({ given }),
      open: async (_: unknown, live: { tell: (event: unknown) => void }) => {
        live.tell({ waiting: "server" });
        throw Object.assign(refused("too_few_parties", "2 of 3", true), { have: 2, need: 3 });
      },
    },
  });
  expect(await core.party.check({ number: "1" })).toEqual({ given: { number: "1" } });
  const told: unknown[] = [];
  const opening = core.party.open({ link: "x" }, { tell: (event) => told.push(event) });
  await expect(opening).rejects.toMatchObject({
    name: "Failure",
    code: "too_few_parties",
    message: "2 of 3",
    passing: true,
    have: 2,
    need: 3,
  });
  expect(told).toEqual([{ waiting: "server" }]);
});

test("a signal cancels the call in the worker", async () => {
  const { core } = pair({
    analyst: {
      watch: ({ signal }: { signal: AbortSignal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(refused("cancelled", "stopped")));
        }),
    },
  });
  const controller = new AbortController();
  const watching = core.analyst.watch({ signal: controller.signal });
  controller.abort();
  await expect(watching).rejects.toMatchObject({ code: "cancelled" });
});

test("only what is offered can be called", async () => {
  const { core } = pair({ drafts: {} });
  await expect(core.drafts.load("x")).rejects.toMatchObject({ code: "failed" });
  const named = core as unknown as Record<string, Record<string, () => Promise<unknown>>>;
  await expect(named.party?.toString?.()).rejects.toMatchObject({ code: "failed" });
});

test("a worker that is gone fails what waits for it and what comes after", async () => {
  const { core, lost } = pair({ drafts: { load: () => new Promise(() => {}) } });
  const waiting = core.drafts.load("x");
  lost();
  await expect(waiting).rejects.toMatchObject({ code: "core_lost" });
  await expect(core.drafts.load("x")).rejects.toMatchObject({ code: "core_lost" });
});
