// The input party's page.

import "../styles/all.css";

import { startCore } from "../ui/core";
import { start } from "../ui/start";
import { App } from "./App";
import { partyModel } from "./model";

await start(async (site) => <App model={partyModel(startCore(), site)} />);
