import { useState } from "preact/hooks";

import type { AnalystView, Link } from "../core/api";
import { text } from "../text";
import { Button, saveFile } from "../ui/parts";
import type { AnalystModel } from "./model";
import { Qr } from "./Qr";

export function Invitations({ model, view }: { model: AnalystModel; view: AnalystView }) {
  const t = text.value.analyst.invite;
  const board = text.value.analyst.board;
  const links = model.links.value;
  const [sheet, setSheet] = useState(false);
  const used = new Set(model.status.value.tracked?.used);
  const labels = view.computation.tracking === "labels";
  const copyAll = () =>
    void navigator.clipboard.writeText(links.map(({ label, url }) => `${label}\t${url}`).join("\n"));
  const print = () => {
    setSheet(true);
    requestAnimationFrame(() => requestAnimationFrame(() => window.print()));
  };
  return (
    <section>
      <h2>{board.links}</h2>
      {links.length === 0 ? (
        <p class="lead">{t.none}</p>
      ) : (
        <>
          <p class="soft">{t.secret}</p>
          <div class="wide-scroll" tabIndex={0} role="region" aria-label={board.links}>
            <table class="list cards links">
              <caption class="unseen">{board.links}</caption>
              <thead>
                <tr>
                  <th scope="col">{t.label}</th>
                  <th scope="col">{board.group}</th>
                  <th scope="col">{t.state}</th>
                  <th scope="col">{t.link}</th>
                </tr>
              </thead>
              <tbody>
                {links.map((link) => (
                  <Row key={link.number} model={model} link={link} used={labels ? used.has(link.label) : null} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <div class="actions">
        <Button kind="second" onClick={() => model.show("invite")}>
          {links.length === 0 ? t.title : t.more}
        </Button>
        {links.length > 0 && (
          <>
            <Button
              kind="second"
              onClick={() => void model.run(async () => saveFile(await model.core.analyst.linksFile(links)))}
            >
              {t.file}
            </Button>
            <Button kind="plain" onClick={copyAll}>
              {t.all}
            </Button>
            <Button kind="plain" onClick={print}>
              {t.sheet}
            </Button>
          </>
        )}
      </div>
      {sheet && <Sheet links={links} title={view.computation.name} />}
    </section>
  );
}

function Row({ model, link, used }: { model: AnalystModel; link: Link; used: boolean | null }) {
  const t = text.value.analyst.invite;
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(link.url).then(() => setCopied(true));
  const state = link.revoked ? t.revoked : used === null ? t.made : used ? t.used : t.isNew;
  const tone = link.revoked ? "alarm" : used ? "good" : "";
  return (
    <tr>
      <th scope="row">{link.label}</th>
      <td data-label={text.value.analyst.board.group}>{Object.values(link.cohorts ?? {}).join(", ") || "–"}</td>
      <td data-label={t.state}>
        <span class={`tag ${tone}`}>{state}</span>
      </td>
      <td>
        <span class="rowactions">
          <button type="button" class="button plain" aria-label={t.copyLink(link.label)} onClick={copy}>
            {copied ? text.value.copied : text.value.copy}
          </button>
          {!link.revoked && !used && (
            <button
              type="button"
              class="button plain"
              aria-label={t.revoke(link.label)}
              onClick={() => void model.revoke(link.label)}
            >
              {t.withdraw}
            </button>
          )}
        </span>
      </td>
    </tr>
  );
}

/** For printing: each link with its code, to be cut apart. */
function Sheet({ links, title }: { links: Link[]; title: string }) {
  return (
    <ul class="codes">
      {links
        .filter(({ revoked }) => !revoked)
        .map(({ number, label, url }) => (
          <li key={number}>
            <Qr value={url} label={label} />
            <p>
              <strong>{label}</strong>
              <br />
              {title}
              <br />
              <code>{url}</code>
            </p>
          </li>
        ))}
    </ul>
  );
}
