import type { Failure } from "../core/api";
import { figure, sentence, text } from "../text";

/** What a page says of a failure. */
export interface Told {
  title: string;
  text: string;
  /** What Rust says beside that, where it says more than the code does. */
  detail: string | null;
}

/** Codes that stand for many reasons: Rust names the one. */
const MANY_REASONS: ReadonlySet<string> = new Set([
  "failed",
  "page_failed",
  "usage",
  "settings_differ",
  "manifest_invalid",
  "spreadsheet_invalid",
]);

/** In the page's language by the failure's code; in Rust's own words only where the code is unknown. */
export function told(failure: Failure): Told {
  const t = text.value;
  const said = t.failures[failure.code];
  if (!said) {
    return { title: t.failureTitle, text: sentence(t.problem(failure.message)), detail: null };
  }
  const detail = MANY_REASONS.has(failure.code) && !failure.problems?.length;
  return {
    title: said.title,
    text: exactly(said.exact, failure) ?? said.text,
    detail: detail ? sentence(t.problem(failure.message)) : null,
  };
}

/** The sentence with what the failure names; nothing where it does not name all of it. */
function exactly(named: string | undefined, { have, need, found, expected }: Failure): string | null {
  const values: Record<string, string | number | undefined> = { have, need, found, expected };
  let whole = true;
  const filled = named?.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    whole &&= value !== undefined;
    return typeof value === "number" ? figure(value) : (value ?? "");
  });
  return whole ? (filled ?? null) : null;
}

/** Whatever was thrown, as a failure that pages can show. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Error && "code" in thrown) {
    return thrown as Failure;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return Object.assign(new Error(message), {
    name: "Failure" as const,
    code: "page_failed",
    passing: false,
  });
}
