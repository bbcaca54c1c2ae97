// Grids of exact figures, as Rust made them.

import type { Section } from "../core/api";
import { figure, text } from "../text";
import { columnsOf } from "./labels";

export function Figures({ section }: { section: Section }) {
  const t = text.value.report;
  const columns = columnsOf(section);
  const depth = Math.max(1, ...columns.map((path) => path.length));
  const titled = columns.some((path) => path.length > 0);
  // Its name stands above it already.
  const single = section.rows.length === 1 && section.rows[0] === section.title;
  return (
    <div class={single && !titled ? "wide-scroll single" : "wide-scroll"} tabIndex={0} role="region" aria-label={`${section.title}, ${t.figures(section)}`}>
      <table class="figures">
        <caption>{t.figures(section)}</caption>
        {titled && (
          <thead>
            {Array.from({ length: depth }, (_, level) => (
              <tr key={level}>
                {level === 0 && !single && <td rowSpan={depth} />}
                {spans(columns, level).map(({ title, span }, index) => (
                  <th key={index} scope={span > 1 ? "colgroup" : "col"} colSpan={span > 1 ? span : undefined}>
                    {title}
                  </th>
                ))}
              </tr>
            ))}
          </thead>
        )}
        <tbody>
          {section.rows.map((row, at) => (
            <tr key={at}>
              {!single && <th scope="row">{row}</th>}
              {section.cells[at]?.map((cell, column) => (
                <td key={column} class={cell === "hidden" ? "hidden-figure" : undefined}>
                  {cell === null ? "–" : cell === "hidden" ? t.tooFew : figure(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Neighbours with the same headers down to a level share a header. */
function spans(columns: string[][], level: number): { title: string; span: number }[] {
  const found: { title: string; span: number; path: string }[] = [];
  for (const column of columns) {
    const path = JSON.stringify(column.slice(0, level + 1));
    const last = found.at(-1);
    if (last && last.path === path && level + 1 < column.length) {
      last.span += 1;
    } else {
      found.push({ title: column[level] ?? "", span: 1, path });
    }
  }
  return found;
}
