// The worker, which alone holds secrets, and the features without which there is none.

import { connect } from "../core/client";
import type { Core } from "../core/api";
import workerUrl from "../core/worker.ts?worker&url";
import { trusted } from "./trusted";

export function startCore(): Core {
  return connect(new Worker(trusted(workerUrl), { type: "module" }));
}

/** Whether this browser has what the pages are made of. */
export function isCurrent(): boolean {
  return (
    typeof WebAssembly === "object" &&
    typeof BigInt === "function" &&
    typeof indexedDB === "object" &&
    typeof structuredClone === "function" &&
    typeof Array.prototype.at === "function"
  );
}
