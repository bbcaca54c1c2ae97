use super::*;

fn parse(text: &str) -> Result<Form, Vec<FormError>> {
    Form::parse(text)
}

const CELL: &str = r#"{"min":0,"max":9,"statistics":["sum"]}"#;

#[test]
fn a_form_that_is_too_large_is_refused_at_once() {
    let many = |count: usize| vec![r#""x""#; count].join(",");
    let columns = vec![r#"{"title":"x"}"#; 50_000].join(",");
    let table = format!(
        r#"{{"id":"t","title":"T","rows":[{}],"columns":[{columns}],"cell":{CELL}}}"#,
        many(200_000)
    );
    let errors = parse(&format!(r#"{{"title":"T","tables":[{table}]}}"#)).unwrap_err();
    assert!(
        errors[0].problem.contains("cells and questions"),
        "{errors:?}"
    );

    let options: Vec<String> = (0..200).map(|index| format!("\"{index}\"")).collect();
    let options = options.join(",");
    let question = |id: &str| {
        format!(r#"{{"id":"{id}","text":"?","answer":{{"choice":{{"options":[{options}]}}}}}}"#)
    };
    let cross = r#"{"id":"c","title":"C","rows":"a","columns":"b"}"#;
    let (a, b) = (question("a"), question("b"));
    let text = format!(r#"{{"title":"T","questions":[{a},{b}],"cross_tables":[{cross}]}}"#);
    let errors = parse(&text).unwrap_err();
    assert!(errors[0].problem.contains("bins, quotients"), "{errors:?}");
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let cases = [
        (r#"{"title":"T"}"#, "", "needs a table or a question"),
        (
            r#"{"title":"T","questions":[{"id":"a b","text":"?","answer":{"choice":{"options":["x"]}}}]}"#,
            "/questions/0/id",
            "letters, digits",
        ),
        (
            r#"{"title":"T","questions":[{"id":"a","text":"?","answer":{"number":{"min":5,"max":5,"statistics":["mean"]}}}]}"#,
            "/questions/0/answer/number",
            "less than max",
        ),
        (
            r#"{"title":"T","questions":[{"id":"a","text":"?","answer":{"number":{"min":0,"max":5,"statistics":["median"]}}}]}"#,
            "/questions/0/answer/number/bins",
            "need each other",
        ),
        (
            r#"{"title":"T","questions":[{"id":"a","text":"?","answer":{"number":{"min":0,"max":5,"statistics":["sum"]}}}],"rules":[{"zero_if_and_only_if_zero":["a","b"]}]}"#,
            "/rules/0/zero_if_and_only_if_zero",
            "must name tables",
        ),
    ];
    for (text, place, problem) in cases {
        let errors = parse(text).unwrap_err();
        let named = errors
            .iter()
            .any(|error| error.place == place && error.problem.contains(problem));
        assert!(named, "{text}: {errors:?}");
    }
    let unknown = parse(r#"{"title":"T","colour":1}"#).unwrap_err();
    assert!(unknown[0].place.starts_with("line 1"), "{unknown:?}");
}

#[cfg(feature = "schema")]
mod schema {
    use super::*;

    fn schema() -> serde_json::Value {
        serde_json::to_value(schemars::schema_for!(Form)).unwrap()
    }

    #[test]
    fn the_schema_in_the_repository_is_that_of_the_types() {
        let written = include_str!("../../docs/form.schema.json");
        let made = serde_json::to_string_pretty(&schema()).unwrap();
        assert_eq!(
            written.trim_end(),
            made,
            "make it anew: cargo run --example schema --features schema > docs/form.schema.json"
        );
    }

    #[test]
    fn the_examples_keep_to_the_schema_and_what_is_no_form_does_not() {
        let schema = schema();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for text in [
            include_str!("../../examples/wages/form.json"),
            include_str!("../../examples/spend/form.json"),
            include_str!("../../examples/employees/form.json"),
        ] {
            let form: serde_json::Value = serde_json::from_str(text).unwrap();
            let errors: Vec<_> = validator
                .iter_errors(&form)
                .map(|e| e.to_string())
                .collect();
            assert_eq!(errors, Vec::<String>::new());
            for change in [
                |form: &mut serde_json::Value| form["title"] = 7.into(),
                |form: &mut serde_json::Value| form["more"] = 7.into(),
                |form: &mut serde_json::Value| form["minimum"] = serde_json::json!({"cohort": "x"}),
                |form: &mut serde_json::Value| form["rules"] = serde_json::json!([{"equal": []}]),
            ] {
                let mut changed = form.clone();
                change(&mut changed);
                assert!(!validator.is_valid(&changed));
                assert!(Form::parse(&changed.to_string()).is_err());
            }
        }
    }

    #[test]
    fn a_form_may_name_its_schema() {
        let text = r#"{"$schema": "form.schema.json", "title": "A", "questions": [{"id": "a",
            "text": "A?", "answer": {"choice": {"options": ["x", "y"]}}}]}"#;
        let form = Form::parse(text).unwrap();
        let again = serde_json::to_string(&form).unwrap();
        assert!(!again.contains("schema"));
        assert_eq!(Form::parse(&again).unwrap(), form);
    }
}

#[test]
fn the_fewest_of_whom_something_is_shown_are_known() {
    let shown = |cohorts: &str, optional: bool, minimum: &str| {
        let text = format!(
            r#"{{"title": "A", "cohorts": [{cohorts}], "minimum": {{{minimum}}},
            "questions": [{{"id": "a", "text": "A?", "answer": {{"number":
            {{"min": 0, "max": 9, "optional": {optional}, "statistics": ["sum"]}}}}}}]}}"#
        );
        Form::parse(&text).unwrap().fewest_shown()
    };
    let team = r#"{"id": "t", "title": "T", "options": ["x", "y"]}"#;
    assert_eq!(shown("", false, r#""cohort": 2, "cell": 1"#), None);
    assert_eq!(shown(team, false, r#""parties": 6, "cell": 1"#), Some(6));
    assert_eq!(shown(team, true, r#""cohort": 4, "cell": 5"#), Some(4));
    assert_eq!(shown(team, true, r#""cohort": 4, "cell": 1"#), Some(1));
    assert_eq!(shown("", true, r#""parties": 7, "cell": 1"#), Some(1));
}
