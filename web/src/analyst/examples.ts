// Forms to begin with: those in the repository's `examples`.

import employees from "../../../examples/employees/form.json";
import spend from "../../../examples/spend/form.json";
import wages from "../../../examples/wages/form.json";
import type { Form } from "../core/api";

export const EXAMPLES: Record<string, Form> = {
  employees: employees as Form,
  spend: spend as Form,
  wages: wages as Form,
};

export function blank(): Form {
  return {
    title: "",
    questions: [
      {
        id: "question_1",
        text: "",
        answer: { number: { min: 0, max: 1000, statistics: ["sum", "mean"] } },
      },
    ],
  };
}
