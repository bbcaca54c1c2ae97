// One collection: how it stands, its links, and what can be done with it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { AnalystView } from "../core/api";
import { figure, moment, text } from "../text";
import { Title } from "../ui/Frame";
import { Button, Copyable, Facts, Failed, Notice, Progress, Words } from "../ui/parts";
import { Invitations } from "./Invitations";
import type { AnalystModel } from "./model";
import { NearRound } from "./NearRound";
import { Qr } from "./Qr";
import { DateField, dateOf, localDate } from "./Rules";

export function Board({ model }: { model: AnalystModel }) {
  const t = text.value.analyst;
  const view = model.view.value;
  if (!view) {
    return null;
  }
  const { computation } = view;
  const phase = model.status.value.phase ?? computation.phase;
  const parties = model.status.value.parties;
  const missing = parties === undefined ? 0 : Math.max(0, computation.minParties - parties);
  const running = phase === "open" || phase === "paused" || phase === "closed";
  return (
    <>
      <Title>{computation.name}</Title>
      <p>
        <span class={`tag ${phase === "open" ? "good" : ""}`}>{t.phases[phase]}</span>{" "}
        <span class="soft">
          {t.board.round(computation.round)}
          {"form" in computation.kind && ` · ${computation.kind.form.title}`}
        </span>
      </p>
      {model.waiting.value && (
        <Notice tone="caution" live>
          <p>{text.value.waitingServer}</p>
        </Notice>
      )}
      {model.failure.value && <Failed failure={model.failure.value} />}
      {model.cancelled.value && (
        <Notice live>
          <p>{t.reveal.cancelled}</p>
        </Notice>
      )}
      {running && <Tracking model={model} view={view} />}
      <div class="actions">
        {running || phase === "frozen" ? (
          <>
            <Button
              disabled={missing > 0 && phase !== "frozen"}
              describedBy="reveal-why"
              onClick={() => model.show("confirm")}
            >
              {t.board.reveal}
            </Button>
            {phase === "open" && (
              <Button kind="second" onClick={() => void model.pause()}>
                {t.board.pause}
              </Button>
            )}
            {(phase === "paused" || phase === "closed") && (
              <Button kind="second" onClick={() => void model.resume()}>
                {t.board.resume}
              </Button>
            )}
            {(phase === "open" || phase === "paused") && (
              <Button kind="second" onClick={() => model.show("close")}>
                {t.board.closeNow}
              </Button>
            )}
            <span id="reveal-why" class="soft">
              {missing > 0 && phase !== "frozen" && t.board.revealNotYet(missing)}
            </span>
          </>
        ) : (
          <>
            {view.hasResult && (
              <Button onClick={() => void model.result()}>{t.board.showResult}</Button>
            )}
            {phase !== "purged" && (
              <Button kind="grave" onClick={() => model.show("purge")}>
                {t.board.purge}
              </Button>
            )}
          </>
        )}
      </div>
      {running && computation.access === "invited" && <Invitations model={model} view={view} />}
      {running && model.openLink.value && <OpenLink link={model.openLink.value} />}
      {running && <Dates model={model} view={view} />}
      <details class="sheet">
        <summary>{t.board.facts}</summary>
        <Facts
          facts={[
            [t.board.minimum, computation.minParties],
            [t.create.maximum, figure(computation.maxParties)],
            [
              t.board.fingerprint,
              <>
                <Words words={computation.words} />
                <code>{computation.fingerprint}</code>
              </>,
            ],
            [t.board.server, <Words words={computation.server.words} />],
          ]}
        />
      </details>
    </>
  );
}

function Tracking({ model, view }: { model: AnalystModel; view: AnalystView }) {
  const t = text.value.analyst.board;
  const { computation } = view;
  const { parties, tracked } = model.status.value;
  const invited = computation.invitations;
  const of = invited === null || invited === 0 ? null : figure(invited);
  const said = t.takenPart(figure(parties ?? 0), of);
  useEffect(() => {
    if (parties !== undefined) {
      document.title = `${figure(parties)}${of ? ` / ${of}` : ""} · ${computation.name}`;
    }
  });
  if (computation.tracking === "none" || parties === undefined) {
    return computation.tracking === "none" ? <p class="soft">{t.notTracked}</p> : null;
  }
  const scale = Math.max(invited ?? 0, computation.minParties, parties);
  return (
    <section class="sheet" aria-live="polite">
      <p class="tally">{said}</p>
      <Progress label={said} value={parties} of={scale} said={said} threshold={computation.minParties} />
      {computation.minParties < scale && <p class="small soft">{t.threshold}</p>}
      {tracked && (
        <>
          {tracked.cohorts && <Cohorts view={view} counts={tracked.cohorts} />}
          <p class="small soft">{t.asOf(moment(tracked.at))}</p>
          <NearRound round={tracked.nearRound} />
        </>
      )}
    </section>
  );
}

function Cohorts({ view, counts }: { view: AnalystView; counts: number[] }) {
  const t = text.value.analyst.board;
  const { kind, minCohort } = view.computation;
  const dimensions = "form" in kind ? (kind.form.cohorts ?? []) : [];
  const names = dimensions.reduce<string[]>(
    (above, { options }) => above.flatMap((name) => options.map((option) => (name ? `${name}, ${option}` : option))),
    [""],
  );
  if (counts.length !== names.length || dimensions.length === 0) {
    return null;
  }
  const least = minCohort ?? 1;
  const scale = Math.max(least, ...counts);
  return (
    <table class="list cards">
      <caption>{t.groups}</caption>
      <tbody>
        {names.map((name, index) => {
          const count = counts[index] ?? 0;
          const more = Math.max(0, least - count);
          return (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="figure">{figure(count)}</td>
              <td class="barcell">
                <Progress label={name} value={count} of={scale} said={figure(count)} threshold={least} />
              </td>
              <td>
                <span class={`tag ${more > 0 ? "copper" : "good"}`}>{more > 0 ? t.needsMore(more) : t.enough}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function OpenLink({ link }: { link: string }) {
  const t = text.value.analyst.board;
  return (
    <section class="sheet">
      <h2>{t.linkOpen}</h2>
      <p class="soft">{t.linkOpenHint}</p>
      <Copyable label={text.value.analyst.invite.link} value={link} />
      <details>
        <summary>{t.qr}</summary>
        <Qr value={link} label={t.qr} />
      </details>
    </section>
  );
}

function Dates({ model, view }: { model: AnalystModel; view: AnalystView }) {
  const t = text.value.analyst;
  const { opensAt, closesAt } = view.computation;
  const opens = useSignal(localDate(opensAt));
  const closes = useSignal(localDate(closesAt));
  const saved = useSignal(false);
  const save = async () => {
    saved.value = false;
    saved.value = await model.schedule(dateOf(opens.value), dateOf(closes.value));
  };
  return (
    <details class="sheet">
      <summary>{t.board.dates}</summary>
      <DateField label={t.create.opensAt} hint={t.create.datesHint} value={opens} />
      <DateField label={t.create.closesAt} hint={t.create.datesHint} value={closes} />
      <Button kind="second" onClick={() => void save()}>
        {t.board.saveDates}
      </Button>
      {saved.value && <p role="status">{t.board.datesSaved}</p>}
    </details>
  );
}
