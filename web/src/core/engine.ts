// The modules of Rust. Their glue is part of the worker; the code itself is fetched when it is needed:
// that of the page's role at its start, that for spreadsheets when somebody opens one, and two when
// there was a reveal: what a party may ask then, and what makes figures of an analyst's result.

import initAfter, * as after from "./wasm/after";
import initAnalyst, * as analyst from "./wasm/analyst";
import initFigures, * as figures from "./wasm/figures";
import initParty, * as party from "./wasm/party";
import initSheets, * as sheets from "./wasm/sheets";
import { refused } from "./failure";

export type AfterEngine = typeof after;
export type AnalystEngine = typeof analyst;
export type FiguresEngine = typeof figures;
export type PartyEngine = typeof party;
export type SheetsEngine = typeof sheets;

/** Where the code comes from; in a browser beside the worker. */
export interface Sources {
  after?: BufferSource;
  analyst?: BufferSource;
  figures?: BufferSource;
  party?: BufferSource;
  sheets?: BufferSource;
}

export interface Engines {
  after(): Promise<AfterEngine>;
  analyst(): Promise<AnalystEngine>;
  figures(): Promise<FiguresEngine>;
  party(): Promise<PartyEngine>;
  sheets(): Promise<SheetsEngine>;
}

export function engines(sources: Sources = {}): Engines {
  const afterReady = once(() => initAfter(given(sources.after)));
  const analystReady = once(() => initAnalyst(given(sources.analyst)));
  const figuresReady = once(() => initFigures(given(sources.figures)));
  const partyReady = once(() => initParty(given(sources.party)));
  const sheetsReady = once(() => initSheets(given(sources.sheets)));
  return {
    after: async () => {
      await afterReady();
      return after;
    },
    analyst: async () => {
      await analystReady();
      return analyst;
    },
    figures: async () => {
      await figuresReady();
      return figures;
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
