// Screens that ask once more, and those about two devices.

import { useEffect, useState } from "preact/hooks";

import { duration, text } from "../text";
import { Title } from "../ui/Frame";
import { Button, Copyable, Failed, Notice } from "../ui/parts";
import type { PartyModel } from "./model";

interface AskProps {
  model: PartyModel;
  title: string;
  children: string;
  action: string;
  onConfirm: () => void;
}

/** Asks once more before something is lost. */
function Ask({ model, title, children, action, onConfirm }: AskProps) {
  return (
    <>
      <Title>{title}</Title>
      <p>{children}</p>
      {model.failure.value && <Failed failure={model.failure.value} />}
      <div class="actions">
        <Button kind="grave" onClick={onConfirm}>
          {action}
        </Button>
        <Button kind="plain" onClick={() => model.show("home")}>
          {text.value.cancel}
        </Button>
      </div>
    </>
  );
}

export function Withdraw({ model }: { model: PartyModel }) {
  const t = text.value.party;
  return (
    <Ask model={model} title={t.withdrawTitle} action={t.withdraw} onConfirm={() => void model.withdraw()}>
      {t.withdrawText}
    </Ask>
  );
}

export function Forget({ model }: { model: PartyModel }) {
  const t = text.value.party;
  return (
    <Ask model={model} title={t.forgetTitle} action={t.forget} onConfirm={() => void model.forget()}>
      {t.forgetText}
    </Ask>
  );
}

/** The invitation was used on another device. */
export function TakeOver({ model }: { model: PartyModel }) {
  const t = text.value.party;
  const [request, setRequest] = useState("");
  const [release, setRelease] = useState("");
  const failure = model.failure.value;
  useEffect(() => {
    void model.core.party.takeOverRequest().then(setRequest, () => setRequest(""));
  }, [model]);
  return (
    <>
      <Title>{t.takeOverTitle}</Title>
      <p>{t.takeOverText}</p>
      {failure?.code === "takeover_waiting" ? (
        <Notice tone="good" live>
          <p>{t.takeOverWaiting(duration(failure.need ?? 0))}</p>
        </Notice>
      ) : (
        failure && failure.code !== "invitation_in_use" && <Failed failure={failure} />
      )}
      {request && <Copyable label={t.takeOverCode} value={request} />}
      <p class="soft">{t.takeOverCodeHint}</p>
      <div class="field">
        <label for="release">{t.takeOverRelease}</label>
        <textarea
          id="release"
          value={release}
          onInput={(event) => setRelease(event.currentTarget.value)}
        />
      </div>
      <div class="actions">
        <Button disabled={release.trim() === ""} onClick={() => void model.takeOver(release.trim())}>
          {t.takeOverNow}
        </Button>
        <Button kind="second" onClick={() => void model.takeOver(null)}>
          {t.takeOverWait}
        </Button>
        <Button kind="plain" onClick={() => model.show("home")}>
          {text.value.cancel}
        </Button>
      </div>
    </>
  );
}

/** On the device that has the receipt: another one may take over. */
export function Allow({ model }: { model: PartyModel }) {
  const t = text.value.party;
  const [request, setRequest] = useState("");
  const [answer, setAnswer] = useState("");
  return (
    <>
      <Title>{t.allow}</Title>
      <p>{t.allowText}</p>
      {model.failure.value && <Failed failure={model.failure.value} />}
      <div class="field">
        <label for="request">{t.allowCode}</label>
        <textarea
          id="request"
          value={request}
          onInput={(event) => setRequest(event.currentTarget.value)}
        />
      </div>
      {answer && <Copyable label={t.allowAnswer} value={answer} />}
      <div class="actions">
        <Button
          disabled={request.trim() === ""}
          onClick={() =>
            void model.run(async () => setAnswer(await model.core.party.release(request.trim())))
          }
        >
          {t.allowMake}
        </Button>
        <Button kind="plain" onClick={() => model.show("home")}>
          {text.value.back}
        </Button>
      </div>
    </>
  );
}
