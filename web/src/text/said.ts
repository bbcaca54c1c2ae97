// Texts of Rust in another language. Rust says what is wrong in one sentence of English; what it puts
// into a sentence is found again by the sentence around it.

/** What Rust says of a place that must not be empty. */
export const EMPTY = "is empty, and must not be";

interface Sentence {
  pattern: RegExp;
  translated: string;
}

const PLACE = /\{(\d)\}/g;

/**
 * Says in another language what stands in a catalogue of sentences: its keys have {1}, {2} .. where
 * something is put in, which is itself looked up; `unknown` says what of that is not in it. A whole text
 * that is not in it stays as it is.
 */
export function translator(
  catalogue: Record<string, string>,
  unknown: (part: string) => string = (part) => part,
): (said: string) => string {
  const plain = new Map<string, string>();
  const sentences: Sentence[] = [];
  for (const [sentence, translated] of Object.entries(catalogue)) {
    if (sentence.includes("{1}")) {
      sentences.push({ pattern: patternOf(sentence), translated });
    } else {
      plain.set(sentence, translated);
    }
  }
  // The more words a sentence has of its own, the less it takes another one's for its own.
  sentences.sort((a, b) => own(b) - own(a));
  const translate = (said: string, depth = 0): string => {
    const whole = plain.get(said);
    if (whole !== undefined) {
      return whole;
    }
    for (const { pattern, translated } of depth > 2 ? [] : sentences) {
      const found = pattern.exec(said);
      if (found) {
        return translated.replace(PLACE, (_, place: string) =>
          translate(found.groups?.[`p${place}`] ?? "", depth + 1),
        );
      }
    }
    return depth === 0 ? said : unknown(said);
  };
  return (said) => translate(said);
}

function patternOf(sentence: string): RegExp {
  const seen = new Set<string>();
  const source = sentence
    .split(PLACE)
    .map((part, index) => {
      if (index % 2 === 0) {
        return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      }
      if (seen.has(part)) {
        return `\\k<p${part}>`;
      }
      seen.add(part);
      return `(?<p${part}>.+?)`;
    })
    .join("");
  return new RegExp(`^${source}$`, "su");
}

function own({ pattern }: Sentence): number {
  return pattern.source.replace(/\(\?<p\d>\.\+\?\)/g, "").length;
}
