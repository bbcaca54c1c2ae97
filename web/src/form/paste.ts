// Cells that were copied in a spreadsheet.

import { batch, type Signal } from "@preact/signals";

/** The cells of a text from the clipboard; nothing if it is a single one. */
export function cellsOf(clip: string): string[][] | null {
  const rows = rowsOf(clip.replace(/\r\n?/g, "\n").replace(/\n$/, ""));
  const single = rows.length === 1 && rows[0]?.length === 1;
  return single ? null : rows;
}

/** Tabs part cells, line ends part rows; a cell with one of them stands in quotation marks. */
function rowsOf(clip: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < clip.length; at += 1) {
    const c = clip[at] ?? "";
    if (quoted) {
      if (c === '"' && clip[at + 1] === '"') {
        cell += c;
        at += 1;
      } else if (c === '"') {
        quoted = false;
      } else {
        cell += c;
      }
    } else if (c === '"' && cell === "") {
      quoted = true;
    } else if (c === "\t" || c === "\n") {
      rows.at(-1)?.push(cell.trim());
      cell = "";
      if (c === "\n") {
        rows.push([]);
      }
    } else {
      cell += c;
    }
  }
  rows.at(-1)?.push(cell.trim());
  return rows;
}

/** Fills cells from one place on; how many fitted, and how many did not. */
export function spread(
  cells: string[][],
  grid: Signal<string>[][],
  row: number,
  column: number,
): { filled: number; beyond: number } {
  let filled = 0;
  let beyond = 0;
  batch(() => {
    for (const [down, line] of cells.entries()) {
      for (const [right, value] of line.entries()) {
        const place = grid[row + down]?.[column + right];
        if (place) {
          place.value = value;
          filled += 1;
        } else if (value !== "") {
          beyond += 1;
        }
      }
    }
  });
  return { filled, beyond };
}
