// Which language the pages speak, and numbers and dates in it.

import { computed, effect, signal } from "@preact/signals";

import { de } from "./de";
import { en, type Messages } from "./en";

export type { Messages } from "./en";
export type Language = "en" | "de";

const LANGUAGES: Record<Language, Messages> = { en, de };
const KEPT = "web-mpc-language";

export const language = signal<Language>(initial());
export const text = computed<Messages>(() => LANGUAGES[language.value]);

effect(() => {
  if (typeof document !== "undefined") {
    document.documentElement.lang = language.value;
  }
});

export function speak(wanted: Language): void {
  language.value = wanted;
  try {
    localStorage.setItem(KEPT, wanted);
  } catch {
    // It is asked again next time.
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
  const wanted = typeof navigator === "undefined" ? "en" : navigator.language;
  return wanted.toLowerCase().startsWith("de") ? "de" : "en";
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
