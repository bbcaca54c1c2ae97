import type { form as english } from "./en-form";

export const form: typeof english = {
  number: "Ihre Zahl",
  numberHint: (min, max) => `Eine ganze Zahl von ${min} bis ${max}`,
  groups: "Ihre Gruppe",
  groupsHint: "Server und Auswertungsstelle sehen, zu welcher Gruppe etwas Versiegeltes gehört.",
  groupFixed: "Durch Ihre Einladung festgelegt.",
  choose: "Bitte wählen …",
  noAnswer: "Keine Antwort",
  several: "Wählen Sie alles, was zutrifft.",
  questionsTitle: "Fragen",
  pasted: (cells) => `${cells} eingefügt.`,
  pastedBeyond: (cells) => `${cells} passten nicht in die Tabelle.`,
  understood: "verstanden als",
  doubt: "Ungewöhnlich groß. Stimmt das?",
  errorsTitle: (count) => (count === 1 ? "Eines ist noch zu berichtigen" : `${count} Dinge sind noch zu berichtigen`),
  errorsMore: (count) => `und ${count} weitere`,
};
