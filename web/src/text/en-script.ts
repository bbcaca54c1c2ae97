import { carry } from "./carrier";
import { en } from "./en";

carry(en);
