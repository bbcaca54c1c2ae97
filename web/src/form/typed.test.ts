import { expect, test } from "vitest";

import { digitsOf, typedAs } from "./typed";

test("separators are those of the language", () => {
  for (const [typed, english, german] of [
    ["1250", "1250", "1250"],
    [" 7 ", "7", "7"],
    ["1,250", "1250", "1.250"],
    ["1.250", "1.250", "1250"],
    ["1.234.567,50", "1.234.567,50", "1234567.50"],
    ["1,234,567.50", "1234567.50", "1,234,567.50"],
    ["12,5", "12,5", "12.5"],
    ["12.5", "12.5", "12.5"],
    ["0,125", "0,125", "0.125"],
    ["0.125", "0.125", "0.125"],
    ["1 250", "1250", "1250"],
    ["1\u202f250\u202f000", "1250000", "1250000"],
    ["1'250", "1250", "1250"],
    ["−40", "-40", "-40"],
    ["170.141.183.460.469.231.731", "170.141.183.460.469.231.731", "170141183460469231731"],
    ["12 34", "12 34", "12 34"],
    ["1.25.0", "1.25.0", "1.25.0"],
    ["many", "many", "many"],
    ["", "", ""],
  ] as const) {
    expect([digitsOf(typed, "en"), digitsOf(typed, "de")], typed).toEqual([english, german]);
  }
});

test("what is written for a language is read as the same digits", () => {
  for (const digits of ["1250", "1.250", "0.125", "-3.5", "", "many", "1234567.000000001"]) {
    for (const language of ["en", "de"] as const) {
      expect(digitsOf(typedAs(digits, language), language), language).toBe(digits);
    }
  }
});
