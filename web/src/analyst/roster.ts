// A list of people as it is pasted or dropped: one line each, with or without a line of headers.

import type { Dimension, NewInvitation } from "../core/api";

export interface RosterProblem {
  kind: "noLabel" | "twice" | "noGroup";
  line: number;
  label: string;
  group: string;
}

export interface Roster {
  invitations: NewInvitation[];
  problems: RosterProblem[];
}

const LABELS = new Set(["name", "label", "firma", "company", "participant", "teilnehmer"]);
const EMAILS = new Set(["email", "e-mail", "mail", "address", "adresse"]);

export function readRoster(text: string, dimensions: Dimension[]): Roster {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n?|\n/).filter((line) => line.trim() !== "");
  const separator = ["\t", ";", ","].find((mark) => lines[0]?.includes(mark)) ?? "\t";
  const rows = lines.map((line) => cells(line, separator));
  const columns = headerOf(rows[0] ?? [], dimensions);
  const order = columns ?? ["label", "email", ...dimensions.map(({ id }) => id)];
  const invitations: NewInvitation[] = [];
  const problems: RosterProblem[] = [];
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (columns && index === 0) {
      continue;
    }
    const line = index + 1;
    const given = Object.fromEntries(order.map((name, at) => [name, row[at] ?? ""]));
    const label = given["label"] ?? "";
    const problem = (kind: RosterProblem["kind"], group = "") => problems.push({ kind, line, label, group });
    if (label === "") {
      problem("noLabel");
      continue;
    }
    if (seen.has(label)) {
      problem("twice");
    }
    seen.add(label);
    const cohorts: Record<string, string> = {};
    for (const { id, options } of dimensions) {
      const wanted = given[id] ?? "";
      const option = options.find((o) => o.toLowerCase() === wanted.toLowerCase());
      if (option) {
        cohorts[id] = option;
      } else if (wanted !== "") {
        problem("noGroup", wanted);
      }
    }
    invitations.push({
      label,
      ...(given["email"] ? { email: given["email"] } : {}),
      ...(Object.keys(cohorts).length > 0 ? { cohorts } : {}),
    });
  }
  return { invitations, problems };
}

/** So many without names. */
export function numbered(count: number, from: number): NewInvitation[] {
  return Array.from({ length: count }, (_, index) => ({ label: String(from + index) }));
}

function headerOf(row: string[], dimensions: Dimension[]): string[] | null {
  const names = row.map((cell) => {
    const name = cell.toLowerCase();
    if (LABELS.has(name)) {
      return "label";
    }
    if (EMAILS.has(name)) {
      return "email";
    }
    const dimension = dimensions.find(({ id, title }) => [id.toLowerCase(), title.toLowerCase()].includes(name));
    return dimension?.id ?? "";
  });
  return names.includes("label") ? names : null;
}

function cells(line: string, separator: string): string[] {
  const found: string[] = [];
  let cell = "";
  let quoted = false;
  for (const c of line) {
    if (c === '"') {
      quoted = !quoted;
    } else if (c === separator && !quoted) {
      found.push(cell.trim());
      cell = "";
    } else {
      cell += c;
    }
  }
  return [...found, cell.trim()];
}
