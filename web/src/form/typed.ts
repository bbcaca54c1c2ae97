// Numbers as people type them. Rust takes digits and a point; a page takes what its language writes
// too, and shows how that was understood. Nothing passes through a float.

import type { Language } from "../text";

/** Between groups of three digits, in every language: blanks of all widths and apostrophes. */
const ANYWHERE = /(?<=\d)[\s\u00a0\u2009\u202f'’](?=\d{3}(?!\d))/g;

const GROUPED: Record<Language, RegExp> = {
  en: /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/,
  de: /^[-+]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/,
};

/** The digits of what was typed, for Rust; a text that is no number stays as it is. */
export function digitsOf(typed: string, language: Language): string {
  const text = typed.trim().replace(/^[−–]/, "-").replaceAll(ANYWHERE, "");
  const [group, point] = language === "de" ? [".", ","] : [",", "."];
  const whole = GROUPED[language].test(text) ? text.replaceAll(group, "") : text;
  return /^[-+]?\d+([.,]\d+)?$/.test(whole) ? whole.replace(point, ".") : typed.trim();
}

/** Exact digits as the language would have them typed. */
export function typedAs(digits: string, language: Language): string {
  return language === "de" && /^[-+]?\d+\.\d+$/.test(digits) ? digits.replace(".", ",") : digits;
}
