// Sums, with the browser and the programs on either side.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import type { Failure, SubmitEvent } from "../api";
import { Place, browser, memoryStore } from "./place";

let place: Place;

beforeEach(() => {
  place = new Place();
});
afterEach(() => place.clear());

test("a sum of browsers and programs is revealed in a browser", async () => {
  await place.server();
  const analyst = browser();
  await analyst.analyst.newKeys();
  const { computation } = await analyst.analyst.create(place.url, { computation: "pay" });
  expect(computation).toMatchObject({ name: "pay", round: 1, phase: "open", minParties: 1 });
  const link = await analyst.analyst.openLink();

  const party = browser();
  const opened = await party.party.open({ link });
  expect(opened).toMatchObject({ pinned: true, kept: null });
  expect(opened.computation.words).toBe(computation.words);
  const steps: string[] = [];
  const tell = (event: SubmitEvent) => "step" in event && steps.push(event.step);
  const { kept } = await party.party.submit({ number: "40" }, { tell });
  expect(steps).toEqual(["proving", "sealed", "kept", "sent", "confirmed"]);
  expect(kept).toMatchObject({ state: "finished", sequence: 1 });
  const corrected = await party.party.submit({ number: "41" });
  expect(corrected.kept).toMatchObject({ state: "finished", sequence: 2 });

  await place.run("input-party", "party", ["--computation", "pay", "1"]);
  await expect(party.party.verify()).rejects.toMatchObject({ code: "not_frozen" });

  const outcome = await analyst.analyst.reveal();
  expect(outcome.result).toEqual({ sum: "42" });
  expect(outcome).toMatchObject({ parties: 2, rejected: [] });
  expect(await party.party.verify()).toMatchObject({ fate: "counted" });
  expect(await analyst.analyst.result()).toMatchObject({ result: { sum: "42" } });
  const { bytes } = await analyst.analyst.resultFile("csv");
  expect(new TextDecoder().decode(bytes)).toBe("computation,round,parties,sum\npay,1,2,42\n");
});

test("the key and the receipt of a browser are those of the programs", async () => {
  await place.server();
  const analyst = browser();
  const { keyId } = await analyst.analyst.newKeys();
  await analyst.analyst.create(place.url, { computation: "pay" });
  const backup = await analyst.analyst.backup();
  expect(await analyst.analyst.prove(backup.bytes)).toBe(true);
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(place.folder("analyst"), "keys.json"), backup.bytes, { mode: 0o600 });

  const party = browser();
  await party.party.open({ link: await analyst.analyst.openLink() });
  const { receiptFile } = await party.party.submit({ number: "7" });
  const receipt = join(place.folder("party"), "receipt.json");
  writeFileSync(receipt, receiptFile.bytes, { mode: 0o600 });
  await place.run("input-party", "party", ["--computation", "pay", "--receipt", receipt, "8"]);

  // And back: the program's correction is known to another browser.
  const other = browser();
  const view = await other.party.importReceipt(readFileSync(receipt));
  expect(view.kept).toMatchObject({ state: "finished", sequence: 2 });

  const shown = await place.run("analyst", "analyst", ["--computation", "pay", "reveal"]);
  expect(shown.find((event) => event.event === "result")).toMatchObject({ sum: "8" });
  expect(shown.find((event) => event.event === "keys" || event.key_id)?.key_id ?? keyId).toBe(keyId);
  expect(await other.party.verify()).toMatchObject({ fate: "counted" });
});

test("a submission that was kept is finished with the same bytes", async () => {
  const stop = await place.server();
  const analyst = browser();
  await analyst.analyst.newKeys();
  await analyst.analyst.create(place.url, { computation: "pay" });
  const link = await analyst.analyst.openLink();

  // The server goes away between keeping and sending.
  const store = memoryStore();
  const put = store.put.bind(store);
  const controller = new AbortController();
  store.put = async (shelf, key, value) => {
    await put(shelf, key, value);
    await stop();
    controller.abort();
  };
  const party = browser(store);
  await party.party.open({ link });
  const sending = party.party.submit({ number: "5" }, { signal: controller.signal });
  await expect(sending).rejects.toMatchObject({ code: "cancelled" });
  store.put = put;

  await place.server();
  const again = browser(store);
  expect((await again.party.open({ link })).kept).toMatchObject({ state: "pending", sequence: 1 });
  const change = again.party.submit({ number: "6" });
  await expect(change).rejects.toMatchObject({ code: "unfinished" });
  expect((await again.party.resume()).kept).toMatchObject({ state: "finished", sequence: 1 });
  const outcome = await analyst.analyst.reveal();
  expect(outcome).toMatchObject({ parties: 1, result: { sum: "5" } });
});

