import type { Form } from "../../src/core/api";

const AGES = ["under 30", "30 to 49", "50 and over"].map((title) => ({ title }));

/** Nested headers, groups, every kind of question. */
export const SMALL: Form = {
  title: "Pay in our trade",
  description: "How many people are employed and what they are paid, by occupation and age.",
  cohorts: [{ id: "industry", title: "Industry", options: ["Finance", "Health", "Manufacturing"] }],
  tables: [
    {
      id: "women",
      title: "Women employed",
      rows: ["Executives", "Managers", "Professionals", "Technicians", "Service workers"],
      columns: [
        { title: "Full time", columns: AGES },
        { title: "Part time", columns: AGES },
      ],
      cell: { min: 0, max: 5000, warn_above: 900, statistics: ["sum"], hint: "people on 1 January" },
    },
  ],
  questions: [
    { id: "size", text: "How many people work for you?", answer: { number: { min: 1, max: 100_000, statistics: ["mean"], unit: "people" } } },
    { id: "council", text: "Is there a works council?", answer: { choice: { options: ["Yes", "No", "Planned"] } } },
    { id: "benefits", text: "Which benefits do you offer?", answer: { choices: { options: ["Health plan", "Pension", "Child care"] } } },
  ],
};

/** The same, where cells may be left empty. */
export const OPTIONAL: Form = {
  ...SMALL,
  tables: (SMALL.tables ?? []).map((table) => ({ ...table, cell: { ...table.cell, optional: true } })),
};

/** The same, where it is seen of everybody which cells these are. */
export const SHOWN: Form = { ...OPTIONAL, presence: "public" };
