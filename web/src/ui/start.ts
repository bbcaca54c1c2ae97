import type { VNode } from "preact";
import { render } from "preact";

import { begin } from "../text";
import { isCurrent } from "./core";
import { askSite, type Site } from "./site";

/**
 * Draws a page once it can speak. Where it cannot, its HTML says so by itself, in every language: such
 * a class shows what.
 */
export async function start(page: (site: Site) => Promise<VNode>): Promise<void> {
  const root = document.getElementById("app");
  if (!root || !isCurrent()) {
    document.documentElement.classList.add("old");
    return;
  }
  const site = askSite();
  try {
    await begin();
  } catch {
    document.documentElement.classList.add("cut");
    return;
  }
  const drawn = await page(await site);
  root.replaceChildren();
  render(drawn, root);
}
