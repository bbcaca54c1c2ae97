// What cannot be undone, or not easily: each asks for the name first.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { figure, text } from "../text";
import { Title } from "../ui/Frame";
import { Button, Failed, Progress } from "../ui/parts";
import type { AnalystModel } from "./model";
import { NearRound } from "./NearRound";

interface GraveProps {
  model: AnalystModel;
  title: string;
  lead: string;
  action: string;
  onConfirm: () => void;
  children?: ComponentChildren;
}

function Grave({ model, title, lead, action, onConfirm, children }: GraveProps) {
  const t = text.value;
  const [typed, setTyped] = useState("");
  const name = model.view.value?.computation.name ?? "";
  return (
    <>
      <Title lead={lead}>{title}</Title>
      {children}
      {model.failure.value && <Failed failure={model.failure.value} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === name) {
            onConfirm();
          }
        }}
      >
        <div class="field">
          <label for="confirm">{t.analyst.board.typeName(name)}</label>
          <input
            id="confirm"
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <div class="actions">
          <Button submit disabled={typed.trim() !== name || model.busy.value}>
            {action}
          </Button>
          <Button kind="plain" onClick={() => model.show("board")}>
            {t.cancel}
          </Button>
        </div>
      </form>
    </>
  );
}

export function Close({ model }: { model: AnalystModel }) {
  const t = text.value.analyst.board;
  const name = model.view.value?.computation.name ?? "";
  return (
    <Grave
      model={model}
      title={t.closeTitle(name)}
      lead={t.closeText}
      action={t.closeNow}
      onConfirm={() => void model.close()}
    />
  );
}

export function Purge({ model }: { model: AnalystModel }) {
  const t = text.value.analyst.board;
  const name = model.view.value?.computation.name ?? "";
  return (
    <Grave
      model={model}
      title={t.purgeTitle(name)}
      lead={t.purgeText}
      action={t.purge}
      onConfirm={() => void model.purge()}
    />
  );
}

export function Confirm({ model }: { model: AnalystModel }) {
  const t = text.value.analyst;
  const computation = model.view.value?.computation;
  const { parties, tracked } = model.status.value;
  return (
    <Grave
      model={model}
      title={t.reveal.title(computation?.name ?? "")}
      lead={t.reveal.lead}
      action={t.reveal.confirm}
      onConfirm={() => void model.reveal()}
    >
      {parties !== undefined && <p>{t.board.takenPart(figure(parties), null)}.</p>}
      <NearRound round={tracked?.nearRound} />
      {computation?.minCohort !== null && <p class="soft">{t.reveal.leftOut}</p>}
      <p class="soft">{model.local ? t.reveal.journalLocal : t.reveal.journalHere}</p>
    </Grave>
  );
}

const STEPS = ["freezing", "verifying", "committing", "opening"];

export function Reveal({ model }: { model: AnalystModel }) {
  const t = text.value.analyst.reveal;
  const step = model.revealStep.value ?? "freezing";
  const at = STEPS.indexOf(step);
  const verified = model.verified.value;
  const failure = model.failure.value;
  return (
    <>
      <Title>{t.title(model.view.value?.computation.name ?? "")}</Title>
      <ol class="story" aria-live="polite">
        {STEPS.map((name, index) => (
          <li key={name} class={index < at ? "past" : index === at && !failure ? "now" : undefined}>
            <span class="dot" aria-hidden="true" />
            <span>
              {t.steps[name]}
              {name === "verifying" && verified && index === at && (
                <>
                  <Progress
                    label={t.steps["verifying"] ?? ""}
                    value={verified.done}
                    of={verified.of}
                    said={t.verified(figure(verified.done), figure(verified.of))}
                  />
                  <span class="small soft">{t.verified(figure(verified.done), figure(verified.of))}</span>
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
      {model.waiting.value && <p role="status">{text.value.waitingServer}</p>}
      {failure ? (
        <Failed failure={failure}>
          <div class="actions">
            <Button onClick={() => void model.reveal()}>{text.value.again}</Button>
            <Button kind="plain" onClick={() => model.show("board")}>
              {text.value.back}
            </Button>
          </div>
        </Failed>
      ) : (
        <div class="actions">
          <Button kind="second" disabled={at >= 2} onClick={model.cancelReveal}>
            {t.cancel}
          </Button>
        </div>
      )}
    </>
  );
}
