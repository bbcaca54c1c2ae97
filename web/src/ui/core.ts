// The worker, which alone holds secrets, and the features without which there is none.

import { connect } from "../core/client";
import type { Core } from "../core/api";
import workerUrl from "../core/worker.ts?worker&url";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): URL };
}

/** Our own worker is the only script that this page may start. */
export function startCore(): Core {
  const own = new URL(workerUrl, document.baseURI).href;
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  const policy = policies?.createPolicy("web-mpc", {
    createScriptURL: (url) => {
      if (url !== own) {
        throw new TypeError("not our worker");
      }
      return url;
    },
  });
  const worker = new Worker(policy ? policy.createScriptURL(own) : own, { type: "module" });
  return connect(worker);
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
