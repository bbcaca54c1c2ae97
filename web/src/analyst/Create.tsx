// Three screens: what is asked, under which rules, and a last look.

import { batch, computed, effect, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

import type { Access, Form, FormFacts, Publication, Settings, Tracking } from "../core/api";
import { FormModel } from "../form/model";
import { FormView } from "../form/FormView";
import { formPlace } from "./places";
import { figure, text } from "../text";
import { Steps, Title } from "../ui/Frame";
import { Button, Facts, Failed, FileDrop, Notice, saveFile } from "../ui/parts";
import { dateOf, Rules } from "./Rules";
import { Editor } from "./Editor";
import { blank, EXAMPLES } from "./examples";
import type { AnalystModel } from "./model";

export type Draft = ReturnType<typeof draft>;

function draft(model: AnalystModel) {
  const form = signal<Form | null>(null);
  const facts = signal<FormFacts | null>(null);
  /** The form as it was when `facts` were found: a large one is not drawn at every key. */
  const inspected = signal<Form | null>(null);
  effect(() => {
    const edited = form.value;
    if (!edited) {
      facts.value = null;
      return;
    }
    const timer = setTimeout(() => {
      void model.core.forms.inspect(edited).then((found) => {
        if (form.peek() === edited) {
          batch(() => {
            facts.value = found;
            inspected.value = edited;
          });
        }
      });
    }, 250);
    return () => clearTimeout(timer);
  });
  return {
    step: signal(0),
    name: signal(""),
    form,
    facts,
    inspected,
    signed: signal(false),
    minimum: signal(""),
    maximum: signal(""),
    access: signal<Access>("open"),
    tracking: signal<Tracking>("count"),
    grain: signal("3600"),
    publication: signal<Publication>("none"),
    opensAt: signal(""),
    closesAt: signal(""),
  };
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export function Create({ model }: { model: AnalystModel }) {
  const made = useMemo(() => draft(model), [model]);
  const t = text.value.analyst.create;
  switch (made.step.value) {
    case 0:
      return <What model={model} draft={made} />;
    case 1:
      return (
        <>
          <Steps names={t.steps} current={1} />
          <Rules draft={made} onBack={() => (made.step.value = 0)} onNext={() => (made.step.value = 2)} />
        </>
      );
    default:
      return <Look model={model} draft={made} />;
  }
}

function What({ model, draft: made }: { model: AnalystModel; draft: Draft }) {
  const t = text.value.analyst.create;
  const { form, name, facts } = made;
  const wrong = name.value !== "" && !NAME.test(name.value);
  const judged = made.inspected.value === form.value && facts.value?.errors.length === 0;
  const ready = NAME.test(name.value) && (!form.value || judged);
  const load = (bytes: Uint8Array) =>
    void model.run(async () => {
      form.value = await model.core.forms.parse(new TextDecoder().decode(bytes));
    });
  return (
    <>
      <Steps names={t.steps} current={0} />
      <Title>{t.title}</Title>
      {model.failure.value && <Failed failure={model.failure.value} />}
      <div class="field">
        <label for="name">{t.name}</label>
        <span class="hint" id="name-hint">
          {t.nameHint}
        </span>
        {wrong && (
          <span class="wrong" id="name-wrong">
            {t.nameWrong}
          </span>
        )}
        <input
          id="name"
          autocomplete="off"
          spellcheck={false}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={wrong ? "name-hint name-wrong" : "name-hint"}
          value={name}
          onInput={(event) => (name.value = event.currentTarget.value.trim())}
        />
      </div>
      <fieldset class="field">
        <legend>{t.what}</legend>
        <div class="choices">
          <label>
            <input
              type="radio"
              name="what"
              checked={form.value === null}
              onChange={() => (form.value = null)}
            />
            <span>
              {t.sum} <span class="soft small">{t.sumHint}</span>
            </span>
          </label>
          <label>
            <input
              type="radio"
              name="what"
              checked={form.value !== null}
              onChange={() => (form.value ??= blank())}
            />
            <span>
              {t.form} <span class="soft small">{t.formHint}</span>
            </span>
          </label>
        </div>
      </fieldset>
      {form.value ? (
        <>
          <div class="field">
            <label for="example">{t.start}</label>
            <select
              id="example"
              onChange={(event) => {
                form.value = structuredClone(EXAMPLES[event.currentTarget.value] ?? blank());
              }}
            >
              {Object.entries(t.examples).map(([id, title]) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </div>
          <FileDrop choose={t.loadChoose} accept=".json" onFile={(_, bytes) => load(bytes)}>
            {t.load}
          </FileDrop>
          <Edited draft={made} />
        </>
      ) : (
        <label class="check">
          <input
            type="checkbox"
            checked={made.signed.value}
            onChange={(event) => (made.signed.value = event.currentTarget.checked)}
          />
          {t.negative}
        </label>
      )}
      <div class="actions">
        <Button disabled={!ready} onClick={() => (made.step.value = 1)}>
          {t.next}
        </Button>
        <Button kind="plain" onClick={() => model.show("list")}>
          {text.value.cancel}
        </Button>
      </div>
    </>
  );
}

function Edited({ draft: { form, facts, inspected } }: { draft: Draft }) {
  const t = text.value.analyst.create;
  const edited = form.value;
  if (!edited) {
    return null;
  }
  const save = () => {
    const bytes = new TextEncoder().encode(`${JSON.stringify(edited, null, 1)}\n`);
    saveFile({ name: "form.json", type: "application/json", bytes });
  };
  return (
    <div class="beside">
      <section>
        <h2>{t.editor}</h2>
        <Editor form={edited} onChange={(next) => (form.value = next)} />
        <Button kind="plain" onClick={save}>
          {t.saveForm}
        </Button>
      </section>
      <section class="preview">
        <h2>{t.preview}</h2>
        <p class="soft">{t.previewHint}</p>
        {facts.value && facts.value.errors.length > 0 && (
          <Notice tone="alarm" title={t.errors}>
            <ul>
              {facts.value.errors.slice(0, 10).map(({ place, problem }) => (
                <li key={place + problem}>
                  <strong>{formPlace(edited, place)}</strong> {text.value.problem(problem)}
                </li>
              ))}
            </ul>
          </Notice>
        )}
        {facts.value?.errors.length === 0 && (
          <p class="soft">{t.facts(figure(facts.value.cells), facts.value.minParties)}</p>
        )}
        {inspected.value && <Preview form={inspected.value} />}
      </section>
    </div>
  );
}

function Preview({ form }: { form: Form }) {
  const model = useMemo(() => new FormModel({ form }), [form]);
  return (
    <>
      <p class="preview-title">{form.title}</p>
      {form.description && <p>{form.description}</p>}
      <FormView model={model} />
    </>
  );
}

function Look({ model, draft: made }: { model: AnalystModel; draft: Draft }) {
  const t = text.value.analyst.create;
  const choices = useMemo(() => computed(() => settingsOf(made)), [made]);
  const settings = choices.value;
  useEffect(() => {
    batch(() => {
      model.failure.value = null;
    });
  }, [model]);
  const access = { open: t.accessOpen, invited: t.accessInvited };
  const tracking = { none: t.trackingNone, count: t.trackingCount, labels: t.trackingLabels };
  const publication = {
    none: t.publicationNone,
    parties: t.publicationParties,
    public: t.publicationPublic,
  };
  return (
    <>
      <Steps names={t.steps} current={2} />
      <Title lead={t.lookLead}>{t.lookTitle}</Title>
      {model.failure.value && <Failed failure={model.failure.value} />}
      <Facts
        facts={[
          [t.name, settings.computation],
          [t.what, settings.form ? settings.form.title : t.sum],
          [t.minimum, settings.minParties ?? made.facts.value?.minParties ?? 1],
          settings.maxParties !== undefined && [t.maximum, figure(settings.maxParties)],
          [t.access, access[made.access.value]],
          [t.tracking, tracking[made.tracking.value]],
          [t.publication, publication[made.publication.value]],
          made.opensAt.value !== "" && [t.opensAt, made.opensAt.value.replace("T", " ")],
          made.closesAt.value !== "" && [t.closesAt, made.closesAt.value.replace("T", " ")],
        ]}
      />
      <div class="actions">
        <Button disabled={model.busy.value} onClick={() => void model.create(settings)}>
          {t.go}
        </Button>
        <Button kind="plain" onClick={() => (made.step.value = 1)}>
          {text.value.back}
        </Button>
      </div>
    </>
  );
}

/** What was chosen; what was left empty is the default, which Rust knows. */
function settingsOf(made: Draft): Settings {
  const form = made.form.value;
  const [minimum, maximum] = [Number(made.minimum.value), Number(made.maximum.value)];
  const [opensAt, closesAt] = [dateOf(made.opensAt.value), dateOf(made.closesAt.value)];
  return {
    computation: made.name.value,
    ...(form ? { form } : { signed: made.signed.value }),
    ...(minimum > 0 ? { minParties: minimum } : {}),
    ...(maximum > 0 ? { maxParties: maximum } : {}),
    access: made.access.value,
    tracking: made.tracking.value,
    timeGrain: Number(made.grain.value),
    publication: made.publication.value,
    ...(opensAt === null ? {} : { opensAt }),
    ...(closesAt === null ? {} : { closesAt }),
  };
}
