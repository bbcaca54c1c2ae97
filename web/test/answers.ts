// How a party fills in a form: by typing, by pasting, or with a file.

import type { Page } from "playwright-core";

import type { Answers, Form } from "../src/core/api";
import { leaves } from "../src/form/model";
import { press, saved } from "./people";
import { filled } from "./xlsx";

function pasteInto(page: Page, table: number, cells: (string | null)[][]): Promise<void> {
  return page.evaluate(
    ([at, text]) => {
      const grid = document.querySelectorAll("table.grid")[at];
      const first = grid?.querySelector("input");
      const data = new DataTransfer();
      data.setData("text/plain", text);
      first?.focus();
      first?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    },
    [table, cells.map((row) => row.join("\t")).join("\n")] as const,
  );
}

async function answerQuestions(page: Page, form: Form, answers: Answers): Promise<void> {
  for (const { id, title } of form.cohorts ?? []) {
    const select = page.getByLabel(title, { exact: true });
    if (await select.count()) {
      await select.selectOption(answers.cohorts?.[id] ?? "");
    }
  }
  for (const { id, text, answer } of form.questions ?? []) {
    const given = answers.questions?.[id] ?? "";
    if ("number" in answer) {
      await page.getByLabel(text, { exact: true }).fill(String(given));
    } else {
      const group = page.getByRole("group", { name: text });
      for (const option of Array.isArray(given) ? given : [given]) {
        // With the keyboard: what appears above meanwhile may move what a pointer aims at.
        await group.getByLabel(option, { exact: true }).press("Space");
      }
    }
  }
}

/** Types a table cell by cell, moving with the keyboard alone. */
async function typeTable(page: Page, table: number, cells: (string | null)[][]): Promise<void> {
  const grid = page.locator("table.grid").nth(table);
  await grid.locator("input").first().focus();
  for (const row of cells) {
    for (const cell of row) {
      await page.keyboard.type(cell ?? "");
      await page.keyboard.press("Tab");
    }
  }
}

export type Way = "type" | "paste" | "xlsx" | "csv";

export async function fillIn(page: Page, form: Form, answers: Answers, way: Way): Promise<void> {
  const tables = (form.tables ?? []).map(({ id }) => answers.tables?.[id] ?? []);
  await page.locator("table.grid").nth(tables.length - 1).waitFor();
  if (way === "xlsx") {
    const template = await saved(page, press(page, "Save an empty one to fill in"));
    const file = filled(template, form, answers);
    await page.locator("input[type=file]").setInputFiles({ name: "pay.xlsx", mimeType: "application/octet-stream", buffer: file });
    await page.getByText("Check them below").waitFor();
    return;
  }
  if (way === "csv") {
    await page.locator("input[type=file]").setInputFiles({ name: "pay.csv", mimeType: "text/csv", buffer: Buffer.from(asCsv(form, answers)) });
    await page.getByText("Check them below").waitFor();
    return;
  }
  for (const [index, cells] of tables.entries()) {
    await (way === "type" && index === 0 ? typeTable(page, 0, cells) : pasteInto(page, index, cells));
  }
  await answerQuestions(page, form, answers);
}

function asCsv(form: Form, { cohorts, tables, questions }: Answers): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = ["place,answer"];
  for (const { id, columns, rows } of form.tables ?? []) {
    const width = leaves(columns).length;
    for (let row = 0; row < rows.length; row += 1) {
      for (let column = 0; column < width; column += 1) {
        lines.push(`tables/${id}/${row}/${column},${tables?.[id]?.[row]?.[column]}`);
      }
    }
  }
  for (const [id, answer] of Object.entries(questions ?? {})) {
    lines.push(`questions/${id},${quoted(Array.isArray(answer) ? answer.join(";") : (answer ?? ""))}`);
  }
  for (const [id, option] of Object.entries(cohorts ?? {})) {
    lines.push(`cohorts/${id},${quoted(option)}`);
  }
  return `${lines.join("\n")}\n`;
}
