// Invited computations, with browsers and programs.

import { afterEach, beforeEach, expect, test } from "vitest";

import { Place, browser, memoryStore } from "./place";

let place: Place;

beforeEach(() => {
  place = new Place();
});
afterEach(() => place.clear());

async function invited(labels: string[]) {
  await place.server();
  const { analyst } = browser();
  await analyst.newKeys();
  await analyst.create(place.url, { computation: "pay", access: "invited", tracking: "labels" });
  const people = labels.map((label) => ({ label, email: `${label.toLowerCase()}@example.org` }));
  return { analyst, links: await analyst.invite(people) };
}

test("links admit, correct and are made again from the key alone", async () => {
  const { analyst, links } = await invited(["=A", "B", "C"]);
  expect(links.map(({ label, revoked }) => [label, revoked])).toEqual([
    ["=A", false],
    ["B", false],
    ["C", false],
  ]);
  expect(await analyst.links()).toEqual(links);
  const table = new TextDecoder().decode((await analyst.linksFile(links)).bytes);
  expect(table.split("\r\n")[1]).toBe(`'=A,=a@example.org,${links[0]?.url},`.replace(",=a", ",'=a"));

  const [first, second, third] = links.map(({ url }) => url);
  const one = browser();
  const view = await one.party.open({ link: first ?? "" });
  expect(view).toMatchObject({
    computation: { access: "invited", tracking: "labels", invitations: 3 },
    invitation: { cohorts: {}, expires: null, revoked: false },
  });
  await one.party.submit({ number: "1" });
  await one.party.submit({ number: "2" });
  await place.run("input-party", "party", ["--link", second ?? "", "40"]);

  await analyst.revoke(["C"]);
  expect((await analyst.links()).map(({ revoked }) => revoked)).toEqual([false, false, true]);
  const other = browser();
  expect(await other.party.open({ link: third ?? "" })).toMatchObject({
    invitation: { revoked: true },
  });
  await expect(other.party.submit({ number: "9" })).rejects.toMatchObject({
    code: "invitation_revoked",
  });
  const without = browser();
  await without.party.open({ server: place.url, computation: "pay" });
  await expect(without.party.submit({ number: "9" })).rejects.toMatchObject({
    code: "invitation_required",
  });

  expect(await analyst.reveal()).toMatchObject({ parties: 2, result: { sum: "42" } });
});

test("what was submitted is withdrawn, and submitted again", async () => {
  const { analyst, links } = await invited(["A", "B"]);
  const [link, other] = links.map(({ url }) => url);
  await place.run("input-party", "party", ["--link", other ?? "", "1"]);
  const { party } = browser();
  await party.open({ link: link ?? "" });
  await party.submit({ number: "5" });
  expect((await party.withdraw()).kept).toMatchObject({ state: "withdrawn", sequence: 2 });
  expect((await party.submit({ number: "6" })).kept).toMatchObject({ state: "finished", sequence: 3 });
  await party.withdraw();
  expect(await analyst.reveal()).toMatchObject({ parties: 1, result: { sum: "1" } });
  expect(await party.verify()).toEqual({ fate: "withdrawn" });
});

test("two people who share a browser do not correct each other", async () => {
  const { analyst, links } = await invited(["A", "B"]);
  const [first, second] = links.map(({ url }) => ({ link: url }));
  const { party, drafts } = browser();
  const one = await party.open(first ?? { link: "" });
  await party.submit({ number: "5" });
  await drafts.save(one.shelf, { number: "50" });

  const other = await party.open(second ?? { link: "" });
  expect(other.kept).toBeNull();
  expect(await drafts.load(other.shelf)).toBeNull();
  await expect(party.withdraw()).rejects.toMatchObject({ code: "nothing_open" });
  expect((await party.submit({ number: "7" })).kept).toMatchObject({ sequence: 1 });

  const again = await party.open(first ?? { link: "" });
  expect(again.kept).toMatchObject({ state: "finished", sequence: 1 });
  expect(await drafts.load(again.shelf)).toEqual({ number: "50" });
  expect((await party.submit({ number: "6" })).kept).toMatchObject({ sequence: 2 });
  await party.forget();
  expect((await party.open(second ?? { link: "" })).kept).toMatchObject({ state: "finished" });
  expect(await analyst.reveal()).toMatchObject({ parties: 2, result: { sum: "13" } });
});

test("a receipt file is found again by its invitation's link", async () => {
  const { links } = await invited(["A", "B"]);
  const [first, second] = links.map(({ url }) => ({ link: url }));
  const elsewhere = browser().party;
  await elsewhere.open(first ?? { link: "" });
  const { receiptFile } = await elsewhere.submit({ number: "5" });

  const { party } = browser();
  await party.open(second ?? { link: "" });
  await party.submit({ number: "7" });
  const imported = await party.importReceipt(receiptFile.bytes);
  expect(imported.kept).toMatchObject({ state: "finished", sequence: 1 });
  expect((await party.open(first ?? { link: "" })).kept).toEqual(imported.kept);
  expect((await party.submit({ number: "6" })).kept).toMatchObject({ sequence: 2 });
});

