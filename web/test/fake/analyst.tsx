// The analyst's pages over the core of `core.ts`, as `?scene=` says.

import "../../src/styles/all.css";
import "../../src/styles/analyst.css";

import { render } from "preact";

import { App, Expired } from "../../src/analyst/App";
import { analystModel } from "../../src/analyst/model";
import { begin } from "../../src/text";
import type { Site } from "../../src/ui/site";
import { fakeCore } from "./core";
import { SMALL } from "./forms";

const wanted = new URLSearchParams(location.search);
const scene = wanted.get("scene") ?? "";
const form = wanted.get("kind") === "sum" ? null : SMALL;
const site: Site = {
  role: wanted.has("hosted") ? "relay" : "analyst",
  analyst_pages: true,
  relay: "https://mpc.example/",
  version: "0.1.0",
  bundle: "3f1c9a2b77d0",
};
const root = document.getElementById("app");
if (root) {
  await begin();
  const model = analystModel(fakeCore(form, { analyst: scene }), site, null);
  render(scene === "expired" ? <Expired site={site} /> : <App model={model} />, root);
}
