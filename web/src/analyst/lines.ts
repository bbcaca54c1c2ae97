// Lists as people type them: one on each line; what stands below another is indented.

import type { Column } from "../core/api";

export function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

export function textOf(columns: Column[], depth = 0): string {
  return columns
    .map((column) => {
      const below = column.columns?.length ? `\n${textOf(column.columns, depth + 1)}` : "";
      return `${"  ".repeat(depth)}${column.title}${below}`;
    })
    .join("\n");
}

export function columnsOf(text: string): Column[] {
  const top: Column[] = [];
  const open: { indent: number; column: Column }[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") {
      continue;
    }
    const indent = line.replaceAll("\t", "  ").search(/\S/);
    const column: Column = { title: line.trim() };
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) {
      open.pop();
    }
    const above = open.at(-1)?.column;
    if (above) {
      above.columns = [...(above.columns ?? []), column];
    } else {
      top.push(column);
    }
    open.push({ indent, column });
  }
  return top;
}

/** An id that no other has. */
export function freshId(stem: string, taken: string[]): string {
  let number = taken.length + 1;
  while (taken.includes(`${stem}_${number}`)) {
    number += 1;
  }
  return `${stem}_${number}`;
}
