//! Answers as an answers file: what [`Form::read_answers`] reads.

use serde_json::{Map, Value, json};

use super::{Answer, AnswerType, Answers, Decimal, Form, Number};

impl Form {
    /// The answers file of these answers; numbers stand in it as texts.
    #[must_use]
    pub fn write_answers(&self, answers: &Answers) -> String {
        let cohorts: Map<String, Value> = self
            .cohorts
            .iter()
            .zip(&answers.cohort)
            .map(|(dimension, chosen)| {
                (dimension.id.clone(), json!(dimension.options.get(*chosen)))
            })
            .collect();
        let tables: Map<String, Value> = self
            .tables
            .iter()
            .zip(&answers.tables)
            .map(|(table, cells)| {
                let cells: Vec<Value> = table
                    .numbers()
                    .zip(cells)
                    .map(|(number, cell)| cell.map_or(Value::Null, |cell| text(number, cell)))
                    .collect();
                let rows: Vec<&[Value]> = cells.chunks(table.shape().1.max(1)).collect();
                (table.id.clone(), json!(rows))
            })
            .collect();
        let questions: Map<String, Value> = self
            .questions
            .iter()
            .zip(&answers.questions)
            .map(|(question, given)| (question.id.clone(), answer(&question.answer, given)))
            .collect();
        json!({ "cohorts": cohorts, "tables": tables, "questions": questions }).to_string()
    }
}

fn text(number: &Number, value: i128) -> Value {
    Value::String(Decimal::new(value, number.decimals).to_string())
}

fn answer(asked: &AnswerType, given: &Answer) -> Value {
    match (asked, given) {
        (AnswerType::Number(number), Answer::Number(value)) => text(number, *value),
        (AnswerType::Choice(choice), Answer::Choice(place)) => json!(choice.options.get(*place)),
        (AnswerType::Choices(choice), Answer::Choices(chosen)) => {
            let options = choice.options.iter().zip(chosen);
            let chosen = options.filter(|(_, chosen)| **chosen);
            Value::Array(chosen.map(|(option, _)| json!(option)).collect())
        }
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_as_the_same_answers() {
        let form = Form::parse(
            r#"{"title": "All", "cohorts": [{"id": "c", "title": "C", "options": ["x", "y"]}],
            "tables": [{"id": "t", "title": "T", "rows": ["a", "b"],
            "columns": [{"title": "p"}, {"title": "q"}],
            "cell": {"decimals": 2, "min": -9, "max": 9, "optional": true, "statistics": ["sum"]}}],
            "questions": [
            {"id": "n", "text": "N", "answer": {"number": {"min": 0, "max": 9, "statistics": ["sum"]}}},
            {"id": "o", "text": "O", "answer": {"choice": {"options": ["u", "v"], "optional": true}}},
            {"id": "e", "text": "E", "answer": {"choice": {"options": ["u", "v"], "optional": true}}},
            {"id": "m", "text": "M", "answer": {"choices": {"options": ["r", "s", "t"]}}}]}"#,
        )
        .unwrap();
        let answers = Answers {
            cohort: vec![1],
            tables: vec![vec![Some(-125), None, Some(0), Some(900)]],
            questions: vec![
                Answer::Number(7),
                Answer::Choice(1),
                Answer::Empty,
                Answer::Choices(vec![true, false, true]),
            ],
        };
        assert_eq!(form.mistakes(&answers), []);
        let written = form.write_answers(&answers);
        assert_eq!(form.read_answers(&written), Ok(answers));
        assert!(
            written.contains(r#"[["-1.25",null],["0.00","9.00"]]"#),
            "{written}"
        );
    }
}
