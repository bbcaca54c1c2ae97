use super::*;

fn form() -> Form {
    Form::parse(
        r#"{
          "title": "Pay", "description": "Once a year.",
          "tables": [{"id": "a", "title": "People", "rows": ["Women"],
            "columns": [{"title": "All"}, {"title": "New"}],
            "cell": {"min": 0, "max": 100, "optional": true, "statistics": ["sum"]}}],
          "questions": [
            {"id": "mean", "text": "Mean pay?", "answer": {"number": {"decimals": 2, "min": 1, "max": 500,
              "warn_above": 200, "unit": "USD", "hint": "Without bonus.", "statistics": ["sum"]}}},
            {"id": "union", "text": "Union?", "answer": {"choice": {"options": ["Yes", "No"], "optional": true}}},
            {"id": "perks", "text": "Which?", "answer": {"choices": {"options": ["Health", "Pension"]}}}
          ],
          "cohorts": [{"id": "industry", "title": "Industry", "options": ["Finance", "Other"]}]
        }"#,
    )
    .unwrap()
}

fn run(form: &Form, typed: &str) -> (io::Result<Answers>, String) {
    let mut shown = Vec::new();
    let answers = ask(form, &mut typed.as_bytes(), &mut shown);
    (answers, String::from_utf8(shown).unwrap())
}

#[test]
fn questions_are_asked_one_by_one() {
    let (answers, shown) = run(&form(), "2\n7\n\n12.50\nyes\n1; pension\n");
    assert!(
        answers.unwrap()
            == Answers {
                cohort: vec![1],
                tables: vec![vec![Some(7), None]],
                questions: vec![
                    Answer::Number(1250),
                    Answer::Choice(0),
                    Answer::Choices(vec![true, true]),
                ],
            }
    );
    assert_eq!(
        shown,
        "Pay\nOnce a year.\n\
         \nIndustry\n  1. Finance\n  2. Other\nOne number or title: \
         \nPeople\nWomen, All\nFrom 0 to 100, or nothing: Women, New\nFrom 0 to 100, or nothing: \
         \nMean pay?\n  Without bonus.\nFrom 1 to 500 USD, 2 decimals: \
         \nUnion?\n  1. Yes\n  2. No\nOne number or title, or nothing: \
         \nWhich?\n  1. Health\n  2. Pension\nAny numbers or titles, with semicolons between them, or nothing: "
    );
}

#[test]
fn wrong_answers_are_explained_and_asked_again() {
    let typed = "\n3\nfinance\n101\n\n\nx\n0.001\n300\n\n300\nn\n300\nY\n\n9\n\n";
    let (answers, shown) = run(&form(), typed);
    let answers = answers.unwrap();
    assert!(answers.cohort == [0]);
    assert!(answers.questions[0] == Answer::Number(30000));
    assert!(answers.questions[1] == Answer::Empty);
    assert!(answers.questions[2] == Answer::Choices(vec![false, false]));
    for said in [
        "  The answer is empty, and must not be.\n",
        "  The answer must be one of: Finance, Other.\n",
        "  The answer must be from 0 to 100.\n",
        "  The answer is not a number in digits, such as 500.\n",
        "  The answer has more than 2 digits behind the point.\n",
        "  The answer must be one of: Health, Pension.\n",
    ] {
        assert_eq!(shown.matches(said).count(), 1, "{said}");
    }
    assert_eq!(
        shown
            .matches("unusually large. Is it right? [y/N] ")
            .count(),
        3
    );
}

