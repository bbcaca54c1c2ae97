import type { Section } from "../core/api";

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
    return unit ? `${name} (${unit})` : `${name}`;
  },
  everybody: "Everybody",
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
  rejectedTitle: "Submissions that did not count",
  noResult: "There is no result, and there will be none",
  tooFewAccepted: (accepted: number, minimum: number) =>
    `${accepted} submissions were valid, and ${minimum} are needed.`,
  tooManyRejected: (rejected: number, maximum: number) =>
    `${rejected} submissions were invalid, and at most ${maximum} may be.`,
};
