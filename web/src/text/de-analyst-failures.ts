import type { analystFailures as english } from "./en-analyst-failures";
import type { Said } from "./en-failures";

const RECORD_REFUSED =
  "Es wurde nichts geändert. Laden Sie die Seite neu; geschieht es wieder, sagen Sie es dem Betreiber des Servers.";

const BATCH_DIFFERS =
  "Was festgeschrieben ist, darf sich nie ändern. Die Auswertung wurde angehalten, nichts wurde freigegeben. Bewahren Sie diese Meldung auf und sprechen Sie mit dem Betreiber des Servers.";

export const analystFailures: Record<keyof typeof english, Said> = {
  // Links, this device, this page.
  passphrase_wrong: {
    title: "Das ist nicht das Kennwort",
    text: "Großbuchstaben zählen. Niemand kann ein neues setzen.",
  },
  keys_unusable: {
    title: "Das ist keine Schlüsseldatei",
    text: "Sie heißt keys.json oder so, wie Sie sie gespeichert haben. Wählen Sie diese.",
  },
  journal_disagrees: {
    title: "Der Server zeigt einen anderen Stapel als zuvor",
    text: "Was festgeschrieben ist, darf sich nie ändern, und das hat es. Die Auswertung wurde angehalten, nichts wurde freigegeben. Bewahren Sie diese Meldung auf und sprechen Sie mit dem Betreiber des Servers.",
  },
  journal_unkept: {
    title: "Das Journal konnte nicht geführt werden",
    text: "Es wurde nichts freigegeben. `analyst ui` hält neben Ihrem Schlüssel fest, was ausgewertet wird, damit nichts auf zwei Weisen ausgewertet wird, und konnte es nicht. Sorgen Sie dafür, dass in den Ordner Ihres Schlüssels geschrieben werden kann und dort Platz ist, und werten Sie noch einmal aus.",
  },
  passphrase_needed: {
    title: "Diese Schlüsseldatei hat ein Kennwort",
    text: "Geben Sie es ein, um die Datei zu öffnen.",
  },
  passphrase_weak: {
    title: "Dieses Kennwort ist nicht zu gebrauchen",
    text: "Es ist zu kurz, um den Schlüssel zu schützen, oder zu lang. Nehmen Sie mehrere Wörter.",
  },
  settings_differ: {
    title: "Die Erhebung gibt es schon, mit anderen Einstellungen",
    text: "Was vereinbart ist, lässt sich nicht ändern. Wählen Sie einen anderen Namen, oder öffnen Sie die vorhandene.",
  },

  // Who is who.
  belongs_to_another: {
    title: "Diese Erhebung gehört zu einem anderen Schlüssel",
    text: "Öffnen Sie den Schlüssel, mit dem sie angelegt wurde.",
    exact: "Öffnen Sie den Schlüssel, mit dem sie angelegt wurde: {found}. Offen ist {expected}.",
  },

  // Invitations.
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

  // The reveal and the result.
  too_few_parties: {
    title: "Es haben zu wenige teilgenommen",
    text: "Ausgewertet werden kann, sobald die Mindestzahl erreicht ist.",
    exact: "Teilgenommen: {have}; nötig: {need}. Es wurde nichts festgeschrieben.",
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
  result_invalid: { title: "Der Server hat das Ergebnis nicht aufbewahrt", text: RECORD_REFUSED },
  publication_invalid: { title: "Das Ergebnis wurde nicht herausgegeben", text: RECORD_REFUSED },
};
