import { analystFailures } from "./de-analyst-failures";
import { analystProblems } from "./de-analyst-problems";
import { failures } from "./de-failures";
import { partyFailures } from "./de-party-failures";
import { problems } from "./de-problems";
import { sheetProblems } from "./de-sheet-problems";
import type { common as english } from "./en-common";
import { translator } from "./said";

const many = (count: number, one: string, more: string): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString("de")} ${more}`;

export const common: typeof english = {
  name: "web-mpc",
  skip: "Zum Inhalt springen",
  language: "Sprache",
  languageLost: "Die Texte in der anderen Sprache ließen sich nicht laden. Wählen Sie sie gleich noch einmal.",
  parties: (count) => many(count, "Teilnehmer", "Teilnehmer"),
  cells: (count) => many(count, "Zelle", "Zellen"),
  footer: "Was Sie eintippen, wird in diesem Browser geteilt und versiegelt. Von anderswo wird nichts geladen.",
  bundle: (version, hash) => `Version ${version}, Seiten ${hash}`,
  loading: "Einen Moment …",
  waitingServer: "Der Server antwortet nicht. Die Seite versucht es von selbst weiter.",
  waitingComputation: "Der Server kennt diese Erhebung noch nicht. Diese Seite wartet darauf.",
  offline: "Dieses Gerät ist offline. Was Sie eingegeben haben, bleibt hier.",
  copy: "Kopieren",
  copied: "Kopiert",
  print: "Drucken",
  cancel: "Abbrechen",
  back: "Zurück",
  again: "Noch einmal versuchen",
  undo: "Rückgängig",
  optional: "darf leer bleiben",
  inUnit: (unit) => `in ${unit}`,
  range: (min, max) => `von ${min} bis ${max}`,
  decimals: (count) => many(count, "Nachkommastelle", "Nachkommastellen"),
  seconds: (count) => many(count, "Sekunde", "Sekunden"),
  minutes: (count) => many(count, "Minute", "Minuten"),
  hours: (count) => many(count, "Stunde", "Stunden"),
  // A number that may be typed with a comma is said with one.
  problem: translator({ ...problems, ...sheetProblems, ...analystProblems }, (part) =>
    part.replace(/^(-?\d+)\.(\d+)$/, "$1,$2"),
  ),
  cellsEmpty: (count) => many(count, "Zelle fehlt noch", "Zellen fehlen noch"),
  failures: { ...failures, ...partyFailures, ...analystFailures },
  failureTitle: "Das hat nicht geklappt",
  failureCode: (code) => `Für Rückfragen: ${code}`,
};
