//! What is written is read.

use proptest::prelude::*;

use super::*;
use crate::form::{
    AnswerType, Choice, Column, Dimension, Exception, Minimum, Number, Presence, Question,
    SheetMapping, Statistic, Table,
};
use crate::spreadsheet::layout::depth;

fn text() -> impl Strategy<Value = String> {
    "[\\PC]{0,40}[a-zA-Zäß&<>\"'=_;,x0-9]"
}

fn number() -> impl Strategy<Value = Number> {
    let most = 1_i128 << 50;
    (0_u8..=9, -most..most, 1..most, any::<bool>(), text()).prop_map(
        move |(decimals, min, width, optional, hint)| Number {
            decimals,
            min: crate::form::Decimal::new(min, decimals),
            max: crate::form::Decimal::new((min + width).min(most), decimals),
            warn_above: None,
            optional,
            unit: hint.chars().take(10).collect(),
            hint,
            statistics: vec![Statistic::Sum],
            bins: Vec::new(),
        },
    )
}

fn columns() -> impl Strategy<Value = Vec<Column>> {
    let leaf = text().prop_map(|title| Column {
        title,
        columns: Vec::new(),
    });
    let column = leaf.prop_recursive(2, 8, 3, |inner| {
        (text(), prop::collection::vec(inner, 0..3))
            .prop_map(|(title, columns)| Column { title, columns })
    });
    prop::collection::vec(column, 1..3)
}

fn options() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-z ,.=&]{1,80}", 2..5).prop_map(|options| {
        let numbered = options.into_iter().enumerate();
        numbered
            .map(|(index, text)| format!("{index}{text}"))
            .collect()
    })
}

fn table() -> impl Strategy<Value = Table> {
    let rows = prop::collection::vec(text(), 1..4);
    let place = prop::option::of((0_u32..5, 0_u32..30));
    (text(), rows, columns(), number(), number(), place).prop_map(
        |(title, rows, columns, cell, other, place)| {
            let mut table = Table {
                id: String::new(),
                title,
                rows,
                columns,
                cell,
                exceptions: vec![Exception {
                    row: 0,
                    column: 0,
                    cell: other,
                }],
                spreadsheet: None,
            };
            table.spreadsheet = place.map(|(row, column)| SheetMapping {
                sheet: String::new(),
                first_cell: layout::address(depth(&table) + row, 1 + column),
            });
            table
        },
    )
}

fn answer() -> impl Strategy<Value = AnswerType> {
    prop_oneof![
        number().prop_map(AnswerType::Number),
        (options(), any::<bool>())
            .prop_map(|(options, optional)| AnswerType::Choice(Choice { options, optional })),
        options().prop_map(|options| AnswerType::Choices(Choice {
            options,
            optional: false
        })),
    ]
}

fn form() -> impl Strategy<Value = Form> {
    let tables = prop::collection::vec(table(), 0..4);
    let questions = prop::collection::vec((text(), answer()), 1..4);
    let cohorts = prop::collection::vec((text(), options()), 0..3);
    (text(), tables, questions, cohorts).prop_map(|(title, mut tables, questions, cohorts)| {
        for (index, table) in tables.iter_mut().enumerate() {
            table.id = format!("t{index}");
            if let Some(mapping) = &mut table.spreadsheet {
                mapping.sheet = format!("Sheet {index}");
            }
        }
        let questions = questions.into_iter().enumerate();
        let cohorts = cohorts.into_iter().enumerate();
        Form {
            schema: None,
            title,
            description: String::new(),
            tables,
            questions: questions
                .map(|(index, (text, answer))| Question {
                    id: format!("q{index}"),
                    text,
                    answer,
                })
                .collect(),
            cohorts: cohorts
                .map(|(index, (title, options))| Dimension {
                    id: format!("c{index}"),
                    title,
                    options,
                    merge: None,
                })
                .collect(),
            ratios: Vec::new(),
            cross_tables: Vec::new(),
            rules: Vec::new(),
            minimum: Minimum::default(),
            presence: Presence::default(),
        }
    })
}

