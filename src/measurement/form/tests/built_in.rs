//! Forms that ask just what one of Prio's own types takes: the same aggregate comes out.

use prio::flp::gadgets::{Mul, ParallelSum};
use prio::flp::types::{Histogram, SumVec};
use prio::vdaf::test_utils::run_vdaf;
use serde_json::json;

use super::*;
use crate::form::Answer;

type Products = ParallelSum<Field128, Mul>;

/// What both aggregators of a Prio3 add up.
fn aggregate<T: Type<Field = Field128>>(typ: T, all: &[T::Measurement]) -> T::AggregateResult {
    let vdaf = Prio3::<_, XofTurboShake128, SEED>::new(2, 1, ALGORITHM, typ).unwrap();
    run_vdaf(b"context", &vdaf, &(), all.iter().cloned()).unwrap()
}

/// What a form's circuit adds up, and what is where in it.
fn outputs(form: &Form, all: &[Answers]) -> (Vec<u128>, Plan) {
    let (circuit, plan) = plan::compile(form).unwrap();
    let encode = |answers: &Answers| {
        assert_eq!(form.mistakes(answers), vec![]);
        plan::encode(form, answers)
    };
    let encoded: Vec<_> = all.iter().map(encode).collect();
    (aggregate(circuit, &encoded), plan)
}

fn form(json: &serde_json::Value) -> Form {
    Form::parse(&json.to_string()).unwrap()
}

proptest! {
    #![proptest_config(cases(16, 1_000))]

    #[test]
    fn a_table_of_sums_is_a_sum_vector(
        cells in 1..8_usize,
        min in -1_000..1_000_i64,
        width in 1..100_000_u32,
        parties in 1..6_usize,
        seed: u64,
    ) {
        let form = form(&json!({
            "title": "Numbers",
            "tables": [{
                "id": "numbers",
                "title": "Numbers",
                "rows": (0..cells).map(|row| format!("Row {row}")).collect::<Vec<_>>(),
                "columns": [{ "title": "Number" }],
                "cell": { "min": min, "max": min + i64::from(width), "statistics": ["sum"] },
            }],
        }));
        let rng = &mut StdRng::seed_from_u64(seed);
        let mut vector = || (0..cells).map(|_| rng.random_range(0..=width)).collect();
        let vectors: Vec<Vec<u32>> = (0..parties).map(|_| vector()).collect();
        let answers = |vector: &Vec<u32>| Answers {
            cohort: Vec::new(),
            tables: vec![vector.iter().map(|value| Some(i128::from(min) + i128::from(*value))).collect()],
            questions: Vec::new(),
        };
        let (ours, plan) = outputs(&form, &vectors.iter().map(answers).collect::<Vec<_>>());
        let ours: Vec<u128> = plan.tables[0].iter().map(|cell| ours[cell.sum.unwrap()]).collect();

        let wide = |vector: &Vec<u32>| vector.iter().copied().map(u128::from).collect();
        let vectors: Vec<Vec<u128>> = vectors.iter().map(wide).collect();
        let theirs = SumVec::<_, Products>::new(width.into(), cells, 4).unwrap();
        prop_assert_eq!(ours, aggregate(theirs, &vectors));
    }

    #[test]
    fn a_choice_is_a_histogram(
        (length, chosen) in (2..12_usize).prop_flat_map(|length| {
            (Just(length), prop::collection::vec(0..length, 1..8))
        }),
    ) {
        let form = form(&json!({
            "title": "Choice",
            "questions": [{
                "id": "choice",
                "text": "Which?",
                "answer": { "choice": {
                    "options": (0..length).map(|option| option.to_string()).collect::<Vec<_>>(),
                } },
            }],
        }));
        let answers = |chosen: &usize| Answers {
            cohort: Vec::new(),
            tables: Vec::new(),
            questions: vec![Answer::Choice(*chosen)],
        };
        let (ours, plan) = outputs(&form, &chosen.iter().map(answers).collect::<Vec<_>>());
        let plan::QuestionOutputs::Tally(tally) = &plan.questions[0] else {
            unreachable!("a choice is tallied");
        };
        let theirs = Histogram::<_, Products>::new(length, 3).unwrap();
        prop_assert_eq!(&ours[tally.clone()], aggregate(theirs, &chosen));
    }

    #[test]
    fn bins_are_a_histogram(
        min in -1_000..1_000_i64,
        widths in prop::collection::vec(1..1_000_i64, 2..8),
        parts in prop::collection::vec(0..1_000_i64, 1..8),
    ) {
        let mut starts = vec![min];
        for width in &widths {
            starts.push(starts[starts.len() - 1] + width);
        }
        let end = starts.pop().unwrap();
        let form = form(&json!({
            "title": "Number",
            "questions": [{
                "id": "number",
                "text": "How many?",
                "answer": { "number": {
                    "min": min,
                    "max": end - 1,
                    "statistics": ["histogram"],
                    "bins": starts[1..],
                } },
            }],
        }));
        let value = |part: &i64| min + (end - min) * part / 1_000;
        let values: Vec<i64> = parts.iter().map(value).chain(starts.clone()).collect();
        let answers = |value: &i64| Answers {
            cohort: Vec::new(),
            tables: Vec::new(),
            questions: vec![Answer::Number((*value).into())],
        };
        let (ours, plan) = outputs(&form, &values.iter().map(answers).collect::<Vec<_>>());
        let plan::QuestionOutputs::Number(outputs) = &plan.questions[0] else {
            unreachable!("a number is no choice");
        };
        let bin = |value: &i64| starts.partition_point(|start| start <= value) - 1;
        let bins: Vec<usize> = values.iter().map(bin).collect();
        let theirs = Histogram::<_, Products>::new(starts.len(), 3).unwrap();
        prop_assert_eq!(&ours[outputs.bins.clone()], aggregate(theirs, &bins));
    }
}
