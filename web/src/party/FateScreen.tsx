import { useEffect } from "preact/hooks";

import type { Download, Fate } from "../core/api";
import { sentence, text } from "../text";
import { Title } from "../ui/Frame";
import { Button, Failed, Notice, saveFile } from "../ui/parts";
import { Published } from "./Home";
import type { PartyModel } from "./model";

/** What became of a submission. */
export function FateScreen({ model }: { model: PartyModel }) {
  const t = text.value.party;
  const [view, fate] = [model.view.value, model.fate.value];
  useEffect(() => {
    if (view && view.computation.publication !== "none") {
      void model.loadOutcome();
    }
  }, [view, model]);
  return (
    <>
      <Title>{t.verifyTitle}</Title>
      {model.failure.value ? (
        <Failed failure={model.failure.value} />
      ) : fate ? (
        <Told fate={fate} />
      ) : (
        <p role="status">{t.verifying}</p>
      )}
      {view && fate && <Published model={model} view={view} />}
      <div class="actions">
        <Button kind="plain" onClick={() => model.show("home")}>
          {text.value.back}
        </Button>
      </div>
    </>
  );
}

function Evidence({ file }: { file: Download | null }) {
  return (
    file && (
      <Button kind="second" onClick={() => saveFile(file)}>
        {text.value.party.evidence}
      </Button>
    )
  );
}

function rejection({ reason, describe }: Extract<Fate, { fate: "rejected" }>): string {
  const t = text.value.report;
  return reason === null ? t.noReason : sentence(t.rejections[reason] ?? describe);
}

function Told({ fate }: { fate: Fate }) {
  const t = text.value.party;
  switch (fate.fate) {
    case "counted":
      return (
        <Notice tone="good" live title={t.counted}>
          <p>{t.countedText}</p>
          {fate.takeovers ? <p>{t.takeovers(fate.takeovers)}</p> : null}
          {fate.nearRound !== null && <p>{text.value.report.nearRound(fate.nearRound)}</p>}
        </Notice>
      );
    case "rejected":
      return (
        <Notice tone="alarm" live title={t.rejected}>
          <p>{rejection(fate)}</p>
        </Notice>
      );
    case "withdrawn":
      return (
        <Notice live title={t.fateWithdrawn}>
          <p>{t.fateWithdrawnText}</p>
        </Notice>
      );
    case "replaced":
      return (
        <Notice live title={t.replaced}>
          <p>{fate.byTakeover ? t.replacedTakeover : t.replacedText}</p>
          <Evidence file={fate.evidence} />
        </Notice>
      );
    case "missing":
    case "kept":
      return (
        <Notice tone="alarm" live title={t.missing}>
          <p>{t.missingText}</p>
          <Button onClick={() => saveFile(fate.evidence)}>{t.evidence}</Button>
        </Notice>
      );
  }
}
