import { beforeAll, expect, test } from "vitest";

import type { Computation, Form, NumberCell } from "../core/api";
import { speak, text } from "../text";
import { known, ofEmpties } from "./known";

const CELL: NumberCell = { min: 0, max: 9, statistics: ["sum"] };
const table = (cell: NumberCell, exception?: NumberCell) => ({
  id: "t",
  title: "T",
  rows: ["r"],
  columns: [{ title: "a" }, { title: "b" }],
  cell,
  ...(exception && { exceptions: [{ row: 0, column: 1, cell: exception }] }),
});

function of(form: Partial<Form>, minCell: number | null, round = 1): Computation {
  return { kind: { form: { title: "F", ...form } }, minCell, round } as Computation;
}

beforeAll(() => speak("en"));

test("of what may be left empty it is told from how many on it is shown, and to whom who gave it", () => {
  const tables = [table({ ...CELL, optional: true })];
  const t = text.value.party;
  expect(ofEmpties(of({ tables }, 4))).toBe(`${t.emptiesFrom(4)} ${t.emptiesCounted}`);
  expect(ofEmpties(of({ tables, presence: "counted" }, 4))).toBe(`${t.emptiesFrom(4)} ${t.emptiesCounted}`);
  expect(ofEmpties(of({ tables, presence: "public" }, 4))).toBe(`${t.emptiesFrom(4)} ${t.emptiesPublic}`);
  expect(ofEmpties(of({ tables }, null))).toBe(t.emptiesAlone);
});

test("a cell, an exception, or a question may be left empty", () => {
  const choice = { options: ["x", "y"], optional: true };
  expect(ofEmpties(of({ tables: [table(CELL, { ...CELL, optional: true })] }, null))).not.toBeNull();
  expect(ofEmpties(of({ questions: [{ id: "q", text: "Q", answer: { choice } }] }, null))).not.toBeNull();
  expect(ofEmpties(of({ tables: [table(CELL, CELL)] }, null))).toBeNull();
  const sum = { kind: { sum: {} }, minCell: null, round: 1 } as unknown as Computation;
  expect(ofEmpties(sum)).toBeNull();
});

test("what is known is all of it: the group, what is empty, and from the second round on the rounds", () => {
  const form: Partial<Form> = { tables: [table({ ...CELL, optional: true })], cohorts: [{ id: "g", title: "G", options: ["x", "y"] }] };
  const t = text.value.party;
  expect(known(of(form, 3, 2))).toEqual([text.value.form.groupsHint, `${t.emptiesFrom(3)} ${t.emptiesCounted}`, t.roundsText(2)]);
  expect(known(of({ tables: [table(CELL)] }, null))).toEqual([]);
});
