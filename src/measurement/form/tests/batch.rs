//! A whole batch of honest and cheating parties, judged page by page by both sides: no cheat is in
//! either sum, and the honest rest sums exactly.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use prio::field::{Field128, FieldElement};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::super::plan;
use super::{Answers, Form, FormParameters, Kind, Report, ResultOf, Scheme, cheats, plain, random};
use crate::batch::merkle::RootBuilder;
use crate::batch::{Batch, Commit, leaf};
use crate::crypto::{Party, SigningKeyPair};
use crate::fixtures::World;
use crate::form::Answer;
use crate::ids::SubmissionId;
use crate::manifest::Terms;
use crate::measurement::{Instance, Rejection};
use crate::record::Signed;
use crate::reveal::{Collection, Helper, Leader, Tally, agree, hide, share_presence};
use crate::submission::Submission;

/// Every sort of row: bits, ranges, squares, bins, presence, choices, a quotient, a cross-table, a
/// rule.
const FORM: &str = r#"{
  "title": "All rows",
  "tables": [
    {"id": "people", "title": "People", "rows": ["x", "y"], "columns": [{"title": "All"}],
     "cell": {"min": 0, "max": 9, "statistics": ["sample_deviation"]}},
    {"id": "hours", "title": "Hours", "rows": ["x", "y"], "columns": [{"title": "All"}],
     "cell": {"min": 0, "max": 9, "statistics": ["population_deviation"]}}
  ],
  "questions": [
    {"id": "size", "text": "Size?", "answer": {"number":
      {"min": 0, "max": 20, "bins": [5, 12], "statistics": ["population_deviation", "histogram"]}}},
    {"id": "pay", "text": "Pay?", "answer": {"number":
      {"min": 0, "max": 50, "optional": true, "statistics": ["count", "sum"]}}},
    {"id": "sector", "text": "Sector?", "answer": {"choice": {"options": ["a", "b", "c"]}}},
    {"id": "union", "text": "Union?", "answer": {"choice": {"options": ["yes", "no"], "optional": true}}},
    {"id": "region", "text": "Region?", "answer": {"choice": {"options": ["n", "s"]}}},
    {"id": "perks", "text": "Perks?", "answer": {"choices": {"options": ["a", "b", "c"]}}},
    {"id": "above", "text": "Above?", "answer": {"number": {"min": 0, "max": 30, "statistics": ["sum"]}}},
    {"id": "below", "text": "Below?", "answer": {"number": {"min": 1, "max": 9, "statistics": ["sum"]}}}
  ],
  "cohorts": [{"id": "team", "title": "Team", "options": ["Red", "Green", "Blue"]}],
  "ratios": [{"id": "ratio", "title": "Ratio", "numerator": "above", "denominator": "below",
    "of": "parties", "decimals": 1}],
  "cross_tables": [{"id": "cross", "title": "Cross", "rows": "sector", "columns": "region"}],
  "rules": [{"zero_if_and_only_if_zero": ["people", "hours"]}],
  "minimum": {"parties": 3, "cohort": 3}
}"#;

/// The parts of the form in the order in which they are encoded.
#[derive(Clone, Copy)]
enum Part {
    People,
    Hours,
    Size,
    Pay,
    Sector,
    Union,
    Below = 9,
    Ratio,
    Cross,
    Rule,
}

/// The elements of one part.
fn elements(form: &Form, answers: &Answers, part: Part) -> Range<usize> {
    let upto = |parts: usize| {
        let mut form = form.clone();
        form.tables.truncate(parts);
        form.questions.truncate(parts.saturating_sub(2));
        form.ratios.truncate(parts.saturating_sub(10));
        form.cross_tables.truncate(parts.saturating_sub(11));
        form.rules.truncate(parts.saturating_sub(12));
        plan::encode(&form, answers).len()
    };
    let part = part as usize;
    upto(part)..upto(part + 1)
}

