// One tab at a time works on the same thing.

import { refused } from "./failure";

/** Does something that no other tab of this browser may do at the same time. */
export async function alone<T>(name: string, task: () => Promise<T>): Promise<T> {
  const { locks } = globalThis.navigator ?? {};
  if (!locks) {
    return task();
  }
  const result = await locks.request(`web-mpc ${name}`, { ifAvailable: true }, async (lock) => {
    if (!lock) {
      throw refused("in_use", "another tab of this browser is at work on it");
    }
    return task();
  });
  return result as T;
}
