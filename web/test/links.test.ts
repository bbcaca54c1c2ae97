// Links that lost a part on their way: the page asks for the whole one, and goes on with it.

import { expect, test } from "vitest";

import { created, give, heading, invited, person, press, run } from "./people";
import { stage } from "./stage";

const at = stage();

test.each([
  ["its fragment", /#.*/, "", "A link is needed", "Link"],
  ["its end", /.{60}$/, "", "This link is not whole", "The whole link"],
  ["its invitation", /\.[^.]*$/, "", "This collection is by invitation", "The whole link"],
  ["a letter of its invitation", /(\.[^.]*)[^.]$/, "$1", "This link is not whole", "The whole link"],
])("a link that lost %s is asked for, and the whole one is the page's from then on", async (lost, part, rest, said, field) => {
  const name = lost.replace(/\W+/g, "-");
  await created(at.place, at.server, name, "--access", "invited");
  const [link = ""] = await invited(at.place, at.server, name, 1);
  const page = await (await person(at.browser)).newPage();
  await page.goto(link.replace(part, rest));
  await heading(page, said);
  // As a mail program has broken it.
  await page.getByLabel(field, { exact: true }).fill(` <${link.slice(0, 40)}\r\n${link.slice(40)}> `);
  await press(page, "Open the link");
  await give(page, "42");
  expect(page.url()).toBe(link);
  await page.reload();
  await heading(page, "You have taken part");
  expect(await run(at.place, "analyst", "--server", at.server, "--computation", name, "reveal")).toContain("SUM IS: 42");
});

test("what is pasted and is no link stays there, to be mended", async () => {
  const page = await (await person(at.browser)).newPage();
  await page.goto(at.base);
  await page.getByLabel("Link", { exact: true }).fill("https://mpc.example/#pay");
  await press(page, "Open the link");
  await heading(page, "This link is not whole");
  const field = page.getByLabel("The whole link");
  expect(await field.inputValue()).toBe("https://mpc.example/#pay");
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  await field.press("End");
  await field.press("x");
  expect(await field.getAttribute("aria-invalid")).toBe("false");
});
