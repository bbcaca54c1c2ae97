// Which language the pages speak, and numbers and dates in it.

import { computed, effect, signal } from "@preact/signals";

import type { Messages } from "./en";
import { texts, withSheets } from "./source";

export type { Messages } from "./en";
export type Language = "en" | "de";

const KEPT = "web-mpc-language";

const known = new Map<Language, Messages>();
/** With what is said of spreadsheets, in languages that have it apart. */
const wider = signal<ReadonlyMap<Language, Messages>>(new Map());

/** The language that is spoken: its texts are here, once `begin` has ended. */
export const language = signal<Language>("en");
// Nothing is drawn before there is one.
export const text = computed(
  () => wider.value.get(language.value) ?? (known.get(language.value) as Messages),
);

/** Whether a spreadsheet was opened. */
let sheets = false;

/** The one that was asked for last: others may come later. */
let wanted: Language = "en";

/** Speaks the language of this person, of which nothing is here yet. */
export async function begin(): Promise<void> {
  await turnTo(initial());
  effect(() => {
    if (typeof document !== "undefined") {
      document.documentElement.lang = language.value;
    }
  });
}

/** Speaks another language, from when its texts are here; until then the page stays as it is. */
export async function speak(next: Language): Promise<void> {
  await turnTo(next);
  try {
    // Another one may have been asked for meanwhile.
    localStorage.setItem(KEPT, language.peek());
  } catch {
    // It is asked again next time.
  }
}

/** Says of spreadsheets, too, what may be wrong with them, from now on: somebody opens one. */
export async function speakOfSheets(): Promise<void> {
  sheets = true;
  const spoken = language.peek();
  if (wider.peek().has(spoken)) {
    return;
  }
  try {
    const all = await withSheets(spoken);
    if (all) {
      wider.value = new Map(wider.peek()).set(spoken, all);
    }
  } catch {
    // Rust's own words are shown.
  }
}

async function turnTo(next: Language): Promise<void> {
  wanted = next;
  if (!known.has(next)) {
    known.set(next, await texts(next));
  }
  if (wanted === next) {
    language.value = next;
    if (sheets) {
      await speakOfSheets();
    }
  }
}

function initial(): Language {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept === "en" || kept === "de") {
      return kept;
    }
  } catch {
    // No storage: what the browser prefers.
  }
  const preferred = typeof navigator === "undefined" ? "en" : navigator.language;
  return preferred.toLowerCase().startsWith("de") ? "de" : "en";
}

/** An exact decimal number with the language's separators. It never passes through a float. */
export function figure(exact: string | number): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(exact));
  if (!parts) {
    return String(exact);
  }
  const [, sign, whole = "", fraction] = parts;
  const [group, point] = language.value === "de" ? [".", ","] : [",", "."];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return `${sign ? "−" : ""}${grouped}${fraction === undefined ? "" : point + fraction}`;
}

/** What Rust says in half a sentence, as a whole one. */
export function sentence(said: string): string {
  const whole = said.charAt(0).toLocaleUpperCase(language.value) + said.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}

/** A date with its time, in the person's zone. */
export function moment(seconds: number): string {
  return new Intl.DateTimeFormat(language.value === "de" ? "de" : "en-GB", {
    dateStyle: "long",
    timeStyle: "short",
  }).format(seconds * 1000);
}

/** A length of time, in the largest unit that leaves no rest worth saying. */
export function duration(seconds: number): string {
  if (seconds >= 7200 || (seconds >= 3600 && seconds % 3600 === 0)) {
    return text.value.hours(Math.round(seconds / 3600));
  }
  return seconds >= 120 || seconds === 60
    ? text.value.minutes(Math.round(seconds / 60))
    : text.value.seconds(Math.ceil(seconds));
}
