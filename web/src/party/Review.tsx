import type { Table } from "../core/api";
import { cellPlace, leaves, placeName, NUMBER, type FormModel } from "../form/model";
import { TableHead } from "../form/TableHead";
import { figure, text } from "../text";
import { Steps, Title } from "../ui/Frame";
import { Button, Facts, Notice, TheSum } from "../ui/parts";
import { useStages } from "../ui/stages";
import { known } from "./known";
import type { PartyModel } from "./model";

export function Review({ model }: { model: PartyModel }) {
  const t = text.value.party;
  const [view, form] = [model.view.value, model.form.value];
  if (!view || !form) {
    return null;
  }
  const seen = known(view.computation);
  const doubts = [...form.doubts.value.keys()];
  return (
    <>
      <Steps names={t.steps} current={2} />
      <Title lead={t.reviewText}>{t.reviewTitle}</Title>
      {doubts.length > 0 && (
        <Notice tone="caution">
          <p>{t.reviewDoubts}</p>
          <ul>
            {doubts.map((place) => (
              <li key={place}>{placeName(form.kind, place) || text.value.form.number}</li>
            ))}
          </ul>
        </Notice>
      )}
      <Given form={form} />
      {seen.length > 0 && (
        <Notice title={t.reviewKnown}>
          <ul>
            {seen.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div class="actions">
        <Button onClick={() => void model.send()}>{t.send}</Button>
        <Button kind="plain" onClick={() => model.show("fill")}>
          {t.change}
        </Button>
      </div>
    </>
  );
}

function Given({ form }: { form: FormModel }) {
  const t = text.value;
  const shown = useStages("form" in form.kind ? (form.kind.form.tables?.length ?? 0) : 0);
  if ("sum" in form.kind) {
    const exact = form.understood.value.get(NUMBER) ?? form.number.value.trim();
    return <TheSum exact={exact} />;
  }
  const { cohorts = [], tables = [], questions = [] } = form.kind.form;
  return (
    <>
      {cohorts.length > 0 && (
        <Facts facts={cohorts.map(({ id, title }) => [title, form.cohorts.get(id)?.value])} />
      )}
      {tables.slice(0, shown).map((table) => (
        <GivenTable key={table.id} form={form} table={table} />
      ))}
      {questions.length > 0 && (
        <Facts
          facts={questions.map(({ id, text: asked }) => {
            const answer = form.questions.get(id)?.value ?? "";
            const exact = form.understood.value.get(`/questions/${id}`);
            const said = Array.isArray(answer) ? answer.join(", ") : figure(exact ?? answer.trim());
            return [asked, said || <span class="soft">{t.form.noAnswer}</span>];
          })}
        />
      )}
    </>
  );
}

function GivenTable({ form, table }: { form: FormModel; table: Table }) {
  const grid = form.tables.get(table.id) ?? [];
  const paths = leaves(table.columns);
  return (
    <section>
      <h2>{table.title}</h2>
      <div class="grid-frame" tabIndex={0} role="region" aria-label={table.title}>
        <table class="grid">
          <caption class="unseen">{table.title}</caption>
          <TableHead columns={table.columns} />
          <tbody>
            {table.rows.map((title, row) => (
              <tr key={row}>
                <th scope="row">{title}</th>
                {paths.map((path, column) => {
                  const place = cellPlace(table, row, column);
                  const typed = grid[row]?.[column]?.value.trim() ?? "";
                  const exact = form.understood.value.get(place) ?? typed;
                  return (
                    <td key={column} class={`given ${form.doubts.value.has(place) ? "doubt" : ""}`}>
                      <span class="cell-label" aria-hidden="true">
                        {path.join(", ")}
                      </span>
                      {exact ? figure(exact) : "–"}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
