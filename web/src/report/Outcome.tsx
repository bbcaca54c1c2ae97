// A result: tables first, charts below, what is not shown and why.

import type { EndReason, Group, Outcome as OutcomeData, Report } from "../core/api";
import { figure, sentence, text } from "../text";
import { Notice, TheSum } from "../ui/parts";
import { ChartFigure, chartsOf, comparisons } from "./charts";
import { groupName } from "./labels";
import { Figures } from "./Tables";

export function Outcome({ outcome }: { outcome: OutcomeData }) {
  const t = text.value.report;
  const { result } = outcome;
  return (
    <>
      {"ended" in result ? (
        <Notice tone="alarm" title={t.noResult}>
          <ul>
            {result.ended.map((reason, index) => (
              <li key={index}>{why(reason)}</li>
            ))}
          </ul>
        </Notice>
      ) : "sum" in result ? (
        <section class="sheet">
          <h2>{t.sum}</h2>
          <TheSum exact={result.sum} />
          <p class="soft">{t.over(text.value.parties(outcome.parties))}</p>
        </section>
      ) : (
        <ReportView report={result.form} />
      )}
      {outcome.rejected.length > 0 && (
        <Notice tone="caution" title={t.rejectedTitle}>
          <ul>
            {outcome.rejected.map(({ reason, describe, count }) => (
              <li key={reason}>
                {figure(count)}: {t.rejections[reason] ?? describe}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {outcome.caveat && (
        <Notice tone="caution">
          <p>{sentence(text.value.problem(outcome.caveat))}</p>
        </Notice>
      )}
    </>
  );
}

function why(reason: EndReason): string {
  const t = text.value.report;
  return "too_few_accepted" in reason
    ? t.tooFewAccepted(reason.too_few_accepted.accepted, reason.too_few_accepted.minimum)
    : t.tooManyRejected(reason.too_many_rejected.rejected, reason.too_many_rejected.maximum);
}

export function ReportView({ report }: { report: Report }) {
  const t = text.value.report;
  const compared = comparisons(report);
  const hides = report.groups.some((group) =>
    group.sections?.some((section) => section.cells.some((row) => row.includes("hidden"))),
  );
  return (
    <>
      <p class="soft">
        {t.over(text.value.parties(report.parties))}
        {report.groups.length > 1 && ` ${t.groupsFrom(report.minimum)}`}
      </p>
      {hides && report.minimum_of_cells !== undefined && (
        <p class="soft">{t.whyHidden(report.minimum_of_cells)}</p>
      )}
      {report.groups.map((group, index) => (
        <GroupView key={index} group={group} open={index === 0} only={report.groups.length === 1} />
      ))}
      {compared.length > 0 && (
        <section class="sheet">
          <h2>{t.compared}</h2>
          {compared.map((chart, index) => (
            <ChartFigure key={index} chart={chart} />
          ))}
        </section>
      )}
    </>
  );
}

function GroupView({ group, open, only }: { group: Group; open: boolean; only: boolean }) {
  const t = text.value.report;
  const name = groupName(group);
  const count = text.value.parties(group.parties);
  if (!group.sections) {
    return (
      <section class="sheet suppressed">
        <h2>{name}</h2>
        <p>
          <span class="tag copper">{t.notShown}</span> {t.suppressed}{" "}
          {group.suppressed && <span class="soft">({text.value.problem(group.suppressed)})</span>}
        </p>
      </section>
    );
  }
  const body = <Sections group={group} />;
  if (only) {
    return body;
  }
  return (
    <details class="sheet group" open={open}>
      <summary>
        <span class="group-name">
          <h2>{name}</h2> <span class="soft">{count}</span>
        </span>
      </summary>
      {body}
    </details>
  );
}

function Sections({ group }: { group: Group }) {
  const sections = group.sections ?? [];
  let source = "";
  return (
    <>
      {sections.map((section, index) => {
        const first = section.source !== source;
        source = section.source;
        return (
          <div key={index}>
            {first && <h3>{section.title}</h3>}
            <Figures section={section} />
            {chartsOf(section, sections).map((chart, at) => (
              <ChartFigure key={at} chart={chart} />
            ))}
          </div>
        );
      })}
    </>
  );
}
