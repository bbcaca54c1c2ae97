// Failures on this side of the worker.

import type { Failure } from "./api";

/** What crosses from Rust, and from the worker to the page. */
export interface FailureFacts {
  code: string;
  message: string;
  passing: boolean;
}

/** A failure that pages can tell by its code. */
export function failure(facts: FailureFacts): Failure {
  return Object.assign(new Error(facts.message), facts, { name: "Failure" as const });
}

/** One of our own. */
export function refused(code: string, message: string, passing = false): Failure {
  return failure({ code, message, passing });
}

/** Whatever was thrown: Rust throws the JSON of a failure. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof WebAssembly.RuntimeError) {
    return refused("core_lost", "the program behind this page has stopped: load the page again");
  }
  if (thrown instanceof Error) {
    return "code" in thrown && "passing" in thrown
      ? (thrown as Failure)
      : refused("failed", thrown.message);
  }
  if (typeof thrown === "string" && thrown.startsWith("{")) {
    return failure(JSON.parse(thrown) as FailureFacts);
  }
  return refused("failed", String(thrown));
}

/** The members that cross to the page. */
export function factsOf(thrown: Failure): FailureFacts {
  const { code, message, passing, have, need, problems, found, expected } = thrown;
  const facts = { code, message, passing, have, need, problems, found, expected };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as unknown as FailureFacts;
}
