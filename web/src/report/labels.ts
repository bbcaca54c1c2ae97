// The headers of a result. Those of the form stay as its author wrote them; those that Rust adds of its
// own are said in the page's language.

import type { Group, Section } from "../core/api";
import { figure, text } from "../text";

/** What Rust puts over the only column of a tally or a ratio. */
const OWN = new Set(["parties", "quotient"]);

/** The headers above each column, from the outermost; none where they would only repeat the caption. */
export function columnsOf(section: Section): string[][] {
  const t = text.value.report;
  const statistic = typeof section.figures === "object" ? section.figures.statistic : null;
  if (statistic === "histogram") {
    return section.columns.map((path) => path.map(binName));
  }
  if (statistic === "quartiles") {
    return section.columns.map((path) => {
      const last = path.at(-1) ?? "";
      return [...path.slice(0, -1), t.headers[last] ?? last];
    });
  }
  const [only, ...others] = section.columns;
  const unnamed = others.length === 0 && only?.length === 1 && isOwn(section, only[0] ?? "");
  return unnamed ? [[]] : section.columns;
}

function isOwn({ figures, title, rows }: Section, header: string): boolean {
  // A question's number stands alone beside its own text.
  return typeof figures === "object" ? rows.length === 1 && rows[0] === title : OWN.has(header);
}

/** `0 to 2`, with exact numbers. */
function binName(name: string): string {
  const edges = /^(-?[\d.]+) to (-?[\d.]+)$/.exec(name);
  return edges ? text.value.report.bin(figure(edges[1] ?? ""), figure(edges[2] ?? "")) : name;
}

/** What a group is called. */
export function groupName({ of, includes = [] }: Pick<Group, "of" | "includes">): string {
  const t = text.value.report;
  if (of.length === 0) {
    return t.everybody;
  }
  const name = of.map(([dimension, option]) => `${dimension}: ${option}`).join(", ");
  return includes.length === 0 ? name : t.withOthers(name, includes.map(([, option]) => option).join(", "));
}
