// The texts of one language, as a page that is served loads them: a script of their own for each, which
// nobody loads who speaks another one. Import maps would have to stand within the page to say what a
// module must be; an element of the page says it of a script.

import type { Language, Messages } from ".";
import { trusted } from "../ui/trusted";
import type { Carrier } from "./carrier";
import { SCRIPTS, type Script } from "./scripts";

export async function texts(language: Language): Promise<Messages> {
  const scripts = SCRIPTS[language];
  if (!scripts) {
    throw new Error(`this page was built without texts in ${language}`);
  }
  return carried(scripts.begin);
}

/** The same with what is said of spreadsheets; nothing where that is not apart. */
export async function withSheets(language: Language): Promise<Messages | null> {
  const more = SCRIPTS[language]?.sheets;
  return more ? carried(more) : null;
}

function carried({ path, integrity }: Script): Promise<Messages> {
  const script: Carrier = document.createElement("script");
  const loaded = new Promise<Messages>((resolve, reject) => {
    const lost = () => reject(new Error(`${path} did not come whole`));
    script.addEventListener("error", lost);
    script.addEventListener("load", () => (script.texts ? resolve(script.texts) : lost()));
  });
  script.integrity = integrity;
  // The header `integrity-policy` asks for it as well.
  script.crossOrigin = "anonymous";
  script.src = trusted(path);
  document.head.append(script);
  return loaded.finally(() => script.remove());
}
