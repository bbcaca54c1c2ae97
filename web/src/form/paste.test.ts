import { signal } from "@preact/signals";
import { expect, test } from "vitest";

import { cellsOf, spread } from "./paste";

test("cells of a spreadsheet come apart at tabs and lines", () => {
  expect(cellsOf("1\t2\r\n3\t4\r\n")).toEqual([["1", "2"], ["3", "4"]]);
  expect(cellsOf(' 1 \t"a ""b""\tc\nd"\n')).toEqual([["1", 'a "b"\tc\nd']]);
  expect(cellsOf("1\n2")).toEqual([["1"], ["2"]]);
});

test("a single value is left to the browser", () => {
  expect(cellsOf("12")).toBeNull();
  expect(cellsOf("12\n")).toBeNull();
  expect(cellsOf("")).toBeNull();
});

test("what does not fit is counted, and nothing outside is touched", () => {
  const grid = [0, 1].map(() => [0, 1].map(() => signal("x")));
  expect(spread([["1", "2"], ["3", ""]], grid, 0, 1)).toEqual({ filled: 2, beyond: 1 });
  expect(grid.map((row) => row.map((cell) => cell.value))).toEqual([["x", "1"], ["x", "3"]]);
});
