// What is wrong, all at once: it takes the focus, and each line leads to its place.

import { useEffect, useRef } from "preact/hooks";

import { text } from "../text";
import { elementId, placeName, type FormModel } from "./model";

const SHOWN = 12;

export function ErrorSummary({ model, asked }: { model: FormModel; asked: number }) {
  const t = text.value;
  const box = useRef<HTMLDivElement>(null);
  const errors = [...model.errors.value];
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
      <h2 id="errors-title">{t.party.errorsTitle(errors.length)}</h2>
      <ul>
        {errors.slice(0, SHOWN).map(([place, problem]) => (
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
              {[placeName(model.kind, place), t.problem(problem)].filter(Boolean).join(": ")}
            </a>
          </li>
        ))}
      </ul>
      {errors.length > SHOWN && <p>{t.party.errorsMore(errors.length - SHOWN)}</p>}
    </div>
  );
}
