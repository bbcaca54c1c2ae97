//! Whole computations in memory: random forms, random valid answers, every figure against a plain
//! computation of the same answers; and submissions that cheat.

mod batch;
mod built_in;
mod cheats;
#[path = "../../../examples/campaign/plain.rs"]
mod plain;
mod random;
mod shown;

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::crypto::Identity;
use crate::disclosure::{Counts, Limits, MaxRejected, Outcome, decide, hide_each};
use crate::form::report::Report;
use crate::ids::{Blob, Fingerprint, SubmissionId};
use crate::measurement::{
    Kind, Measurement, OutputShare, Present, ReleasedShare, ResultOf, Scheme,
};

/// Both sides of one computation.
struct Sides {
    leader: Scheme,
    helper: Scheme,
    fingerprint: Fingerprint,
}

impl Sides {
    fn new(form: &Form, rng: &mut StdRng) -> Self {
        let analyst = Identity::<Analyst>::generate(rng);
        let server = BoxKeyPair::<Server>::generate(rng);
        let nonce = Nonce::random(rng);
        let parameters =
            FormParameters::new(form.clone(), &nonce, &analyst.boxes, server.public(), rng);
        let scheme = Scheme::new(&Kind::Form(Box::new(parameters))).unwrap();
        Self {
            leader: scheme.for_server(&server).unwrap(),
            helper: scheme.for_analyst(&analyst.boxes, &nonce).unwrap(),
            fingerprint: Fingerprint::new(rng.random()),
        }
    }

    fn scheme(&self) -> &FormScheme {
        match &self.leader {
            Scheme::Form(form) => form,
            Scheme::Sum(_) => unreachable!("a form"),
        }
    }

    /// Both sides' turns on one submission.
    fn prepare(
        &self,
        id: &SubmissionId,
        shares: &InputShares,
    ) -> Result<(OutputShare, OutputShare), Rejection> {
        let at = Instance {
            fingerprint: &self.fingerprint,
            submission_id: id,
        };
        let public = &shares.public_part;
        self.leader.check_share(public, &shares.server)?;
        let (state, verifier) = self.leader.leader_init(at, public, &shares.server)?;
        let lengths = self.leader.lengths();
        assert_eq!(verifier.len(), lengths.verifier_share);
        let (helper, message) =
            self.helper
                .helper_verify(at, public, &shares.analyst, &verifier)?;
        assert_eq!(message.len(), lengths.verifier_message);
        let leader = self
            .leader
            .leader_next(&self.fingerprint, state, &message)?;
        Ok((leader, helper))
    }

    fn shard(&self, answers: &Answers, rng: &mut StdRng) -> (SubmissionId, InputShares) {
        let id = SubmissionId::random(rng);
        let at = Instance {
            fingerprint: &self.fingerprint,
            submission_id: &id,
        };
        let measurement = Measurement::Answers(Box::new(answers.clone()));
        let shares = self.leader.shard(&measurement, at, rng).unwrap();
        let lengths = self.leader.lengths();
        assert_eq!(shares.public_part.len(), lengths.public_part);
        assert_eq!(shares.server.len(), lengths.server_share);
        assert_eq!(shares.analyst.len(), lengths.analyst_share);
        (id, shares)
    }

    /// The report over these answers, with everything between.
    fn reveal(&self, all: &[Answers], rng: &mut StdRng) -> Report {
        let mut counts = Counts::new(&self.leader.groups());
        let (mut server, mut analyst) =
            (self.leader.aggregate_init(), self.helper.aggregate_init());
        for answers in all {
            let (id, shares) = self.shard(answers, rng);
            let (leader, helper) = self.prepare(&id, &shares).unwrap();
            assert_eq!(leader.cohort(), helper.cohort());
            counts.add(Ok(leader.cohort()));
            self.leader.accumulate(&mut server, &leader);
            self.helper.accumulate(&mut analyst, &helper);
        }
        let limits = Limits {
            min_parties: 1,
            max_rejected: MaxRejected::Any,
            min_cohort: self.leader.min_cohort().unwrap(),
            min_cell: self.leader.min_cell().unwrap_or(1),
            groups: self.leader.groups(),
            merging: self.leader.merging(),
        };
        let Outcome::Release {
            suppressed, merged, ..
        } = decide(&limits, &counts)
        else {
            panic!("there are enough parties");
        };
        let cohorts = &counts.cohorts;
        let mut population = Population {
            parties: counts.accepted,
            cohorts: limits.merging.apply(&limits.groups, &merged, cohorts),
            merged,
            suppressed,
            hidden: Vec::new(),
        };
        let presence = (
            self.leader.presence_share(&server, &population),
            self.helper.presence_share(&analyst, &population),
        );
        let counted = self
            .leader
            .presence_counts(&presence.0, &presence.1, &population)
            .unwrap();
        let shown = self.leader.shown_presence(&server, &population);
        assert_eq!(shown, self.helper.shown_presence(&analyst, &population));
        assert_eq!(shown.is_some(), self.scheme().form().shows_presence());
        for (counted, shown) in counted.iter().zip(shown.iter().flatten()) {
            // What is counted is what is shown, but for cohorts that are too small to be counted.
            let pairs = counted.iter().zip(shown);
            let same = |(counted, shown)| counted == shown || counted == &Present::Few;
            assert!(pairs.into_iter().all(same));
        }
        let suppressed = &population.suppressed;
        let parts = shown.unwrap_or(counted);
        population.hidden = hide_each(&limits, suppressed, &parts);
        let keeps = |share: &ReleasedShare, population: &Population| {
            self.helper.keeps(share, population, None)
        };
        let released = self.leader.release(&server, &population);
        let bytes = self.leader.encode_released(&released);
        assert_eq!(bytes.len(), self.leader.lengths().aggregate_share);
        let released = self.helper.decode_released(&bytes).unwrap();
        assert!(keeps(&released, &population));
        let ours = self.helper.release(&analyst, &population);
        let aggregate = self.helper.unshard(&released, &ours, population);
        let bytes = self.helper.encode_aggregate(&aggregate);
        assert_eq!(bytes.len(), self.helper.lengths().aggregate);
        assert_eq!(
            self.helper.decode_aggregate(&bytes),
            Some(aggregate.clone())
        );
        match self.helper.summarise(&aggregate).result {
            ResultOf::Form(report) => *report,
            ResultOf::Sum(_) => unreachable!("a form"),
        }
    }
}

