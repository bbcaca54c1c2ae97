// What a party should know before it says yes.

import type { Computation, Form, PartyView } from "../core/api";
import { leaves } from "../form/model";
import { duration, figure, moment, text } from "../text";
import { Facts, Notice, Words } from "../ui/parts";
import type { Site } from "../ui/site";
import { ofEmpties, ofRounds, showsEmpties } from "./known";

export function title(computation: Computation): string {
  return "form" in computation.kind
    ? computation.kind.form.title
    : text.value.party.sumTitle(computation.name);
}

export function About({ view, site }: { view: PartyView; site: Site }) {
  const t = text.value.party;
  const { computation } = view;
  const form = "form" in computation.kind ? computation.kind.form : null;
  const [empties, rounds] = [ofEmpties(computation), ofRounds(computation)];
  return (
    <>
      {form?.description && <p>{form.description}</p>}
      <Facts
        facts={[
          [
            t.asks,
            <>
              <p class="soft">{t.asksText}</p>
              <Words words={computation.analyst.words} />
            </>,
          ],
          [t.whatAsked, whatIsAsked(computation)],
          [
            t.until,
            computation.closesAt === null ? t.untilReveal : t.untilDate(moment(computation.closesAt)),
          ],
          [
            t.needed,
            <>
              {t.neededText(computation.minParties)}
              {computation.minCohort !== null && ` ${t.neededCohort(computation.minCohort)}`}
              {computation.invitations !== null && ` ${t.invitationsMade(computation.invitations)}`}
            </>,
          ],
          empties !== null && [t.empties, empties],
          rounds !== null && [t.rounds, rounds],
          [t.follows, follows(computation)],
          [t.afterwards, afterwards(computation)],
        ]}
      />
      {!view.pinned && (
        <Notice tone="caution">
          <p>{t.unpinned}</p>
        </Notice>
      )}
      <h2>{t.seesTitle}</h2>
      <table class="list cards">
        <caption class="unseen">{t.seesTitle}</caption>
        <thead>
          <tr>
            {t.sees.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {t.seesRows(computation.minCohort !== null, showsEmpties(computation.kind)).map(([who, what, never]) => (
            <tr key={who}>
              <th scope="row">{who}</th>
              <td data-label={t.sees[1]}>{what}</td>
              <td data-label={t.sees[2]}>{never}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">{t.trust}</p>
      {site.analyst_pages && site.role === "relay" && (
        <Notice tone="caution">
          <p>{t.hosted}</p>
        </Notice>
      )}
    </>
  );
}

function whatIsAsked(computation: Computation): string {
  const t = text.value;
  if ("sum" in computation.kind) {
    const { min, max } = computation.kind.sum;
    return t.party.oneNumber(figure(min), figure(max));
  }
  const { tables = [], questions = [] } = computation.kind.form;
  const cells = cellCount(computation.kind.form);
  const parts = [
    tables.length > 0 ? t.party.tables(tables.length, t.cells(cells)) : "",
    questions.length > 0 ? t.party.questions(questions.length) : "",
  ];
  const said = parts.filter(Boolean).join(", ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}

function cellCount({ tables = [] }: Form): number {
  return tables.reduce((sum, table) => sum + table.rows.length * leaves(table.columns).length, 0);
}

function follows({ tracking, timeGrain, minCohort }: Computation): string {
  const t = text.value.party;
  switch (tracking) {
    case "none":
      return t.trackingNone;
    case "count":
      return minCohort === null ? t.trackingCount : t.trackingGroups(duration(timeGrain));
    case "labels":
      return t.trackingLabels(duration(timeGrain));
  }
}

function afterwards({ publication }: Computation): string {
  const t = text.value.party;
  switch (publication) {
    case "none":
      return t.publicationNone;
    case "parties":
      return t.publicationParties;
    case "public":
      return t.publicationPublic;
  }
}
