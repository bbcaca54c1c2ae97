import { useEffect } from "preact/hooks";

import { FormView } from "../form/FormView";
import { ErrorSummary } from "../form/ErrorSummary";
import { text } from "../text";
import { Steps, Title } from "../ui/Frame";
import { Button, Failed, FileDrop, Notice, saveFile } from "../ui/parts";
import { title } from "./About";
import type { PartyModel } from "./model";

export function Fill({ model }: { model: PartyModel }) {
  const t = text.value;
  const [view, form] = [model.view.value, model.form.value];
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      // The draft is kept, but perhaps not the last words of it.
      if (form && !form.isEmpty() && !model.saved.peek()) {
        event.preventDefault();
      }
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [form, model]);
  if (!view || !form) {
    return null;
  }
  const sum = "sum" in form.kind;
  return (
    <>
      <Steps names={t.party.steps} current={1} />
      <Title>{title(view.computation)}</Title>
      <ErrorSummary model={form} asked={model.asked.value} />
      {model.failure.value && <Failed failure={model.failure.value} />}
      {model.drafted.value && (
        <Notice>
          <p>
            {t.party.draftFound}{" "}
            <Button kind="plain" onClick={() => void model.dropDraft()}>
              {t.party.draftDrop}
            </Button>
          </p>
        </Notice>
      )}
      {!sum && <Spreadsheet model={model} />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void model.review();
        }}
      >
        <FormView model={form} fixed={view.invitation?.cohorts ?? {}} />
        <div class="actions">
          <Button submit>{t.party.next}</Button>
          <Button kind="plain" onClick={() => model.show("home")}>
            {t.back}
          </Button>
          <Saved model={model} />
        </div>
      </form>
    </>
  );
}

/** Apart from the form, which is large and need not be drawn again for it. */
function Saved({ model }: { model: PartyModel }) {
  return (
    <span class="soft small" role="status">
      {model.saved.value && text.value.party.draftSaved}
    </span>
  );
}

function Spreadsheet({ model }: { model: PartyModel }) {
  const t = text.value;
  const kind = model.form.value?.kind;
  if (!kind || !("form" in kind)) {
    return null;
  }
  const { form } = kind;
  return (
    <>
      <FileDrop
        choose={t.party.sheetsChoose}
        accept=".xlsx,.ods,.csv"
        also={
          <Button
            kind="plain"
            onClick={() => void model.run(async () => saveFile(await model.core.forms.template(form)))}
          >
            {t.party.sheetsTemplate}
          </Button>
        }
        onFile={(name, bytes) =>
          void model.fillFromFile(name, bytes, (cells) => t.party.sheetsRead(name, t.cells(cells)))
        }
      >
        {t.party.sheets}
      </FileDrop>
      {model.filled.value && (
        <Notice tone="good" live>
          <p>
            {model.filled.value.said}{" "}
            <Button kind="plain" onClick={() => model.filled.value?.undo()}>
              {t.undo}
            </Button>
          </p>
        </Notice>
      )}
    </>
  );
}
