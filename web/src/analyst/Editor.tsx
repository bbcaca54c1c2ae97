// Edits a form. It holds no rule of forms: Rust says what is wrong with what is made here.

import { useState } from "preact/hooks";

import type { AnswerType, Dimension, Form, NumberCell, Question, Statistic, Table } from "../core/api";
import { text } from "../text";
import { Labelled } from "../ui/Labelled";
import { Button } from "../ui/parts";
import { columnsOf, freshId, linesOf, textOf } from "./lines";

const STATISTICS: Statistic[] = [
  "count",
  "sum",
  "mean",
  "population_deviation",
  "sample_deviation",
  "histogram",
  "median",
  "quartiles",
];

interface Edits<T> {
  value: T;
  onChange: (next: T) => void;
}

export function Editor({ form, onChange }: { form: Form; onChange: (next: Form) => void }) {
  const t = text.value.analyst.editor;
  const { tables = [], questions = [], cohorts = [] } = form;
  const ids = [...tables, ...questions, ...cohorts].map(({ id }) => id);
  return (
    <>
      <TextField label={t.formTitle} value={form.title} onChange={(title) => onChange({ ...form, title })} />
      <TextField
        label={t.description}
        value={form.description ?? ""}
        onChange={(description) => onChange({ ...form, description })}
      />
      <div class="row">
        {(["cohort", "cell"] as const).map((which) => (
          <TextField
            key={which}
            label={t.minimum[which] ?? which}
            value={String(form.minimum?.[which] ?? "")}
            onChange={(typed) => {
              const { [which]: _, ...rest } = form.minimum ?? {};
              const number = /^[1-9]\d{0,6}$/.test(typed) ? { [which]: Number(typed) } : {};
              onChange({ ...form, minimum: { ...rest, ...number } });
            }}
          />
        ))}
      </div>
      <h3>{t.cohorts}</h3>
      <List
        items={cohorts}
        name={({ title }) => t.cohort(title)}
        onChange={(next) => onChange({ ...form, cohorts: next })}
        edit={(value, change) => <CohortEditor value={value} onChange={change} />}
      />
      {cohorts.length < 2 && (
        <Button
          kind="plain"
          onClick={() =>
            onChange({ ...form, cohorts: [...cohorts, { id: freshId("group", ids), title: "", options: [] }] })
          }
        >
          {t.addCohort}
        </Button>
      )}
      <h3>{t.tables}</h3>
      <List
        items={tables}
        name={({ title }) => t.table(title)}
        onChange={(next) => onChange({ ...form, tables: next })}
        edit={(value, change) => <TableEditor value={value} onChange={change} />}
      />
      <Button
        kind="plain"
        onClick={() =>
          onChange({
            ...form,
            tables: [
              ...tables,
              {
                id: freshId("table", ids),
                title: "",
                rows: [],
                columns: [],
                cell: { min: 0, max: 1000, statistics: ["sum"] },
              },
            ],
          })
        }
      >
        {t.addTable}
      </Button>
      <h3>{t.questions}</h3>
      <List
        items={questions}
        name={({ text: asked }) => t.question(asked)}
        onChange={(next) => onChange({ ...form, questions: next })}
        edit={(value, change) => <QuestionEditor value={value} onChange={change} />}
      />
      <Button
        kind="plain"
        onClick={() =>
          onChange({
            ...form,
            questions: [
              ...questions,
              {
                id: freshId("question", ids),
                text: "",
                answer: { number: { min: 0, max: 1000, statistics: ["sum"] } },
              },
            ],
          })
        }
      >
        {t.addQuestion}
      </Button>
    </>
  );
}

interface ListProps<T> {
  items: T[];
  name: (item: T) => string;
  onChange: (next: T[]) => void;
  edit: (value: T, change: (next: T) => void) => preact.JSX.Element;
}

function List<T extends { id: string }>({ items, name, onChange, edit }: ListProps<T>) {
  const t = text.value.analyst.editor;
  return (
    <>
      {items.map((item) => (
        <details key={item.id} class="part" open={items.length === 1}>
          <summary>{name(item)}</summary>
          {edit(item, (next) => onChange(items.map((other) => (other.id === item.id ? next : other))))}
          <Button kind="plain" onClick={() => onChange(items.filter((other) => other.id !== item.id))}>
            {t.remove}
            <span class="unseen"> {name(item)}</span>
          </Button>
        </details>
      ))}
    </>
  );
}

function CohortEditor({ value, onChange }: Edits<Dimension>) {
  const t = text.value.analyst.editor;
  return (
    <>
      <TextField label={t.groupTitle} value={value.title} onChange={(title) => onChange({ ...value, title })} />
      <Lines
        label={t.groupOptions}
        value={value.options.join("\n")}
        onChange={(lines) => onChange({ ...value, options: linesOf(lines) })}
      />
    </>
  );
}

function TableEditor({ value, onChange }: Edits<Table>) {
  const t = text.value.analyst.editor;
  return (
    <>
      <TextField label={t.formTitle} value={value.title} onChange={(title) => onChange({ ...value, title })} />
      <Lines
        label={t.rows}
        value={value.rows.join("\n")}
        onChange={(lines) => onChange({ ...value, rows: linesOf(lines) })}
      />
      <Lines
        label={t.columns}
        hint={t.columnsHint}
        value={textOf(value.columns)}
        onChange={(lines) => onChange({ ...value, columns: columnsOf(lines) })}
      />
      <NumberEditor value={value.cell} onChange={(cell) => onChange({ ...value, cell })} />
    </>
  );
}

