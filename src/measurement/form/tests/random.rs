//! Random forms and random answers that they take.

use rand::RngExt;
use rand::rngs::StdRng;

use crate::form::{
    Answer, AnswerType, Answers, Choice, Column, CrossTable, Decimal, Dimension, Exception, Form,
    Merge, Minimum, Number, Presence, Question, Ratio, RatioOf, Rule, Statistic, Table,
};

/// Any form that passes its check.
pub(super) fn form(rng: &mut StdRng) -> Form {
    let mut form = Form {
        schema: None,
        title: "A form".to_owned(),
        description: String::new(),
        tables: Vec::new(),
        questions: Vec::new(),
        cohorts: Vec::new(),
        ratios: Vec::new(),
        cross_tables: Vec::new(),
        rules: Vec::new(),
        minimum: Minimum {
            parties: None,
            cohort: Some(rng.random_range(1..=4)),
            cell: *[None, Some(1), Some(3)]
                .get(rng.random_range(0..3))
                .unwrap(),
        },
        presence: Presence::Counted,
    };
    for index in 0..rng.random_range(0..=2) {
        form.tables.push(table(&format!("table{index}"), rng));
    }
    for index in 0..rng.random_range(1..=4) {
        let id = format!("question{index}");
        form.questions.push(Question {
            text: format!("Question {index}?"),
            id,
            answer: answer_type(rng),
        });
    }
    for index in 0..rng.random_range(0..=2) {
        form.cohorts.push(Dimension {
            id: format!("dimension{index}"),
            title: format!("Dimension {index}"),
            options: options(rng.random_range(2..=3)),
            merge: None,
        });
        if rng.random() {
            let dimension = &mut form.cohorts[index];
            let mut options = dimension.options.clone();
            let into = options.remove(rng.random_range(0..options.len()));
            options.truncate(rng.random_range(1..=2));
            dimension.merge = Some(Merge { into, options });
        }
    }
    connect(&mut form, rng);
    if !form.errors().is_empty() {
        // A deviation of two.
        form.minimum.cohort = Some(3);
    }
    if rng.random() {
        form.presence = Presence::Public;
        if !form.errors().is_empty() {
            form.presence = Presence::Counted;
        }
    }
    form
}

fn options(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("Option {index}")).collect()
}

fn table(id: &str, rng: &mut StdRng) -> Table {
    let columns = vec![
        Column {
            title: "Pair".to_owned(),
            columns: ["Left", "Right"]
                .map(|title| Column {
                    title: title.to_owned(),
                    columns: Vec::new(),
                })
                .to_vec(),
        },
        Column {
            title: "Single".to_owned(),
            columns: Vec::new(),
        },
    ];
    let columns = if rng.random() {
        columns
    } else {
        columns[1..].to_vec()
    };
    let exceptions = if rng.random() {
        let cell = number(rng);
        vec![Exception {
            row: 0,
            column: 0,
            cell,
        }]
    } else {
        Vec::new()
    };
    Table {
        id: id.to_owned(),
        title: id.to_owned(),
        rows: (0..rng.random_range(1..=2))
            .map(|row| format!("Row {row}"))
            .collect(),
        columns,
        cell: number(rng),
        exceptions,
        spreadsheet: None,
    }
}

fn number(rng: &mut StdRng) -> Number {
    let decimals = rng.random_range(0..=2);
    let reach = *[1_i128, 2, 7, 100, 1_000_003]
        .get(rng.random_range(0..5))
        .unwrap();
    let min = *[0_i128, 0, 1, -5, -1_000_000]
        .get(rng.random_range(0..5))
        .unwrap();
    let max = min + reach;
    let all = [
        Statistic::Count,
        Statistic::Sum,
        Statistic::Mean,
        Statistic::PopulationDeviation,
        Statistic::SampleDeviation,
        Statistic::Histogram,
        Statistic::Median,
        Statistic::Quartiles,
    ];
    let mut statistics: Vec<Statistic> = all.into_iter().filter(|_| rng.random()).collect();
    if statistics.is_empty() {
        statistics.push(Statistic::Mean);
    }
    let bins = if statistics.iter().any(|statistic| statistic.needs_bins()) {
        let mut starts: Vec<i128> = (0..rng.random_range(1..=3))
            .map(|_| rng.random_range(min + 1..=max))
            .collect();
        starts.sort_unstable();
        starts.dedup();
        starts
            .into_iter()
            .map(|start| Decimal::new(start, decimals))
            .collect()
    } else {
        Vec::new()
    };
    Number {
        decimals,
        min: Decimal::new(min, decimals),
        max: Decimal::new(max, decimals),
        warn_above: None,
        optional: rng.random(),
        unit: ["", "USD", "h"]
            .get(rng.random_range(0..3))
            .map_or_else(String::new, |unit| (*unit).to_owned()),
        hint: String::new(),
        statistics,
        bins,
    }
}

