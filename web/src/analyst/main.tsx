// The analyst's page.

import "../styles/all.css";

import { render } from "preact";

import { isCurrent, startCore } from "../ui/core";
import { askSite } from "../ui/site";
import { App, Expired } from "./App";
import { enter } from "./local";
import { analystModel } from "./model";

const root = document.getElementById("app");
if (root && isCurrent()) {
  const site = await askSite();
  const local = site.role === "analyst" ? await enter() : null;
  root.replaceChildren();
  if (site.role === "analyst" && !local) {
    render(<Expired site={site} />, root);
  } else {
    render(<App model={analystModel(startCore(), site, local)} />, root);
  }
} else {
  document.documentElement.classList.add("old");
}
