// What a person is typing: a signal for every place of the form, so that a cell that changes draws
// itself and nothing else.

import { batch, signal, type Signal } from "@preact/signals";

import type { Answers, Checked, Column, Form, Measurement, Problem, Sum, Table } from "../core/api";
import { language, type Language } from "../text";
import { digitsOf, typedAs } from "./typed";

export type Kind = { sum: Sum } | { form: Form };

/** Where a number of a sum stands. */
export const NUMBER = "/number";

export class FormModel {
  readonly kind: Kind;
  readonly number = signal("");
  readonly cohorts = new Map<string, Signal<string>>();
  readonly tables = new Map<string, Signal<string>[][]>();
  readonly questions = new Map<string, Signal<string | string[]>>();
  /** What is wrong, by place: all of it, shown or not. */
  readonly errors = signal<ReadonlyMap<string, string>>(new Map());
  readonly doubts = signal<ReadonlyMap<string, string>>(new Map());
  readonly understood = signal<ReadonlyMap<string, string>>(new Map());
  /** Places that a person has left: what is wrong there may be shown. */
  readonly left = signal<ReadonlySet<string>>(new Set());
  /** Everything may be shown. */
  readonly tried = signal(false);
  /** Rises with every change. */
  readonly version = signal(0);
  /** The language whose separators the texts of numbers have. */
  private spoken: Language = language.peek();

  constructor(kind: Kind) {
    this.kind = kind;
    if ("sum" in kind) {
      return;
    }
    const { cohorts = [], tables = [], questions = [] } = kind.form;
    for (const dimension of cohorts) {
      this.cohorts.set(dimension.id, signal(""));
    }
    for (const table of tables) {
      const width = leaves(table.columns).length;
      const rows = table.rows.map(() => Array.from({ length: width }, () => signal("")));
      this.tables.set(table.id, rows);
    }
    for (const question of questions) {
      this.questions.set(question.id, signal("choices" in question.answer ? [] : ""));
    }
  }

  /** For Rust, and to be kept: numbers as digits, whatever separators they were typed with. */
  measurement(): Measurement {
    if ("sum" in this.kind) {
      return { number: digitsOf(this.number.peek(), this.spoken) };
    }
    const answers: Required<Answers> = { cohorts: {}, tables: {}, questions: {} };
    for (const [id, chosen] of this.cohorts) {
      answers.cohorts[id] = chosen.peek();
    }
    for (const [id, rows] of this.tables) {
      answers.tables[id] = rows.map((row) => row.map((cell) => digitsOf(cell.peek(), this.spoken)));
    }
    for (const { id, answer: asked } of this.kind.form.questions ?? []) {
      const answer = this.questions.get(id)?.peek() ?? "";
      const number = "number" in asked && typeof answer === "string";
      answers.questions[id] = number ? digitsOf(answer, this.spoken) : answer;
    }
    return { answers };
  }

  /** Every place where a number is typed. */
  private *numbers(): Generator<[string, Signal<string>]> {
    if ("sum" in this.kind) {
      yield [NUMBER, this.number];
      return;
    }
    for (const table of this.kind.form.tables ?? []) {
      for (const [row, cells] of (this.tables.get(table.id) ?? []).entries()) {
        for (const [column, cell] of cells.entries()) {
          yield [cellPlace(table, row, column), cell];
        }
      }
    }
    for (const { id, answer } of this.kind.form.questions ?? []) {
      const typed = this.questions.get(id);
      if ("number" in answer && typed) {
        yield [`/questions/${id}`, typed as Signal<string>];
      }
    }
  }

  /** The page speaks another language: what was typed keeps its meaning. */
  speak(next: Language): void {
    const before = this.spoken;
    if (next === before) {
      return;
    }
    this.spoken = next;
    batch(() => {
      for (const [, typed] of this.numbers()) {
        const digits = digitsOf(typed.peek(), before);
        if (digits !== typed.peek().trim() || digits.includes(".")) {
          typed.value = typedAs(digits, next);
        }
      }
    });
  }

  /** Takes over what fits, with numbers as digits; says how many places that were. */
  fill(measurement: Measurement): number {
    let filled = 0;
    batch(() => {
      if ("number" in measurement) {
        this.number.value = typedAs(measurement.number, this.spoken);
        filled = 1;
      } else {
        filled = this.fillAnswers(measurement.answers);
      }
      this.changed();
    });
    return filled;
  }

  private fillAnswers({ cohorts, tables, questions }: Answers): number {
    let filled = 0;
    for (const [id, chosen] of Object.entries(cohorts ?? {})) {
      const place = this.cohorts.get(id);
      if (place && chosen) {
        place.value = chosen;
        filled += 1;
      }
    }
    for (const [id, rows] of Object.entries(tables ?? {})) {
      for (const [row, cells] of rows.entries()) {
        for (const [column, cell] of cells.entries()) {
          const place = this.tables.get(id)?.[row]?.[column];
          if (place) {
            place.value = typedAs(cell ?? "", this.spoken);
            filled += cell ? 1 : 0;
          }
        }
      }
    }
    const declared = "form" in this.kind ? (this.kind.form.questions ?? []) : [];
    const numbers = new Set(declared.filter(({ answer }) => "number" in answer).map(({ id }) => id));
    for (const [id, answer] of Object.entries(questions ?? {})) {
      const place = this.questions.get(id);
      if (place) {
        const number = numbers.has(id);
        place.value = Array.isArray(place.peek()) ? asList(answer) : number ? typedAs(asText(answer), this.spoken) : asText(answer);
        filled += answer?.length ? 1 : 0;
      }
    }
    return filled;
  }

