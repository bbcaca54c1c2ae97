import { expect, test } from "vitest";

import { fragmentHere, pastedLink } from "./link";

test("a link is found in what a mail program makes of it", () => {
  expect(pastedLink("  https://mpc.example/#pay.\r\n  AbC.dEf \n")).toBe("https://mpc.example/#pay.AbC.dEf");
  expect(pastedLink("<https://mpc.example/#pay.AbC>")).toBe("https://mpc.example/#pay.AbC");
  expect(pastedLink("https://mpc.example/#pay.AbC")).toBe("https://mpc.example/#pay.AbC");
});

test("the address takes over the fragment of a link to this page alone", () => {
  const here = (link: string) => fragmentHere(link, "https://mpc.example/#pay.Ab");
  expect(here("https://mpc.example/#pay.AbC.dEf")).toBe("#pay.AbC.dEf");
  expect(here("https://mpc.example/")).toBeNull();
  expect(here("https://other.example/#pay.AbC")).toBeNull();
  expect(here("https://mpc.example/copy/#pay.AbC")).toBeNull();
});
