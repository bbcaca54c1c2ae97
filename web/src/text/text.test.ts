import { afterEach, expect, test } from "vitest";

import { duration, figure, language } from ".";

afterEach(() => {
  language.value = "en";
});

test("figures are grouped without passing through a float", () => {
  const long = "170141183460469231731687303715884105727.000000001";
  expect(figure(long)).toBe("170,141,183,460,469,231,731,687,303,715,884,105,727.000000001");
  expect(figure("-1234")).toBe("−1,234");
  expect(figure("1000000.50")).toBe("1,000,000.50");
  expect(figure("hidden")).toBe("hidden");
  language.value = "de";
  expect(figure("1234567.5")).toBe("1.234.567,5");
});

test("lengths of time are said in the largest unit that fits", () => {
  expect([1, 60, 90, 3600, 5400, 86_400].map(duration)).toEqual([
    "1 second",
    "1 minute",
    "90 seconds",
    "1 hour",
    "90 minutes",
    "24 hours",
  ]);
});
