//! Files that say what is asked, and what is answered.

use web_mpc::form::Form;

const FORM: &str = r#"{
  "title": "T",
  "tables": [{"id": "pay", "title": "Pay", "rows": ["a", "b"],
    "columns": [{"title": "X", "columns": [{"title": "x"}, {"title": "y"}]}],
    "cell": {"decimals": 2, "min": "-1", "max": "99.5", "optional": true, "statistics": ["mean"]}}],
  "questions": [
    {"id": "size", "text": "Size?", "answer": {"number": {"min": 0, "max": 9, "statistics": ["sum"]}}},
    {"id": "union", "text": "Union?", "answer": {"choice": {"options": ["yes", "no"], "optional": true}}},
    {"id": "perks", "text": "Perks?", "answer": {"choices": {"options": ["a", "b"]}}}
  ],
  "cohorts": [{"id": "team", "title": "Team", "options": ["Red", "Blue"]}]
}"#;

/// A form that is taken is the same after it was written, and has no mistake.
pub fn form(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    match Form::parse(text) {
        Ok(form) => {
            assert!(form.errors().is_empty());
            let written = serde_json::to_string(&form).expect("texts, numbers and lists");
            let again = Form::parse(&written).expect("what was taken");
            assert_eq!((again.hash(), &again), (form.hash(), &form));
        }
        Err(errors) => assert!(!errors.is_empty()),
    }
}

/// Answers that are taken keep to the form, and are the same after they were written.
pub fn answers(data: &[u8]) {
    let form = Form::parse(FORM).expect("a form");
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let _review = form.review(text);
    match form.read_answers(text) {
        Ok(answers) => {
            assert!(form.mistakes(&answers).is_empty());
            let written = form.write_answers(&answers);
            let again = form.read_answers(&written).expect("what was taken");
            assert!(again == answers);
        }
        Err(errors) => assert!(!errors.is_empty()),
    }
}
