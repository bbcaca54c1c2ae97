// A form as it is filled in: groups, tables, questions, or the one number.

import { useComputed, useSignal, type Signal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

import type { Choice, Form, NumberCell, Question } from "../core/api";
import { figure, language, text } from "../text";
import { Button, Notice } from "../ui/parts";
import { useStages } from "../ui/stages";
import { FormTable, takes } from "./FormTable";
import { elementId, NUMBER, type FormModel } from "./model";

interface FormViewProps {
  model: FormModel;
  /** Groups that an invitation fixes. */
  fixed?: Record<string, string>;
}

export function FormView({ model, fixed = {} }: FormViewProps) {
  const speaks = language.value;
  useLayoutEffect(() => model.speak(speaks), [model, speaks]);
  return "sum" in model.kind ? (
    <OneNumber model={model} min={model.kind.sum.min} max={model.kind.sum.max} />
  ) : (
    <WholeForm model={model} form={model.kind.form} fixed={fixed} />
  );
}

interface WholeFormProps {
  model: FormModel;
  form: Form;
  fixed: Record<string, string>;
}

function WholeForm({ model, form, fixed }: WholeFormProps) {
  const t = text.value;
  const { cohorts = [], tables = [], questions = [] } = form;
  const shown = useStages(tables.length);
  return (
    <>
      {cohorts.length > 0 && (
        <section class="sheet">
          <h2>{t.form.groups}</h2>
          <p class="soft">{t.form.groupsHint}</p>
          {cohorts.map(({ id, title, options }) => (
            <Group
              key={id}
              model={model}
              id={id}
              title={title}
              options={options}
              fixed={fixed[id]}
            />
          ))}
        </section>
      )}
      {tables.slice(0, shown).map((table) => (
        <TableSection key={table.id} model={model} table={table} />
      ))}
      {questions.length > 0 && (
        <section class="sheet">
          <h2>{t.form.questionsTitle}</h2>
          {questions.map((question) => (
            <Asked key={question.id} model={model} question={question} />
          ))}
        </section>
      )}
    </>
  );
}

function TableSection({ model, table }: { model: FormModel; table: Parameters<typeof FormTable>[0]["table"] }) {
  const t = text.value;
  const pasted = useSignal<{ said: string; undo: () => void } | null>(null);
  return (
    <section>
      <h2>{table.title}</h2>
      <FormTable
        model={model}
        table={table}
        onPaste={(filled, beyond, undo) => {
          const left = beyond ? ` ${t.form.pastedBeyond(t.cells(beyond))}` : "";
          pasted.value = { said: t.form.pasted(t.cells(filled)) + left, undo };
        }}
      />
      {pasted.value && (
        <Notice tone="good" live>
          <p>
            {pasted.value.said}{" "}
            <Button
              kind="plain"
              onClick={() => {
                pasted.value?.undo();
                pasted.value = null;
              }}
            >
              {t.undo}
            </Button>
          </p>
        </Notice>
      )}
    </section>
  );
}

function OneNumber({ model, min, max }: { model: FormModel; min: string; max: string }) {
  const t = text.value;
  return (
    <NumberField
      model={model}
      place={NUMBER}
      value={model.number}
      label={t.form.number}
      hint={t.form.numberHint(figure(min), figure(max))}
      large
    />
  );
}

interface NumberFieldProps {
  model: FormModel;
  place: string;
  value: Signal<string>;
  label: string;
  hint: string;
  unit?: string | undefined;
  large?: boolean;
}

function NumberField({ model, place, value, label, hint, unit, large }: NumberFieldProps) {
  const t = text.value;
  const id = elementId(place);
  const error = useComputed(() => model.error(place)).value;
  const doubt = useComputed(() => model.doubts.value.get(place)).value;
  const understood = useComputed(() => model.understood.value.get(place)).value;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="hint" id={`${id}-hint`}>
        {hint}
      </span>
      {error && (
        <span class="wrong" id={`${id}-says`}>
          {t.problem(error)}
        </span>
      )}
      <span class="withunit">
        <input
          id={id}
          class={large ? "number large" : "number"}
          inputMode="decimal"
          autocomplete="off"
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-hint ${id}-says` : `${id}-hint`}
          value={value}
          onInput={(event) => {
            value.value = event.currentTarget.value;
            model.changed(place);
          }}
          onBlur={() => value.peek() && model.leave(place)}
        />
        {unit && <span>{unit}</span>}
        {understood && (
          <span class="understood">
            {t.form.understood} <span class="figure">{figure(understood)}</span>
          </span>
        )}
      </span>
      {doubt && !error && <span class="doubt">{t.form.doubt}</span>}
    </div>
  );
}

interface GroupProps {
  model: FormModel;
  id: string;
  title: string;
  options: string[];
  fixed: string | undefined;
}

function Group({ model, id, title, options, fixed }: GroupProps) {
  const t = text.value;
  const place = `/cohorts/${id}`;
  const value = model.cohorts.get(id);
  const error = useComputed(() => model.error(place)).value;
  const element = elementId(place);
  return (
    <div class="field">
      <label for={element}>{title}</label>
      {error && (
        <span class="wrong" id={`${element}-says`}>
          {t.problem(error)}
        </span>
      )}
      {fixed ? (
        <p id={element}>
          {fixed} <span class="soft">· {t.form.groupFixed}</span>
        </p>
      ) : (
        <select
          id={element}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${element}-says` : undefined}
          value={value}
          onChange={(event) => {
            if (value) {
              value.value = event.currentTarget.value;
              model.leave(place);
              model.changed(place);
            }
          }}
        >
          <option value="">{t.form.choose}</option>
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

function Asked({ model, question }: { model: FormModel; question: Question }) {
  const place = `/questions/${question.id}`;
  const value = model.questions.get(question.id);
  if (!value) {
    return null;
  }
  if ("number" in question.answer) {
    const cell: NumberCell = question.answer.number;
    return (
      <NumberField
        model={model}
        place={place}
        value={value as Signal<string>}
        label={question.text}
        hint={takes(cell, true)}
        unit={cell.unit}
      />
    );
  }
  const several = "choices" in question.answer;
  const choice = several
    ? (question.answer as { choices: Choice }).choices
    : (question.answer as { choice: Choice }).choice;
  return <Choose model={model} place={place} value={value} label={question.text} choice={choice} several={several} />;
}

interface ChooseProps {
  model: FormModel;
  place: string;
  value: Signal<string | string[]>;
  label: string;
  choice: Choice;
  several: boolean;
}

function Choose({ model, place, value, label, choice, several }: ChooseProps) {
  const t = text.value;
  const id = elementId(place);
  const error = useComputed(() => model.error(place)).value;
  const chosen = value.value;
  const set = (option: string, on: boolean) => {
    if (Array.isArray(chosen)) {
      value.value = choice.options.filter((o) => (o === option ? on : chosen.includes(o)));
    } else {
      value.value = option;
    }
    model.leave(place);
    model.changed(place);
  };
  const options = choice.optional && !several ? [...choice.options, ""] : choice.options;
  return (
    <fieldset class="field" aria-describedby={error ? `${id}-says` : undefined}>
      <legend>{label}</legend>
      {several && <span class="hint">{t.form.several}</span>}
      {error && (
        <span class="wrong" id={`${id}-says`}>
          {t.problem(error)}
        </span>
      )}
      <div class="choices">
        {options.map((option, index) => (
          <label key={option}>
            <input
              id={index === 0 ? id : undefined}
              type={several ? "checkbox" : "radio"}
              name={id}
              checked={Array.isArray(chosen) ? chosen.includes(option) : chosen === option}
              onChange={(event) => set(option, event.currentTarget.checked)}
            />
            {option || t.form.noAnswer}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
