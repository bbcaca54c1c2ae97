// What Rust says of forms, answers, spreadsheets and results, in German. The keys are Rust's own
// texts with {1}, {2} .. where it puts something in; `problems.test.ts` reads the sources of Rust and
// fails where one is missing or left over.

export const PROBLEMS: Record<string, string> = {
  // Answers.
  "is empty, and must not be": "fehlt noch",
  "is not a number in digits, such as {1}": "ist keine Zahl aus Ziffern, wie {1}",
  "has more than {1} digits behind the point": "hat mehr als {1} Stellen hinter dem Komma",
  "must be from {1} to {2}": "muss zwischen {1} und {2} liegen",
  "must be one of: {1}": "muss eines davon sein: {1}",
  "must be {1}": "muss {1} sein",
  "an answer of the kind that is asked for": "eine Antwort der Art, nach der gefragt ist,",
  "a list of {1} rows of {2} cells": "eine Liste aus {1} Zeilen mit {2} Zellen",
  "a list of options": "eine Liste von Möglichkeiten",
  'written as text where it has a fraction, such as "0.25"': 'als Text wie "0.25" geschrieben, wo Stellen hinter dem Punkt stehen,',
  "a number or a text": "eine Zahl oder ein Text",
  "the answers belong to another form": "die Antworten gehören zu einem anderen Formular",
  "must have {1} rows of {2} cells": "muss {1} Zeilen mit {2} Zellen haben",
  "must be an object": "muss ein Objekt sein",
  "is not in the form, which has: {1}": "steht nicht im Formular; dort stehen: {1}",
  "is unusually large: please check it": "ist ungewöhnlich groß: bitte prüfen",
  "must be zero if and only if {1} is zero: one is, the other is not":
    "muss genau dann null sein, wenn {1} null ist: eines ist es, das andere nicht",
  "not a whole number in decimal digits": "ist keine ganze Zahl aus Ziffern",
  "the value is outside the range of this computation, {1} to {2}": "muss zwischen {1} und {2} liegen",
  "this computation asks for {1}": "diese Erhebung fragt nach: {1}",
  "the proof of validity could not be made": "der Beweis, dass alles gültig ist, ließ sich nicht führen",

  // Forms.
  "must not be empty": "darf nicht leer sein",
  "is longer than 2000 bytes": "ist länger als 2000 Bytes",
  "is longer than 40 bytes": "ist länger als 40 Bytes",
  "must be 1 to 64 letters, digits, - or _": "muss aus 1 bis 64 Buchstaben, Ziffern, - oder _ bestehen",
  "is used twice: every id names one thing": "kommt zweimal vor: jede Kennung benennt nur eines",
  "a form needs a table or a question": "ein Formular braucht eine Tabelle oder eine Frage",
  "nothing chosen is an answer too: leave this out": "nichts zu wählen ist auch eine Antwort: lassen Sie das weg",
  "stands twice": "steht zweimal da",
  "names a cell outside the table": "nennt eine Zelle außerhalb der Tabelle",
  "names a cell that another exception names": "nennt eine Zelle, die schon eine andere Ausnahme nennt",
  "a sheet's name has at most 31 characters, none of []:*?/\\ and no apostrophe at an end":
    "der Name eines Tabellenblatts hat höchstens 31 Zeichen, keines von []:*?/\\ und an den Enden kein Hochkomma",
  "must be the address of a cell such as B3": "muss die Adresse einer Zelle sein, wie B3",
  "must be at most {1}": "darf höchstens {1} sein",
  "min and max must have at most the {1} digits behind the point of decimals":
    "kleinster und größter Wert haben mehr Stellen hinter dem Komma als die {1}, die angegeben sind",
  "min and max must be less than 2^50 units of the last digit":
    "kleinster und größter Wert müssen unter 2^50 Einheiten der letzten Stelle liegen",
  "min must be less than max": "der kleinste Wert muss unter dem größten liegen",
  "must be from min to max, with no more digits than the number":
    "muss zwischen dem kleinsten und dem größten Wert liegen, ohne mehr Stellen als die Zahl",
  "names a statistic twice": "nennt etwas zu Berechnendes zweimal",
  "must name at least one statistic": "es fehlt, was berechnet werden soll",
  "bins and a histogram, median or quartiles need each other":
    "Klassen gehören zu Histogramm, Median oder Quartilen: eines geht nicht ohne das andere",
  "are more than 200": "sind mehr als 200",
  "must rise from above min to at most max, with no more digits than the number":
    "müssen ansteigen, über dem kleinsten Wert beginnen und höchstens den größten erreichen, ohne mehr Stellen als die Zahl",
  "must be 2 to 200 texts": "müssen 2 bis 200 sein",
  "must not contain a semicolon": "darf kein Semikolon enthalten",
  "a form has at most two dimensions of cohorts": "ein Formular hat höchstens zwei Einteilungen in Gruppen",
  "public is for a form in which something may be left empty, with a /minimum/cell above 1":
    "„public“ ist für ein Formular, in dem etwas leer bleiben darf, mit /minimum/cell über 1",
  "make more than {1} cohorts together": "ergeben zusammen mehr als {1} Gruppen",
  "must be at least 1": "muss mindestens 1 sein",
  "must not be 2 where a deviation is asked for: with the mean it tells both values":
    "darf nicht 2 sein, wo eine Abweichung berechnet wird: mit dem Mittelwert verriete sie beide Zahlen",
  "must be one of the options of this dimension, as it stands there":
    "muss eine der Gruppen dieser Einteilung sein, genau so geschrieben",
  "stands twice, or takes in the others itself": "steht zweimal da oder nimmt selbst die anderen auf",
  "must be at most 9": "darf höchstens 9 sein",
  "a mean of quotients needs numerators from 0 up and denominators from 1 up, neither optional":
    "ein Mittel von Verhältnissen braucht Zähler ab 0 und Nenner ab 1, die beide nicht leer bleiben dürfen",
  "the largest quotient must be less than 2^50 units of its last digit, and its product with the largest denominator less than 2^110":
    "das größte Verhältnis muss unter 2^50 Einheiten seiner letzten Stelle liegen und sein Produkt mit dem größten Nenner unter 2^110",
  "rows and columns must be two questions": "Zeilen und Spalten müssen zwei Fragen sein",
  "must be the id of a question with a single choice":
    "muss die Kennung einer Frage sein, bei der eines von mehreren gewählt wird",
  "names a choice that may be left empty: make it required, or set /minimum/cell to 1 if single answers may be shown":
    "nennt eine Auswahl, die leer bleiben darf: verlangen Sie sie, oder setzen Sie /minimum/cell auf 1, wenn einzelne Antworten gezeigt werden dürfen",
  "must name two things": "muss zweierlei nennen",
  "must name tables, or questions with a number, by their ids":
    "muss Tabellen oder Fragen nach einer Zahl mit ihren Kennungen nennen",
  "must name two tables with as many rows and columns, or two questions":
    "muss zwei Tabellen mit gleich vielen Zeilen und Spalten nennen oder zwei Fragen",
  "has {1} {2}, at most {3} are possible": "hat {1} {2}, höchstens {3} sind möglich",
  "cells and questions": "Zellen und Fragen",
  "ratios, cross-tables and rules": "Verhältnisse, Kreuztabellen und Regeln",
  "cells, options, bins, quotients and cells of rules": "Zellen, Möglichkeiten, Klassen, Verhältnisse und Zellen von Regeln",

  // A file that is no form.
  "ends too early: a bracket or a quotation mark is not closed":
    "endet zu früh: eine Klammer oder ein Anführungszeichen ist nicht geschlossen",
  "is not JSON here: {1}": "ist hier kein JSON: {1}",
  "line {1}, column {2}": "Zeile {1}, Stelle {2}",
  "a comma stands before a closing bracket": "vor einer schließenden Klammer steht ein Komma",
  "something stands behind the end": "hinter dem Ende steht noch etwas",
  "a name of a member must stand in quotation marks": "der Name eines Elements muss in Anführungszeichen stehen",
  "too many brackets are within each other": "zu viele Klammern stehen ineinander",
  "a value is missing, or a text without quotation marks": "ein Wert fehlt, oder ein Text steht ohne Anführungszeichen",
  "{1} should stand here": "hier sollte {1} stehen",
  "{1} is missing": "{1} fehlt",
  "{1} stands twice": "{1} steht zweimal da",
  "{1} is not known here, what can stand here is: {2}": "{1} ist hier nicht bekannt; hier kann stehen: {2}",
  "is {1}, and must be {2}": "ist {1} und muss {2} sein",
  "a list": "eine Liste",
  "an object": "ein Objekt",
  "a whole number from 0 up": "eine ganze Zahl ab 0",
  "a list of two": "eine Liste von zweien",
  "a text": "ein Text",

  // Spreadsheets.
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
  "the form does not fit on sheets: {1}": "das Formular passt nicht auf Tabellenblätter: {1}",
  "cannot write the spreadsheet: {1}": "die Tabelle lässt sich nicht schreiben: {1}",
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
  "the name {1} is kept: choose another for the sheet": "der Name {1} ist vergeben: wählen Sie für das Blatt einen anderen",
  "first_cell must be the address of a cell such as B3": "first_cell muss die Adresse einer Zelle sein, wie B3",
  "overlaps the table {1} with its headers": "überdeckt mit seinen Überschriften die Tabelle {1}",
  "first_cell must be {1} or further: headers stand above it and to its left":
    "first_cell muss {1} oder weiter hinten sein: darüber und links davon stehen Überschriften",
  "the table does not fit on the sheet from first_cell on": "die Tabelle passt ab first_cell nicht auf das Blatt",
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

  // Results.
  "the result is the sum modulo {1}: a larger sum wraps around":
    "das Ergebnis ist die Summe modulo {1}: eine größere Summe beginnt wieder von vorn",
  "a minimum of this form is 1: what is published of a group, or of what may be left empty, can be one party's own answers":
    "eine Mindestzahl dieses Formulars ist 1: was von einer Gruppe gezeigt wird oder von dem, was leer bleiben darf, kann die Antwort eines einzelnen Teilnehmers sein",
  "fewer than {1} parties": "weniger als {1} Teilnehmer",
  "would show a group of fewer than {1} parties together with other figures":
    "verriete zusammen mit anderem eine Gruppe aus weniger als {1} Teilnehmern",
};
