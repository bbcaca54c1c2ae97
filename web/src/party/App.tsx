import { useEffect, useState } from "preact/hooks";

import { text } from "../text";
import { told } from "../ui/failure";
import { Frame, Title } from "../ui/Frame";
import { Button, Notice } from "../ui/parts";
import { AskLink, isOfLink } from "./AskLink";
import { Allow, Forget, TakeOver, Withdraw } from "./Confirm";
import { FateScreen } from "./FateScreen";
import { Fill } from "./Fill";
import { Home } from "./Home";
import type { PartyModel } from "./model";
import { Receipt } from "./Receipt";
import { Review } from "./Review";
import { Done, Sending } from "./Sending";

export function App({ model }: { model: PartyModel }) {
  useEffect(() => {
    const arrived = () => {
      if (location.hash) {
        void model.open(location.href);
      } else {
        model.show("link");
      }
    };
    arrived();
    addEventListener("hashchange", arrived);
    addEventListener("popstate", model.cameBack);
    return () => {
      removeEventListener("hashchange", arrived);
      removeEventListener("popstate", model.cameBack);
    };
  }, [model]);
  const kind = model.form.value?.kind;
  const wide = (model.screen.value === "fill" || model.screen.value === "review") && kind !== undefined && "form" in kind;
  const name = model.view.value?.computation.name;
  return (
    <Frame site={model.site} narrow={!wide} {...(name ? { name } : {})}>
      <Offline />
      <Shown model={model} />
    </Frame>
  );
}

function Shown({ model }: { model: PartyModel }) {
  const screen = model.screen.value;
  switch (screen) {
    case "opening":
      return <Opening model={model} />;
    case "link":
      return <AskLink model={model} />;
    case "failed":
      return isOfLink(model.failure.value) ? <AskLink model={model} /> : <Broken model={model} />;
    case "home":
      return <Home key={model.view.value?.kept?.state} model={model} />;
    case "fill":
      return <Fill model={model} />;
    case "review":
      return <Review model={model} />;
    case "sending":
      return <Sending model={model} />;
    case "done":
      return (
        <>
          <Done model={model} />
          {model.view.value && <Receipt model={model} view={model.view.value} first />}
          <div class="actions">
            <Button kind="plain" onClick={() => model.show("home")}>
              {text.value.party.manage}
            </Button>
          </div>
        </>
      );
    case "withdraw":
      return <Withdraw model={model} />;
    case "forget":
      return <Forget model={model} />;
    case "takeover":
      return <TakeOver model={model} />;
    case "allow":
      return <Allow model={model} />;
    case "fate":
      return <FateScreen model={model} />;
  }
}

function Opening({ model }: { model: PartyModel }) {
  const t = text.value;
  const waiting = model.waiting.value;
  return (
    <>
      <Title>{t.party.opening}</Title>
      <p role="status">
        {waiting === "server" ? t.waitingServer : waiting ? t.waitingComputation : t.loading}
      </p>
    </>
  );
}

/** The link leads nowhere now, and no other copy of it would lead further. */
function Broken({ model }: { model: PartyModel }) {
  const t = text.value;
  const failure = model.failure.value;
  if (!failure) {
    return null;
  }
  const { title, text: said, detail } = told(failure);
  return (
    <>
      <Title>{title}</Title>
      <p>{said}</p>
      {detail && <p>{detail}</p>}
      <p class="small soft">{t.failureCode(failure.code)}</p>
      <div class="actions">
        <Button onClick={() => void model.openAgain()}>{t.again}</Button>
      </div>
    </>
  );
}

function Offline() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const changed = () => setOnline(navigator.onLine);
    addEventListener("online", changed);
    addEventListener("offline", changed);
    return () => {
      removeEventListener("online", changed);
      removeEventListener("offline", changed);
    };
  }, []);
  return online ? null : (
    <Notice tone="caution" live>
      <p>{text.value.offline}</p>
    </Notice>
  );
}