test("a second device takes over with the first one's consent", async () => {
  const { analyst, links } = await invited(["A"]);
  const link = links[0]?.url ?? "";
  const [old, next] = [browser().party, browser().party];
  await old.open({ link });
  await old.submit({ number: "5" });
  await next.open({ link });
  await expect(next.submit({ number: "6" })).rejects.toMatchObject({ code: "invitation_in_use" });
  const release = await old.release(await next.takeOverRequest());
  expect((await next.takeOver({ number: "7" }, release)).kept).toMatchObject({ state: "finished" });
  expect(await analyst.reveal()).toMatchObject({ parties: 1, result: { sum: "7" } });
  expect(await old.verify()).toEqual({ fate: "replaced", byTakeover: true, evidence: null });
  expect(await next.verify()).toMatchObject({ fate: "counted" });
});

test("a consent that comes while a second device waits ends the wait", async () => {
  const { analyst, links } = await invited(["A"]);
  const link = links[0]?.url ?? "";
  const store = memoryStore();
  const [old, next] = [browser().party, browser(store).party];
  await old.open({ link });
  await old.submit({ number: "5" });
  await next.open({ link });
  await expect(next.submit({ number: "6" })).rejects.toMatchObject({ code: "invitation_in_use" });
  const waits = { code: "takeover_waiting" };
  await expect(next.takeOver({ number: "7" }, null)).rejects.toMatchObject(waits);
  await expect(next.takeOver({ number: "7" }, null)).rejects.toMatchObject(waits);

  // Loaded again meanwhile: what waits is still there, and so is its key.
  const later = browser(store).party;
  expect((await later.open({ link })).kept).toMatchObject({ state: "pending" });
  await expect(later.resume()).rejects.toMatchObject(waits);
  await expect(later.takeOver({ number: "7" }, "no consent")).rejects.toMatchObject({
    code: "release_invalid",
  });
  const release = await old.release(await later.takeOverRequest());
  const { kept } = await later.takeOver({ number: "7" }, release);
  expect(kept).toMatchObject({ state: "finished" });
  expect(await analyst.reveal()).toMatchObject({ parties: 1, result: { sum: "7" } });
  expect(await later.verify()).toMatchObject({ fate: "counted" });
});

test("a device whose place was taken takes it back with a new key, once the person says so", async () => {
  const { analyst, links } = await invited(["A"]);
  const link = links[0]?.url ?? "";
  const store = memoryStore();
  const [first, second] = [browser(store).party, browser().party];
  await first.open({ link });
  await first.submit({ number: "5" });
  const oldKey = await first.takeOverRequest();
  await second.open({ link });
  const inUse = { code: "invitation_in_use" };
  await expect(second.submit({ number: "6" })).rejects.toMatchObject(inUse);
  await second.takeOver({ number: "6" }, await first.release(await second.takeOverRequest()));

  // That the place is lost is the server's word: nothing is made with the new key yet.
  await expect(first.submit({ number: "7" })).rejects.toMatchObject(inUse);
  expect(await first.kept()).toMatchObject({ state: "refused", receipt: { sequence: 1 } });
  const newKey = await first.takeOverRequest();
  expect(newKey).not.toBe(oldKey);
  await expect(first.submit({ number: "7" })).rejects.toMatchObject(inUse);
  expect(await first.takeOverRequest()).toBe(newKey);

  const waits = { code: "takeover_waiting" };
  await expect(first.takeOver({ number: "8" }, null)).rejects.toMatchObject(waits);
  expect(await first.kept()).toMatchObject({ state: "pending", sequence: 1, receipt: null });
  const release = await second.release(newKey);
  expect((await first.takeOver(null, release)).kept).toMatchObject({ state: "finished", sequence: 1 });
  expect((await first.submit({ number: "9" })).kept).toMatchObject({ state: "finished", sequence: 2 });
  // The old key's receipt is set aside, not lost.
  const aside = [...store.kept].filter(([key]) => key.endsWith("replaced")).map(([, kept]) => kept);
  expect(aside).toHaveLength(1);

  expect(await analyst.reveal()).toMatchObject({
    parties: 1,
    result: { sum: "9" },
    invitations: { made: 1, revoked: 0, used: 1, withdrawn: 0, takeovers: 2 },
  });
  expect(await analyst.result()).toMatchObject({ invitations: { takeovers: 2 } });
  expect(await first.verify()).toMatchObject({ fate: "counted", takeovers: 2 });
  expect(await second.verify()).toEqual({ fate: "replaced", byTakeover: true, evidence: null });
});

test("who was never in a place does not get a new key when it is refused", async () => {
  const { links } = await invited(["A"]);
  const link = links[0]?.url ?? "";
  const [first, second] = [browser().party, browser().party];
  await first.open({ link });
  await first.submit({ number: "5" });
  await second.open({ link });
  const key = await second.takeOverRequest();
  await expect(second.submit({ number: "6" })).rejects.toMatchObject({ code: "invitation_in_use" });
  expect(await second.takeOverRequest()).toBe(key);
  await expect(second.takeOver(null, null)).rejects.toMatchObject({ code: "takeover_waiting" });
  expect(await second.takeOverRequest()).toBe(key);
});

test("the invited are told the result once it is published", async () => {
  await place.server();
  const { analyst } = browser();
  await analyst.newKeys();
  const settings = { computation: "pay", access: "invited", publication: "parties" } as const;
  await analyst.create(place.url, settings);
  const [link] = await analyst.invite([{ label: "A" }]);
  const { party } = browser();
  await party.open({ link: link?.url ?? "" });
  await party.submit({ number: "9" });
  await analyst.reveal();
  await expect(party.result()).rejects.toMatchObject({ code: "not_published" });
  await analyst.publish();
  await analyst.publish();
  expect(await party.result()).toMatchObject({ parties: 1, result: { sum: "9" } });
});
