import { carry } from "./carrier";
import { de } from "./de";

carry(de);
