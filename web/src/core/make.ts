// Everything behind `Core`, where the worker is: nothing here needs a page.

import type { Core, DraftsApi, Measurement } from "./api";
import { analystApi } from "./analyst";
import type { Engines } from "./engine";
import { asFailure } from "./failure";
import { formsApi } from "./forms";
import { partyApi } from "./party";
import type { Store } from "./store";

export function makeCore(engines: Engines, store: Store): Core {
  return {
    party: guarded(partyApi(engines, store)),
    analyst: guarded(analystApi(engines, store)),
    forms: guarded(formsApi(engines)),
    drafts: guarded(draftsApi(store)),
  };
}

/** The same, where whatever is thrown is a failure with a code. */
function guarded<T extends object>(area: T): T {
  type Call = (...args: unknown[]) => Promise<unknown>;
  const calls = Object.entries(area as Record<string, Call>).map(([name, call]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await call(...args);
      } catch (thrown) {
        throw asFailure(thrown);
      }
    },
  ]);
  return Object.fromEntries(calls) as T;
}

function draftsApi(store: Store): DraftsApi {
  return {
    save: (shelf, measurement) => store.put("drafts", shelf, measurement),
    load: async (shelf) => (await store.get<Measurement>("drafts", shelf)) ?? null,
    remove: (shelf) => store.remove("drafts", shelf),
  };
}
