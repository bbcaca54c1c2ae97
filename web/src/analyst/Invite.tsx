import { useState } from "preact/hooks";

import { text } from "../text";
import { Title } from "../ui/Frame";
import { Button, Failed, FileDrop, Notice } from "../ui/parts";
import type { AnalystModel } from "./model";
import { numbered, readRoster, type RosterProblem } from "./roster";

/** Most names that are shown before they are made. */
const SHOWN = 8;

export function Invite({ model }: { model: AnalystModel }) {
  const t = text.value.analyst.invite;
  const [list, setList] = useState("");
  const [many, setMany] = useState("");
  const kind = model.view.value?.computation.kind;
  const dimensions = kind && "form" in kind ? (kind.form.cohorts ?? []) : [];
  const { invitations, problems } =
    list.trim() !== ""
      ? readRoster(list, dimensions)
      : { invitations: numbered(Math.min(Number(many) || 0, 5000), model.links.value.length + 1), problems: [] };
  const header = [t.label, t.email, ...dimensions.map(({ title }) => title)].join("; ");
  return (
    <>
      <Title lead={t.lead}>{t.title}</Title>
      {model.failure.value && <Failed failure={model.failure.value} />}
      <div class="field">
        <label for="list">{t.paste}</label>
        <span class="hint" id="list-hint">
          {t.pasteHint} <code>{header}</code>
        </span>
        <textarea
          id="list"
          aria-describedby="list-hint"
          spellcheck={false}
          value={list}
          onInput={(event) => setList(event.currentTarget.value)}
        />
      </div>
      <FileDrop
        choose={t.choose}
        accept=".csv,.txt,.tsv"
        onFile={(_, bytes) => setList(new TextDecoder().decode(bytes))}
      >
        {t.drop}
      </FileDrop>
      {list.trim() === "" && (
        <div class="field">
          <label for="many">{t.count}</label>
          <span class="hint" id="many-hint">
            {t.countHint}
          </span>
          <input
            id="many"
            class="number"
            type="number"
            min={1}
            max={5000}
            aria-describedby="many-hint"
            value={many}
            onInput={(event) => setMany(event.currentTarget.value)}
          />
        </div>
      )}
      {problems.length > 0 ? (
        <Notice tone="alarm" live title={t.problems}>
          <ul>
            {problems.slice(0, SHOWN).map((problem) => (
              <li key={problem.line}>{told(problem)}</li>
            ))}
          </ul>
        </Notice>
      ) : (
        invitations.length > 0 && (
          <Notice tone="good" title={t.preview(invitations.length)}>
            <ul>
              {invitations.slice(0, SHOWN).map(({ label, email, cohorts }) => (
                <li key={label}>{[label, email, ...Object.values(cohorts ?? {})].filter(Boolean).join(" · ")}</li>
              ))}
              {invitations.length > SHOWN && <li>{text.value.form.errorsMore(invitations.length - SHOWN)}</li>}
            </ul>
          </Notice>
        )
      )}
      <div class="actions">
        <Button
          disabled={invitations.length === 0 || problems.length > 0 || model.busy.value}
          onClick={() => void model.invite(invitations)}
        >
          {t.make(invitations.length)}
        </Button>
        <Button kind="plain" onClick={() => model.show("board")}>
          {text.value.back}
        </Button>
      </div>
    </>
  );
}

function told({ kind, line, label, group }: RosterProblem): string {
  const t = text.value.analyst.invite;
  switch (kind) {
    case "noLabel":
      return t.noLabel(line);
    case "twice":
      return t.twice(label);
    case "noGroup":
      return t.noGroup(label, group);
  }
}
