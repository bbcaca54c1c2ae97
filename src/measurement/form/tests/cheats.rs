//! Submissions of parties that do not follow the protocol: none is accepted.

use prio::field::{Field128, FieldElement};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::super::plan;
use super::{Answers, Form, Instance, Sides, random};
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

/// Every element of a valid encoding moved, one at a time: each is bound by a row.
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
            let change = match rng.random_range(0..4) {
                0 => Field128::one(),
                1 => -Field128::one(),
                2 => Field128::from(2).inv(),
                _ => Field128::from(u128::from(rng.random::<u64>().max(2))),
            };
            let mut moved = valid.clone();
            moved[place] += change;
            assert!(!sides.accept(cohort, &moved, rng), "{form:?} {place}");
            tried += 1;
        }
    }
}

/// The inverse of a number that is zero is anything: nothing is made of it.
fn is_free(form: &Form, answers: &Answers, place: usize) -> bool {
    if form.rules.is_empty() {
        return false;
    }
    let mut without = form.clone();
    without.rules.clear();
    let rules_begin = plan::encode(&without, answers).len();
    let encoded = plan::encode(form, answers);
    // z, then both inverses, for each pair.
    place >= rules_begin && (place - rules_begin) % 3 != 0 && encoded[place] == Field128::zero()
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
