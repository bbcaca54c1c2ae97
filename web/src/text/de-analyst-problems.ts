// What Rust says of a form that somebody writes, in German, as `de-problems.ts` has it.

export const analystProblems: Record<string, string> = {
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
  "a whole number from 0 up": "eine ganze Zahl ab 0",
  "a list of two": "eine Liste von zweien",

  // Where its tables stand on sheets.
  "the form does not fit on sheets: {1}": "das Formular passt nicht auf Tabellenblätter: {1}",
  "the name {1} is kept: choose another for the sheet": "der Name {1} ist vergeben: wählen Sie für das Blatt einen anderen",
  "first_cell must be the address of a cell such as B3": "first_cell muss die Adresse einer Zelle sein, wie B3",
  "overlaps the table {1} with its headers": "überdeckt mit seinen Überschriften die Tabelle {1}",
  "first_cell must be {1} or further: headers stand above it and to its left":
    "first_cell muss {1} oder weiter hinten sein: darüber und links davon stehen Überschriften",
  "the table does not fit on the sheet from first_cell on": "die Tabelle passt ab first_cell nicht auf das Blatt",
};
