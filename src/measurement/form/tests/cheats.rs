//! Submissions of parties that do not follow the protocol: none is accepted.

use prio::field::{Field128, FieldElement};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::super::plan;
use super::{Answers, Form, Instance, Sides, random};
use crate::form::Answer;
use crate::ids::SubmissionId;

impl Sides {
    /// Whether both sides accept what was encoded so.
    fn accept(&self, cohort: u32, encoded: &Vec<Field128>, rng: &mut StdRng) -> bool {
        let id = SubmissionId::random(rng);
        let at = Instance {
            fingerprint: &self.fingerprint,
            submission_id: &id,
        };
        let shares = self.scheme().shard_encoded(cohort, encoded, at).unwrap();
        self.prepare(&id, &shares).is_ok()
    }
}

/// Every element of a valid encoding moved, one at a time, to what it may never be: each is bound by
/// a row. (Another bit in place of a bit can be another valid answer.)
#[test]
fn no_element_can_be_moved() {
    let rng = &mut StdRng::seed_from_u64(1);
    let mut tried = 0;
    while tried < 2_000 {
        let form = random::form(rng);
        let sides = Sides::new(&form, rng);
        let answers = random::answers(&form, rng);
        let valid = plan::encode(&form, &answers);
        let cohort = form.cohort_of(&answers);
        assert!(sides.accept(cohort, &valid, rng));
        for place in 0..valid.len() {
            if is_free(&form, &answers, place) {
                continue;
            }
            let mut moved = valid.clone();
            move_element(&mut moved, place, rng);
            assert!(!sides.accept(cohort, &moved, rng), "{form:?} {place}");
            tried += 1;
        }
    }
}

/// Moves one element of an encoding to what neither it nor a bit may be.
pub(super) fn move_element(encoded: &mut [Field128], place: usize, rng: &mut StdRng) {
    let before = encoded[place];
    let bits = [Field128::zero(), Field128::one()];
    while encoded[place] == before || bits.contains(&encoded[place]) {
        encoded[place] += match rng.random_range(0..4) {
            0 => Field128::one(),
            1 => -Field128::one(),
            2 => Field128::from(2).inv(),
            _ => Field128::from(u128::from(rng.random::<u64>())),
        };
    }
}

/// A form with one question, as its file says.
fn asking(answer: &str, more: &str) -> Form {
    let second =
        r#"{"id":"b","text":"B?","answer":{"number":{"min":1,"max":9,"statistics":["sum"]}}}"#;
    let text = format!(
        r#"{{"title":"T","questions":[{{"id":"a","text":"A?","answer":{answer}}},{second}]{more}}}"#
    );
    Form::parse(&text).unwrap()
}

