import type { common as english } from "./en-common";

const many = (count: number, one: string, more: string): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString("de")} ${more}`;

/** What Rust says of answers, in German. What is not among these stays as it is. */
const PROBLEMS: [RegExp, (...parts: string[]) => string][] = [
  [/^is empty, and must not be$/, () => "fehlt noch"],
  [/^is not a number in digits, such as (.+)$/, (example) => `ist keine Zahl aus Ziffern, wie ${example}`],
  [/^has more than (\d+) digits behind the point$/, (digits) => `hat mehr als ${digits} Stellen hinter dem Komma`],
  [/^must be from (.+) to (.+)$/, (min, max) => `muss zwischen ${min} und ${max} liegen`],
  [/^must be one of: (.+)$/, (options) => `muss eines davon sein: ${options}`],
  [/^must be zero if and only if .+$/, () => "muss genau dann null sein, wenn auch das andere null ist"],
];

export const common: typeof english = {
  name: "web-mpc",
  skip: "Zum Inhalt springen",
  language: "Sprache",
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
  save: "Speichern",
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
  problem: (said) => {
    for (const [pattern, translated] of PROBLEMS) {
      const found = pattern.exec(said);
      if (found) {
        return translated(...found.slice(1));
      }
    }
    return said;
  },
  cellsEmpty: (count) => many(count, "Zelle fehlt noch", "Zellen fehlen noch"),
  failures: {
    link_invalid: {
      title: "Dieser Link ist nicht vollständig",
      text: "Ein Teil fehlt oder wurde verändert; Mailprogramme schneiden lange Links manchmal ab. Kopieren Sie den ganzen Link aus Ihrer Nachricht, oder bitten Sie noch einmal darum.",
    },
    browser_unusable: {
      title: "Dieser Browser hält etwas zurück",
      text: "Die Seite braucht WebAssembly und einen Platz für Ihre Quittung. Ein privates Fenster oder eine strenge Einstellung verbietet vielleicht eines davon. Öffnen Sie den Link in einem gewöhnlichen Fenster oder in einem anderen aktuellen Browser.",
    },
    in_use: {
      title: "Das ist schon in einem anderen Tab offen",
      text: "Zwei Tabs würden sich gegenseitig die Quittung überschreiben. Schließen Sie den anderen und laden Sie diese Seite neu.",
    },
    unreachable: {
      title: "Der Server antwortet nicht",
      text: "Vielleicht startet er gerade neu, oder dieses Gerät hat keine Verbindung. Ihre Eingaben gehen nicht verloren.",
    },
    connection_lost: {
      title: "Die Verbindung ist abgerissen",
      text: "Ihre Eingaben gehen nicht verloren. Versuchen Sie es noch einmal.",
    },
    server_misbehaved: {
      title: "Der Server hat etwas gesendet, das nicht stimmen kann",
      text: "Die Seite prüft jede Unterschrift, und eine davon ist ungültig. Es wurde nichts gesendet. Sagen Sie es der Auswertungsstelle.",
    },
    unknown_computation: {
      title: "Diese Erhebung gibt es hier nicht",
      text: "Der Link ist vielleicht älter als der Server oder gehört zu einem anderen. Bitten Sie um einen neuen Link.",
    },
    other_fingerprint: {
      title: "Das ist nicht die Erhebung, für die der Link gilt",
      text: "Der Server bietet unter demselben Namen eine andere an. Es wurde nichts gesendet. Bitten Sie um einen neuen Link und berichten Sie davon.",
    },
    invitation_unknown: {
      title: "Diese Einladung ist nicht bekannt",
      text: "Vielleicht wurde der Link abgeschnitten, oder er gehört zu einer anderen Erhebung. Bitten Sie noch einmal um Ihren Link.",
    },
    invitation_revoked: {
      title: "Diese Einladung wurde zurückgezogen",
      text: "Sie wurde zurückgenommen, bevor sie benutzt war. Ist das ein Irrtum, bitten Sie um einen neuen Link.",
    },
    invitation_expired: {
      title: "Diese Einladung ist abgelaufen",
      text: "Sie galt bis zu einem Tag, der vorbei ist. Bitten Sie um einen neuen Link.",
    },
    invitation_required: {
      title: "Für diese Erhebung braucht man eine Einladung",
      text: "Wer teilnimmt, hat einen eigenen Link. In diesem Link steckt keine Einladung; bitten Sie um Ihren.",
    },
    cohort_fixed: {
      title: "Ihre Einladung gehört zu einer anderen Gruppe",
      text: "Die Gruppe steht durch die Einladung fest. Laden Sie die Seite neu.",
    },
    too_many_parties: {
      title: "Diese Erhebung ist voll",
      text: "Sie hat so viele Teilnehmer, wie sie aufnehmen kann. Sagen Sie es der Auswertungsstelle.",
    },
    spreadsheet_invalid: {
      title: "Diese Datei ist so nicht zu gebrauchen",
      text: "Es wurde nichts eingetragen. Sie können mit der leeren Tabelle von dieser Seite beginnen.",
    },
    form_invalid: {
      title: "Dieses Formular ist so nicht zu gebrauchen",
      text: "Was daran nicht stimmt, steht unten.",
    },
    passphrase_wrong: {
      title: "Das ist nicht das Kennwort",
      text: "Großbuchstaben zählen. Niemand kann ein neues setzen.",
    },
    keys_unusable: {
      title: "Das ist keine Schlüsseldatei",
      text: "Sie heißt keys.json oder so, wie Sie sie gespeichert haben. Wählen Sie diese.",
    },
    receipt_unusable: {
      title: "Das ist keine Quittung dieser Erhebung",
      text: "Wählen Sie die Datei, die beim Absenden gespeichert wurde.",
    },
    other_invitation: {
      title: "Dieses Gerät hat mit einem anderen Link abgegeben",
      text: "Es wurde nichts gesendet. Was hier aufbewahrt ist, gehört zu einer anderen Einladung. Verwenden Sie einen Link in dem Browser, in dem er zuerst verwendet wurde, oder entfernen Sie das Aufbewahrte von diesem Gerät.",
    },
    receipt_conflict: {
      title: "Hier liegt schon eine andere Quittung",
      text: "Es wurde nichts geändert. Dieser Browser bewahrt eine Quittung dieser Erhebung auf, die die Datei ersetzen würde: die eines anderen Teilnehmers oder eine neuere. Wenn Sie der Datei sicher sind, entfernen Sie zuerst die Quittung von diesem Gerät.",
    },
    journal_disagrees: {
      title: "Der Server zeigt einen anderen Stapel als zuvor",
      text: "Was festgeschrieben ist, darf sich nie ändern, und das hat es. Die Auswertung wurde angehalten, nichts wurde freigegeben. Bewahren Sie diese Meldung auf und sprechen Sie mit dem Betreiber des Servers.",
    },
    core_lost: {
      title: "Ein Teil der Seite ist ausgefallen",
      text: "Der Browser hat ihn beendet, vielleicht um Speicher zu sparen. Ihre Eingaben sind aufbewahrt. Laden Sie die Seite neu.",
    },
    too_few_parties: {
      title: "Es haben zu wenige teilgenommen",
      text: "Ausgewertet werden kann, sobald die Mindestzahl erreicht ist.",
    },
    not_allowed: {
      title: "Auf diesem Server dürfen nur bestimmte Stellen Erhebungen anlegen",
      text: "Geben Sie dem Betreiber des Servers Ihre Schlüsselkennung.",
    },
    timed_out: {
      title: "Der Server hat zu lange gebraucht",
      text: "Vielleicht hat er viel zu tun. Versuchen Sie es gleich noch einmal.",
    },
  },
  failureTitle: "Das hat nicht geklappt",
  failureCode: (code) => `Für Rückfragen: ${code}`,
};
