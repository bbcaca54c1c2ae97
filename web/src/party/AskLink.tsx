// Where there is no link, or one that may have lost a part on its way: a field for the whole of it.

import { useState } from "preact/hooks";

import type { Failure } from "../core/api";
import { text } from "../text";
import { told } from "../ui/failure";
import { Title } from "../ui/Frame";
import { Button, Failed, FileDrop } from "../ui/parts";
import type { PartyModel } from "./model";

/** What becomes of a link whose end was cut off: its name, its fingerprint or its invitation. */
const CUT: ReadonlySet<string> = new Set(["link_invalid", "invitation_required", "invitation_unknown"]);

export function isOfLink(failure: Failure | null): boolean {
  return failure !== null && CUT.has(failure.code);
}

export function AskLink({ model }: { model: PartyModel }) {
  const t = text.value.party;
  const [link, setLink] = useState(model.pasted.peek());
  const failure = model.failure.value;
  const cut = failure && isOfLink(failure) ? failure : null;
  const said = cut && told(cut);
  return (
    <>
      <Title lead={said ? said.text : t.noLink}>{said ? said.title : t.noLinkTitle}</Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void model.openPasted(link);
        }}
      >
        <div class="field">
          <label for="link">{cut ? t.wholeLink : t.noLinkField}</label>
          <span class="hint" id="link-hint">
            {t.noLinkHint}
          </span>
          <textarea
            id="link"
            spellcheck={false}
            autocomplete="off"
            aria-describedby="link-hint"
            aria-invalid={cut !== null && link !== "" && link === model.pasted.peek()}
            value={link}
            onInput={(event) => setLink(event.currentTarget.value)}
          />
        </div>
        <div class="actions">
          <Button submit disabled={link.trim() === ""}>
            {t.noLinkOpen}
          </Button>
        </div>
      </form>
      <FileDrop
        choose={t.importReceipt}
        accept=".json"
        onFile={(_, bytes) => void model.importReceipt(bytes)}
      >
        {t.noLinkReceipt}
      </FileDrop>
      {cut ? (
        <p class="small soft">{text.value.failureCode(cut.code)}</p>
      ) : (
        failure && <Failed failure={failure} />
      )}
    </>
  );
}
