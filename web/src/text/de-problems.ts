// What Rust says of answers and results, in German. The keys are Rust's own texts with {1}, {2} .. where
// it puts something in; `said.test.ts` reads the sources of Rust and fails where one is missing or left
// over.

export const problems: Record<string, string> = {
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
  "a list": "eine Liste",
  "an object": "ein Objekt",
  "a text": "ein Text",
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

  // Results.
  "cannot write the spreadsheet: {1}": "die Tabelle lässt sich nicht schreiben: {1}",
  "the result is the sum modulo {1}: a larger sum wraps around":
    "das Ergebnis ist die Summe modulo {1}: eine größere Summe beginnt wieder von vorn",
  "a minimum of this form is 1: what is published of a group, or of what may be left empty, can be one party's own answers":
    "eine Mindestzahl dieses Formulars ist 1: was von einer Gruppe gezeigt wird oder von dem, was leer bleiben darf, kann die Antwort eines einzelnen Teilnehmers sein",
  "fewer than {1} parties": "weniger als {1} Teilnehmer",
  "would show a group of fewer than {1} parties together with other figures":
    "verriete zusammen mit anderem eine Gruppe aus weniger als {1} Teilnehmern",
};
