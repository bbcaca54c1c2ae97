//! Answers while a person fills them in: what is wrong, what is worth a second look, and what was
//! understood where that reads differently from what was typed.

use serde::Serialize;
use serde_json::Value;

use super::answers::{cell_place, mistake, read_value, text_of};
use super::wording::unreadable;
use super::{Answer, Decimal, Form, FormError, Number};

/// What is said beside a number that the form wants a second look at.
const SUSPICIOUS: &str = "is unusually large: please check it";

/// What a look at unfinished answers finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Why they cannot be sent as they are; the places are JSON pointers into them.
    pub errors: Vec<FormError>,
    /// Numbers that are allowed and unusually large.
    pub warnings: Vec<FormError>,
    /// For each place with a number that was typed in another way: how it was understood.
    pub understood: Vec<(String, Decimal)>,
}

impl Form {
    /// Looks at an answers file, finished or not.
    pub fn review(&self, json: &str) -> Result<Review, FormError> {
        let read: Result<Value, _> = serde_json::from_slice(json.as_bytes());
        let value = read.map_err(|error| unreadable(&error))?;
        let (answers, mut errors) = read_value(self, &value);
        if errors.is_empty() {
            errors = self.mistakes(&answers);
        }
        let (warnings, understood) = (Vec::new(), Vec::new());
        let mut review = Review {
            errors,
            warnings,
            understood,
        };
        for (table, cells) in self.tables.iter().zip(&answers.tables) {
            for (place, (number, cell)) in table.numbers().zip(cells).enumerate() {
                if let Some(cell) = cell {
                    review.number(&value, cell_place(table, place), number, *cell);
                }
            }
        }
        for (question, answer) in self.questions.iter().zip(&answers.questions) {
            if let (Some(number), Answer::Number(given)) = (question.answer.number(), answer) {
                review.number(
                    &value,
                    format!("/questions/{}", question.id),
                    number,
                    *given,
                );
            }
        }
        Ok(review)
    }
}

impl Review {
    fn number(&mut self, typed: &Value, place: String, number: &Number, given: i128) {
        if number.is_suspicious(given) {
            self.warnings.push(mistake(place.clone(), &SUSPICIOUS));
        }
        let understood = Decimal::new(given, number.decimals);
        let typed = typed.pointer(&place).and_then(|typed| text_of(typed).ok());
        if typed.is_none_or(|typed| typed.trim() != understood.to_string()) {
            self.understood.push((place, understood));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form::parse(
            r#"{"title": "Pay", "tables": [{"id": "pay", "title": "Pay", "rows": ["a", "b"],
            "columns": [{"title": "x"}], "cell": {"decimals": 2, "min": 0, "max": 900,
            "warn_above": 100, "statistics": ["sum"]}}],
            "questions": [{"id": "size", "text": "How many?", "answer": {"number":
            {"min": 0, "max": 50, "warn_above": 40, "statistics": ["sum"]}}}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn what_is_wrong_does_not_hide_what_is_suspicious() {
        let typed = r#"{"tables": {"pay": [["500"], ["x"]]}, "questions": {"size": "041"}}"#;
        let review = form().review(typed).unwrap();
        let places = |found: &[FormError]| -> Vec<String> {
            found.iter().map(|found| found.place.clone()).collect()
        };
        assert_eq!(places(&review.errors), ["/tables/pay/1/0"]);
        assert_eq!(
            places(&review.warnings),
            ["/tables/pay/0/0", "/questions/size"]
        );
        let understood: Vec<String> = review
            .understood
            .iter()
            .map(|(place, number)| format!("{place} {number}"))
            .collect();
        assert_eq!(understood, ["/tables/pay/0/0 500.00", "/questions/size 41"]);
    }

    #[test]
    fn what_was_typed_as_it_is_understood_is_not_repeated() {
        let typed = r#"{"tables": {"pay": [["5.00"], ["0.00"]]}, "questions": {"size": "4"}}"#;
        let review = form().review(typed).unwrap();
        assert_eq!((review.errors, review.warnings), (Vec::new(), Vec::new()));
        assert_eq!(review.understood, []);
        assert!(form().review("{").is_err());
        assert!(!form().review("{}").unwrap().errors.is_empty());
    }
}
