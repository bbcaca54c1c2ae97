import { afterEach, beforeAll, expect, test } from "vitest";

import type { Form } from "../core/api";
import { language, speak } from "../text";
import { formPlace } from "./places";

const FORM: Form = {
  title: "",
  cohorts: [{ id: "site", title: "Site", options: ["A", "A"] }],
  tables: [{ id: "pay", title: "Pay", rows: [], columns: [], cell: { min: 9, max: 0, statistics: [] } }],
  questions: [{ id: "n", text: "How many?", answer: { number: { min: 0, max: 9, statistics: ["sum"] } } }],
};

beforeAll(async () => {
  await speak("de");
  await speak("en");
});

afterEach(() => {
  language.value = "en";
});

test("places of a form are named as its editor names them", () => {
  const name = (pointer: string) => formPlace(FORM, pointer);
  expect(name("/title")).toBe("title");
  expect(name("/tables/0/cell")).toBe("Table: Pay");
  expect(name("/tables/0/cell/warn_above")).toBe("Table: Pay, ask again above");
  expect(name("/cohorts/0/options/1")).toBe("Groups by: Site, option 2");
  expect(name("/questions/0/answer/number/bins")).toBe("Question: How many?, where bins begin");
  expect(name("/minimum/cohort")).toBe("fewest participants of a group that is shown");
  expect(name("/tables/7/cell")).toBe("/tables/7/cell");
  expect(name("")).toBe("");
  language.value = "de";
  expect(name("/tables/0/rows/0")).toBe("Tabelle: Pay, Zeile 1");
});
