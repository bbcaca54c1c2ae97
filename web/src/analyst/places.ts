// Places in a form that is being edited, for people: Rust names them by JSON pointers.

import type { Form } from "../core/api";
import { text } from "../text";

/** `/tables/0/cell/min` of a form, in the words of its editor. */
export function formPlace(form: Form, pointer: string): string {
  const t = text.value.analyst.editor;
  const [, part = "", index = "", ...steps] = pointer.split("/");
  const number = Number(index);
  const named: Record<string, string | undefined> = {
    tables: form.tables?.[number] && t.table(form.tables[number].title),
    questions: form.questions?.[number] && t.question(form.questions[number].text),
    cohorts: form.cohorts?.[number] && t.cohort(form.cohorts[number].title),
  };
  const known = named[part];
  if (known === undefined) {
    return t.places[pointer.slice(1)] ?? pointer;
  }
  // What stands around a number or a choice in the file has no name of its own in the editor.
  const within = steps.filter((step) => !["cell", "answer", "number", "choice", "choices"].includes(step));
  const said = within.map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : (t.places[step] ?? step)));
  return [known, said.join(" ")].filter(Boolean).join(", ");
}
