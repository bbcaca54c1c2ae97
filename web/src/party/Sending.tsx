import { text } from "../text";
import { Steps, Title } from "../ui/Frame";
import { Button, Failed, Notice } from "../ui/parts";
import type { PartyModel, Step } from "./model";

const STORY: readonly Step[] = ["proving", "sealed", "kept", "sent", "confirmed"];

/** What happens to the answers, as it happens. */
export function Sending({ model }: { model: PartyModel }) {
  const t = text.value.party;
  // Each step is told when it is done, but the first, which is told when it begins.
  const told = model.step.value ? STORY.indexOf(model.step.value) : 0;
  const now = told === 0 ? 0 : told + 1;
  const failure = model.failure.value;
  return (
    <>
      <Steps names={t.steps} current={3} />
      <Title lead={t.sendingWait}>{t.sendingTitle}</Title>
      <ol class="story" aria-live="polite">
        {STORY.map((step, index) => (
          <li key={step} class={index < now ? "past" : index === now && !failure ? "now" : undefined}>
            <span class="dot" aria-hidden="true" />
            <span>{t.story[step]}</span>
          </li>
        ))}
      </ol>
      {model.waiting.value && !failure && (
        <Notice tone="caution" live>
          <p>{t.keptHere}</p>
        </Notice>
      )}
      {failure && (
        <Failed failure={failure}>
          <div class="actions">
            <Button onClick={() => model.show("review")}>{text.value.back}</Button>
          </div>
        </Failed>
      )}
    </>
  );
}

export function Done({ model }: { model: PartyModel }) {
  const t = text.value.party;
  const view = model.view.value;
  return (
    <>
      <Steps names={t.steps} current={4} />
      <Title lead={t.doneText}>
        {(view?.kept?.sequence ?? 1) > 1 ? t.doneCorrection : t.doneTitle}
      </Title>
    </>
  );
}
