// What the worker takes beside the native programs, in one run: 960 cells, 100 parties.
//
// Run it with programs of a release: WEB_MPC_PROGRAMS=target/release npm run timing

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Answers, Form, NumberCell, Table } from "../api";
import { Place, browser } from "./place";

const PARTIES = Number(process.env.WEB_MPC_PARTIES ?? 100);

test("proving and revealing, in wasm and natively", async () => {
  const place = new Place();
  try {
    await place.server();
    const { analyst, forms } = browser();
    const text = readFileSync(new URL("../../../../examples/wages/form.json", import.meta.url));
    const form = await forms.parse(text.toString());
    await analyst.newKeys();
    const { bytes } = await analyst.backup();
    writeFileSync(join(place.folder("analyst"), "keys.json"), bytes, { mode: 0o600 });

    await analyst.create(place.url, { computation: "native", form });
    const native: number[] = [];
    for (let number = 0; number < PARTIES; number++) {
      mkdirSync(place.folder("party"), { recursive: true });
      const file = join(place.folder("party"), "answers.json");
      writeFileSync(file, JSON.stringify(answers(form, number)));
      const args = ["--computation", "native", "--answers", file, "--yes"];
      native.push(await timed(() => place.run("input-party", "party", args)));
    }
    const nativeReveal = await timed(() =>
      place.run("analyst", "analyst", ["--computation", "native", "reveal"]),
    );

    await analyst.create(place.url, { computation: "wasm", form });
    const link = await analyst.openLink();
    const [wasm, proving]: [number[], number[]] = [[], []];
    for (let number = 0; number < PARTIES; number++) {
      const { party } = browser();
      wasm.push(
        await timed(async () => {
          await party.open({ link });
          let begun = 0;
          await party.submit(
            { answers: answers(form, number) },
            {
              tell: (event) => {
                if ("step" in event && event.step === "proving") {
                  begun = performance.now();
                } else if ("step" in event && event.step === "sealed") {
                  proving.push(performance.now() - begun);
                }
              },
            },
          );
        }),
      );
    }
    const steps: [string, number][] = [];
    const wasmReveal = await timed(() =>
      analyst.reveal({
        tell: (event) => {
          steps.push(["step" in event ? event.step : "page", performance.now()]);
        },
      }),
    );

    const line = (what: string, wasmTime: number, nativeTime: number) =>
      `${what}: wasm ${wasmTime.toFixed(0)} ms, native ${nativeTime.toFixed(0)} ms, ` +
      `${(wasmTime / nativeTime).toFixed(1)} times`;
    console.log(
      [
        `${PARTIES} parties, ${cells(form)} cells, ${cpus().length} cores`,
        line("one submission (native with its start)", median(wasm), median(native)),
        `  of which proving and sealing in wasm: ${median(proving).toFixed(0)} ms`,
        line("reveal (native with its start, on all cores)", wasmReveal, nativeReveal),
        ...steps.map(([step, at]) => `  ${step} ${(at - (steps[0]?.[1] ?? 0)).toFixed(0)} ms`),
      ].join("\n"),
    );
    expect(wasmReveal).toBeGreaterThan(0);
  } finally {
    await place.clear();
  }
}, 3_600_000);

async function timed(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await task();
  return performance.now() - begun;
}

function median(times: number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

function cells(form: Form): number {
  return (form.tables ?? []).reduce((sum, table) => sum + table.rows.length * width(table), 0);
}

function width(table: Table): number {
  const count = (columns: Table["columns"]): number =>
    columns.reduce((sum, column) => sum + (column.columns ? count(column.columns) : 1), 0);
  return count(table.columns);
}

/** Something that the form takes, another for each party. */
function answers(form: Form, party: number): Answers {
  let next = party + 1;
  const number = (cell: NumberCell) => {
    next = (next * 48_271) % 2_147_483_647;
    const [min, max] = [Number(cell.min), Number(cell.max)];
    const most = Math.min(max, min + 1000);
    return String(Math.max(min, 1) + (next % Math.max(1, Math.floor(most - min))));
  };
  const exception = (table: Table, row: number, column: number) =>
    table.exceptions?.find((cell) => cell.row === row && cell.column === column)?.cell;
  return {
    cohorts: Object.fromEntries(
      (form.cohorts ?? []).map(({ id, options }) => [id, options[party % options.length] ?? ""]),
    ),
    tables: Object.fromEntries(
      (form.tables ?? []).map((table) => [
        table.id,
        table.rows.map((_, row) =>
          Array.from({ length: width(table) }, (_, column) =>
            number(exception(table, row, column) ?? table.cell),
          ),
        ),
      ]),
    ),
    questions: Object.fromEntries(
      (form.questions ?? []).map(({ id, answer }) => [
        id,
        "number" in answer
          ? number(answer.number)
          : "choice" in answer
            ? (answer.choice.options[0] ?? "")
            : answer.choices.options,
      ]),
    ),
  };
}
