// Every text of the pages, in German.

import type { Messages } from "./en";
import { analyst } from "./de-analyst";
import { common } from "./de-common";
import { party } from "./de-party";
import { form } from "./de-form";
import { report } from "./de-report";

export const de: Messages = { ...common, party, form, report, analyst };
