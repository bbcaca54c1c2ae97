// What the host of the pages says about itself.

export interface Site {
  /** "relay": the server itself. "analyst": the analyst's own machine. "copy": somewhere else. */
  role: "relay" | "analyst" | "copy";
  /** Whether the host also serves the pages that open an analyst's key. */
  analyst_pages: boolean;
  /** Where the relay is, if that is another address than the pages'. */
  relay: string | null;
  version: string;
  bundle: string | null;
}

const UNKNOWN: Site = { role: "copy", analyst_pages: false, relay: null, version: "", bundle: null };

export async function askSite(): Promise<Site> {
  try {
    const answer = await fetch("./site.json", { cache: "no-store", credentials: "omit" });
    if (!answer.ok) {
      return UNKNOWN;
    }
    return { ...UNKNOWN, ...((await answer.json()) as Partial<Site>) };
  } catch {
    return UNKNOWN;
  }
}
