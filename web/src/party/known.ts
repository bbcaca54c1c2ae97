// What is known of a party beside the totals, or may be found out from them: it is told before anything
// is typed, and once more before anything is sent.

import type { Computation } from "../core/api";
import { mayBeEmpty } from "../form/model";
import { text } from "../text";

/** Of what may be left empty; nothing where everything must be answered. */
export function ofEmpties({ kind, minCell }: Computation): string | null {
  const t = text.value.party;
  if (!("form" in kind) || !mayBeEmpty(kind.form)) {
    return null;
  }
  if (minCell === null) {
    return t.emptiesAlone;
  }
  return `${t.emptiesFrom(minCell)} ${showsEmpties(kind) ? t.emptiesPublic : t.emptiesCounted}`;
}

/** Whether server and analyst see of each party what it has left empty. */
export function showsEmpties(kind: Computation["kind"]): boolean {
  return "form" in kind && kind.form.presence === "public";
}

/** Of rounds before; nothing in the first one. */
export function ofRounds({ round }: Computation): string | null {
  return round > 1 ? text.value.party.roundsText(round) : null;
}

/** All of it that a party has not chosen by itself to tell. */
export function known(computation: Computation): string[] {
  const { kind } = computation;
  const grouped = "form" in kind && Boolean(kind.form.cohorts?.length);
  const said = [grouped && text.value.form.groupsHint, ofEmpties(computation), ofRounds(computation)];
  return said.filter((line) => line !== null && line !== false);
}
