import type { FailureCode, Said } from "./en-failures";

const MISMATCH =
  "Seite und Server verstehen einander nicht, vielleicht weil eines von beiden neuer ist. Laden Sie die Seite neu; hilft das nicht, sagen Sie es dem Betreiber des Servers.";

const REFUSED_AS_SENT =
  "Es wurde nichts gespeichert. Was ankam, ist nicht das, was die Seite versiegelt hat, oder nicht für diese Erhebung. Laden Sie die Seite neu und füllen Sie noch einmal aus; geschieht es wieder, sagen Sie es der Auswertungsstelle.";

const RECORD_REFUSED =
  "Es wurde nichts geändert. Laden Sie die Seite neu; geschieht es wieder, sagen Sie es dem Betreiber des Servers.";

const BATCH_DIFFERS =
  "Was festgeschrieben ist, darf sich nie ändern. Die Auswertung wurde angehalten, nichts wurde freigegeben. Bewahren Sie diese Meldung auf und sprechen Sie mit dem Betreiber des Servers.";

export const de: Record<FailureCode, Said> = {
  // Links, this device, this page.
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
  journal_unkept: {
    title: "Das Journal konnte nicht geführt werden",
    text: "Es wurde nichts freigegeben. `analyst ui` hält neben Ihrem Schlüssel fest, was ausgewertet wird, damit nichts auf zwei Weisen ausgewertet wird, und konnte es nicht. Sorgen Sie dafür, dass in den Ordner Ihres Schlüssels geschrieben werden kann und dort Platz ist, und werten Sie noch einmal aus.",
  },
  core_lost: {
    title: "Ein Teil der Seite ist ausgefallen",
    text: "Der Browser hat ihn beendet, vielleicht um Speicher zu sparen. Ihre Eingaben sind aufbewahrt. Laden Sie die Seite neu.",
  },
  timed_out: {
    title: "Der Server hat zu lange gebraucht",
    text: "Vielleicht hat er viel zu tun. Versuchen Sie es gleich noch einmal.",
  },
  answers_invalid: {
    title: "Einige Antworten lassen sich so nicht senden",
    text: "Gehen Sie zurück und berichtigen Sie, was markiert ist.",
  },
  out_of_range: {
    title: "Eine Antwort liegt außerhalb ihrer Grenzen",
    text: "Gehen Sie zurück und berichtigen Sie, was markiert ist.",
  },
  passphrase_needed: {
    title: "Diese Schlüsseldatei hat ein Kennwort",
    text: "Geben Sie es ein, um die Datei zu öffnen.",
  },
  passphrase_weak: {
    title: "Dieses Kennwort ist nicht zu gebrauchen",
    text: "Es ist zu kurz, um den Schlüssel zu schützen, oder zu lang. Nehmen Sie mehrere Wörter.",
  },
  nothing_open: {
    title: "Dafür ist hier nichts offen",
    text: "Die Seite hat den Faden verloren. Laden Sie sie neu.",
  },
  unfinished: {
    title: "Etwas ist noch nicht gesendet",
    text: "Laden Sie die Seite neu und senden Sie zuerst, was wartet.",
  },
  request_invalid: {
    title: "Das ist nicht der Code des anderen Geräts",
    text: "Kopieren Sie den ganzen Code, den das andere Gerät zeigt.",
  },
  release_invalid: {
    title: "Das ist nicht die Antwort des anderen Geräts",
    text: "Kopieren Sie die ganze Antwort, die das andere Gerät zeigt.",
  },
  receipt_invalid: {
    title: "Die Quittung passt nicht zu dem, was der Server festgeschrieben hat",
    text: "Eine Unterschrift ist ungültig, oder die Quittung gehört zu einer anderen Erhebung.",
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
  settings_differ: {
    title: "Die Erhebung gibt es schon, mit anderen Einstellungen",
    text: "Was vereinbart ist, lässt sich nicht ändern. Wählen Sie einen anderen Namen, oder öffnen Sie die vorhandene.",
  },
  failed: {
    title: "Das hat nicht geklappt",
    text: "Die Seite weiß nicht, warum. Laden Sie sie neu.",
  },
  page_failed: {
    title: "Das hat nicht geklappt",
    text: "Die Seite hat einen Fehler gemacht. Laden Sie sie neu; was Sie eingegeben haben, ist aufbewahrt.",
  },

  // Who is who.
  other_analyst: {
    title: "Diese Erhebung gehört einer anderen Auswertungsstelle",
    text: "Es wurde nichts gesendet. Bitten Sie um einen neuen Link und berichten Sie davon.",
  },
  other_server: {
    title: "Das ist ein anderer Server, als der Link sagt",
    text: "Es wurde nichts gesendet. Bitten Sie um einen neuen Link und berichten Sie davon.",
  },
  belongs_to_another: {
    title: "Diese Erhebung gehört zu einem anderen Schlüssel",
    text: "Öffnen Sie den Schlüssel, mit dem sie angelegt wurde.",
    exact: "Öffnen Sie den Schlüssel, mit dem sie angelegt wurde: {found}. Offen ist {expected}.",
  },
  too_few_demanded: {
    title: "Dieser Erhebung genügen zu wenige Teilnehmer",
    text: "Ihre Mindestzahl ist kleiner als die, auf der Sie bestehen.",
    exact: "Ihre Mindestzahl ist {have}, und Sie bestehen auf {need}.",
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
  not_open: {
    title: "Im Moment werden keine Antworten angenommen",
    text: "Die Erhebung ist unterbrochen oder geschlossen. Kommen Sie später mit demselben Link zurück.",
  },
  too_early: {
    title: "Diese Erhebung ist noch nicht eröffnet",
    text: "Kommen Sie später mit demselben Link zurück.",
  },
  closed_by_date: {
    title: "Diese Erhebung ist geschlossen",
    text: "Antworten wurden bis zu einem Tag angenommen, der vorbei ist. Wenn Sie noch teilnehmen sollten, schreiben Sie der Auswertungsstelle.",
  },
  purged: {
    title: "Diese Erhebung wurde gelöscht",
    text: "Alles Eingereichte ist gelöscht. Es kann nie wieder geöffnet werden.",
  },
  computation_full: {
    title: "Diese Erhebung ist voll",
    text: "Sie hat so viele Teilnehmer, wie sie aufnehmen kann. Sagen Sie es der Auswertungsstelle.",
  },
  submission_wrong_size: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_bad_signature: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_unopenable: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_header_mismatch: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_share_malformed: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_id_taken: { title: "Der Server hat nicht angenommen, was gesendet wurde", text: REFUSED_AS_SENT },
  submission_stale: {
    title: "Es gibt eine neuere Fassung Ihrer Antworten",
    text: "Sie kam aus einem anderen Tab oder mit einer Kopie Ihrer Quittung. Laden Sie die Seite neu, um sie zu sehen.",
  },
  nothing_submitted: {
    title: "Es gibt nichts zurückzunehmen",
    text: "Von hier wurde nichts gesendet, oder ein anderes Gerät hat übernommen.",
  },
  withdrawal_invalid: {
    title: "Der Server hat das Zurücknehmen nicht angenommen",
    text: "Ihre Antworten sind noch gespeichert. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
  },

  // Invitations.
  invitation_unexpected: {
    title: "Diese Erhebung braucht keine Einladung",
    text: "Alle haben denselben Link. Bitten Sie die Auswertungsstelle darum.",
  },
  invitation_invalid: {
    title: "Diese Einladung ist ungültig",
    text: "Der Link wurde verändert, oder dieses Gerät hat vorher eine andere Einladung benutzt. Bitten Sie noch einmal um Ihren Link.",
  },
  invitation_in_use: {
    title: "Diese Einladung wurde auf einem anderen Gerät benutzt",
    text: "Berichtigen Sie dort, oder übernehmen Sie hier.",
  },
  takeover_waiting: {
    title: "Das andere Gerät kann noch widersprechen",
    text: "Kommen Sie später mit diesem Link zurück und übernehmen Sie noch einmal.",
  },
  takeover_refused: {
    title: "Dieses Gerät kann nicht übernehmen",
    text: "Ein anderes Gerät war schneller, oder die Zustimmung gilt etwas anderem. Bitten Sie um einen neuen Link.",
  },
  invitations_invalid: {
    title: "Diese Liste ist so nicht zu gebrauchen",
    text: "Vielleicht haben zwei denselben Namen, oder eine Gruppe gibt es nicht. Niemand wurde eingeladen.",
  },
  too_many_invitations: {
    title: "Es wären mehr Einladungen als Teilnehmer",
    text: "Die Erhebung nimmt nicht mehr auf. Niemand wurde eingeladen.",
    exact: "Die Erhebung nimmt {need} Teilnehmer auf, und es wären {have} Einladungen. Niemand wurde eingeladen.",
  },

  // Creating and changing.
  computation_exists: {
    title: "Dieser Name ist vergeben",
    text: "Es gibt schon eine Erhebung mit diesem Namen und dieser Runde, oder der Name gehört einer anderen Stelle. Wählen Sie einen anderen.",
  },
  round_out_of_order: {
    title: "Die Runde davor ist nicht vorbei",
    text: "Eine neue Runde beginnt, wenn die letzte ausgewertet, beendet oder gelöscht ist.",
  },
  analyst_not_allowed: {
    title: "Auf diesem Server dürfen nur bestimmte Stellen Erhebungen anlegen",
    text: "Geben Sie dem Betreiber des Servers Ihre Schlüsselkennung.",
  },
  too_many_computations: {
    title: "Der Server nimmt keine Erhebung mehr auf",
    text: "Löschen Sie eine, die vorbei ist, oder fragen Sie den Betreiber des Servers.",
  },
  manifest_invalid: {
    title: "Der Server nimmt diese Erhebung nicht an",
    text: "Ihre Einstellungen widersprechen einander, sie ist zu groß, oder sie verlangt etwas, das dieser Server nicht tut.",
  },
  manifest_for_another_server: {
    title: "Die Erhebung nennt einen anderen Server",
    text: "Es wurde nichts angelegt. Laden Sie die Seite neu und legen Sie sie noch einmal an.",
  },
  login_refused: {
    title: "Der Server nimmt diesen Schlüssel nicht an",
    text: "Die Erhebung gehört zu einem anderen Schlüssel. Öffnen Sie den, mit dem sie angelegt wurde.",
  },
  not_logged_in: {
    title: "Das kann nur die Stelle, der die Erhebung gehört",
    text: "Öffnen Sie den Schlüssel, mit dem sie angelegt wurde.",
  },
  notice_invalid: { title: "Der Server hat die Änderung nicht angenommen", text: RECORD_REFUSED },
  notice_out_of_order: {
    title: "Die Erhebung wurde inzwischen anderswo geändert",
    text: "Hier wurde nichts geändert. Laden Sie die Seite neu, um den Stand zu sehen.",
  },
  too_many_notices: {
    title: "Diese Erhebung wurde zu oft geändert",
    text: "Auswerten lässt sie sich noch.",
  },
  not_allowed: {
    title: "Das geht beim jetzigen Stand der Erhebung nicht",
    text: "Sie wurde inzwischen geschlossen, festgeschrieben, ausgewertet oder gelöscht, oder es wird gerade ausgewertet. Laden Sie die Seite neu, um den Stand zu sehen.",
  },

  // The reveal and the result.
  too_few_parties: {
    title: "Es haben zu wenige teilgenommen",
    text: "Ausgewertet werden kann, sobald die Mindestzahl erreicht ist.",
    exact: "Teilgenommen: {have}; nötig: {need}. Es wurde nichts festgeschrieben.",
  },
  not_frozen: {
    title: "Der Stapel ist noch nicht festgeschrieben",
    text: "Gehen Sie zurück und werten Sie noch einmal aus.",
  },
  reveal_in_progress: {
    title: "Es wird schon anderswo ausgewertet",
    text: "Ein anderer Tab oder ein Programm von Ihnen ist dabei. Versuchen Sie es danach noch einmal.",
  },
  root_mismatch: { title: "Der Server hat einen anderen Stapel als zuvor", text: BATCH_DIFFERS },
  commit_mismatch: { title: "Server und Seite sind sich nicht einig, was zählt", text: BATCH_DIFFERS },
  hiding_mismatch: { title: "Server und Seite sind sich nicht einig, was verborgen bleibt", text: BATCH_DIFFERS },
  not_prepared: {
    title: "Noch ist nicht alles geprüft",
    text: "Die Verbindung ist zwischendurch abgerissen. Werten Sie noch einmal aus: es geht mit demselben Stapel weiter.",
  },
  not_committed: {
    title: "Die Auswertung wurde nicht zu Ende geführt",
    text: "Werten Sie noch einmal aus: es geht mit demselben Stapel weiter.",
  },
  ended: {
    title: "Es gibt kein Ergebnis und wird keines geben",
    text: "Zu wenige Antworten zählten, oder zu viele waren ungültig.",
  },
  result_invalid: { title: "Der Server hat das Ergebnis nicht aufbewahrt", text: RECORD_REFUSED },
  publication_invalid: { title: "Das Ergebnis wurde nicht herausgegeben", text: RECORD_REFUSED },
  not_published: {
    title: "Das Ergebnis ist noch nicht herausgegeben",
    text: "Kommen Sie mit demselben Link zurück.",
  },
};
