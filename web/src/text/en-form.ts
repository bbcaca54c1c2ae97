// What a form says while it is filled in: on the page for input parties, and to an analyst who writes it.

export const form = {
  number: "Your number",
  numberHint: (min: string, max: string) => `A whole number from ${min} to ${max}`,
  groups: "Your group",
  groupsHint: "Server and analyst see which group a sealed submission belongs to.",
  groupFixed: "Fixed by your invitation.",
  choose: "Choose …",
  noAnswer: "No answer",
  several: "Choose as many as apply.",
  questionsTitle: "Questions",
  pasted: (cells: string) => `${cells} pasted.`,
  pastedBeyond: (cells: string) => `${cells} did not fit into the table.`,
  understood: "understood as",
  doubt: "Unusually large. Is it right?",
  errorsTitle: (count: number) =>
    count === 1 ? "One thing to put right" : `${count} things to put right`,
  errorsMore: (count: number) => `and ${count} more`,
};
