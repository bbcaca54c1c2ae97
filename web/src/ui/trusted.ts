// The one policy of Trusted Types: a page starts its own worker and the texts that it was built with,
// and no other script.

import workerUrl from "../core/worker.ts?worker&url";
import { SCRIPTS } from "../text/scripts";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

const address = (path: string) => new URL(path, document.baseURI).href;

const texts = Object.values(SCRIPTS).flatMap(({ begin, sheets }) => (sheets ? [begin, sheets] : [begin]));
const own = new Set([workerUrl, ...texts.map(({ path }) => path)].map(address));

const policy = (globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy("web-mpc", {
  createScriptURL: (url) => {
    if (!own.has(url)) {
      throw new TypeError("not a script of this page");
    }
    return url;
  },
});

/** The address of a script of this page, as the browser lets it be started. */
export function trusted(path: string): string {
  const url = address(path);
  return policy ? policy.createScriptURL(url) : url;
}
