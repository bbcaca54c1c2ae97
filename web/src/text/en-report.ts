import type { Section } from "../core/api";

/** Why a submission did not count: the codes of `docs/PROTOCOL.md`. */
export const rejections = {
  analyst_box_unopenable: "the analyst's share was not sealed to the analyst's key",
  analyst_header_mismatch: "the analyst's share belongs to another submission",
  analyst_share_malformed: "the analyst's share is malformed",
  proof_rejected: "the proof that the answers are valid does not hold, says the analyst's side",
  server_box_unopenable: "the server's share was not sealed to the server's key",
  server_header_mismatch: "the server's share belongs to another submission",
  server_share_malformed: "the server's share is malformed",
  verifier_message_rejected: "the proof that the answers are valid does not hold, says the server's side",
};

export type RejectionCode = keyof typeof rejections;

const STATISTICS: Record<string, string> = {
  count: "count",
  sum: "sum",
  mean: "mean",
  population_deviation: "standard deviation (population)",
  sample_deviation: "standard deviation (sample)",
  histogram: "histogram",
  median: "median (from the histogram)",
  quartiles: "quartiles (from the histogram)",
};

const OTHERS: Record<string, string> = {
  tally: "participants",
  cross_table: "participants",
  ratio_of_sums: "ratio of sums",
  mean_of_ratios: "mean of ratios",
};

export const report = {
  figures: ({ figures, unit }: Section): string => {
    const name = typeof figures === "object" ? STATISTICS[figures.statistic] : OTHERS[figures];
    return unit ? `${name}, in ${unit}` : `${name}`;
  },
  everybody: "Everybody",
  nearRound: (round: number) =>
    `Nearly the same people take part in this round as in round ${round}: the difference of the two results is about fewer of them than the minimum, and may be one participant's value.`,
  sum: "The sum is",
  over: (parties: string) => `Over ${parties}.`,
  groupsFrom: (minimum: number) => `A group has figures from ${minimum} participants on.`,
  tooFew: "too few",
  none: "no figure",
  notShown: "not shown",
  suppressed: "Too few took part in this group, or its figures would tell those of a group that is too small.",
  whyHidden: (minimum: number) =>
    `“Too few”: fewer than ${minimum} of the group gave it, or it would tell such a figure together with others.`,
  compared: "Groups compared",
  barIsParties: "The length of a bar is a number of participants.",
  barIsFigure: "The length of a bar is the figure beside it.",
  whiskers: "Whiskers reach one standard deviation to both sides.",
  /** Headers that Rust gives where the form has none. */
  headers: {
    parties: "participants",
    quotient: "quotient",
    lower: "lower",
    upper: "upper",
  } as Record<string, string>,
  bin: (from: string, to: string) => `${from} to ${to}`,
  withOthers: (group: string, others: string) => `${group} (with ${others})`,
  rejections: rejections as Record<string, string>,
  noReason: "The server does not say why.",
  rejectedTitle: "Submissions that did not count",
  noResult: "There is no result, and there will be none",
  tooFewAccepted: (accepted: number, minimum: number) =>
    `${accepted} submissions were valid, and ${minimum} are needed.`,
  tooManyRejected: (rejected: number, maximum: number) =>
    `${rejected} submissions were invalid, and at most ${maximum} may be.`,
};