/// Answers within their bounds, from a few numbers.
fn answers(form: &Form, seeds: &[u64]) -> Answers {
    let mut seeds = seeds.iter().cycle().copied();
    let mut seed = || seeds.next().unwrap();
    let value = |number: &Number, seed: u64| {
        let (min, max) = number.range().unwrap();
        let empty = number.optional && seed.is_multiple_of(5);
        (!empty).then(|| min + i128::from(seed) % (max - min + 1))
    };
    let pick = |options: &[String], seed: u64| usize::try_from(seed).unwrap() % options.len();
    Answers {
        cohort: form
            .cohorts
            .iter()
            .map(|cohort| pick(&cohort.options, seed()))
            .collect(),
        tables: form
            .tables
            .iter()
            .map(|table| {
                table
                    .numbers()
                    .map(|number| value(number, seed()))
                    .collect()
            })
            .collect(),
        questions: form
            .questions
            .iter()
            .map(|question| match &question.answer {
                AnswerType::Number(number) => {
                    value(number, seed()).map_or(Answer::Empty, Answer::Number)
                }
                AnswerType::Choice(choice) if choice.optional && seed().is_multiple_of(3) => {
                    Answer::Empty
                }
                AnswerType::Choice(choice) => Answer::Choice(pick(&choice.options, seed())),
                AnswerType::Choices(choice) => {
                    let chosen = choice.options.iter().map(|_| seed().is_multiple_of(2));
                    Answer::Choices(chosen.collect())
                }
            })
            .collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn answers_come_back(form in form(), seeds in prop::collection::vec(any::<u64>(), 1..20)) {
        prop_assert_eq!(form.errors(), Vec::new());
        let answers = answers(&form, &seeds);
        prop_assert_eq!(form.mistakes(&answers), Vec::new());
        let bytes = filled(&form, VERSION, &answers).unwrap();
        let read = read(&form, VERSION, "answers.xlsx", &bytes);
        prop_assert!(read.as_ref() == Ok(&answers), "{:?}", read.map(|_| "other answers"));
    }

    #[test]
    fn no_bytes_crash_it(bytes in prop::collection::vec(any::<u8>(), 0..300), end in 0_usize..400) {
        let form = everything();
        for name in ["a.csv", "a.xlsx", "a.ods"] {
            drop(read(&form, VERSION, name, &bytes));
        }
        // A file that was cut, and one in which something else stands at its end.
        let whole = filled(&form, VERSION, &everything_answered()).unwrap();
        let cut = whole.len().saturating_sub(end * 20);
        drop(read(&form, VERSION, "a.xlsx", &whole[..cut]));
        let broken = [&whole[..cut], &bytes, &whole[cut..]].concat();
        drop(read(&form, VERSION, "a.xlsx", &broken));
    }
}

#[test]
fn every_kind_of_answer_comes_back() {
    let form = everything();
    let bytes = filled(&form, VERSION, &everything_answered()).unwrap();
    assert!(read(&form, VERSION, "A.XLSX", &bytes) == Ok(everything_answered()));
    // The content decides between the two formats.
    assert!(read(&form, VERSION, "a.ods", &bytes) == Ok(everything_answered()));
}

#[test]
fn the_same_form_gives_the_same_bytes() {
    let form = everything();
    let first = template(&form, VERSION).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert_eq!(first, template(&form, VERSION).unwrap());
}

#[test]
fn an_empty_template_says_what_is_missing() {
    let form = everything();
    let bytes = template(&form, VERSION).unwrap();
    let missing = "is empty, and must not be";
    let expected: Vec<String> = [
        "Both!B3",
        "Both!E3",
        "Both!B4",
        "Both!E4",
        "A-B- -all-!B3",
        "Questions!B2",
        "Questions!B3",
    ]
    .iter()
    .map(|place| format!("{place}: {missing}"))
    .collect();
    let found = complaint(&form, "a.xlsx", &bytes);
    let found: Vec<&str> = found.lines().collect();
    // A cohort has no empty answer: its options are named.
    assert_eq!(found, expected);
}

#[test]
fn default_sheets_have_legal_names_of_their_own() {
    let mut form = everything();
    for table in &mut form.tables {
        table.title = "Questions".to_owned();
        table.spreadsheet = None;
    }
    let names = |form: &Form| -> Vec<String> {
        let mappings = mappings(form).into_iter();
        mappings.map(|mapping| mapping.sheet).collect()
    };
    assert_eq!(names(&form), ["Questions 2", "Questions 3", "Questions 4"]);
    for table in &mut form.tables {
        table.title = "'😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀'".to_owned();
    }
    let long = names(&form);
    assert!(
        long.iter().all(|name| name.encode_utf16().count() <= 31),
        "{long:?}"
    );
    assert!(template(&form, VERSION).is_ok());
    assert_eq!(mappings(&form)[0].first_cell, "B3");
}

#[test]
fn a_form_that_does_not_fit_is_named() {
    let mut form = everything();
    form.tables[0].spreadsheet.as_mut().unwrap().first_cell = "B1".to_owned();
    form.tables[1].spreadsheet.as_mut().unwrap().first_cell = "XFD1048576".to_owned();
    form.tables[2].spreadsheet = Some(SheetMapping {
        sheet: "questions".to_owned(),
        first_cell: "B2".to_owned(),
    });
    assert_eq!(
        template(&form, VERSION).unwrap_err().to_string(),
        "the form does not fit on sheets: \
         /tables/0/spreadsheet: first_cell must be B2 or further: headers stand above it and to its left\n\
         /tables/1/spreadsheet: the table does not fit on the sheet from first_cell on\n\
         /tables/2/spreadsheet: the name questions is kept: choose another for the sheet"
    );
    let mut form = everything();
    form.tables[1].spreadsheet.as_mut().unwrap().first_cell = "C4".to_owned();
    let said = template(&form, VERSION).unwrap_err().to_string();
    assert!(
        said.ends_with("/tables/1/spreadsheet: overlaps the table a with its headers"),
        "{said}"
    );
}
