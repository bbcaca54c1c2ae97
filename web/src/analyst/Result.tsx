import type { InvitationCounts } from "../core/api";
import { Outcome } from "../report/Outcome";
import { figure, text } from "../text";
import { Title } from "../ui/Frame";
import { Button, Failed, Notice, saveFile } from "../ui/parts";
import type { AnalystModel } from "./model";
import { NearRound } from "./NearRound";

export function Result({ model }: { model: AnalystModel }) {
  const t = text.value.analyst.result;
  const outcome = model.outcome.value;
  if (!outcome) {
    return null;
  }
  const { computation, result, invitations } = outcome;
  const save = (format: "csv" | "xlsx" | "json" | "html") =>
    void model.run(async () => saveFile(await model.core.analyst.resultFile(format)));
  const formats = "form" in result ? (["xlsx", "csv", "json", "html"] as const) : (["csv", "json"] as const);
  return (
    <>
      <Title>{t.title(computation.name)}</Title>
      {model.failure.value && <Failed failure={model.failure.value} />}
      <NearRound round={invitations?.near_round} />
      <Outcome outcome={outcome} />
      {invitations && <Invitations counts={invitations} />}
      {invitations && invitations.takeovers > 0 && <p class="soft">{t.takeovers(invitations.takeovers)}</p>}
      {!("ended" in result) && (
        <section class="no-print">
          <h2>{t.downloads}</h2>
          <div class="actions">
            {formats.map((format, index) => (
              <Button key={format} kind="second" onClick={() => save(format)}>
                {format.toUpperCase()}
                {index === 0 && <span class="unseen">, {t.downloads}</span>}
              </Button>
            ))}
            <Button kind="plain" onClick={() => window.print()}>
              {text.value.print}
            </Button>
          </div>
          {computation.publication !== "none" &&
            (model.published.value ? (
              <Notice tone="good" live>
                <p>{t.published}</p>
              </Notice>
            ) : (
              <Button onClick={() => void model.publish()}>{t.publish}</Button>
            ))}
          <h2>{t.after}</h2>
          <div class="actions">
            <Button kind="plain" onClick={() => model.show("board")}>
              {text.value.back}
            </Button>
            <Button kind="plain" onClick={() => void model.forget()}>
              {text.value.analyst.forget}
            </Button>
          </div>
        </section>
      )}
    </>
  );
}

/** What the batch says of the invitations. */
function Invitations({ counts }: { counts: InvitationCounts }) {
  const { made, used, withdrawn, revoked } = counts;
  const [m, u, w, r] = [made, used, withdrawn, revoked].map(String).map(figure);
  return <p class="soft">{text.value.analyst.result.invitations(m ?? "", u ?? "", w ?? "", r ?? "")}</p>;
}