#[test]
fn the_end_of_the_input_is_an_error() {
    let (answers, _) = run(&form(), "2\n7\n");
    assert_eq!(answers.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    let (answers, _) = run(&form(), &"9".repeat(100_000));
    assert_eq!(answers.unwrap_err().kind(), io::ErrorKind::InvalidData);
}

#[test]
fn broken_rules_ask_everything_again() {
    let form = Form::parse(
        r#"{"title": "Pay", "questions": [
            {"id": "a", "text": "A?", "answer": {"number": {"min": 0, "max": 9, "statistics": ["sum"]}}},
            {"id": "b", "text": "B?", "answer": {"number": {"min": 0, "max": 9, "statistics": ["sum"]}}}
          ], "rules": [{"zero_if_and_only_if_zero": ["a", "b"]}]}"#,
    )
    .unwrap();
    let (answers, shown) = run(&form, "0\n1\n2\n1\n");
    assert!(answers.unwrap().questions == [Answer::Number(2), Answer::Number(1)]);
    assert!(
        shown.contains("These answers do not fit together:\n  /questions/a: must be zero"),
        "{shown}"
    );
}

#[test]
fn consent_shows_all_that_is_sent() {
    let (answers, _) = run(&form(), "2\n7\n\n12.5\n\n\n");
    let asker = Asker {
        min_parties: 3,
        computation: "20240501",
        analyst: "apple-bear",
        server: "wss://example.org",
    };
    assert_eq!(
        consent(&form(), &asker, &answers.unwrap()),
        "Pay (computation 20240501)\nOnce a year.\n\
         \nWho learns what:\n\
         \x20 Analyst apple-bear learns totals, and what the form asks to be made of them, of at least 3 \
         parties together.\n\
         \x20 The same of each group of at least 3 parties. Analyst and server see which group you are in.\n\
         \x20 What may be left empty is shown of a group only if at least 3 parties of it gave it. Analyst \
         and server see how many did, not who.\n\
         \x20 Server wss://example.org computes with the analyst. Neither of them alone can read an answer; \
         both together could.\n\
         \nWhat is sent, in two sealed shares but for the group:\n\
         \x20 Industry: Other (not sealed: both see it)\n\
         \x20 People\n    Women, All: 7\n    Women, New: nothing\n\
         \x20 Mean pay? 12.50 USD\n\
         \x20 Union? nothing\n\
         \x20 Which? none of them\n"
    );
    let mut shown = Vec::new();
    assert!(agreed(&mut &b"Yes\n"[..], &mut shown).unwrap());
    assert!(!agreed(&mut &b"\n"[..], &mut shown).unwrap());
    assert!(is_short(&form()));
}

#[test]
fn consent_says_where_one_party_may_be_shown_alone() {
    let told = |min_parties: u64, cohort: u64, cell: u64| {
        let (answers, _) = run(&form(), "2\n7\n\n12.5\n\n\n");
        let mut form = form();
        form.minimum.cohort = Some(cohort);
        form.minimum.cell = Some(cell);
        let asker = Asker {
            min_parties,
            computation: "c",
            analyst: "a",
            server: "s",
        };
        let text = consent(&form, &asker, &answers.unwrap());
        (
            text.contains("A group of one party is shown too"),
            text.contains("even if you alone of it gave it"),
        )
    };
    assert_eq!(told(3, 3, 3), (false, false));
    assert_eq!(told(3, 3, 1), (false, true));
    assert_eq!(told(3, 1, 2), (true, false));
    assert_eq!(told(1, 3, 3), (true, false));
}

#[test]
fn a_form_does_not_move_the_cursor() {
    let mut form = form();
    form.title = "Pay\u{1b}[2J\r\nNobody learns".to_owned();
    form.cohorts[0].options[1] = "\u{202E}Other".to_owned();
    let (answers, shown) = run(&form, "2\n7\n\n12.5\n\n\n");
    assert!(
        shown.starts_with("Pay\u{fffd}[2J  Nobody learns\n"),
        "{shown}"
    );
    let asker = Asker {
        min_parties: 3,
        computation: "c",
        analyst: "a",
        server: "s",
    };
    let text = consent(&form, &asker, &answers.unwrap());
    assert!(
        text.starts_with("Pay\u{fffd}[2J  Nobody learns (computation c)\n"),
        "{text}"
    );
    assert!(text.contains("Industry: \u{fffd}Other"), "{text}");
}