/// Answers in which every cheat below is one.
fn victim(form: &Form, rng: &mut StdRng) -> Answers {
    let mut answers = random::answers(form, rng);
    answers.tables[0] = vec![Some(rng.random_range(1..=4)), Some(rng.random_range(5..=9))];
    answers.tables[1] = vec![Some(rng.random_range(5..=9)), Some(rng.random_range(1..=4))];
    answers.questions[0] = Answer::Number(rng.random_range(0..=4));
    answers.questions[1] = Answer::Number(rng.random_range(1..=50));
    answers.questions[6] = Answer::Number(rng.random_range(10..=30));
    assert_eq!(form.mistakes(&answers), vec![]);
    answers
}

/// Encodings that differ from those of some answers by one cheat each, with its name.
fn named(form: &Form, rng: &mut StdRng) -> Vec<(&'static str, Vec<Field128>)> {
    let answers = victim(form, rng);
    let valid = plan::encode(form, &answers);
    let part = |part| elements(form, &answers, part);
    let (one, half) = (Field128::one(), Field128::from(2).inv());
    let mut found = Vec::new();
    let mut add = |name, change: &dyn Fn(&mut Vec<Field128>)| {
        let mut encoded = valid.clone();
        change(&mut encoded);
        found.push((name, encoded));
    };
    // A cell of 0 to 9 has four bits and a square.
    let (people, hours) = (part(Part::People), part(Part::Hours));
    assert_eq!((people.len(), hours.len()), (10, 10));
    add("a square one too large", &|x| x[people.start + 4] += one);
    add("a square one too small", &|x| x[hours.start + 4] -= one);
    add("a bit that is a half", &|x| x[people.start] = half);
    add("cells swapped without their squares", &|x| {
        for bit in 0..4 {
            x.swap(people.start + bit, hours.start + bit);
        }
    });
    add("cells swapped with their squares", &|x| {
        for element in 0..5 {
            x.swap(people.start + element, people.start + 5 + element);
        }
    });
    // Bits, square, three bins.
    let bins = part(Part::Size).start + 6;
    add("the next bin", &|x| x.swap(bins, bins + 1));
    add("two bins", &|x| x[bins + 1] = one);
    add("no bin", &|x| x[bins] = Field128::zero());
    let other = Answers {
        questions: [&[Answer::Number(20)], &answers.questions[1..]].concat(),
        ..answers.clone()
    };
    let other = plan::encode(form, &other);
    let end = part(Part::Size).end;
    add("the bin of another number, whole", &|x| {
        x[bins..end].copy_from_slice(&other[bins..end]);
    });
    // Presence and six bits, of which the last counts 19.
    let pay = part(Part::Pay).start;
    add("a number above its range", &|x| {
        x[pay + 1..pay + 6].fill(one);
        x[pay + 6] = one + one;
    });
    add("a number below its range", &|x| {
        x[pay + 1] = -one;
        x[pay + 2..pay + 7].fill(Field128::zero());
    });
    add("a number that is said not to be there", &|x| {
        x[pay] = Field128::zero();
    });
    let (sector, union) = (part(Part::Sector), part(Part::Union));
    add("all choices", &|x| x[sector.clone()].fill(one));
    add("no choice", &|x| x[sector.clone()].fill(Field128::zero()));
    add("two halves of a choice", &|x| {
        x[sector.clone()].copy_from_slice(&[half, half, Field128::zero()]);
    });
    add("both of what is optional", &|x| x[union.clone()].fill(one));
    // The quotient, what is left, and what is left of that.
    let ratio = part(Part::Ratio);
    add("a wrong quotient", &|x| {
        x[ratio.start] = one - x[ratio.start];
    });
    let mut other = answers.clone();
    other.questions[6] = Answer::Number(0);
    let other = plan::encode(form, &other);
    add("the quotient of other numbers, whole", &|x| {
        x[ratio.clone()].copy_from_slice(&other[ratio.clone()]);
    });
    let below = part(Part::Below).start;
    add("another denominator", &|x| x[below] = one - x[below]);
    let cross = part(Part::Cross);
    add("a pair that was not chosen", &|x| {
        let place = cross.clone().find(|place| x[*place] != one);
        x[place.unwrap()] = one;
    });
    let rule = part(Part::Rule);
    add("a number that is said to be zero", &|x| {
        x[rule.start + 2] = one;
    });
    found
}

