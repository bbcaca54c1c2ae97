// What stands around an input: its name, and a hint that belongs to it.

import type { ComponentChildren } from "preact";

import { useOwnId } from "./id";

/** What an input says of itself to be found by its name and its hint. */
export interface Described {
  id: string;
  "aria-describedby"?: string;
}

interface LabelledProps {
  label: string;
  hint?: string | undefined;
  children: (described: Described) => ComponentChildren;
}

export function Labelled({ label, hint, children }: LabelledProps) {
  const id = useOwnId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {children({ id, ...(hint ? { "aria-describedby": `${id}-hint` } : {}) })}
    </div>
  );
}
