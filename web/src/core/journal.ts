// The journal beside the key file, in the folder of `analyst ui`: the same that the command line keeps.

import type { JournalPlace } from "./api";
import { refused } from "./failure";

/** Resolves once the line is on the disk there; rejects with "journal_disagrees". */
export async function agreeAt(
  { url, session }: JournalPlace,
  line: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const request = { method: "POST", headers: { "x-web-mpc-session": session }, body: line };
  const asked = fetch(url, { ...request, signal: signal ?? null });
  const answer = await asked.catch(() => {
    throw refused("unreachable", "`analyst ui` does not answer: it keeps the journal", true);
  });
  if (answer.status === 409) {
    throw refused("journal_disagrees", (await answer.text()).trim());
  }
  if (!answer.ok) {
    throw refused("journal_unkept", "`analyst ui` could not keep the journal: nothing is released");
  }
}