/// Encodings that differ from a valid one in one place each.
fn moved(form: &Form, rng: &mut StdRng) -> Vec<(&'static str, Vec<Field128>)> {
    let answers = random::answers(form, rng);
    let valid = plan::encode(form, &answers);
    let bound = (0..valid.len()).filter(|place| !cheats::is_free(form, &answers, *place));
    let changed = bound.map(|place| {
        let mut moved = valid.clone();
        cheats::move_element(&mut moved, place, rng);
        ("one element moved", moved)
    });
    changed.collect()
}

/// Both sides of a computation, and what was handed in.
struct Campaign {
    world: World,
    leader: Arc<Terms>,
    helper: Arc<Terms>,
    submissions: Vec<Submission>,
}

impl Campaign {
    fn new(form: &Form, seed: u64) -> Self {
        // The same seed gives the same analyst, before there is a manifest.
        let analyst = World::new(seed).analyst.boxes;
        let world = World::with(seed, |manifest| {
            let server = &manifest.server.computation_key.box_key;
            let rng = &mut StdRng::seed_from_u64(seed);
            let form = form.clone();
            let parameters = FormParameters::new(form, &manifest.nonce, &analyst, server, rng);
            manifest.kind = Kind::Form(Box::new(parameters));
            manifest.min_parties = 3;
        });
        let (mut leader, mut helper) = (world.terms.clone(), world.terms.clone());
        leader.scheme = leader.scheme.for_server(&world.computation_key).unwrap();
        let nonce = &world.terms.manifest.nonce;
        helper.scheme = helper.scheme.for_analyst(&analyst, nonce).unwrap();
        Self {
            world,
            leader: Arc::new(leader),
            helper: Arc::new(helper),
            submissions: Vec::new(),
        }
    }

    fn hand_in(&mut self, cohort: u32, encoded: &Vec<Field128>) {
        let World { terms, rng, .. } = &mut self.world;
        let Scheme::Form(scheme) = &terms.scheme else {
            unreachable!("a form");
        };
        let id = SubmissionId::random(rng);
        let at = Instance {
            fingerprint: &terms.fingerprint,
            submission_id: &id,
        };
        let shares = scheme.shard_encoded(cohort, encoded, at).unwrap();
        let keys = SigningKeyPair::<Party>::generate(rng);
        let sealed = Submission::seal_shares(terms, &keys, id, 1, &shares, rng);
        self.submissions.push(sealed);
    }

    fn freeze(&mut self) -> Batch {
        self.submissions.sort_by_key(|one| one.party_key);
        let mut root = RootBuilder::default();
        for one in &self.submissions {
            root.push(leaf(&one.party_key, &one.hash()));
        }
        Batch {
            fingerprint: self.world.terms.fingerprint,
            parties: self.submissions.len() as u64,
            root: root.finish().0,
            invitations: None,
        }
    }

    /// What both sides have added up, and how many pages that took.
    fn judge(&self, batch: &Batch) -> (Tally, Tally, usize) {
        let world = &self.world;
        let leader = Leader::new(Arc::clone(&self.leader), world.computation_key.clone());
        let helper = Helper::new(Arc::clone(&self.helper), world.analyst.boxes.clone());
        let mut collection = Collection::new(helper.clone(), batch.clone());
        let mut tally = Tally::new(&self.leader.scheme);
        let pages = self.submissions.chunks(leader.page_len());
        let count = pages.len();
        for (number, page) in (0..).zip(pages) {
            let prepared = leader.prepare(number, page);
            let verified = helper.verify(number, &prepared.frame).unwrap();
            let verdicts = collection.verified(verified).unwrap();
            let judged = leader.judge(prepared, &verdicts).unwrap();
            collection.settled(&judged.frame).unwrap();
            tally.add(&self.leader.scheme, &judged).unwrap();
        }
        (tally, collection.finish().unwrap(), count)
    }

