import { generate } from "lean-qr";
import { toSvgPath } from "lean-qr/extras/svg";
import { useMemo } from "preact/hooks";

/** A link as a picture: black on white in every colour scheme, as cameras want it. */
export function Qr({ value, label }: { value: string; label: string }) {
  const code = useMemo(() => generate(value), [value]);
  return (
    <svg class="qr" viewBox={`-4 -4 ${code.size + 8} ${code.size + 8}`} role="img" aria-label={label}>
      <rect x="-4" y="-4" width={code.size + 8} height={code.size + 8} fill="#fff" />
      <path d={toSvgPath(code)} fill="#000" />
    </svg>
  );
}
