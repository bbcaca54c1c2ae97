// A result, of what Rust has made of it and of its figures.

import type { Outcome } from "./api";

/** As either page's module gives it. */
export interface Made {
  facts(): string;
  kind(): Uint8Array;
  aggregate(): Uint8Array | undefined;
}

/** What works out the figures: a module that is loaded only then. */
interface Engine {
  figures(kind: Uint8Array, aggregate: Uint8Array): string;
}

export function outcomeOf({ figures }: Engine, made: Made): Outcome {
  const facts = JSON.parse(made.facts()) as Outcome;
  const aggregate = made.aggregate();
  return aggregate
    ? { ...facts, result: JSON.parse(figures(made.kind(), aggregate)) as Outcome["result"] }
    : facts;
}
