//! Submissions that claim in clear what is not so.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::super::{Shown, plan};
use super::{Answers, Form, InputShares, Instance, Rejection, Sides, random};
use crate::form::{Answer, Presence};
use crate::ids::SubmissionId;

const FORM: &str = r#"{
  "title": "Shown",
  "tables": [{"id": "t", "title": "T", "rows": ["a", "b", "c"],
    "columns": [{"title": "x"}, {"title": "y"}, {"title": "z"}],
    "cell": {"min": -3, "max": 9, "optional": true, "statistics": ["sum"]}}],
  "questions": [{"id": "q", "text": "Q?", "answer":
    {"choice": {"options": ["x", "y", "z"], "optional": true}}}],
  "presence": "public"
}"#;

impl Sides {
    fn claiming(&self, shown: &Shown, answers: &Answers, id: &SubmissionId) -> InputShares {
        let at = Instance {
            fingerprint: &self.fingerprint,
            submission_id: id,
        };
        let encoded = plan::encode(self.scheme().form(), answers);
        self.scheme().shard_claiming(shown, &encoded, at).unwrap()
    }
}

/// What is true of answers.
fn truth(form: &Form, answers: &Answers) -> Shown {
    let cells = answers.tables.iter().flatten().map(Option::is_some);
    let questions = answers.questions.iter();
    let questions = questions.map(|answer| *answer != Answer::Empty);
    Shown {
        cohort: form.cohort_of(answers),
        presence: cells.chain(questions).collect(),
    }
}

#[test]
fn no_false_claim_is_accepted() {
    let rng = &mut StdRng::seed_from_u64(21);
    let form = Form::parse(FORM).unwrap();
    let sides = Sides::new(&form, rng);
    for round in 0..60 {
        let answers = random::answers(&form, rng);
        let truth = truth(&form, &answers);
        let id = SubmissionId::random(rng);
        let honest = sides.claiming(&truth, &answers, &id);
        assert!(sides.prepare(&id, &honest).is_ok());
        // Proved with the claim in it, and written into what was proved without it.
        for part in 0..truth.presence.len() {
            let mut lie = truth.clone();
            lie.presence[part] ^= true;
            let lied = sides.claiming(&lie, &answers, &id);
            let refused = Err(Rejection::ProofRejected);
            assert_eq!(sides.prepare(&id, &lied).map(drop), refused, "{round}");
            let mut changed = honest.clone();
            changed.public_part[4 + part / 8] ^= 1 << (part % 8);
            let refused = Err(Rejection::ProofRejected);
            assert_eq!(sides.prepare(&id, &changed).map(drop), refused, "{round}");
        }
        let mut all = truth.clone();
        all.presence.iter_mut().for_each(|given| *given ^= true);
        let lied = sides.claiming(&all, &answers, &id);
        assert!(sides.prepare(&id, &lied).is_err());
    }
}

#[test]
fn claims_have_one_spelling() {
    let rng = &mut StdRng::seed_from_u64(22);
    let form = Form::parse(FORM).unwrap();
    let sides = Sides::new(&form, rng);
    let answers = random::answers(&form, rng);
    let (id, honest) = sides.shard(&answers, rng);
    assert_eq!(honest.public_part.len(), 4 + 2 + 64);
    let shown = truth(&form, &answers);
    assert_eq!(honest.public_part[..6], shown.encode());
    for padding in 2..8 {
        let mut padded = honest.clone();
        padded.public_part[5] ^= 1 << padding;
        let refused = Err(Rejection::ServerShareMalformed);
        assert_eq!(sides.prepare(&id, &padded).map(drop), refused);
    }
    // Where it is not shown there is no room for it.
    let mut counted = form;
    counted.presence = Presence::Counted;
    let sides = Sides::new(&counted, rng);
    assert_eq!(sides.shard(&answers, rng).1.public_part.len(), 4 + 64);
}
