//! Made-up answers of a plausible size.

use rand::RngExt;
use rand::rngs::StdRng;
use web_mpc::form::{Answer, AnswerType, Answers, Form, Number, Rule};

/// So many parties; `small` of them are in the last option of the first dimension, if that is not 0.
pub(crate) fn everybody(
    form: &Form,
    parties: usize,
    small: usize,
    rng: &mut StdRng,
) -> Vec<Answers> {
    (0..parties)
        .map(|party| {
            let mut answers = one(form, rng);
            if let (Some(dimension), Some(chosen)) =
                (form.cohorts.first(), answers.cohort.first_mut())
                && small > 0
            {
                let last = dimension.options.len() - 1;
                *chosen = if party < small { last } else { party % last };
            }
            assert_eq!(form.mistakes(&answers), vec![]);
            answers
        })
        .collect()
}

fn one(form: &Form, rng: &mut StdRng) -> Answers {
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
    // Where nobody is, nothing is paid, and where somebody is, something.
    for Rule::ZeroIfAndOnlyIfZero(left, right) in &form.rules {
        let (Some((left, _)), Some((right, table))) = (form.table(left), form.table(right)) else {
            continue;
        };
        let people = answers.tables[left].clone();
        let paid = &mut answers.tables[right];
        for ((people, paid), number) in people.iter().zip(paid).zip(table.numbers()) {
            let most = number.range().unwrap().1;
            let each = rng.random_range(28_000..180_000);
            *paid = people.map(|people| (people * each).min(most));
        }
    }
    answers
}

/// Small numbers more often than large ones, and none where none is needed.
fn value(number: &Number, rng: &mut StdRng) -> Option<i128> {
    if number.optional && rng.random_range(0..4) == 0 {
        return None;
    }
    let (min, max) = number.range().unwrap();
    let wide = max - min;
    let part = rng.random_range(0..=1_000_i128);
    Some(min + wide * part * part * part / 1_000_000_000)
}

fn answer(expected: &AnswerType, rng: &mut StdRng) -> Answer {
    match expected {
        AnswerType::Number(number) => value(number, rng).map_or(Answer::Empty, Answer::Number),
        AnswerType::Choice(choice) if choice.optional && rng.random_range(0..5) == 0 => {
            Answer::Empty
        }
        AnswerType::Choice(choice) => Answer::Choice(rng.random_range(0..choice.options.len())),
        AnswerType::Choices(choice) => {
            Answer::Choices(choice.options.iter().map(|_| rng.random()).collect())
        }
    }
}
