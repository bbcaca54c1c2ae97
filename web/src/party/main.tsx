// The input party's page.

import "../styles/all.css";

import { render } from "preact";

import { isCurrent, startCore } from "../ui/core";
import { askSite } from "../ui/site";
import { App } from "./App";
import { partyModel } from "./model";

const root = document.getElementById("app");
if (root && isCurrent()) {
  const site = await askSite();
  root.replaceChildren();
  render(<App model={partyModel(startCore(), site)} />, root);
} else {
  document.documentElement.classList.add("old");
}
