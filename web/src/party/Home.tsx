// The first screen of a link: before taking part, after it, and when the collection is over.

import { useEffect } from "preact/hooks";

import type { PartyView } from "../core/api";
import { Outcome } from "../report/Outcome";
import { moment, text } from "../text";
import { Steps, Title } from "../ui/Frame";
import { Button, Failed, FileDrop, Notice } from "../ui/parts";
import { About, title } from "./About";
import { standing, type PartyModel, type Standing } from "./model";
import { Receipt } from "./Receipt";

export function Home({ model }: { model: PartyModel }) {
  const view = model.view.value;
  if (!view) {
    return null;
  }
  const stands = standing(view);
  const kept = view.kept?.state;
  if (kept === "pending" || kept === "refused") {
    return <Pending model={model} view={view} />;
  }
  if (stands === "open") {
    return kept === "finished" ? (
      <Have model={model} view={view} />
    ) : (
      <Invite model={model} view={view} withdrawn={kept === "withdrawn"} />
    );
  }
  return <NotOpen model={model} view={view} stands={stands} />;
}

function Invite({ model, view, withdrawn }: { model: PartyModel; view: PartyView; withdrawn: boolean }) {
  const t = text.value.party;
  const sum = "sum" in view.computation.kind;
  return (
    <>
      <Steps names={t.steps} current={0} />
      <Title lead={sum ? t.introSum : t.intro}>{title(view.computation)}</Title>
      {withdrawn && (
        <Notice tone="good" live title={t.withdrawnTitle}>
          <p>{t.withdrawnText}</p>
        </Notice>
      )}
      <About view={view} site={model.site} />
      <div class="actions">
        <Button onClick={() => void model.begin()}>
          {withdrawn ? t.submitAgain : sum ? t.beginSum : t.begin}
        </Button>
        {withdrawn && (
          <Button kind="plain" onClick={() => model.show("forget")}>
            {t.forget}
          </Button>
        )}
      </div>
      <ReceiptDrop model={model} />
    </>
  );
}

function ReceiptDrop({ model }: { model: PartyModel }) {
  const t = text.value.party;
  return (
    <details class="no-print">
      <summary>{t.noLinkReceipt}</summary>
      <FileDrop
        choose={t.importReceipt}
        accept=".json"
        onFile={(_, bytes) => void model.importReceipt(bytes)}
      >
        {""}
      </FileDrop>
      {model.failure.value && <Failed failure={model.failure.value} />}
    </details>
  );
}

function Have({ model, view }: { model: PartyModel; view: PartyView }) {
  const t = text.value.party;
  return (
    <>
      <Title lead={t.haveText}>{t.haveTitle}</Title>
      <Receipt model={model} view={view} />
      <div class="actions">
        <Button onClick={() => void model.begin()}>{t.correct}</Button>
        <Button kind="plain" onClick={() => model.show("withdraw")}>
          {t.withdraw}
        </Button>
        {view.computation.access === "invited" && (
          <Button kind="plain" onClick={() => model.show("allow")}>
            {t.allow}
          </Button>
        )}
        <Button kind="plain" onClick={() => model.show("forget")}>
          {t.forget}
        </Button>
      </div>
      <p class="soft">{t.correctNote}</p>
    </>
  );
}

function Pending({ model, view }: { model: PartyModel; view: PartyView }) {
  const t = text.value.party;
  return (
    <>
      <Title lead={t.pendingText}>{t.pendingTitle}</Title>
      <p class="soft">{title(view.computation)}</p>
      {model.failure.value && <Failed failure={model.failure.value} />}
      <div class="actions">
        <Button onClick={() => void model.resume()}>{t.resume}</Button>
        <Button kind="plain" onClick={() => model.show("forget")}>
          {t.forget}
        </Button>
      </div>
    </>
  );
}

function NotOpen({ model, view, stands }: { model: PartyModel; view: PartyView; stands: Standing }) {
  const t = text.value.party;
  const { computation, kept } = view;
  const taken = kept?.state === "finished";
  const left = kept?.state === "withdrawn";
  const over = stands === "frozen" || stands === "revealed" || stands === "ended";
  const [heading, body] = said(stands, view);
  useEffect(() => {
    if (stands === "revealed" && computation.publication !== "none") {
      void model.loadOutcome();
    }
  }, [stands, computation.publication, model]);
  return (
    <>
      <Title lead={title(computation)}>{heading}</Title>
      <p>{body}</p>
      {stands === "closed" && taken && <p>{t.closedHave}</p>}
      {taken && <Receipt model={model} view={view} />}
      <div class="actions">
        {(taken || left) && over && (
          <Button onClick={() => void model.verify()}>{left ? t.verifyLeft : t.verify}</Button>
        )}
        {taken && !over && stands !== "purged" && stands !== "early" && (
          <Button kind="second" onClick={() => model.show("withdraw")}>
            {t.withdraw}
          </Button>
        )}
      </div>
      {stands === "early" && <About view={view} site={model.site} />}
      {stands === "revealed" && <Published model={model} view={view} />}
    </>
  );
}

function said(stands: Standing, { computation }: PartyView): [string, string] {
  const t = text.value.party;
  switch (stands) {
    case "early":
      return [t.earlyTitle, t.early(moment(computation.opensAt ?? 0))];
    case "paused":
      return [t.pausedTitle, t.paused];
    case "frozen":
      return [t.frozenTitle, t.frozen];
    case "revealed":
      return [t.revealedTitle, t.revealed];
    case "ended":
      return [t.endedTitle, t.ended];
    case "purged":
      return [t.purgedTitle, t.purged];
    default:
      return [t.closedTitle, t.closed];
  }
}

export function Published({ model, view }: { model: PartyModel; view: PartyView }) {
  const t = text.value.party;
  if (view.computation.publication === "none") {
    return <p class="soft">{t.resultPrivate}</p>;
  }
  if (model.outcome.value) {
    return (
      <section>
        <h2>{t.resultTitle}</h2>
        <Outcome outcome={model.outcome.value} />
      </section>
    );
  }
  return model.outcomeLater.value ? <p class="soft">{t.resultLater}</p> : null;
}
