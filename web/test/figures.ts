// The figures of a result wherever they stand: on the page, in the table and in the spreadsheet. What
// each of them must be follows from the report, which `plain.ts` compares with the plain computation.

import type { Page } from "playwright-core";

import type { Report, Section } from "../src/core/api";
import { sheetsOf, type Cells } from "./xlsx";

/** Every figure that the page shows, in order. */
export function figuresOn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll("table.figures td:not([rowspan])"), (cell) => cell.textContent ?? ""),
  );
}

/** What the page must show. */
export function figuresOf(report: Report): string[] {
  const grouped = (exact: string | null) => {
    if (exact === null) {
      return "–";
    }
    if (exact === "hidden") {
      return "too few";
    }
    const [whole = "", fraction] = exact.replace("-", "").split(".");
    const digits = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return `${exact.startsWith("-") ? "−" : ""}${digits}${fraction === undefined ? "" : `.${fraction}`}`;
  };
  return report.groups.flatMap((group) => (group.sections ?? []).flatMap((section) => section.cells.flat().map(grouped)));
}

const FIGURES: Record<string, string> = {
  count: "count",
  sum: "sum",
  mean: "mean",
  sample_deviation: "standard deviation (sample)",
  histogram: "histogram",
  median: "median (from the histogram)",
  tally: "parties",
  cross_table: "parties",
  ratio_of_sums: "ratio of sums",
  mean_of_ratios: "mean of ratios",
};

function figuresTitle({ figures }: Section): string {
  return FIGURES[typeof figures === "object" ? figures.statistic : figures] ?? "?";
}

/** The lines that a table must have: one for each figure, and one for each group without. */
export function linesOf(report: Report): string[][] {
  const dimensions = [...new Set(report.groups.flatMap(({ of }) => of.map(([title]) => title)))];
  const head = [...dimensions.map((title) => `group: ${title}`), "parties", "source", "title", "figures", "unit", "row", "column", "value", "note"];
  const lines = report.groups.flatMap((group) => {
    const start = dimensions.map((title) => group.of.find(([of]) => of === title)?.[1] ?? "all");
    start.push(String(group.parties));
    if (!group.sections) {
      return [[...start, "", "", "", "", "", "", "", group.suppressed ?? ""]];
    }
    return group.sections.flatMap((section) =>
      section.cells.flatMap((cells, row) =>
        cells.map((cell, column) => [
          ...start,
          section.source,
          section.title,
          figuresTitle(section),
          section.unit ?? "",
          section.rows[row] ?? "",
          (section.columns[column] ?? []).join(" / "),
          cell === null || cell === "hidden" ? "" : cell,
          cell === null ? "no figure" : cell === "hidden" ? "hidden" : "",
        ]),
      ),
    );
  });
  return [head, ...lines];
}

/** The fields of a table (RFC 4180). */
export function parsed(csv: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  for (const [, quoted, bare, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\r?\n|$)/g)) {
    line.push(quoted?.replaceAll('""', '"') ?? bare?.replace(/\r$/, "") ?? "");
    if (end !== ",") {
      lines.push(line);
      line = [];
    }
  }
  // What follows the last end of a line is nothing.
  return lines.filter((fields) => fields.join("") !== "");
}

/** What is wrong with a spreadsheet of a report, and how many figures it has. */
export function checkSheets(file: Buffer, report: Report): { figures: number; wrong: string[] } {
  const [overview, ...sheets] = sheetsOf(file);
  const wrong: string[] = [];
  let figures = 0;
  const is = (where: string, cell: string | number | undefined, due: string | number) => {
    if (cell !== due) {
      wrong.push(`${where}: ${cell}, not ${due}`);
    }
  };
  is("sheets", sheets.length, report.groups.length);
  for (const [index, group] of report.groups.entries()) {
    const { name, cells } = sheets[index] ?? { name: "?", cells: new Map() };
    is(`${name} parties`, cells.get("B2"), group.parties);
    const line = rowWith(overview?.cells ?? new Map(), titleOf(group.of), 1);
    is(`Overview ${name}`, overview?.cells.get(`B${line}`), group.parties);
    let row = 4;
    for (const section of group.sections ?? []) {
      const unit = section.unit ? ` (${section.unit})` : "";
      const title = `${section.title}: ${figuresTitle(section)}${unit}`;
      row = rowWith(cells, title, row);
      const depth = Math.max(...section.columns.map((path) => path.length));
      const start = row + 1 + depth;
      for (const [down, line_] of section.cells.entries()) {
        is(`${name} ${title}`, cells.get(`A${start + down}`), section.rows[down] ?? "");
        for (const [right, figure] of line_.entries()) {
          const place = `${letters(right + 2)}${start + down}`;
          figures += 1;
          is(`${name}!${place} ${title}`, cells.get(place), written(figure));
        }
      }
      row = start + section.cells.length;
    }
  }
  return { figures, wrong };
}

/** A number where a spreadsheet program keeps each digit of it, else a text. */
function written(figure: string | null): string | number {
  if (figure === null) {
    return "–";
  }
  const digits = figure.replace(/[-.]/g, "").replace(/^0+/, "");
  return /^-?\d+(\.\d+)?$/.test(figure) && digits.length <= 15 ? Number(figure) : figure;
}

function titleOf(of: [string, string][]): string {
  return of.length === 0 ? "All parties" : of.map(([title, option]) => `${title}: ${option}`).join(", ");
}

/** The first line from that one on that begins with a text; -1 where there is none. */
function rowWith(cells: Cells, text: string, from: number): number {
  const rows = [...cells].filter(([place, cell]) => cell === text && /^A\d+$/.test(place)).map(([place]) => Number(place.slice(1)));
  return Math.min(...rows.filter((row) => row >= from), Number.MAX_SAFE_INTEGER);
}

function letters(column: number): string {
  const before = column > 26 ? letters(Math.floor((column - 1) / 26)) : "";
  return before + String.fromCharCode(65 + ((column - 1) % 26));
}
