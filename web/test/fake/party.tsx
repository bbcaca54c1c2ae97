// The party's pages over the core of `core.ts`, as `?scene=` says.

import "../../src/styles/all.css";

import { render } from "preact";

import { App } from "../../src/party/App";
import { partyModel } from "../../src/party/model";
import { begin } from "../../src/text";
import { fakeCore } from "./core";
import { OPTIONAL, SHOWN, SMALL } from "./forms";
import { PARTY_SCENES } from "./scenes";

const wanted = new URLSearchParams(location.search);
const scene = PARTY_SCENES[wanted.get("scene") ?? ""] ?? {};
const form = { sum: null, optional: OPTIONAL, shown: SHOWN }[wanted.get("kind") ?? ""];
const root = document.getElementById("app");
if (root) {
  await begin();
  const site = {
    role: "relay",
    analyst_pages: wanted.has("hosted"),
    relay: null,
    version: "0.1.0",
    bundle: "3f1c9a2b77d0",
  } as const;
  render(<App model={partyModel(fakeCore(form === undefined ? SMALL : form, scene), site)} />, root);
}
