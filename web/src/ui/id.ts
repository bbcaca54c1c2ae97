// Ids of elements that belong together. Preact's own `useId` counts anew where a part of the page is
// drawn again, and so can give the same id twice.

import { useState } from "preact/hooks";

let last = 0;

export function useOwnId(): string {
  const [id] = useState(() => {
    last += 1;
    return `own-${last}`;
  });
  return id;
}
