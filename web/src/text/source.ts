// Where texts come from in tests and in work on the pages: all of a language at once. What is served has
// `served.ts` instead.

import type { Language, Messages } from ".";

export async function texts(language: Language): Promise<Messages> {
  return language === "de" ? (await import("./de")).de : (await import("./en")).en;
}

/** The same with what is said of spreadsheets; nothing where that is not apart. */
export async function withSheets(_language: Language): Promise<Messages | null> {
  return null;
}
