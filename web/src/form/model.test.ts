import { afterEach, expect, test } from "vitest";

import type { Form } from "../core/api";
import { language } from "../text";
import { FormModel, headers, leaves, placeName } from "./model";

const FORM: Form = {
  title: "t",
  cohorts: [{ id: "site", title: "Site", options: ["A", "B"] }],
  tables: [
    {
      id: "pay",
      title: "Pay",
      rows: ["r0", "r1"],
      columns: [{ title: "x", columns: [{ title: "x0" }, { title: "x1" }] }, { title: "y" }],
      cell: { min: 0, max: 9, statistics: ["sum"] },
    },
  ],
  questions: [
    { id: "n", text: "How many?", answer: { number: { min: 0, max: 9, statistics: ["sum"] } } },
    { id: "w", text: "Which?", answer: { choices: { options: ["a", "b"] } } },
  ],
};

afterEach(() => {
  language.value = "en";
});

test("nested headers span their columns, and shallow ones reach down", () => {
  const { columns } = FORM.tables?.[0] ?? { columns: [] };
  expect(leaves(columns)).toEqual([["x", "x0"], ["x", "x1"], ["y"]]);
  expect(headers(columns)).toEqual([
    [
      { title: "x", colSpan: 2, rowSpan: 1 },
      { title: "y", colSpan: 1, rowSpan: 2 },
    ],
    [
      { title: "x0", colSpan: 1, rowSpan: 1 },
      { title: "x1", colSpan: 1, rowSpan: 1 },
    ],
  ]);
});

test("answers go in and come out as they were", () => {
  const model = new FormModel({ form: FORM });
  expect(model.isEmpty()).toBe(true);
  const answers = {
    cohorts: { site: "B" },
    tables: { pay: [["1", "2", "3"], ["4", "", "6"]] },
    questions: { n: "7", w: ["b"] },
  };
  expect(model.fill({ answers })).toBe(8);
  expect(model.measurement()).toEqual({ answers });
  expect(model.isEmpty()).toBe(false);
});

test("numbers are typed with the separators of the language, and kept when it changes", () => {
  language.value = "de";
  const model = new FormModel({ form: FORM });
  model.fill({ answers: { tables: { pay: [["1250", "12.5", ""], ["", "", ""]] }, questions: { n: "7.25" } } });
  const cell = (column: number) => model.tables.get("pay")?.[0]?.[column]?.value;
  expect([cell(0), cell(1), model.questions.get("n")?.value]).toEqual(["1250", "12,5", "7,25"]);
  const typed = model.tables.get("pay")?.[0]?.[2];
  if (typed) {
    typed.value = "1.250";
  }
  model.judged({ errors: [], warnings: [], understood: {} });
  expect(model.understood.value.get("/tables/pay/0/2")).toBe("1250");
  const sent = { tables: { pay: [["1250", "12.5", "1250"], ["", "", ""]] }, questions: { n: "7.25", w: [] } };
  expect(model.measurement()).toEqual({ answers: { cohorts: { site: "" }, ...sent } });
  model.speak("en");
  expect([cell(0), cell(1), cell(2)]).toEqual(["1250", "12.5", "1250"]);
  expect(model.measurement()).toEqual({ answers: { cohorts: { site: "" }, ...sent } });
});

test("what is wrong was not understood", () => {
  const model = new FormModel({ sum: { modulus: "7", signed: false, min: "0", max: "9" } });
  model.number.value = "1,250";
  model.judged({ errors: [{ place: "/number", problem: "p" }], warnings: [], understood: {} });
  expect(model.understood.value.size).toBe(0);
  model.judged({ errors: [], warnings: [], understood: {} });
  expect(model.understood.value.get("/number")).toBe("1250");
});

test("answers of another form fill what fits", () => {
  const model = new FormModel({ form: FORM });
  const answers = { cohorts: { other: "x" }, tables: { pay: [["1"]], gone: [["2"]] }, questions: { w: null } };
  expect(model.fill({ answers })).toBe(1);
});

test("a choice of a group alone is no draft", () => {
  const model = new FormModel({ form: FORM });
  model.fill({ answers: { cohorts: { site: "A" } } });
  expect(model.isEmpty()).toBe(true);
});

test("what is wrong shows where a person has been, or everywhere once they tried", () => {
  const model = new FormModel({ form: FORM });
  model.judged({ errors: [{ place: "/questions/n", problem: "p" }], warnings: [], understood: {} });
  expect(model.error("/questions/n")).toBeUndefined();
  model.leave("/questions/n");
  expect(model.error("/questions/n")).toBe("p");
  model.left.value = new Set();
  model.tried.value = true;
  expect(model.error("/questions/n")).toBe("p");
});

test("what stands now is not blamed for what stood before", () => {
  const model = new FormModel({ form: FORM });
  const errors = ["/questions/n", "/questions/w"].map((place) => ({ place, problem: "p" }));
  model.judged({ errors, warnings: [], understood: {} });
  model.leave("/questions/n");
  model.leave("/questions/w");
  model.changed("/questions/n");
  expect(model.error("/questions/n")).toBeUndefined();
  expect(model.error("/questions/w")).toBe("p");
  model.changed();
  expect(model.error("/questions/w")).toBeUndefined();
});

test("places have names", () => {
  const name = (place: string) => placeName({ form: FORM }, place);
  expect(name("/tables/pay/1/1")).toBe("Pay, r1, x, x1");
  expect(name("/tables/pay")).toBe("Pay");
  expect(name("/questions/n")).toBe("How many?");
  expect(name("/cohorts/site")).toBe("Site");
});
