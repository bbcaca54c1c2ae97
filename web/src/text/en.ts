// Every text of the pages, in English. `de.ts` has the same members; a missing one is a type error.

import { common } from "./en-common";
import { party } from "./en-party";
import { analyst } from "./en-analyst";
import { form } from "./en-form";
import { report } from "./en-report";

export const en = { ...common, party, form, report, analyst };
export type Messages = typeof en;
