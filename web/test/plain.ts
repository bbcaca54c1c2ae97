// The plain computation: what a report must say, from the answers themselves. It shares nothing with
// the program.

import type { Answers, Form, Report, Section } from "../src/core/api";
import { leaves } from "../src/form/model";

/** Everything is whole numbers here, and small enough for exact sums as numbers. */
type Cell = number;

function cellsOf(form: Form, source: string, answers: Answers): Cell[][] {
  const table = form.tables?.find(({ id }) => id === source);
  if (table) {
    return (answers.tables?.[source] ?? []).map((row) => row.map(Number));
  }
  const answer = answers.questions?.[source];
  return typeof answer === "string" ? [[Number(answer)]] : [];
}

/** What stands in one cell of a section; nothing where this does not compute it. */
export function expected(form: Form, section: Section, members: Answers[], row: number, column: number): number | null | undefined {
  const { figures, source } = section;
  if (typeof figures === "object") {
    const values = members.map((answers) => {
      const question = form.questions?.some(({ id }) => id === source);
      return question ? cellsOf(form, source, answers)[0]?.[0] : cellsOf(form, source, answers)[row]?.[column];
    });
    const numbers = values.map((value) => value ?? Number.NaN);
    const sum = numbers.reduce((a, b) => a + b, 0);
    const mean = sum / numbers.length;
    switch (figures.statistic) {
      case "count":
        return numbers.length;
      case "sum":
        return sum;
      case "mean":
        return numbers.length === 0 ? null : mean;
      case "sample_deviation":
        if (numbers.length < 2) {
          return null;
        }
        return Math.sqrt(numbers.reduce((all, value) => all + (value - mean) ** 2, 0) / (numbers.length - 1));
      case "histogram": {
        const question = form.questions?.find(({ id }) => id === source);
        const bins = question && "number" in question.answer ? (question.answer.number.bins ?? []).map(Number) : [];
        const starts = [-Infinity, ...bins];
        const ends = [...bins, Infinity];
        return numbers.filter((value) => value >= (starts[column] ?? 0) && value < (ends[column] ?? 0)).length;
      }
      case "median":
        return median(form, source, numbers);
      default:
        return undefined;
    }
  }
  if (figures === "tally") {
    const option = section.rows[row] ?? "";
    return members.filter((answers) => {
      const answer = answers.questions?.[source];
      return Array.isArray(answer) ? answer.includes(option) : answer === option;
    }).length;
  }
  if (figures === "cross_table") {
    const cross = form.cross_tables?.find(({ id }) => id === source);
    const [down, right] = [section.rows[row], section.columns[column]?.at(-1)];
    return members.filter(
      ({ questions }) => cross && questions?.[cross.rows] === down && questions?.[cross.columns] === right,
    ).length;
  }
  if (figures === "ratio_of_sums") {
    const ratio = form.ratios?.find(({ id }) => id === source);
    const total = (id: string | undefined) =>
      members.reduce((sum, answers) => sum + (cellsOf(form, id ?? "", answers)[row]?.[column] ?? 0), 0);
    const below = total(ratio?.denominator);
    return below === 0 ? null : total(ratio?.numerator) / below;
  }
  return undefined;
}

/** The value below which half are, as if those of a bin lay evenly in it; the last bin ends at the maximum. */
function median(form: Form, source: string, numbers: number[]): number | null {
  const answer = form.questions?.find(({ id }) => id === source)?.answer;
  if (!answer || !("number" in answer) || numbers.length === 0) {
    return null;
  }
  const edges = [Number(answer.number.min), ...(answer.number.bins ?? []).map(Number), Number(answer.number.max)];
  const half = numbers.length / 2;
  let below = 0;
  for (const [bin, start] of edges.slice(0, -1).entries()) {
    const end = edges[bin + 1] ?? start;
    const last = bin === edges.length - 2;
    const within = numbers.filter((value) => value >= start && (last || value < end)).length;
    if (within > 0 && below + within >= half) {
      return start + ((half - below) / within) * (end - start);
    }
    below += within;
  }
  return null;
}

/** Compares every figure of a report; how many there were. */
export function check(form: Form, all: Answers[], report: Report): { figures: number; wrong: string[] } {
  const wrong: string[] = [];
  let figures = 0;
  for (const group of report.groups) {
    const members = all.filter((answers) =>
      group.of.every(([title, option]) => {
        const dimension = form.cohorts?.find((candidate) => candidate.title === title);
        return dimension && answers.cohorts?.[dimension.id] === option;
      }),
    );
    if (group.parties !== members.length) {
      wrong.push(`${group.of}: ${group.parties} parties, not ${members.length}`);
    }
    const few = members.length > 0 && members.length < (form.minimum?.cohort ?? 0);
    if (few === (group.sections !== undefined)) {
      wrong.push(`${group.of}: ${members.length} parties, ${group.suppressed ?? "shown"}`);
    }
    for (const section of group.sections ?? []) {
      for (const [row, cells] of section.cells.entries()) {
        for (const [column, shown] of cells.entries()) {
          const due = expected(form, section, members, row, column);
          figures += 1;
          if (due === undefined || !same(shown, due)) {
            wrong.push(`${group.of} ${section.source} ${JSON.stringify(section.figures)} ${row}/${column}: ${shown}, not ${due}`);
          }
        }
      }
    }
  }
  return { figures, wrong };
}

/** Half a unit of the last digit that is shown. */
function same(shown: string | null, due: number | null): boolean {
  if (shown === null || due === null) {
    return shown === due;
  }
  const digits = shown.split(".")[1]?.length ?? 0;
  return Math.abs(Number(shown) - due) <= 0.5000001 * 10 ** -digits + Math.abs(due) * 1e-12;
}

/** Answers that differ from party to party, within a form's bounds and rules. */
export function made(form: Form, number: number, cohorts: Record<string, string>): Answers {
  let state = number * 7919 + 17;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const tables: Record<string, string[][]> = {};
  for (const table of form.tables ?? []) {
    const width = leaves(table.columns).length;
    const paired = form.rules?.find(({ zero_if_and_only_if_zero: [, right] }) => right === table.id);
    const heads = paired && tables[paired.zero_if_and_only_if_zero[0]];
    tables[table.id] = table.rows.map((_, row) =>
      Array.from({ length: width }, (__, column) => {
        if (!heads) {
          return String(next(5) === 0 ? 0 : 1 + next(90));
        }
        const people = Number(heads[row]?.[column]);
        return String(people * (30_000 + next(60_000)));
      }),
    );
  }
  const questions: Record<string, string | string[]> = {};
  for (const { id, answer } of form.questions ?? []) {
    if ("number" in answer) {
      const [min, max] = [Number(answer.number.min), Math.min(Number(answer.number.max), 9_000)];
      questions[id] = String(min + next(max - min));
    } else if ("choice" in answer) {
      questions[id] = answer.choice.options[next(answer.choice.options.length)] ?? "";
    } else {
      questions[id] = answer.choices.options.filter(() => next(2) === 0);
    }
  }
  return { cohorts, tables, questions };
}
