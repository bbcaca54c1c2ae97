import type { PartyView } from "../core/api";
import { moment, text } from "../text";
import { Button, Facts, saveFile, Words } from "../ui/parts";
import type { PartyModel } from "./model";

interface ReceiptProps {
  model: PartyModel;
  view: PartyView;
  /** Whether saving it is what the screen is for. */
  first?: boolean;
}

/** The server's word that a submission is stored. */
export function Receipt({ model, view, first }: ReceiptProps) {
  const t = text.value.party;
  const receipt = view.kept?.receipt;
  if (!receipt) {
    return null;
  }
  const save = () =>
    void model.run(async () => saveFile(await model.core.party.receiptFile()));
  return (
    <section class="sheet receipt">
      <h2>{t.receipt}</h2>
      <Facts
        facts={[
          [t.receiptDigest, <code class="digest">{receipt.digest}</code>],
          [t.receiptVersion, receipt.sequence],
          receipt.at !== null && [t.receiptTime, moment(receipt.at)],
          [t.receiptServer, <Words words={view.computation.server.words} />],
          [t.receiptAnalyst, <Words words={view.computation.analyst.words} />],
        ]}
      />
      <div class="actions">
        <Button {...(first ? {} : { kind: "second" as const })} onClick={save}>
          {t.receiptSave}
        </Button>
        <Button kind="plain" onClick={() => window.print()}>
          {text.value.print}
        </Button>
      </div>
      <p class="soft small">{t.receiptWarn}</p>
    </section>
  );
}