  /** Something else stands at a place, or everywhere: what was wrong there is judged anew. */
  changed(place?: string): void {
    const known = this.errors.peek();
    if (place === undefined) {
      this.errors.value = new Map();
    } else if (known.has(place)) {
      this.errors.value = new Map([...known].filter(([other]) => other !== place));
    }
    this.version.value += 1;
  }

  leave(place: string): void {
    if (!this.left.peek().has(place)) {
      this.left.value = new Set(this.left.peek()).add(place);
    }
  }

  judged({ errors, warnings, understood }: Checked): void {
    batch(() => {
      this.errors.value = byPlace(errors);
      this.doubts.value = byPlace(warnings);
      this.understood.value = new Map([...this.reread(), ...Object.entries(understood)]);
    });
  }

  /** Numbers whose digits were not typed as they stand, by place. */
  private *reread(): Generator<[string, string]> {
    for (const [place, typed] of this.numbers()) {
      const digits = digitsOf(typed.peek(), this.spoken);
      if (digits !== typed.peek().trim() && !this.errors.peek().has(place)) {
        yield [place, digits];
      }
    }
  }

  /** What is to be said about a place now. */
  error(place: string): string | undefined {
    const shown = this.tried.value || this.left.value.has(place);
    return shown ? this.errors.value.get(place) : undefined;
  }

  /** Whether nothing was typed: the choice of a group alone is nothing to keep. */
  isEmpty(): boolean {
    const cells = [...this.tables.values()].flat(2);
    return (
      this.number.peek() === "" &&
      cells.every((cell) => cell.peek() === "") &&
      [...this.questions.values()].every((answer) => answer.peek().length === 0)
    );
  }
}

function byPlace(problems: Problem[]): Map<string, string> {
  return new Map(problems.map(({ place, problem }) => [place, problem]));
}

function asText(answer: string | string[] | null): string {
  return typeof answer === "string" ? answer : (answer?.[0] ?? "");
}

function asList(answer: string | string[] | null): string[] {
  return Array.isArray(answer) ? answer : answer ? [answer] : [];
}

/** The columns of cells, each with the headers above it from the outermost. */
export function leaves(columns: Column[], above: string[] = []): string[][] {
  return columns.flatMap((column) => {
    const path = [...above, column.title];
    return column.columns?.length ? leaves(column.columns, path) : [path];
  });
}

export interface Header {
  title: string;
  colSpan: number;
  rowSpan: number;
}

/** The rows of headers above a table. */
export function headers(columns: Column[]): Header[][] {
  const depth = (list: Column[]): number =>
    1 + Math.max(0, ...list.map((column) => (column.columns?.length ? depth(column.columns) : 0)));
  const rows: Header[][] = Array.from({ length: depth(columns) }, () => []);
  const place = (list: Column[], level: number) => {
    for (const column of list) {
      const below = column.columns ?? [];
      rows[level]?.push({
        title: column.title,
        colSpan: below.length ? leaves(below).length : 1,
        rowSpan: below.length ? 1 : rows.length - level,
      });
      place(below, level + 1);
    }
  };
  place(columns, 0);
  return rows;
}

export function cellPlace(table: Table, row: number, column: number): string {
  return `/tables/${table.id}/${row}/${column}`;
}

/** An id for the element of a place. */
export function elementId(place: string): string {
  return `at${place.replaceAll("/", "-")}`;
}

/** What a cell takes. */
export function cellOf(table: Table, row: number, column: number) {
  const exception = table.exceptions?.find((cell) => cell.row === row && cell.column === column);
  return exception?.cell ?? table.cell;
}

/** Whether a form lets anything be left empty. */
export function mayBeEmpty({ tables = [], questions = [] }: Form): boolean {
  const cells = tables.flatMap(({ cell, exceptions = [] }) => [cell, ...exceptions.map((other) => other.cell)]);
  const asked = questions.flatMap(({ answer }) => Object.values(answer));
  return [...cells, ...asked].some(({ optional }) => optional);
}

/** How a place is called, for people. */
export function placeName(kind: Kind, place: string): string {
  const [, part, id = "", row, column] = place.split("/");
  if (!("form" in kind)) {
    return "";
  }
  if (part === "cohorts") {
    return kind.form.cohorts?.find((dimension) => dimension.id === id)?.title ?? id;
  }
  if (part === "questions") {
    return kind.form.questions?.find((question) => question.id === id)?.text ?? id;
  }
  const table = kind.form.tables?.find((candidate) => candidate.id === id);
  if (!table || row === undefined || column === undefined) {
    return table?.title ?? id;
  }
  const path = leaves(table.columns)[Number(column)] ?? [];
  return [table.title, table.rows[Number(row)], ...path].join(", ");
}
