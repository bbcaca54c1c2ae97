// The page's side of the worker.

import type { Core } from "./api";
import { caller } from "./rpc";

/** Everything that the worker offers. `worker` runs `./worker.ts`. */
export function connect(worker: Worker): Core {
  const { core, lost } = caller(worker);
  worker.addEventListener("error", lost);
  worker.addEventListener("messageerror", lost);
  return core;
}
