// What stands around every screen.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { language, speak, text, type Language } from "../text";
import { Notice } from "./parts";
import type { Site } from "./site";

const NAMES: Record<Language, string> = { en: "English", de: "Deutsch" };

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="left" d="M15 3a13 13 0 0 0 0 26z" />
      <path class="right" d="M17 3a13 13 0 0 1 0 26z" />
    </svg>
  );
}

interface FrameProps {
  site: Site;
  name?: string;
  nav?: ComponentChildren;
  narrow?: boolean;
  children: ComponentChildren;
}

export function Frame({ site, name, nav, narrow, children }: FrameProps) {
  const t = text.value;
  const [lost, setLost] = useState(false);
  const turnTo = (code: Language) => speak(code).then(() => setLost(false), () => setLost(true));
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        {t.skip}
      </a>
      <header class="masthead">
        <div class="masthead-in">
          <Mark />
          <span class="name">{name ?? t.name}</span>
          {nav}
          <div class="languages" role="group" aria-label={t.language}>
            {(Object.keys(NAMES) as Language[]).map((code) => (
              <button
                key={code}
                type="button"
                lang={code}
                aria-pressed={language.value === code}
                aria-label={`${code.toUpperCase()}, ${NAMES[code]}`}
                onClick={() => void turnTo(code)}
              >
                {code.toUpperCase()}
              </button>
            ))}
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1} class={narrow ? "narrow" : undefined}>
        {lost && (
          <Notice tone="alarm" live>
            <p>{t.languageLost}</p>
          </Notice>
        )}
        {children}
      </main>
      <footer class="foot">
        <p>{t.footer}</p>
        {site.bundle && (
          <p title={site.bundle}>{t.bundle(site.version, site.bundle.slice(0, 12))}</p>
        )}
      </footer>
    </>
  );
}

/** The address keeps its fragment, which is the invitation. */
function skip(event: Event) {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

/** The heading of a screen: it takes the focus when the screen appears. */
export function Title({ children, lead }: { children: ComponentChildren; lead?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  useLayoutEffect(() => {
    const said = heading.current?.textContent;
    document.title = said ? `${said} · web-mpc` : "web-mpc";
  });
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
      {lead && <p class="lead">{lead}</p>}
    </>
  );
}

export function Steps({ names, current }: { names: readonly string[]; current: number }) {
  return (
    <ol class="steps">
      {names.map((name, index) => (
        <li
          key={name}
          class={index < current ? "done" : undefined}
          aria-current={index === current ? "step" : undefined}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}
