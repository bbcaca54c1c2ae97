// The modules of Rust. The glue of a page's own is part of the worker, and its code is fetched at the
// worker's start. Whatever comes later is fetched with its glue when it is needed: that for spreadsheets
// when somebody opens one, and two when there was a reveal: what a party may ask then, and what makes
// figures of an analyst's result.

import * as analyst from "./wasm/analyst";
import * as party from "./wasm/party";
import { refused } from "./failure";

export type AfterEngine = typeof import("./wasm/after");
export type AnalystEngine = typeof analyst;
export type FiguresEngine = typeof import("./wasm/figures");
export type PartyEngine = typeof party;
export type SheetsEngine = typeof import("./wasm/sheets");

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
  return {
    after: once(async () => started(await import("./wasm/after"), sources.after)),
    analyst: once(() => started(analyst, sources.analyst)),
    figures: once(async () => started(await import("./wasm/figures"), sources.figures)),
    party: once(() => started(party, sources.party)),
    sheets: once(async () => started(await import("./wasm/sheets"), sources.sheets)),
  };
}

interface Glue {
  default(code?: { module_or_path: BufferSource }): Promise<unknown>;
}

async function started<T extends Glue>(glue: T, code: BufferSource | undefined): Promise<T> {
  await glue.default(code && { module_or_path: code });
  return glue;
}

/** Does it once; again only if it failed. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return async () => {
    loading ??= load();
    try {
      return await loading;
    } catch {
      loading = undefined;
      throw refused("browser_unusable", "the browser could not load the program", true);
    }
  };
}
