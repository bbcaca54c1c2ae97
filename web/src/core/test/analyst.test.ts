// What an analyst does beside collecting.

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Status } from "../api";
import { Place, browser } from "./place";

let place: Place;

beforeEach(() => {
  place = new Place();
});
afterEach(() => place.clear());

test("computations are listed, paused, dated and purged", async () => {
  await place.server();
  const { analyst, party } = browser();
  await analyst.newKeys();
  const closesAt = 4_000_000_000;
  const created = await analyst.create(place.url, { computation: "pay", closesAt });
  expect(created.computation).toMatchObject({ phase: "open", opensAt: null, closesAt });
  await analyst.create(place.url, { computation: "more" });
  expect(await analyst.list(place.url)).toMatchObject([
    { name: "pay", round: 1, phase: "open", parties: 0 },
    { name: "more", round: 1, phase: "open", parties: 0 },
  ]);

  await analyst.open(place.url, { computation: "pay" });
  expect((await analyst.pause()).computation.phase).toBe("paused");
  const link = await analyst.openLink();
  expect((await party.open({ link })).computation).toMatchObject({ phase: "paused", closesAt });
  await expect(party.submit({ number: "1" })).rejects.toMatchObject({ code: "not_open" });
  expect((await analyst.resume()).computation).toMatchObject({ phase: "open", closesAt });
  const early = await analyst.schedule({ opensAt: closesAt - 1, closesAt });
  expect(early.computation.opensAt).toBe(closesAt - 1);
  await expect(party.submit({ number: "1" })).rejects.toMatchObject({ code: "too_early" });
  await analyst.schedule({ opensAt: null, closesAt: null });
  await party.forget();
  await party.open({ link });
  await party.submit({ number: "1" });

  await expect(analyst.purge()).rejects.toMatchObject({ passing: false });
  await analyst.reveal();
  expect((await analyst.purge()).computation.phase).toBe("purged");
  expect((await analyst.purge()).computation.phase).toBe("purged");
  expect(await analyst.result()).toMatchObject({ result: { sum: "1" } });
});

test("counts arrive as parties submit, until somebody stops watching", async () => {
  await place.server();
  const { analyst, party } = browser();
  await analyst.newKeys();
  await analyst.create(place.url, { computation: "pay" });
  await party.open({ link: await analyst.openLink() });
  const controller = new AbortController();
  const seen: Status[] = [];
  let arrived = () => {};
  const told = (wanted: (status: Status) => boolean) =>
    new Promise<void>((resolve) => {
      arrived = () => seen.some(wanted) && resolve();
      arrived();
    });
  const watching = analyst.watch({
    signal: controller.signal,
    tell: (event) => {
      seen.push(event as Status);
      arrived();
    },
  });
  await told(({ parties }) => parties === 0);
  await told(({ phase, tracked }) => phase === "open" && tracked?.used === null);
  await party.submit({ number: "1" });
  await told(({ parties }) => parties === 1);
  controller.abort();
  await expect(watching).rejects.toMatchObject({ code: "cancelled" });
});

test("a passphrase closes a key", async () => {
  const { analyst } = browser();
  const { keyId } = await analyst.newKeys();
  await expect(analyst.backup("short")).rejects.toMatchObject({ code: "passphrase_weak" });
  const { bytes } = await analyst.backup("correct horse");
  expect(await analyst.prove(bytes, "correct horse")).toBe(true);
  await expect(analyst.openKeys(bytes)).rejects.toMatchObject({ code: "passphrase_needed" });
  const wrong = analyst.openKeys(bytes, "battery staple");
  await expect(wrong).rejects.toMatchObject({ code: "passphrase_wrong" });
  expect((await analyst.openKeys(bytes, "correct horse")).keyId).toBe(keyId);
});
