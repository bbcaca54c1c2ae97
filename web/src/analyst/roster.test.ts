import { expect, test } from "vitest";

import { columnsOf, freshId, linesOf, textOf } from "./lines";
import { numbered, readRoster } from "./roster";

const INDUSTRY = [{ id: "industry", title: "Industry", options: ["Finance", "Health"] }];

test("columns go by the first line, in whatever order and language", () => {
  const text = "\uFEFFIndustry;E-Mail;Name\r\nhealth;a@x.example;Alder; \r\n;;Birch\r\n";
  expect(readRoster(text, INDUSTRY)).toEqual({
    invitations: [{ label: "Alder", email: "a@x.example", cohorts: { industry: "Health" } }, { label: "Birch" }],
    problems: [],
  });
});

test("without a first line of names the order is that which the page shows", () => {
  const { invitations } = readRoster('"Alder, Inc."\ta@x.example\tFinance\nBirch', INDUSTRY);
  expect(invitations).toEqual([
    { label: "Alder, Inc.", email: "a@x.example", cohorts: { industry: "Finance" } },
    { label: "Birch" },
  ]);
});

test("what is wrong is named by its line", () => {
  const { problems } = readRoster("name,industry\nA,Mining\n,Health\nA,", INDUSTRY);
  expect(problems).toEqual([
    { kind: "noGroup", line: 2, label: "A", group: "Mining" },
    { kind: "noLabel", line: 3, label: "", group: "" },
    { kind: "twice", line: 4, label: "A", group: "" },
  ]);
});

test("numbers go on where the last ones ended", () => {
  expect(numbered(2, 5)).toEqual([{ label: "5" }, { label: "6" }]);
  expect(numbered(0, 1)).toEqual([]);
});

test("columns are text and text is columns", () => {
  const columns = [{ title: "a", columns: [{ title: "b" }, { title: "c" }] }, { title: "d" }];
  expect(textOf(columns)).toBe("a\n  b\n  c\nd");
  expect(columnsOf("a\n  b\n\n\tc\nd\n")).toEqual(columns);
  expect(columnsOf("  a\nb")).toEqual([{ title: "a" }, { title: "b" }]);
  expect(linesOf(" a \n\nb")).toEqual(["a", "b"]);
  expect(freshId("table", ["table_2"])).toBe("table_3");
});
