import type { RejectionCode, report as english } from "./en-report";

const rejections: Record<RejectionCode, string> = {
  analyst_box_unopenable: "der Anteil der Auswertungsstelle war nicht für deren Schlüssel versiegelt",
  analyst_header_mismatch: "der Anteil der Auswertungsstelle gehört zu etwas anderem",
  analyst_share_malformed: "der Anteil der Auswertungsstelle hat eine falsche Form",
  proof_rejected: "der Beweis, dass die Antworten gültig sind, trägt nicht, sagt die Auswertungsstelle",
  server_box_unopenable: "der Anteil des Servers war nicht für dessen Schlüssel versiegelt",
  server_header_mismatch: "der Anteil des Servers gehört zu etwas anderem",
  server_share_malformed: "der Anteil des Servers hat eine falsche Form",
  verifier_message_rejected: "der Beweis, dass die Antworten gültig sind, trägt nicht, sagt der Server",
};

const STATISTICS: Record<string, string> = {
  count: "Anzahl",
  sum: "Summe",
  mean: "Mittelwert",
  population_deviation: "Standardabweichung (Grundgesamtheit)",
  sample_deviation: "Standardabweichung (Stichprobe)",
  histogram: "Histogramm",
  median: "Median (aus dem Histogramm)",
  quartiles: "Quartile (aus dem Histogramm)",
};

const OTHERS: Record<string, string> = {
  tally: "Teilnehmer",
  cross_table: "Teilnehmer",
  ratio_of_sums: "Verhältnis der Summen",
  mean_of_ratios: "Mittel der Verhältnisse",
};

export const report: typeof english = {
  figures: ({ figures, unit }) => {
    const name = typeof figures === "object" ? STATISTICS[figures.statistic] : OTHERS[figures];
    return unit ? `${name}, in ${unit}` : `${name}`;
  },
  everybody: "Alle",
  nearRound: (round) =>
    `An dieser Runde nehmen fast dieselben teil wie an Runde ${round}: der Unterschied der beiden Ergebnisse betrifft weniger von ihnen als die Mindestzahl und verrät vielleicht den Wert eines Einzelnen.`,
  sum: "Die Summe ist",
  over: (parties) => `Über ${parties}.`,
  groupsFrom: (minimum) => `Eine Gruppe hat Zahlen ab ${minimum} Teilnehmern.`,
  tooFew: "zu wenige",
  none: "keine Zahl",
  notShown: "nicht gezeigt",
  suppressed: "Zu wenige aus dieser Gruppe haben teilgenommen, oder ihre Zahlen würden die einer zu kleinen Gruppe verraten.",
  whyHidden: (minimum) => `„Zu wenige“: weniger als ${minimum} der Gruppe haben es angegeben, oder es würde zusammen mit anderem eine solche Zahl verraten.`,
  compared: "Gruppen im Vergleich",
  barIsParties: "Die Länge eines Balkens ist eine Zahl von Teilnehmern.",
  barIsFigure: "Die Länge eines Balkens ist die Zahl daneben.",
  whiskers: "Die Fühler reichen eine Standardabweichung nach beiden Seiten.",
  headers: {
    parties: "Teilnehmer",
    quotient: "Verhältnis",
    lower: "unteres",
    upper: "oberes",
  },
  bin: (from, to) => `${from} bis ${to}`,
  withOthers: (group, others) => `${group} (mit ${others})`,
  rejections,
  noReason: "Der Server sagt nicht, warum.",
  rejectedTitle: "Was nicht gezählt hat",
  noResult: "Es gibt kein Ergebnis und wird keines geben",
  tooFewAccepted: (accepted, minimum) => `${accepted} waren gültig, ${minimum} sind nötig.`,
  tooManyRejected: (rejected, maximum) => `${rejected} waren ungültig, höchstens ${maximum} dürfen es sein.`,
};
