import type { failures as english, Said } from "./en-failures";

const MISMATCH =
  "Seite und Server verstehen einander nicht, vielleicht weil eines von beiden neuer ist. Laden Sie die Seite neu; hilft das nicht, sagen Sie es dem Betreiber des Servers.";

export const failures: Record<keyof typeof english, Said> = {
  // Links, this device, this page.
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
  spreadsheet_invalid: {
    title: "Diese Datei ist so nicht zu gebrauchen",
    text: "Es wurde nichts eingetragen. Sie können mit der leeren Tabelle von dieser Seite beginnen.",
  },
  form_invalid: {
    title: "Dieses Formular ist so nicht zu gebrauchen",
    text: "Was daran nicht stimmt, steht unten.",
  },
  core_lost: {
    title: "Ein Teil der Seite ist ausgefallen",
    text: "Der Browser hat ihn beendet, vielleicht um Speicher zu sparen. Ihre Eingaben sind aufbewahrt. Laden Sie die Seite neu.",
  },
  timed_out: {
    title: "Der Server hat zu lange gebraucht",
    text: "Vielleicht hat er viel zu tun. Versuchen Sie es gleich noch einmal.",
  },
  nothing_open: {
    title: "Dafür ist hier nichts offen",
    text: "Die Seite hat den Faden verloren. Laden Sie sie neu.",
  },
  not_revealed: {
    title: "Noch gibt es kein Ergebnis",
    text: "Bisher wurde nichts ausgewertet.",
  },
  cancelled: {
    title: "Es wurde abgebrochen",
    text: "Nichts wurde geändert.",
  },
  usage: {
    title: "Diese Einstellungen passen nicht zusammen",
    text: "Gehen Sie zurück und ändern Sie sie.",
  },
  failed: {
    title: "Das hat nicht geklappt",
    text: "Die Seite weiß nicht, warum. Laden Sie sie neu.",
  },
  page_failed: {
    title: "Das hat nicht geklappt",
    text: "Die Seite hat einen Fehler gemacht. Laden Sie sie neu; was Sie eingegeben haben, ist aufbewahrt.",
  },

  // The connection.
  unsupported_version: {
    title: "Seite und Server haben verschiedene Fassungen",
    text: MISMATCH,
  },
  malformed_message: { title: "Der Server hat die Seite nicht verstanden", text: MISMATCH },
  invalid_frame: { title: "Der Server hat die Seite nicht verstanden", text: MISMATCH },
  unexpected_binary: { title: "Der Server hat die Seite nicht verstanden", text: MISMATCH },
  hello_expected: { title: "Der Server hat die Seite nicht verstanden", text: MISMATCH },
  hello_repeated: { title: "Der Server hat die Seite nicht verstanden", text: MISMATCH },
  frame_invalid: { title: "Der Server hat die Seite nicht verstanden", text: MISMATCH },
  message_too_large: {
    title: "Das ist zu groß für den Server",
    text: "Nehmen Sie weniger Zeilen, Spalten, Fragen oder Einladungen auf einmal.",
  },
  busy: {
    title: "Der Server hat zu viel zu tun",
    text: "Ihre Eingaben gehen nicht verloren. Versuchen Sie es gleich noch einmal.",
  },
  shutting_down: {
    title: "Der Server wird neu gestartet",
    text: "Ihre Eingaben gehen nicht verloren. Versuchen Sie es gleich noch einmal.",
  },
  unavailable: {
    title: "Der Server kann gerade nichts speichern",
    text: "Ihre Eingaben gehen nicht verloren. Versuchen Sie es gleich noch einmal, und sagen Sie es dem Betreiber des Servers, wenn es so bleibt.",
  },
  internal: {
    title: "Im Server ist etwas schiefgegangen",
    text: "Ihre Eingaben gehen nicht verloren. Sagen Sie es dem Betreiber des Servers.",
  },
  rolled_back: {
    title: "Der Server hat einen Teil dieser Erhebung verloren",
    text: "Er läuft mit einem älteren Stand seiner Daten und verweigert diese Erhebung für immer, damit niemand zweimal gezählt wird. Sprechen Sie mit dem Betreiber des Servers.",
  },

  // Taking part.
  purged: {
    title: "Diese Erhebung wurde gelöscht",
    text: "Alles Eingereichte ist gelöscht. Es kann nie wieder geöffnet werden.",
  },

  // Creating and changing.
  manifest_invalid: {
    title: "Der Server nimmt diese Erhebung nicht an",
    text: "Ihre Einstellungen widersprechen einander, sie ist zu groß, oder sie verlangt etwas, das dieser Server nicht tut.",
  },
  not_allowed: {
    title: "Das geht beim jetzigen Stand der Erhebung nicht",
    text: "Sie wurde inzwischen geschlossen, festgeschrieben, ausgewertet oder gelöscht, oder es wird gerade ausgewertet. Laden Sie die Seite neu, um den Stand zu sehen.",
  },

  // The reveal and the result.
  not_frozen: {
    title: "Der Stapel ist noch nicht festgeschrieben",
    text: "Gehen Sie zurück und werten Sie noch einmal aus.",
  },
  ended: {
    title: "Es gibt kein Ergebnis und wird keines geben",
    text: "Zu wenige Antworten zählten, oder zu viele waren ungültig.",
  },
};
