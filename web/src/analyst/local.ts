// `analyst ui`: the process on the analyst's own machine that serves these pages. The token in the
// address works once; what it is exchanged for lives in this tab alone.

import type { JournalPlace } from "../core/api";

const KEPT = "web-mpc-session";

export interface Local {
  /** Where the worker connects to: the process passes it on to the relay. */
  server: string;
  /** Where it keeps the journal, beside the key. */
  journal: JournalPlace;
  keys(): Promise<Uint8Array | null>;
  /** Keeps a new key in the folder of the process; never over another one. */
  keepKeys(bytes: Uint8Array): Promise<boolean>;
}

/** Enters with the token in the address; nothing if it was used already and not by this tab. */
export async function enter(): Promise<Local | null> {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  let session = sessionStorage.getItem(KEPT);
  if (token) {
    history.replaceState(null, "", location.pathname);
    const answer = await fetch("./local/enter", { method: "POST", body: token });
    if (answer.ok) {
      session = await answer.text();
      sessionStorage.setItem(KEPT, session);
    }
  }
  if (!session) {
    return null;
  }
  const headers = { "x-web-mpc-session": session };
  const known = await fetch("./local/keys", { headers, method: "HEAD" });
  if (known.status === 403) {
    sessionStorage.removeItem(KEPT);
    return null;
  }
  return {
    server: new URL(`./relay/${session}`, location.href).href,
    journal: { url: new URL("./local/journal", location.href).href, session },
    async keys() {
      const answer = await fetch("./local/keys", { headers });
      return answer.status === 200 ? new Uint8Array(await answer.arrayBuffer()) : null;
    },
    async keepKeys(bytes) {
      const answer = await fetch("./local/keys", {
        method: "PUT",
        headers,
        body: bytes as Uint8Array<ArrayBuffer>,
      });
      return answer.ok;
    },
  };
}
