import { afterEach, beforeAll, expect, test, vi } from "vitest";

import { begin, duration, figure, language, speak, text } from ".";

beforeAll(begin);

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

test("a language is spoken once its texts are here, and the last one that was asked for", async () => {
  const turned = speak("de");
  expect([language.value, text.value.cancel]).toEqual(["en", "Cancel"]);
  await turned;
  expect([language.value, text.value.cancel]).toEqual(["de", "Abbrechen"]);
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", { setItem: (key: string, value: string) => kept.set(key, value) });
  await Promise.all([speak("de"), speak("en")]);
  vi.unstubAllGlobals();
  expect([language.value, text.value.cancel]).toEqual(["en", "Cancel"]);
  expect([...kept.values()]).toEqual(["en"]);
});

test("a language whose texts do not come leaves the page as it is", async () => {
  vi.resetModules();
  vi.doMock("./source", () => ({
    texts: async (wanted: string) => {
      if (wanted === "de") {
        throw new Error("lost");
      }
      return { cancel: "Cancel" };
    },
  }));
  const fresh = await import(".");
  await fresh.begin();
  await expect(fresh.speak("de")).rejects.toThrow("lost");
  expect([fresh.language.value, fresh.text.value.cancel]).toEqual(["en", "Cancel"]);
  vi.doUnmock("./source");
});
