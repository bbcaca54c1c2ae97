import { text } from "../text";
import { Notice } from "../ui/parts";

/** Two results with nearly the same people together tell of the few who differ. */
export function NearRound({ round }: { round: number | null | undefined }) {
  return round ? (
    <Notice tone="caution">
      <p>{text.value.report.nearRound(round)}</p>
    </Notice>
  ) : null;
}
