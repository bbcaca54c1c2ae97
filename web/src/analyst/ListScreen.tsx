import { useState } from "preact/hooks";

import { figure, text } from "../text";
import { Title } from "../ui/Frame";
import { Button, Failed } from "../ui/parts";
import type { AnalystModel } from "./model";

export function ListScreen({ model }: { model: AnalystModel }) {
  const t = text.value.analyst;
  const listed = model.listed.value;
  const [name, setName] = useState("");
  return (
    <>
      <Title>{t.list.title}</Title>
      {model.failure.value && (
        <Failed failure={model.failure.value}>
          <div class="actions">
            <Button onClick={() => void model.loadList()}>{text.value.again}</Button>
          </div>
        </Failed>
      )}
      {listed?.length === 0 && <p class="lead">{t.list.empty}</p>}
      {!listed && !model.failure.value && (
        <p role="status">{model.waiting.value ? text.value.waitingServer : text.value.loading}</p>
      )}
      {listed && listed.length > 0 && (
        <table class="list cards">
          <caption class="unseen">{t.list.title}</caption>
          <thead>
            <tr>
              <th scope="col">{t.list.name}</th>
              <th scope="col" class="figure">
                {t.list.round}
              </th>
              <th scope="col">{t.list.state}</th>
              <th scope="col" class="figure">
                {t.list.parties}
              </th>
            </tr>
          </thead>
          <tbody>
            {listed.map((item) => (
              <tr key={item.fingerprint}>
                <th scope="row">
                  <Button kind="plain" onClick={() => void model.open(item.name, item.fingerprint)}>
                    {item.name}
                  </Button>
                </th>
                <td class="figure" data-label={t.list.round}>
                  {item.round}
                </td>
                <td data-label={t.list.state}>
                  <span class={`tag ${item.phase === "open" ? "good" : ""}`}>{t.phases[item.phase]}</span>
                </td>
                <td class="figure" data-label={t.list.parties}>
                  {item.parties === null ? "–" : figure(item.parties)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="actions">
        <Button onClick={() => model.show("create")}>{t.list.create}</Button>
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void model.openNamed(name.trim());
        }}
      >
        <div class="field">
          <label for="named">{t.list.named}</label>
          <span class="copyable">
            <input
              id="named"
              autocomplete="off"
              spellcheck={false}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <Button kind="second" submit disabled={name.trim() === ""}>
              {t.list.openNamed}
            </Button>
          </span>
        </div>
      </form>
    </>
  );
}