function QuestionEditor({ value, onChange }: Edits<Question>) {
  const t = text.value.analyst.editor;
  const { answer } = value;
  const kind = "number" in answer ? "number" : "choice" in answer ? "choice" : "choices";
  const choice = "choice" in answer ? answer.choice : "choices" in answer ? answer.choices : null;
  const as = (wanted: string): AnswerType => {
    const kept = choice ?? { options: [] };
    if (wanted === "number") {
      return { number: { min: 0, max: 1000, statistics: ["sum"] } };
    }
    return wanted === "choice" ? { choice: kept } : { choices: kept };
  };
  return (
    <>
      <TextField label={t.asked} value={value.text} onChange={(asked) => onChange({ ...value, text: asked })} />
      <Labelled label={t.kind}>
        {(input) => (
          <select
            {...input}
            value={kind}
            onChange={(event) => onChange({ ...value, answer: as(event.currentTarget.value) })}
          >
            <option value="number">{t.kindNumber}</option>
            <option value="choice">{t.kindChoice}</option>
            <option value="choices">{t.kindChoices}</option>
          </select>
        )}
      </Labelled>
      {"number" in answer && (
        <NumberEditor value={answer.number} onChange={(number) => onChange({ ...value, answer: { number } })} />
      )}
      {choice && (
        <>
          <Lines
            label={t.options}
            value={choice.options.join("\n")}
            onChange={(lines) => {
              const next = { ...choice, options: linesOf(lines) };
              onChange({ ...value, answer: kind === "choice" ? { choice: next } : { choices: next } });
            }}
          />
          <Check
            label={t.optional}
            value={choice.optional ?? false}
            onChange={(optional) => {
              const next = { ...choice, optional };
              onChange({ ...value, answer: kind === "choice" ? { choice: next } : { choices: next } });
            }}
          />
        </>
      )}
    </>
  );
}

function NumberEditor({ value, onChange }: Edits<NumberCell>) {
  const t = text.value.analyst.editor;
  const bins = value.statistics.some((statistic) => ["histogram", "median", "quartiles"].includes(statistic));
  const without = <K extends keyof NumberCell>(key: K, next: NumberCell[K] | "") => {
    const { [key]: _, ...rest } = value;
    onChange((next === "" ? rest : { ...rest, [key]: next }) as NumberCell);
  };
  return (
    <>
      <div class="row">
        <TextField label={t.min} value={String(value.min)} onChange={(min) => onChange({ ...value, min: exact(min) })} />
        <TextField label={t.max} value={String(value.max)} onChange={(max) => onChange({ ...value, max: exact(max) })} />
        <TextField
          label={t.decimals}
          value={String(value.decimals ?? 0)}
          onChange={(digits) => without("decimals", /^[1-9]$/.test(digits) ? Number(digits) : "")}
        />
        <TextField label={t.unit} value={value.unit ?? ""} onChange={(unit) => without("unit", unit)} />
        <TextField
          label={t.warn}
          value={String(value.warn_above ?? "")}
          onChange={(limit) => without("warn_above", limit === "" ? "" : exact(limit))}
        />
      </div>
      <TextField label={t.hint} value={value.hint ?? ""} onChange={(hint) => without("hint", hint)} />
      <Check
        label={t.optional}
        value={value.optional ?? false}
        onChange={(optional) => onChange({ ...value, optional })}
      />
      <fieldset class="field">
        <legend>{t.statistics}</legend>
        <div class="row">
          {STATISTICS.map((statistic) => (
            <Check
              key={statistic}
              label={t.statistic[statistic] ?? statistic}
              value={value.statistics.includes(statistic)}
              onChange={(on) =>
                onChange({
                  ...value,
                  statistics: STATISTICS.filter((s) => (s === statistic ? on : value.statistics.includes(s))),
                })
              }
            />
          ))}
        </div>
      </fieldset>
      {bins && (
        <TextField
          label={t.bins}
          value={(value.bins ?? []).join("; ")}
          onChange={(list) =>
            onChange({
              ...value,
              bins: list.split(";").map((bin) => bin.trim()).filter(Boolean).map(exact),
            })
          }
        />
      )}
    </>
  );
}

/** A form's JSON has whole numbers as numbers and all others as texts. */
function exact(typed: string): number | string {
  const number = Number(typed);
  return /^-?\d{1,15}$/.test(typed.trim()) && Number.isSafeInteger(number) ? number : typed.trim();
}

function TextField({ label, value, onChange }: { label: string } & Edits<string>) {
  return (
    <Labelled label={label}>
      {(input) => (
        <input {...input} class="wide" autocomplete="off" value={value} onInput={(event) => onChange(event.currentTarget.value)} />
      )}
    </Labelled>
  );
}

/** Keeps what is typed, blanks and empty lines too, while the form has what they mean. */
function Lines({ label, hint, value, onChange }: { label: string; hint?: string } & Edits<string>) {
  const [typed, setTyped] = useState(value);
  return (
    <Labelled label={label} hint={hint}>
      {(input) => (
        <textarea
          {...input}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            onChange(event.currentTarget.value);
          }}
        />
      )}
    </Labelled>
  );
}

function Check({ label, value, onChange }: { label: string } & Edits<boolean>) {
  return (
    <label class="check">
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
