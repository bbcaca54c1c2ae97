// What is wrong, all at once: it takes the focus, and each line leads to its place.

import { useEffect, useRef } from "preact/hooks";

import { text } from "../text";
import { EMPTY } from "../text/said";
import { elementId, placeName, type FormModel } from "./model";

const SHOWN = 12;

/** So many empty cells of one table are one line, which leads to the first. */
const MANY = 4;

function linesOf(model: FormModel, errors: [string, string][]): [string, string][] {
  const t = text.value;
  const empty = new Map<string, number>();
  const tableOf = (place: string) => (place.startsWith("/tables/") ? place.split("/").slice(0, 3).join("/") : null);
  for (const [place, problem] of errors) {
    const table = tableOf(place);
    if (table && problem === EMPTY) {
      empty.set(table, (empty.get(table) ?? 0) + 1);
    }
  }
  const said = new Set<string>();
  return errors.flatMap(([place, problem]): [string, string][] => {
    const table = tableOf(place);
    const count = table && problem === EMPTY ? (empty.get(table) ?? 0) : 0;
    if (table && count >= MANY) {
      if (said.has(table)) {
        return [];
      }
      said.add(table);
      return [[place, `${placeName(model.kind, table)} – ${t.cellsEmpty(count)}`]];
    }
    return [[place, [placeName(model.kind, place), t.problem(problem)].filter(Boolean).join(" – ")]];
  });
}

export function ErrorSummary({ model, asked }: { model: FormModel; asked: number }) {
  const t = text.value;
  const box = useRef<HTMLDivElement>(null);
  const errors = [...model.errors.value];
  const lines = linesOf(model, errors);
  useEffect(() => {
    if (asked > 0) {
      box.current?.focus();
    }
  }, [asked]);
  if (!model.tried.value || errors.length === 0) {
    return null;
  }
  return (
    <div ref={box} class="notice alarm" tabIndex={-1} role="group" aria-labelledby="errors-title">
      <h2 id="errors-title">{t.form.errorsTitle(errors.length)}</h2>
      <ul>
        {lines.slice(0, SHOWN).map(([place, said]) => (
          <li key={place}>
            <a
              href={`#${elementId(place)}`}
              onClick={(event) => {
                event.preventDefault();
                const field = document.getElementById(elementId(place));
                field?.focus();
                field?.scrollIntoView({ block: "center" });
              }}
            >
              {said}
            </a>
          </li>
        ))}
      </ul>
      {lines.length > SHOWN && <p>{t.form.errorsMore(lines.length - SHOWN)}</p>}
    </div>
  );
}
