import type { Language } from ".";

/** A script beside the page, and what it must be. */
export interface Script {
  path: string;
  integrity: string;
}

/**
 * The texts of each language, and the same with what is said of spreadsheets, where that is apart. The
 * build puts them here; without it nothing is loaded so.
 */
export const SCRIPTS: Partial<Record<Language, { begin: Script; sheets?: Script }>> = {};
