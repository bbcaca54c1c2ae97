import type { Failure } from "../core/api";

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