fn answer_type(rng: &mut StdRng) -> AnswerType {
    let options = options(rng.random_range(2..=4));
    let optional = rng.random();
    match rng.random_range(0..3) {
        0 => AnswerType::Number(number(rng)),
        1 => AnswerType::Choice(Choice { options, optional }),
        _ => AnswerType::Choices(Choice {
            options,
            optional: false,
        }),
    }
}

/// Ratios, cross-tables and rules wherever the parts for them are there.
fn connect(form: &mut Form, rng: &mut StdRng) {
    let choices: Vec<String> = form
        .questions
        .iter()
        .filter(|question| matches!(question.answer, AnswerType::Choice(_)))
        .map(|question| question.id.clone())
        .collect();
    if let [rows, columns, ..] = choices.as_slice() {
        form.cross_tables.push(CrossTable {
            id: "cross".to_owned(),
            title: "Cross".to_owned(),
            rows: rows.clone(),
            columns: columns.clone(),
        });
        if !form.errors().is_empty() {
            form.cross_tables.pop();
        }
    }
    let numbers: Vec<String> = form
        .questions
        .iter()
        .filter(|question| question.answer.number().is_some())
        .map(|question| question.id.clone())
        .collect();
    let tables: Vec<String> = form.tables.iter().map(|table| table.id.clone()).collect();
    for pair in [numbers, tables] {
        let [left, right, ..] = pair.as_slice() else {
            continue;
        };
        for of in [RatioOf::Sums, RatioOf::Parties] {
            form.ratios.push(Ratio {
                id: format!("ratio{}", form.ratios.len()),
                title: "Ratio".to_owned(),
                numerator: left.clone(),
                denominator: right.clone(),
                of,
                decimals: rng.random_range(0..=3),
            });
            if !form.errors().is_empty() {
                form.ratios.pop();
            }
        }
        form.rules
            .push(Rule::ZeroIfAndOnlyIfZero(left.clone(), right.clone()));
        if !form.errors().is_empty() || !can_be_zero(form) {
            form.rules.pop();
        }
    }
}

/// Whether answers that keep the rules are found easily: every number may be zero and not zero.
fn can_be_zero(form: &Form) -> bool {
    let numbers = form
        .questions
        .iter()
        .filter_map(|question| question.answer.number());
    let numbers = numbers.chain(form.tables.iter().flat_map(Table::numbers));
    numbers
        .map(|number| number.range().unwrap())
        .all(|(min, max)| min <= 0 && max >= 1)
}

/// Answers that the form takes.
pub(super) fn answers(form: &Form, rng: &mut StdRng) -> Answers {
    let mut answers = Answers {
        cohort: form
            .cohorts
            .iter()
            .map(|dimension| rng.random_range(0..dimension.options.len()))
            .collect(),
        tables: form
            .tables
            .iter()
            .map(|table| table.numbers().map(|number| value(number, rng)).collect())
            .collect(),
        questions: form
            .questions
            .iter()
            .map(|question| answer(&question.answer, rng))
            .collect(),
    };
    // Where a rule is broken, the right side follows the left one.
    for Rule::ZeroIfAndOnlyIfZero(left, right) in &form.rules {
        if let (Some((left, _)), Some((right, table))) = (form.table(left), form.table(right)) {
            for (cell, number) in table.numbers().enumerate() {
                let zero = answers.tables[left][cell].unwrap_or_default() == 0;
                answers.tables[right][cell] = Some(follow(number, zero));
            }
        }
        if let (Some((left, _)), Some((right, question))) =
            (form.question(left), form.question(right))
        {
            let zero = matches!(answers.questions[left], Answer::Empty | Answer::Number(0));
            let number = question.answer.number().unwrap();
            answers.questions[right] = Answer::Number(follow(number, zero));
        }
    }
    assert_eq!(form.mistakes(&answers), vec![]);
    answers
}

fn follow(number: &Number, zero: bool) -> i128 {
    let (_, max) = number.range().unwrap();
    if zero { 0 } else { max }
}

fn value(number: &Number, rng: &mut StdRng) -> Option<i128> {
    if number.optional && rng.random_range(0..3) == 0 {
        return None;
    }
    let (min, max) = number.range().unwrap();
    Some(match rng.random_range(0..4) {
        0 => min,
        1 => max,
        _ => rng.random_range(min..=max),
    })
}

fn answer(expected: &AnswerType, rng: &mut StdRng) -> Answer {
    match expected {
        AnswerType::Number(number) => value(number, rng).map_or(Answer::Empty, Answer::Number),
        AnswerType::Choice(choice) if choice.optional && rng.random() => Answer::Empty,
        AnswerType::Choice(choice) => Answer::Choice(rng.random_range(0..choice.options.len())),
        AnswerType::Choices(choice) => {
            Answer::Choices(choice.options.iter().map(|_| rng.random()).collect())
        }
    }
}