/// Cases of a property: many where time is no matter.
fn cases(few: u32, many: u32) -> ProptestConfig {
    let long = std::env::var_os("WEB_MPC_LONG").is_some();
    ProptestConfig {
        cases: if long { many } else { few },
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(300, 10_000))]

    #[test]
    fn every_figure_is_that_of_a_plain_computation(seed: u64) {
        let rng = &mut StdRng::seed_from_u64(seed);
        let form = random::form(rng);
        prop_assert_eq!(form.errors(), vec![]);
        let parties = rng.random_range(2..=40);
        let all: Vec<Answers> = (0..parties).map(|_| random::answers(&form, rng)).collect();
        let report = Sides::new(&form, rng).reveal(&all, rng);
        plain::check(&form, &all, &report);
    }
}

#[test]
fn a_form_may_ask_only_how_many_there_are() {
    let text = r#"{"title": "Present", "questions": [{"id": "age", "text": "Age?", "answer":
        {"number": {"min": 0, "max": 99, "statistics": ["count"]}}}]}"#;
    let form = Form::parse(text).unwrap();
    let rng = &mut StdRng::seed_from_u64(9);
    let all: Vec<Answers> = (0..3).map(|_| random::answers(&form, rng)).collect();
    let report = Sides::new(&form, rng).reveal(&all, rng);
    assert_eq!(plain::check(&form, &all, &report), 1);
}

#[test]
fn a_form_is_the_same_after_its_file() {
    let rng = &mut StdRng::seed_from_u64(5);
    for _ in 0..100 {
        let form = random::form(rng);
        let text = serde_json::to_string(&form).unwrap();
        assert_eq!(Form::parse(&text).unwrap(), form);
    }
}

#[test]
fn only_the_right_verify_key_is_used() {
    let rng = &mut StdRng::seed_from_u64(6);
    let form = random::form(rng);
    let analyst = Identity::<Analyst>::generate(rng);
    let server = BoxKeyPair::<Server>::generate(rng);
    let nonce = Nonce::random(rng);
    let mut parameters = FormParameters::new(form, &nonce, &analyst.boxes, server.public(), rng);
    let other = BoxKeyPair::<Server>::generate(rng);
    let scheme = FormScheme::new(&parameters).unwrap();
    assert!(scheme.for_server(&other).is_none());
    assert!(
        scheme
            .for_analyst(&analyst.boxes, &Nonce::random(rng))
            .is_none()
    );
    parameters.sealed_verify_key = Blob(server.public().seal(&[7; 32], rng));
    assert!(
        FormScheme::new(&parameters)
            .unwrap()
            .for_server(&server)
            .is_none()
    );
    parameters.circuit = 2;
    assert!(FormScheme::new(&parameters).is_err());
}

#[test]
fn a_minimum_of_one_is_warned_of() {
    let warned = |cohorts: &str, optional: bool, minimum: &str| {
        let text = format!(
            r#"{{"title": "T", "cohorts": [{cohorts}], "minimum": {{{minimum}}},
            "questions": [{{"id": "a", "text": "A?", "answer": {{"number":
            {{"min": 0, "max": 9, "optional": {optional}, "statistics": ["sum"]}}}}}}]}}"#
        );
        let sides = Sides::new(&Form::parse(&text).unwrap(), &mut StdRng::seed_from_u64(10));
        sides.leader.caveat(100).is_some()
    };
    let team = r#"{"id": "t", "title": "T", "options": ["x", "y"]}"#;
    assert!(!warned(team, true, ""));
    assert!(warned("", false, r#""parties": 1"#));
    assert!(warned(team, false, r#""cohort": 1"#));
    assert!(warned("", true, r#""cell": 1"#));
    assert!(!warned("", false, r#""cell": 1, "cohort": 1"#));
}

/// What a server keeps in memory of forms is bounded by it.
#[test]
fn the_footprint_of_a_form_grows_with_its_circuit() {
    let form = |rows: usize| {
        let rows: Vec<String> = (0..rows).map(|row| format!("\"row {row}\"")).collect();
        let text = format!(
            r#"{{"title": "T", "tables": [{{"id": "t", "title": "T", "rows": [{}],
              "columns": [{{"title": "c"}}],
              "cell": {{"min": 0, "max": 1000000, "statistics": ["sum"]}}}}]}}"#,
            rows.join(",")
        );
        Form::parse(&text).unwrap()
    };
    let rng = &mut StdRng::seed_from_u64(8);
    let [few, many] = [1, 100].map(|rows| Sides::new(&form(rows), rng).leader.footprint());
    // A number of twenty bits has twenty rows of three combinations.
    assert!(few > 20 * 3 * 40, "{few}");
    assert!(many > 90 * few && many < 110 * few, "{few} {many}");
}
