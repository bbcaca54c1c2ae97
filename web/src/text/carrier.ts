// How texts that are a script of their own come to the page: by the element that loads them.

import type { Messages } from ".";

export interface Carrier extends HTMLScriptElement {
  texts?: Messages;
}

/** Called by such a script while it runs. */
export function carry(texts: Messages): void {
  (document.currentScript as Carrier).texts = texts;
}
