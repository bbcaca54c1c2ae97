// The analyst's page.

import "../styles/all.css";
import "../styles/analyst.css";

import { startCore } from "../ui/core";
import { start } from "../ui/start";
import { App, Expired } from "./App";
import { enter } from "./local";
import { analystModel } from "./model";

await start(async (site) => {
  const local = site.role === "analyst" ? await enter() : null;
  return site.role === "analyst" && !local ? (
    <Expired site={site} />
  ) : (
    <App model={analystModel(startCore(), site, local)} />
  );
});