    /// What the analyst reads after both have released their sums.
    fn publish(&mut self, commit: &Commit, servers: &Tally, analysts: &Tally) -> Report {
        let World {
            analyst,
            server,
            rng,
            ..
        } = &mut self.world;
        let body = Signed::sign(commit, &analyst.signing).body;
        let (servers, analysts) = (servers.aggregate(), analysts.aggregate());
        let counts = {
            let population = commit.population(&self.leader);
            let keys = &server.signing;
            share_presence(&self.leader, &body, &population, servers, keys, rng)
        };
        let population = commit.population(&self.leader);
        let (hiding, agreed) =
            hide(&self.helper, &body, population, analysts, &counts, analyst).unwrap();
        let theirs = agree(
            &self.leader,
            &body,
            commit.population(&self.leader),
            servers,
            &hiding,
        )
        .unwrap();
        let (leader, helper) = (&self.leader.scheme, &self.helper.scheme);
        let released = leader.encode_released(&leader.release(servers, &theirs));
        let released = helper.decode_released(&released).unwrap();
        assert_eq!(agreed.population, theirs);
        let population = agreed.population;
        let ours = helper.release(analysts, &population);
        let aggregate = helper.unshard(&released, &ours, population);
        match helper.summarise(&aggregate).result {
            ResultOf::Form(report) => *report,
            ResultOf::Sum(_) => unreachable!("a form"),
        }
    }
}

#[test]
fn no_cheat_of_a_whole_batch_is_in_either_sum() {
    let form = Form::parse(FORM).unwrap();
    let rng = &mut StdRng::seed_from_u64(11);
    let mut campaign = Campaign::new(&form, 12);
    let honest: Vec<Answers> = (0..30).map(|_| random::answers(&form, rng)).collect();
    for answers in &honest {
        let encoded = plan::encode(&form, answers);
        campaign.hand_in(form.cohort_of(answers), &encoded);
    }
    let mut tried = BTreeMap::<&str, u64>::new();
    let mut invalid = 0;
    while invalid < 2_000 {
        for (name, encoded) in [named(&form, rng), moved(&form, rng)].concat() {
            campaign.hand_in(rng.random_range(0..3), &encoded);
            *tried.entry(name).or_default() += 1;
            invalid += 1;
        }
    }
    // What is right but for the cohort.
    let nowhere = [3, 4, 1 << 16, u32::MAX];
    for cohort in nowhere {
        let encoded = plan::encode(&form, &random::answers(&form, rng));
        campaign.hand_in(cohort, &encoded);
    }
    assert_eq!(tried.len(), 22, "{tried:?}");

    let batch = campaign.freeze();
    let (servers, analysts, pages) = campaign.judge(&batch);
    assert!(pages > 1, "whole pages, and more than one");
    assert_eq!(servers.accepted(), analysts.accepted());
    let decision = analysts.decide(&campaign.helper, &batch).unwrap();
    assert_eq!(
        servers.decide(&campaign.leader, &batch),
        Some(decision.clone())
    );
    let commit = decision.commit;
    assert_eq!(commit.counts.accepted, honest.len() as u64);
    let rejected = [
        (Rejection::ProofRejected, invalid),
        (Rejection::ServerHeaderMismatch, nowhere.len() as u64),
    ];
    assert_eq!(commit.counts.rejected, rejected.into());

    assert!(commit.outcome.is_release());
    let report = campaign.publish(&commit, &servers, &analysts);
    assert!(plain::check(&form, &honest, &report) > 50);
}
