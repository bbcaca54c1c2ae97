// Large screens appear part by part, so that the page stays responsive meanwhile.

import { useEffect, useState } from "preact/hooks";

/** How many of so many parts are to be drawn: one more with each frame. */
export function useStages(parts: number): number {
  const [shown, setShown] = useState(1);
  useEffect(() => {
    if (shown >= parts) {
      return;
    }
    const timer = setTimeout(() => setShown(shown + 1), 0);
    return () => clearTimeout(timer);
  }, [shown, parts]);
  return Math.min(shown, parts);
}
