// Forms and spreadsheets.

import type { Answers, Download, Form, FormFacts, FormsApi } from "./api";
import type { Engines } from "./engine";

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export const TYPES = {
  csv: "text/csv",
  html: "text/html",
  json: "application/json",
  xlsx: XLSX,
} as const;

export function formsApi(engines: Engines): FormsApi {
  return {
    async parse(text) {
      const { parseForm } = await engines.analyst();
      const form = JSON.parse(parseForm(text)) as Form;
      await fits(engines, form);
      return form;
    },
    async inspect(form) {
      const { inspectForm } = await engines.analyst();
      return JSON.parse(inspectForm(JSON.stringify(form))) as FormFacts;
    },
    async template(form): Promise<Download> {
      const { template } = await engines.sheets();
      const bytes = template(JSON.stringify(form));
      return { name: `${fileName(form.title)}.xlsx`, type: XLSX, bytes };
    },
    async read(form, name, bytes) {
      const { read } = await engines.sheets();
      return JSON.parse(read(JSON.stringify(form), name, bytes)) as Answers;
    },
  };
}

/** A form that says where its tables stand on sheets must say so without contradiction. */
export async function fits(engines: Engines, form: Form): Promise<void> {
  if (form.tables?.some((table) => table.spreadsheet)) {
    const { fits: check } = await engines.sheets();
    check(JSON.stringify(form));
  }
}

/** A title as the name of a file. */
export function fileName(title: string): string {
  const plain = title
    .normalize("NFKD")
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return plain.slice(0, 60) || "form";
}
