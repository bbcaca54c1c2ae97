// The three modules of Rust. Their glue is part of the worker; the code itself is fetched when it is
// needed: that of the page's role at its start, that for spreadsheets when somebody opens one.

import initAnalyst, * as analyst from "./wasm/analyst";
import initParty, * as party from "./wasm/party";
import initSheets, * as sheets from "./wasm/sheets";
import { refused } from "./failure";

export type AnalystEngine = typeof analyst;
export type PartyEngine = typeof party;
export type SheetsEngine = typeof sheets;

/** Where the code comes from; in a browser beside the worker. */
export interface Sources {
  analyst?: BufferSource;
  party?: BufferSource;
  sheets?: BufferSource;
}

export interface Engines {
  analyst(): Promise<AnalystEngine>;
  party(): Promise<PartyEngine>;
  sheets(): Promise<SheetsEngine>;
}

export function engines(sources: Sources = {}): Engines {
  const analystReady = once(() => initAnalyst(given(sources.analyst)));
  const partyReady = once(() => initParty(given(sources.party)));
  const sheetsReady = once(() => initSheets(given(sources.sheets)));
  return {
    analyst: async () => {
      await analystReady();
      return analyst;
    },
    party: async () => {
      await partyReady();
      return party;
    },
    sheets: async () => {
      await sheetsReady();
      return sheets;
    },
  };
}

function given(code: BufferSource | undefined) {
  return code ? { module_or_path: code } : undefined;
}

/** Does it once; again only if it failed. */
function once(load: () => Promise<unknown>): () => Promise<void> {
  let loading: Promise<unknown> | undefined;
  return async () => {
    loading ??= load();
    try {
      await loading;
    } catch {
      loading = undefined;
      throw refused("browser_unusable", "the browser could not load the program", true);
    }
  };
}
