// What Rust says of a spreadsheet that is read, in German, as `de-problems.ts` has it. A party's page loads
// it when somebody opens one.

export const sheetProblems: Record<string, string> = {
  "{1} is not the name of a spreadsheet: save it as .xlsx, .ods or .csv":
    "{1} ist nicht der Name einer Tabelle: speichern Sie sie als .xlsx, .ods oder .csv",
  "the file is empty: fill in the template and save it again":
    "die Datei ist leer: füllen Sie die leere Tabelle dieser Seite aus und speichern Sie sie",
  "the file has more than {1} bytes, and a form needs far fewer: copy the answers into a fresh template":
    "die Datei ist viel größer, als ein Formular es braucht: übertragen Sie die Antworten in eine neue leere Tabelle",
  "the file unpacks to far more than a form needs: copy the answers into a fresh template":
    "die Datei enthält entpackt viel mehr, als ein Formular braucht: übertragen Sie die Antworten in eine neue leere Tabelle",
  "the file has too many cells: copy the answers into a fresh template":
    "die Datei hat zu viele Zellen: übertragen Sie die Antworten in eine neue leere Tabelle",
  "the content is not that of a spreadsheet in the format {1}: open it in a spreadsheet program and save it as {1}":
    "der Inhalt ist keine Tabelle im Format {1}: öffnen Sie sie in einer Tabellenkalkulation und speichern Sie sie als {1}",
  "the file has a password or is an old Excel file: save it as .xlsx, without a password":
    "die Datei hat ein Kennwort oder ist eine alte Excel-Datei: speichern Sie sie als .xlsx, ohne Kennwort",
  "the file is damaged ({1}): open it in a spreadsheet program and save it again":
    "die Datei ist beschädigt ({1}): öffnen Sie sie in einer Tabellenkalkulation und speichern Sie sie neu",
  'the text is not in UTF-8: save it as "CSV UTF-8"': "der Text ist nicht in UTF-8: speichern Sie ihn als „CSV UTF-8“",
  "the file was made for another version of this form ({1}, and not {2}): get the new template and copy the answers into it":
    "die Datei wurde für eine andere Fassung dieses Formulars gemacht: holen Sie die neue leere Tabelle und übertragen Sie die Antworten",
  "is a hidden sheet: show it and check its answers":
    "ist ein ausgeblendetes Blatt: blenden Sie es ein und prüfen Sie die Antworten",
  "there is no sheet of this name; the file has {1}. Rename the right one, or use the template":
    "es gibt kein Blatt dieses Namens; die Datei hat: {1}. Benennen Sie das richtige um, oder nehmen Sie die leere Tabelle",
  "a number": "eine Zahl",
  "a date": "ein Datum",
  "TRUE or FALSE": "WAHR oder FALSCH",
  "a formula without a result": "eine Formel ohne Ergebnis",
  "expected the header {1} and found {2}: put the table back where the template has it":
    "hier sollte die Überschrift {1} stehen, und es steht da: {2}. Schieben Sie die Tabelle dahin, wo sie in der leeren steht",
  "is one of the merged cells {1}:{2}: unmerge them, so that each has its own answer":
    "ist eine der verbundenen Zellen {1}:{2}: lösen Sie die Verbindung, damit jede ihre eigene Antwort hat",
  "is in a hidden row: show the row and check its answers":
    "steht in einer ausgeblendeten Zeile: blenden Sie sie ein und prüfen Sie die Antworten",
  "is in a hidden column: show the column and check its answers":
    "steht in einer ausgeblendeten Spalte: blenden Sie sie ein und prüfen Sie die Antworten",
  "a quotation mark is opened and never closed: close it, or write it twice where it is part of a text":
    "ein Anführungszeichen wird nie geschlossen: schließen Sie es, oder schreiben Sie es doppelt, wo es zum Text gehört",
  "must be place,answer, with a line such as tables/salary/0/3,100 for each answer: only a form that is one table may be sent as its rows. Or fill in the template":
    "muss place,answer heißen, mit einer Zeile wie tables/salary/0/3,100 für jede Antwort: nur ein Formular aus einer einzigen Tabelle darf als deren Zeilen kommen. Oder füllen Sie die leere Tabelle aus",
  "row {1}": "Zeile {1}",
  "row {1}, column {2}": "Zeile {1}, Spalte {2}",
  "row {1} ({2})": "Zeile {1} ({2})",
  "has {1} fields, and must have {2}: one for the row's header and one for each column. A text with the separator in it must be in quotation marks":
    "hat {1} Felder und muss {2} haben: eines für die Überschrift der Zeile und eines für jede Spalte. Ein Text, in dem das Trennzeichen vorkommt, muss in Anführungszeichen stehen",
  "is beyond the {1} rows that the table has: remove it":
    "steht hinter den {1} Zeilen der Tabelle: entfernen Sie sie",
  "answers the same as row {1}: keep one of them": "beantwortet dasselbe wie Zeile {1}: behalten Sie eine davon",
  "has {1} fields, and must have 2: a place and an answer": "hat {1} Felder und muss 2 haben: eine Stelle und eine Antwort",
  "{1} is no place of this form": "{1} ist keine Stelle dieses Formulars",
  "holds {1}, and must be a number such as {2}": "enthält {1}; hier muss eine Zahl stehen, wie {2}",
  "a number that is too large for a spreadsheet": "eine Zahl, die für eine Tabellenkalkulation zu groß ist",
  "holds text that is not a number in digits, such as {1}: no letters, units or separators of thousands, and a point before decimals":
    "enthält Text, der keine Zahl aus Ziffern ist, wie {1}: ohne Buchstaben, Einheiten und Tausenderpunkte, mit einem Punkt vor den Nachkommastellen",
  "holds a date, and must be a number such as {1}: set the cell's format to number and enter it again":
    "enthält ein Datum; hier muss eine Zahl stehen, wie {1}: stellen Sie das Format der Zelle auf Zahl und geben Sie sie neu ein",
  "holds a formula with an error: correct it, or enter the number":
    "enthält eine Formel mit einem Fehler: berichtigen Sie sie, oder geben Sie die Zahl ein",
  "holds a formula with the error {1}: correct it, or enter the number":
    "enthält eine Formel mit dem Fehler {1}: berichtigen Sie sie, oder geben Sie die Zahl ein",
  "holds a formula that was not calculated: open the file in a spreadsheet program and save it, or enter the number":
    "enthält eine Formel, die nicht berechnet wurde: öffnen und speichern Sie die Datei in einer Tabellenkalkulation, oder geben Sie die Zahl ein",
  "holds a date, and must be text: choose it from the list":
    "enthält ein Datum; hier muss Text stehen: wählen Sie ihn aus der Liste",
  "holds a formula without a result: choose from the list": "enthält eine Formel ohne Ergebnis: wählen Sie aus der Liste",
  "must be yes, or empty where the option is not chosen": "muss yes sein, oder leer, wo die Möglichkeit nicht gewählt ist",
};
