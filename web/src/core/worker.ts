// The worker of every page: it alone opens connections and holds secrets.

import { engines } from "./engine";
import { makeCore } from "./make";
import { serve, type Port } from "./rpc";
import { browserStore } from "./store";

serve(globalThis as unknown as Port, makeCore(engines(), browserStore()));