/// Every set of flipped bits that makes of valid answers an encoding of no answers at all.
#[test]
fn no_wrong_bits_are_accepted() {
    let rng = &mut StdRng::seed_from_u64(4);
    let number = |more: &str| format!(r#"{{"number":{{"min":0,"max":6,{more}}}}}"#);
    let choice = |more: &str| format!(r#"{{"choice":{{"options":["x","y","z"]{more}}}}}"#);
    let ratio = |of: &str| {
        format!(
            r#","ratios":[{{"id":"r","title":"R","numerator":"a","denominator":"b","of":"{of}"}}]"#
        )
    };
    let rule = r#","rules":[{"zero_if_and_only_if_zero":["a","b"]}]"#;
    let forms = [
        asking(&number(r#""statistics":["population_deviation"]"#), ""),
        asking(&number(r#""statistics":["sum"],"optional":true"#), ""),
        asking(&number(r#""statistics":["histogram"],"bins":[2,5]"#), ""),
        asking(&number(r#""statistics":["sum"]"#), &ratio("parties")),
        asking(&number(r#""statistics":["sum"]"#), rule),
        asking(&choice(""), ""),
        asking(&choice(r#","optional":true"#), ""),
    ];
    let mut refused = 0;
    for form in &forms {
        let sides = Sides::new(form, rng);
        let all = every_encoding(form);
        for valid in &all {
            let bits: Vec<usize> = (0..valid.len())
                .filter(|place| [Field128::zero(), Field128::one()].contains(&valid[*place]))
                .collect();
            for flips in 1..1_usize << bits.len().min(4) {
                let start = rng.random_range(0..bits.len());
                let mut wrong = valid.clone();
                for flip in 0..4 {
                    if flips >> flip & 1 == 1 {
                        let place = bits[(start + flip) % bits.len()];
                        wrong[place] = Field128::one() - wrong[place];
                    }
                }
                let right = all.contains(&wrong);
                // Numbers whose last bit counts less than a power of two have two spellings.
                let accepted = sides.accept(0, &wrong, rng);
                assert!(!right || accepted);
                if accepted {
                    let sums = sides.scheme().plain_outputs(&wrong);
                    let same = |other: &Vec<Field128>| sides.scheme().plain_outputs(other) == sums;
                    assert!(all.iter().any(same), "{form:?}");
                } else {
                    refused += 1;
                }
            }
        }
    }
    assert!(refused >= 500, "{refused}");
}

/// The encodings of all answers that a form of two questions takes.
fn every_encoding(form: &Form) -> Vec<Vec<Field128>> {
    let of = |question: usize| -> Vec<Answer> {
        let number = (0..=9).map(Answer::Number);
        let choice = (0..3).map(Answer::Choice);
        let all = number.chain(choice).chain([Answer::Empty]);
        let expected = &form.questions[question].answer;
        all.filter(|answer| expected.check(answer).is_ok())
            .collect()
    };
    let mut encodings = Vec::new();
    for a in of(0) {
        for b in of(1) {
            let answers = Answers {
                cohort: Vec::new(),
                tables: Vec::new(),
                questions: vec![a.clone(), b],
            };
            if form.mistakes(&answers).is_empty() {
                encodings.push(plan::encode(form, &answers));
            }
        }
    }
    encodings
}

/// The inverse of a number that is zero is anything: nothing is made of it.
pub(super) fn is_free(form: &Form, answers: &Answers, place: usize) -> bool {
    if form.rules.is_empty() {
        return false;
    }
    let mut without = form.clone();
    without.rules.clear();
    let rules_begin = plan::encode(&without, answers).len();
    let encoded = plan::encode(form, answers);
    // Both numbers, z, then both inverses, for each pair: no number is in two rules here.
    place >= rules_begin && (place - rules_begin) % 5 > 2 && encoded[place] == Field128::zero()
}

#[test]
fn a_cohort_that_is_not_there_is_refused() {
    let rng = &mut StdRng::seed_from_u64(2);
    for _ in 0..20 {
        let form = random::form(rng);
        let sides = Sides::new(&form, rng);
        let encoded = plan::encode(&form, &random::answers(&form, rng));
        let beyond = u32::try_from(form.cohort_count()).unwrap();
        assert!(sides.accept(beyond - 1, &encoded, rng));
        assert!(!sides.accept(beyond, &encoded, rng));
        assert!(!sides.accept(u32::MAX, &encoded, rng));
    }
}

#[test]
fn a_submission_of_another_time_or_place_is_refused() {
    let rng = &mut StdRng::seed_from_u64(3);
    let form = random::form(rng);
    let sides = Sides::new(&form, rng);
    let answers = random::answers(&form, rng);
    let (id, shares) = sides.shard(&answers, rng);
    assert!(sides.prepare(&id, &shares).is_ok());
    assert!(sides.prepare(&SubmissionId::random(rng), &shares).is_err());
    let elsewhere = Sides::new(&form, rng);
    assert!(elsewhere.prepare(&id, &shares).is_err());
    let (_, other) = sides.shard(&answers, rng);
    let mut mixed = shares.clone();
    mixed.analyst = other.analyst;
    assert!(sides.prepare(&id, &mixed).is_err());
    for place in [0, shares.server.len() / 2, shares.server.len() - 1] {
        let mut changed = shares.clone();
        changed.server[place] ^= 1;
        assert!(sides.prepare(&id, &changed).is_err(), "{place}");
    }
    for place in [4, shares.public_part.len() - 1] {
        let mut changed = shares.clone();
        changed.public_part[place] ^= 1;
        assert!(sides.prepare(&id, &changed).is_err(), "{place}");
    }
}
