// The small parts that screens are made of.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Download, Failure } from "../core/api";
import { figure, text } from "../text";
import { told } from "./failure";
import { useOwnId } from "./id";

type Tone = "good" | "caution" | "alarm";

interface NoticeProps {
  tone?: Tone;
  title?: string;
  /** Said aloud when it appears. */
  live?: boolean;
  children?: ComponentChildren;
}

export function Notice({ tone, title, live, children }: NoticeProps) {
  return (
    <div class={`notice ${tone ?? ""}`} role={live ? (tone === "alarm" ? "alert" : "status") : undefined}>
      {title && <h2>{title}</h2>}
      {children}
    </div>
  );
}

interface ButtonProps {
  kind?: "second" | "plain" | "grave";
  onClick?: () => void;
  disabled?: boolean;
  submit?: boolean;
  describedBy?: string;
  children: ComponentChildren;
}

export function Button({ kind, onClick, disabled, submit, describedBy, children }: ButtonProps) {
  return (
    <button
      type={submit ? "submit" : "button"}
      class={`button ${kind ?? ""}`}
      disabled={disabled}
      aria-describedby={describedBy}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

export function Words({ words }: { words: string }) {
  return (
    <ul class="words">
      {words.split(" ").map((word) => (
        <li key={word}>{word}</li>
      ))}
    </ul>
  );
}

export type Fact = [ComponentChildren, ComponentChildren] | null | false;

export function Facts({ facts }: { facts: Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(
        (fact) =>
          fact && (
            <>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </>
          ),
      )}
    </dl>
  );
}

/** What went wrong, in the words of the page. */
export function Failed({ failure, children }: { failure: Failure; children?: ComponentChildren }) {
  const t = text.value;
  const { title, text: said, detail } = told(failure);
  const problems = failure.problems ?? [];
  return (
    <Notice tone="alarm" live title={title}>
      <p>{said}</p>
      {detail && <p>{detail}</p>}
      {problems.length > 0 && (
        <ul>
          {problems.slice(0, 12).map(({ place, problem }) => (
            <li key={place + problem}>
              <strong>{t.problem(place)}</strong> {t.problem(problem)}
            </li>
          ))}
          {problems.length > 12 && <li>{t.form.errorsMore(problems.length - 12)}</li>}
        </ul>
      )}
      <p class="small soft">{t.failureCode(failure.code)}</p>
      {children}
    </Notice>
  );
}

/** A number that the screen is about. A long one breaks between its groups of digits only. */
export function TheSum({ exact }: { exact: string }) {
  return (
    <p class="the-sum">
      {figure(exact)
        .split(/(?<=[.,])/)
        .map((group, index) => (
          <>
            {index > 0 && <wbr />}
            {group}
          </>
        ))}
    </p>
  );
}

interface ProgressProps {
  label: string;
  value: number;
  of: number;
  /** What is said of it; a percentage where nothing is. */
  said?: string;
  /** Where a minimum is reached. */
  threshold?: number;
}

/** Drawn as SVG: a policy without inline styles leaves no other width. */
export function Progress({ label, value, of, said, threshold }: ProgressProps) {
  const whole = Math.max(of, 1);
  const share = Math.min(value / whole, 1) * 100;
  return (
    <div
      class="bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={of}
      aria-valuenow={value}
      aria-valuetext={said ?? `${Math.floor(share)} %`}
    >
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="filled" x="0" y="0" width={share} height="10" />
        {threshold !== undefined && threshold < of && (
          <rect class="threshold" x={(threshold / whole) * 100} y="0" width="0.6" height="10" />
        )}
      </svg>
    </div>
  );
}

/** Hands a file to the person. */
export function saveFile({ name, type, bytes }: Download): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

interface FileDropProps {
  /** What stands before the button. */
  children: ComponentChildren;
  choose: string;
  accept: string;
  also?: ComponentChildren;
  onFile: (name: string, bytes: Uint8Array) => void;
}

/** A place to drop a file on, and a button for who does not drag. */
export function FileDrop({ children, choose, accept, also, onFile }: FileDropProps) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = async (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) {
      onFile(file.name, new Uint8Array(await file.arrayBuffer()));
    }
    if (input.current) {
      input.current.value = "";
    }
  };
  return (
    <div
      class={`drop ${over ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer?.files);
      }}
    >
      <p>{children}</p>
      <label class="button second">
        <input
          ref={input}
          class="unseen"
          type="file"
          accept={accept}
          onChange={(event) => void take(event.currentTarget.files)}
        />
        {choose}
      </label>
      {also}
    </div>
  );
}

/** A text to be copied. */
export function Copyable({ label, value }: { label: string; value: string }) {
  const t = text.value;
  const [copied, setCopied] = useState(false);
  const id = useOwnId();
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      // It is selected: the keyboard copies it.
    }
  };
  useEffect(() => setCopied(false), [value]);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="copyable">
        <input id={id} ref={field} readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="button second" onClick={() => void copy()}>
          <span aria-live="polite">{copied ? t.copied : t.copy}</span>
        </button>
      </div>
    </div>
  );
}
