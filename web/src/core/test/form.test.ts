// Forms, with the browser and the programs on either side.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import type { Answers, Form, Report } from "../api";
import { Place, browser } from "./place";

const FORM: Form = {
  title: "Pay",
  cohorts: [{ id: "industry", title: "Industry", options: ["Trade", "Care"] }],
  tables: [
    {
      id: "salary",
      title: "Salary",
      rows: ["Women", "Men"],
      columns: [{ title: "Full time", columns: [{ title: "Sum" }, { title: "Bonus" }] }],
      cell: { decimals: 2, min: 0, max: 100000, warn_above: 50000, statistics: ["sum", "mean"] },
    },
  ],
  questions: [
    {
      id: "size",
      text: "How many?",
      answer: { number: { min: 0, max: 500, statistics: ["sum"] } },
    },
    { id: "union", text: "A union?", answer: { choice: { options: ["Yes", "No"] } } },
    { id: "gives", text: "What else?", answer: { choices: { options: ["Health", "Pension"] } } },
  ],
};

const answers = (salary: string[][], size: string, union: string, gives: string[]): Answers => ({
  cohorts: { industry: "Care" },
  tables: { salary },
  questions: { size, union, gives },
});

let place: Place;

beforeEach(() => {
  place = new Place();
});
afterEach(() => place.clear());

test("browsers and programs fill in one form, and both read one result", async () => {
  await place.server();
  const analyst = browser();
  await analyst.analyst.newKeys();
  const { computation } = await analyst.analyst.create(place.url, { computation: "pay", form: FORM });
  expect(computation).toMatchObject({ minParties: 3, minCohort: 3, kind: { form: FORM } });
  const link = await analyst.analyst.openLink();

  const typed = browser();
  await typed.party.open({ link });
  const first = answers([["1000.50", "1"], ["2000", "2"]], "10", "Yes", ["Health", "Pension"]);
  await typed.party.submit({ answers: first });

  const dropped = browser();
  const { computation: seen } = await dropped.party.open({ link });
  const csv = [
    "place,answer",
    "tables/salary/0/0,10",
    "tables/salary/0/1,20",
    "tables/salary/1/0,30.25",
    "tables/salary/1/1,40",
    "questions/size,5",
    "questions/union,no",
    "questions/gives,Pension",
    "cohorts/industry,care",
  ].join("\n");
  const form = "form" in seen.kind ? seen.kind.form : FORM;
  const read = await dropped.forms.read(form, "pay.csv", new TextEncoder().encode(csv));
  expect(read).toEqual(answers([["10.00", "20.00"], ["30.25", "40.00"]], "5", "No", ["Pension"]));
  await dropped.party.submit({ answers: read });

  const file = join(place.folder("party"), "answers.json");
  writeFileSync(file, JSON.stringify(answers([["1", "1"], ["1", "1"]], "1", "Yes", [])));
  await place.run("input-party", "party", ["--computation", "pay", "--answers", file, "--yes"]);

  const told: unknown[] = [];
  const outcome = await analyst.analyst.reveal({ tell: (event) => told.push(event) });
  expect(told).toContainEqual({ step: "verifying" });
  expect(told).toContainEqual({ done: 3, of: 3 });
  expect(told.at(-1)).toEqual({ step: "committing" });
  expect(outcome).toMatchObject({ parties: 3, rejected: [] });
  const report = "form" in outcome.result ? outcome.result.form : undefined;
  expect(cells(report, "salary", "sum")).toEqual([
    ["1011.50", "22.00"],
    ["2031.25", "43.00"],
  ]);
  expect(cells(report, "size", "sum")).toEqual([["16"]]);
  expect(report?.groups.map((group) => group.parties)).toEqual([3, 0, 3]);
  expect(await typed.party.verify()).toMatchObject({ fate: "counted" });

  // The same result from the programs, with the key that the browser made.
  const { bytes } = await analyst.analyst.backup();
  writeFileSync(join(place.folder("analyst"), "keys.json"), bytes, { mode: 0o600 });
  const shown = await place.run("analyst", "analyst", ["--computation", "pay", "result"]);
  const { format, ...theirs } = report as Report;
  expect(format).toBe("web-mpc-report-1");
  expect(shown.find((event) => event.event === "result")?.result).toEqual(theirs);
  const saved = await analyst.analyst.resultFile("json");
  expect(JSON.parse(new TextDecoder().decode(saved.bytes))).toEqual(report);
  const sheet = await analyst.analyst.resultFile("xlsx");
  expect(new TextDecoder().decode(sheet.bytes.subarray(0, 2))).toBe("PK");
});

test("mistakes are told by their cells, and what was understood", async () => {
  await place.server();
  const analyst = browser();
  await analyst.analyst.newKeys();
  await analyst.analyst.create(place.url, { computation: "pay", form: FORM });
  const party = browser();
  await party.party.open({ link: await analyst.analyst.openLink() });
  const wrong = answers([["60000", "1.234"], ["x", "+5"]], "", "Maybe", ["Health"]);
  const checked = await party.party.check({ answers: wrong });
  expect(checked.errors.map(({ place: at }) => at)).toEqual([
    "/tables/salary/0/1",
    "/tables/salary/1/0",
    "/questions/size",
    "/questions/union",
  ]);
  expect(checked.warnings.map(({ place: at }) => at)).toEqual(["/tables/salary/0/0"]);
  expect(checked.understood).toEqual({
    "/tables/salary/0/0": "60000.00",
    "/tables/salary/1/1": "5.00",
  });
  const sending = party.party.submit({ answers: wrong });
  await expect(sending).rejects.toMatchObject({
    code: "answers_invalid",
    problems: checked.errors,
  });
});

test("a template is read back, and other files are refused with their cells", async () => {
  const { forms } = browser();
  const template = await forms.template(FORM);
  expect(template.name).toBe("Pay.xlsx");
  await expect(forms.read(FORM, template.name, template.bytes)).rejects.toMatchObject({
    code: "spreadsheet_invalid",
    problems: expect.arrayContaining([
      { place: "Salary!B4", problem: "is empty, and must not be" },
    ]) as unknown,
  });
  await expect(forms.read(FORM, "x.csv", new Uint8Array())).rejects.toMatchObject({
    code: "spreadsheet_invalid",
  });
  expect(await forms.parse(JSON.stringify(FORM))).toEqual({ ...FORM, minimum: {} });
  await expect(forms.parse("{")).rejects.toMatchObject({ code: "form_invalid" });
  const facts = await forms.inspect({ ...FORM, tables: [], questions: [] });
  expect(facts.errors.length).toBeGreaterThan(0);
  expect(await forms.inspect(FORM)).toMatchObject({ errors: [], minParties: 3, cells: 4 });
});

function cells(report: Report | undefined, source: string, statistic: string) {
  const section = report?.groups[0]?.sections?.find(
    ({ source: of, figures }) =>
      of === source && typeof figures === "object" && figures.statistic === statistic,
  );
  return section?.cells;
}
