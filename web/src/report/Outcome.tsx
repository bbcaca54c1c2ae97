// A result: tables first, charts below, what is not shown and why.

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";

import type { EndReason, Group, Outcome as OutcomeData, Report, Section } from "../core/api";
import { figure, sentence, text } from "../text";
import { Notice, TheSum } from "../ui/parts";
import { useStages } from "../ui/stages";
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

/**
 * Drawn section by section: a form of a thousand cells has tens of thousands of figures over all its
 * groups, and a page that drew them at once would stand still.
 */
export function ReportView({ report }: { report: Report }) {
  const t = text.value.report;
  const compared = comparisons(report);
  const hides = useMemo(() => hasHidden(report), [report]);
  const sections = report.groups.map((group) => group.sections?.length ?? 0);
  const all = sections.reduce((sum, count) => sum + count, 0);
  const drawn = useStages(all);
  const before = (index: number) => sections.slice(0, index).reduce((sum, count) => sum + count, 0);
  return (
    <div aria-busy={drawn < all}>
      <p class="soft">
        {t.over(text.value.parties(report.parties))}
        {report.groups.length > 1 && ` ${t.groupsFrom(report.minimum)}`}
      </p>
      {hides && report.minimum_of_cells !== undefined && (
        <p class="soft">{t.whyHidden(report.minimum_of_cells)}</p>
      )}
      {report.groups.map((group, index) => (
        <GroupView
          key={index}
          group={group}
          open={index === 0}
          only={report.groups.length === 1}
          drawn={Math.max(drawn - before(index), 0)}
        />
      ))}
      {compared.length > 0 && (
        <section class="sheet">
          <h2>{t.compared}</h2>
          {compared.map((chart, index) => (
            <ChartFigure key={index} chart={chart} />
          ))}
        </section>
      )}
    </div>
  );
}

function hasHidden({ groups }: Report): boolean {
  return groups.some((group) =>
    group.sections?.some((section) => section.cells.some((row) => row.includes("hidden"))),
  );
}

interface GroupProps {
  group: Group;
  open: boolean;
  only: boolean;
  /** How many of its sections are to be drawn by now. */
  drawn: number;
}

function GroupView({ group, open, only, drawn }: GroupProps) {
  const t = text.value.report;
  const name = groupName(group);
  const count = text.value.parties(group.parties);
  // The very same nodes each time: what is drawn already is not even compared again.
  const parts = useMemo(() => partsOf(group.sections ?? []), [group]);
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
  const body = parts.slice(0, drawn);
  if (only) {
    return <>{body}</>;
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

function partsOf(sections: Section[]): VNode[] {
  return sections.map((section, index) => (
    <Part
      key={index}
      section={section}
      among={sections}
      first={section.source !== sections[index - 1]?.source}
    />
  ));
}

interface PartProps {
  section: Section;
  among: Section[];
  /** Of what it is about. */
  first: boolean;
}

function Part({ section, among, first }: PartProps) {
  return (
    <div>
      {first && <h3>{section.title}</h3>}
      <Figures section={section} />
      {chartsOf(section, among).map((chart, at) => (
        <ChartFigure key={at} chart={chart} />
      ))}
    </div>
  );
}
