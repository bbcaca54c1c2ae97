// The two modules of Rust. Their glue is part of the worker; the code itself is fetched: the first at
// the start, that for spreadsheets when somebody needs it.

import initCore, * as core from "./wasm/core";
import initSheets, * as sheets from "./wasm/sheets";
import { refused } from "./failure";

export type Engine = typeof core;
export type Sheets = typeof sheets;

/** Where the code comes from; in a browser beside the worker. */
export interface Sources {
  core?: BufferSource;
  sheets?: BufferSource;
}

export interface Engines {
  core(): Promise<Engine>;
  sheets(): Promise<Sheets>;
}

export function engines(sources: Sources = {}): Engines {
  const coreReady = once(() => initCore(given(sources.core)));
  const sheetsReady = once(() => initSheets(given(sources.sheets)));
  return {
    core: async () => {
      await coreReady();
      return core;
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
