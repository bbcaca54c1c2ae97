import type { Signal } from "@preact/signals";

import type { Access, Publication, Tracking } from "../core/api";
import { figure, text } from "../text";
import { Title } from "../ui/Frame";
import { Labelled } from "../ui/Labelled";
import { Button } from "../ui/parts";
import type { Draft } from "./Create";

interface RulesProps {
  draft: Draft;
  onBack: () => void;
  onNext: () => void;
}

export function Rules({ draft, onBack, onNext }: RulesProps) {
  const t = text.value.analyst.create;
  const invited = draft.access.value === "invited";
  const least = draft.minimum.value || String(draft.facts.value?.minParties ?? 1);
  const access = (value: Access) => {
    draft.access.value = value;
    if (value === "open") {
      // What only invitations make possible.
      if (draft.tracking.value === "labels") {
        draft.tracking.value = "count";
      }
      if (draft.publication.value === "parties") {
        draft.publication.value = "none";
      }
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
    >
      <Title lead={t.rulesLead}>{t.rulesTitle}</Title>
      <Whole
        label={t.minimum}
        hint={`${t.minimumHint} ${least === "1" ? t.minimumOne : ""}`}
        value={draft.minimum}
        placeholder={String(draft.facts.value?.minParties ?? 1)}
      />
      <Whole label={t.maximum} value={draft.maximum} placeholder={figure(1_000_000)} />
      <Pick
        name="access"
        label={t.access}
        value={draft.access.value}
        options={[
          ["open", t.accessOpen, t.accessOpenHint],
          ["invited", t.accessInvited, t.accessInvitedHint],
        ]}
        onPick={access}
      />
      <Pick<Tracking>
        name="tracking"
        label={t.tracking}
        value={draft.tracking.value}
        options={[
          ["none", t.trackingNone],
          ["count", t.trackingCount],
          ...(invited ? [["labels", t.trackingLabels] as [Tracking, string]] : []),
        ]}
        onPick={(value) => (draft.tracking.value = value)}
      />
      {draft.tracking.value !== "none" && (
        <Labelled label={t.grain}>
          {(input) => (
            <select
              {...input}
              value={draft.grain}
              onChange={(event) => (draft.grain.value = event.currentTarget.value)}
            >
              {Object.entries(t.grains).map(([seconds, name]) => (
                <option key={seconds} value={seconds}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      )}
      <Pick<Publication>
        name="publication"
        label={t.publication}
        value={draft.publication.value}
        options={[
          ["none", t.publicationNone],
          ...(invited ? [["parties", t.publicationParties] as [Publication, string]] : []),
          ["public", t.publicationPublic],
        ]}
        onPick={(value) => (draft.publication.value = value)}
      />
      <DateField label={t.opensAt} hint={t.datesHint} value={draft.opensAt} />
      <DateField label={t.closesAt} hint={t.datesHint} value={draft.closesAt} />
      <div class="actions">
        <Button submit>{t.next}</Button>
        <Button kind="plain" onClick={onBack}>
          {text.value.back}
        </Button>
      </div>
    </form>
  );
}

interface WholeProps {
  label: string;
  hint?: string;
  value: Signal<string>;
  placeholder: string;
}

function Whole({ label, hint, value, placeholder }: WholeProps) {
  return (
    <Labelled label={label} hint={hint}>
      {(input) => (
        <input
          {...input}
          class="number"
          type="number"
          inputMode="numeric"
          min={1}
          step={1}
          placeholder={placeholder}
          value={value}
          onInput={(event) => (value.value = event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

interface PickProps<V extends string> {
  /** Of its radio buttons: no two groups may share one. */
  name: string;
  label: string;
  value: V;
  options: [V, string, string?][];
  onPick: (value: V) => void;
}

function Pick<V extends string>({ name, label, value, options, onPick }: PickProps<V>) {
  return (
    <fieldset class="field">
      <legend>{label}</legend>
      <div class="choices">
        {options.map(([option, title, hint]) => (
          <label key={option}>
            <input
              type="radio"
              name={name}
              checked={value === option}
              onChange={() => onPick(option)}
            />
            <span>
              {title} {hint && <span class="soft small">{hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function DateField({ label, hint, value }: { label: string; hint: string; value: Signal<string> }) {
  return (
    <Labelled label={label} hint={hint}>
      {(input) => (
        <input
          {...input}
          type="datetime-local"
          value={value}
          onInput={(event) => (value.value = event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

/** Seconds since 1970 of what a person chose in their own zone. */
export function dateOf(local: string): number | null {
  const milliseconds = local === "" ? Number.NaN : new Date(local).getTime();
  return Number.isNaN(milliseconds) ? null : Math.floor(milliseconds / 1000);
}

/** The other way round. */
export function localDate(seconds: number | null): string {
  if (seconds === null) {
    return "";
  }
  const date = new Date(seconds * 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