test("an imported receipt takes nothing away that is kept", async () => {
  await place.server();
  const { analyst } = browser();
  await analyst.newKeys();
  await analyst.create(place.url, { computation: "pay" });
  const link = await analyst.openLink();
  const { party } = browser();
  await party.open({ link });
  const early = (await party.submit({ number: "5" })).receiptFile.bytes;
  const late = (await party.submit({ number: "6" })).receiptFile.bytes;
  const stranger = browser().party;
  await stranger.open({ link });
  const other = (await stranger.submit({ number: "1" })).receiptFile.bytes;

  for (const file of [early, other]) {
    await expect(party.importReceipt(file)).rejects.toMatchObject({ code: "receipt_conflict" });
    expect((await party.receiptFile()).bytes).toEqual(late);
  }
  expect((await party.importReceipt(late)).kept).toMatchObject({ sequence: 2 });

  // A newer version of the same receipt, made elsewhere.
  const elsewhere = browser().party;
  await elsewhere.importReceipt(late);
  const newest = (await elsewhere.submit({ number: "7" })).receiptFile.bytes;
  expect((await party.importReceipt(newest)).kept).toMatchObject({ state: "finished", sequence: 3 });
  await party.forget();
  await party.importReceipt(other);
  expect((await party.receiptFile()).bytes).toEqual(other);
  expect(await analyst.reveal()).toMatchObject({ parties: 2, result: { sum: "8" } });
});

test("a page waits for a server, and heeds who cancels", async () => {
  const stop = await place.server();
  await stop();
  const party = browser();
  const controller = new AbortController();
  const told: unknown[] = [];
  const opening = party.party.open(
    { server: place.url, computation: "pay" },
    {
      signal: controller.signal,
      tell: (event) => {
        told.push(event);
        controller.abort();
      },
    },
  );
  await expect(opening).rejects.toMatchObject({ code: "cancelled", passing: false });
  expect(told).toEqual([{ waiting: "server" }]);
});

test("what cannot be used is told apart", async () => {
  await place.server();
  const other = browser();
  await other.analyst.newKeys();
  await other.analyst.create(place.url, { computation: "pay" });
  const link = await other.analyst.openLink();
  const party = browser();
  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => "nothing",
      (thrown: Failure) => thrown.code,
    );
  expect(await code(party.party.open({ link: `${link}x` }))).toBe("link_invalid");
  expect(await code(party.party.open({ link: link.replace("#", "?a=b#") }))).toBe("link_invalid");
  expect(await code(party.party.check({ number: "1" }))).toBe("nothing_open");
  await party.party.open({ link });
  expect(await code(party.party.submit({ number: "x" }))).toBe("answers_invalid");
  expect((await party.party.check({ number: "-1" })).errors).toMatchObject([{ place: "/number" }]);

  const analyst = browser();
  expect(await code(analyst.analyst.openKeys(new Uint8Array([1])))).toBe("keys_unusable");
  expect(await code(analyst.analyst.create(place.url, { computation: "pay" }))).toBe("nothing_open");
  await analyst.analyst.newKeys();
  const taken = analyst.analyst.create(place.url, { computation: "pay" });
  expect(await code(taken)).toBe("belongs_to_another");
  expect(await code(analyst.analyst.open(place.url, { computation: "no" }))).toBe(
    "unknown_computation",
  );
});

test("a journal that has another batch stops a reveal", async () => {
  await place.server();
  const store = memoryStore();
  const analyst = browser(store);
  await analyst.analyst.newKeys();
  const { computation } = await analyst.analyst.create(place.url, { computation: "pay" });
  const { fingerprint } = computation;
  await place.run("input-party", "party", ["--computation", "pay", "1"]);
  const line = {
    fingerprint,
    root: fingerprint,
    of: { server: computation.server.keyId, computation: "pay", round: 1 },
  };
  await store.put("journal", fingerprint, JSON.stringify(line));
  await expect(analyst.analyst.reveal()).rejects.toMatchObject({ code: "journal_disagrees" });
  await store.remove("journal", fingerprint);
  expect((await analyst.analyst.reveal()).result).toEqual({ sum: "1" });
});
