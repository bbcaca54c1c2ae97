import { useEffect, useState } from "preact/hooks";

import { text } from "../text";
import { Title } from "../ui/Frame";
import { Button, Failed, FileDrop, Notice, saveFile, Words } from "../ui/parts";
import type { AnalystModel } from "./model";

export function KeyScreen({ model }: { model: AnalystModel }) {
  const t = text.value.analyst.key;
  const [file, setFile] = useState<Uint8Array | null>(null);
  const [local, setLocal] = useState<Uint8Array | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const failure = model.failure.value;
  useEffect(() => {
    void model.local?.keys().then(setLocal, () => setLocal(null));
  }, [model]);
  const open = (bytes: Uint8Array, phrase?: string) => {
    setFile(bytes);
    void model.loadKeys(bytes, phrase);
  };
  const asks = failure?.code === "passphrase_needed" || failure?.code === "passphrase_wrong";
  if (file && asks) {
    return (
      <>
        <Title lead={t.passphraseNeeded}>{t.open}</Title>
        {failure.code === "passphrase_wrong" && <Failed failure={failure} />}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            open(file, passphrase);
          }}
        >
          <div class="field">
            <label for="passphrase">{t.passphrase}</label>
            <input
              id="passphrase"
              type="password"
              autocomplete="current-password"
              value={passphrase}
              onInput={(event) => setPassphrase(event.currentTarget.value)}
            />
          </div>
          <div class="actions">
            <Button submit disabled={model.busy.value}>
              {t.unlock}
            </Button>
          </div>
        </form>
      </>
    );
  }
  return (
    <>
      <Title lead={t.lead}>{t.title}</Title>
      {model.site.role === "relay" && (
        <Notice tone="caution">
          <p>{text.value.analyst.hosted}</p>
        </Notice>
      )}
      {failure && <Failed failure={failure} />}
      {local && (
        <section class="sheet">
          <p>{t.local}</p>
          <div class="actions">
            <Button disabled={model.busy.value} onClick={() => open(local)}>
              {t.localOpen}
            </Button>
          </div>
        </section>
      )}
      <FileDrop choose={t.openChoose} accept=".json" onFile={(_, bytes) => open(bytes)}>
        {t.openDrop}
      </FileDrop>
      <div class="actions">
        <Button
          {...(local ? { kind: "second" as const } : {})}
          disabled={model.busy.value}
          onClick={() => void model.makeKeys()}
        >
          {t.make}
        </Button>
      </div>
    </>
  );
}

/** No way on without a backup that was read back. */
export function BackupScreen({ model }: { model: AnalystModel }) {
  const t = text.value.analyst.key;
  const [passphrase, setPassphrase] = useState("");
  const [saved, setSaved] = useState(false);
  const [proved, setProved] = useState<boolean | null>(null);
  const phrase = passphrase === "" ? undefined : passphrase;
  const save = () =>
    void model.run(async () => {
      saveFile(await model.core.analyst.backup(phrase));
      setSaved(true);
      setProved(null);
    });
  const prove = (bytes: Uint8Array) =>
    void model.run(async () => {
      const holds = await model.core.analyst.prove(bytes, phrase);
      setProved(holds);
      if (holds) {
        await model.local?.keepKeys(bytes);
      }
    });
  return (
    <>
      <Title lead={t.madeLead}>{t.madeTitle}</Title>
      <h2>{t.words}</h2>
      {model.keys.value && <Words words={model.keys.value.words} />}
      <p class="soft">{t.wordsHint}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div class="field">
          <label for="protect">{t.protect}</label>
          <span class="hint" id="protect-hint">
            {t.protectHint}
          </span>
          <input
            id="protect"
            type="password"
            autocomplete="new-password"
            aria-describedby="protect-hint"
            value={passphrase}
            onInput={(event) => {
              setPassphrase(event.currentTarget.value);
              setSaved(false);
              setProved(null);
            }}
          />
        </div>
        <div class="actions">
          <Button submit {...(saved ? { kind: "second" as const } : {})}>
            {t.save}
          </Button>
        </div>
      </form>
      {saved && !proved && (
        <FileDrop choose={t.proveChoose} accept=".json" onFile={(_, bytes) => prove(bytes)}>
          {t.prove}
        </FileDrop>
      )}
      {model.failure.value && <Failed failure={model.failure.value} />}
      {proved === false && (
        <Notice tone="alarm" live>
          <p>{t.notProved}</p>
        </Notice>
      )}
      {proved && (
        <>
          <Notice tone="good" live>
            <p>{t.proved}</p>
          </Notice>
          <div class="actions">
            <Button onClick={() => void model.loadList()}>{t.next}</Button>
          </div>
        </>
      )}
    </>
  );
}
