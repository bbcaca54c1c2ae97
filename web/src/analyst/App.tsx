import { text } from "../text";
import { Frame, Title } from "../ui/Frame";
import type { Site } from "../ui/site";
import { Board } from "./Board";
import { Create } from "./Create";
import { Close, Confirm, Purge, Reveal } from "./Grave";
import { Invite } from "./Invite";
import { BackupScreen, KeyScreen } from "./KeyScreens";
import { ListScreen } from "./ListScreen";
import type { AnalystModel } from "./model";
import { Result } from "./Result";

export function App({ model }: { model: AnalystModel }) {
  const t = text.value.analyst;
  const screen = model.screen.value;
  const entered = model.keys.value !== null && screen !== "backup" && screen !== "key";
  const nav = entered && screen !== "reveal" && (
    <nav aria-label={t.title}>
      <button type="button" class="button plain" onClick={() => void model.loadList()}>
        {t.navAll}
      </button>
      <button type="button" class="button plain" onClick={() => void model.forget()}>
        {t.forget}
      </button>
    </nav>
  );
  const wide = screen === "create" || screen === "result" || screen === "board";
  return (
    <Frame site={model.site} name={t.title} nav={nav} narrow={!wide}>
      <Shown model={model} />
    </Frame>
  );
}

function Shown({ model }: { model: AnalystModel }) {
  switch (model.screen.value) {
    case "key":
      return <KeyScreen model={model} />;
    case "backup":
      return <BackupScreen model={model} />;
    case "list":
      return <ListScreen model={model} />;
    case "create":
      return <Create model={model} />;
    case "board":
      return <Board key={model.view.value?.computation.fingerprint} model={model} />;
    case "invite":
      return <Invite model={model} />;
    case "close":
      return <Close model={model} />;
    case "purge":
      return <Purge model={model} />;
    case "confirm":
      return <Confirm model={model} />;
    case "reveal":
      return <Reveal model={model} />;
    case "result":
      return <Result model={model} />;
  }
}

/** The address of `analyst ui` was used before. */
export function Expired({ site }: { site: Site }) {
  const t = text.value.analyst;
  return (
    <Frame site={site} name={t.title} narrow>
      <Title>{t.expired.title}</Title>
      <p>{t.expired.text}</p>
    </Frame>
  );
}
