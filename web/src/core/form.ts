// The JSON that Rust makes and reads: forms, answers, results. `src/form.rs` and
// `src/form/report.rs` are where these shapes are decided.

/** A whole number, or a text such as "12.50": never a number with a point. */
export type Decimal = number | string;

export interface Form {
  title: string;
  description?: string;
  tables?: Table[];
  questions?: Question[];
  /** At most two ways to group the parties; every party chooses one option of each. */
  cohorts?: Dimension[];
  ratios?: Ratio[];
  cross_tables?: CrossTable[];
  rules?: Rule[];
  minimum?: { parties?: number; cohort?: number; cell?: number };
  /** How it becomes known who gave what may be left empty; "counted" where nothing is said. */
  presence?: "counted" | "public";
}

export interface Table {
  id: string;
  title: string;
  rows: string[];
  columns: Column[];
  cell: NumberCell;
  /** Cells that take something else; row and column from 0, over the columns of cells. */
  exceptions?: { row: number; column: number; cell: NumberCell }[];
  spreadsheet?: { sheet: string; first_cell: string };
}

/** A column of cells, or several under one header. */
export interface Column {
  title: string;
  columns?: Column[];
}

export interface NumberCell {
  decimals?: number;
  min: Decimal;
  max: Decimal;
  warn_above?: Decimal;
  optional?: boolean;
  unit?: string;
  hint?: string;
  statistics: Statistic[];
  bins?: Decimal[];
}

export type Statistic =
  | "count"
  | "sum"
  | "mean"
  | "population_deviation"
  | "sample_deviation"
  | "histogram"
  | "median"
  | "quartiles";

export interface Question {
  id: string;
  text: string;
  answer: AnswerType;
}

export type AnswerType =
  | { number: NumberCell }
  | { choice: Choice }
  | { choices: Choice };

export interface Choice {
  options: string[];
  optional?: boolean;
}

export interface Dimension {
  id: string;
  title: string;
  options: string[];
}

export interface Ratio {
  id: string;
  title: string;
  numerator: string;
  denominator: string;
  of: "sums" | "parties";
  decimals?: number;
}

export interface CrossTable {
  id: string;
  title: string;
  rows: string;
  columns: string;
}

export type Rule = { zero_if_and_only_if_zero: [string, string] };

/**
 * What a party answers, as the file that `input-party --answers` reads. Every number is the text
 * that was typed; an empty text or `null` is a cell left empty.
 */
export interface Answers {
  cohorts?: Record<string, string>;
  tables?: Record<string, (string | null)[][]>;
  questions?: Record<string, string | string[] | null>;
}

/** What a party gives: a number, as its digits, or answers. */
export type Measurement = { number: string } | { answers: Answers };

/**
 * Something wrong, or worth a second look. `place` is a JSON pointer into the answers
 * (`/tables/salary/0/1`, `/questions/size`, `/cohorts/industry`; `/number` for a sum), into a form
 * (`/tables/0/cell/min`), or the address of a cell in a spreadsheet (`Salary!C5`).
 */
export interface Problem {
  place: string;
  problem: string;
}

/** The result of a form: the file that `--out FILE.json` writes. */
export interface Report {
  format: "web-mpc-report-1";
  title: string;
  description?: string;
  parties: number;
  minimum: number;
  minimum_of_cells?: number;
  /** All parties first, then each option of each dimension, then those of both together. */
  groups: Group[];
}

export interface Group {
  /** Titles of dimension and option; none for all parties. */
  of: [string, string][];
  /** Options that are counted in this group, since they are too small for one of their own. */
  includes?: [string, string][];
  parties: number;
  /** Its figures ... */
  sections?: Section[];
  /** ... or why there are none. */
  suppressed?: string;
}

export interface Section {
  source: string;
  title: string;
  figures: Figures;
  unit?: string;
  rows: string[];
  /** The headers above each column, from the outermost. */
  columns: string[][];
  /** Exact decimal numbers as text; `null` where there is none, "hidden" where too few gave it. */
  cells: (string | null)[][];
}

export type Figures =
  | { statistic: Statistic }
  | "tally"
  | "cross_table"
  | "ratio_of_sums"
  | "mean_of_ratios";
