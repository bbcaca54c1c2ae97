//! A form with a team that is too small to be shown, and what honest parties answer.

use std::sync::Arc;

use rand::rngs::StdRng;
use tempfile::TempDir;
use web_mpc::client::Found;
use web_mpc::crypto::{Analyst, Identity, Party, SigningKeyPair};
use web_mpc::form::report::{Content, Report};
use web_mpc::form::{Answer, Answers, Form};
use web_mpc::ids::PartyKey;
use web_mpc::manifest::{Manifest, Terms};
use web_mpc::measurement::form::FormParameters;
use web_mpc::measurement::{Kind, Measurement, ResultOf};
use web_mpc::session::Purpose;
use web_mpc::submission::Submission;

use super::super::wire::{Hand, Honest, Place, Served, rng, submit};
use super::honest;

/// Its number is proved with a bit for each binary digit, and nothing else.
const FORM: &str = r#"{
  "title": "Hours",
  "questions": [{"id": "hours", "text": "How many hours?",
    "answer": {"number": {"min": 0, "max": 15, "statistics": ["sum", "mean"]}}}],
  "cohorts": [{"id": "team", "title": "Team", "options": ["Red", "Green", "Blue"]}],
  "minimum": {"parties": 3, "cohort": 3}
}"#;

/// Parties in each team. Blue is too small, and the total less Red and Green would show it: of these
/// two only the larger is shown.
pub(super) const TEAMS: [u64; 3] = [5, 4, 2];

/// The groups that are not shown: number 0 is everybody, then come the teams.
pub(super) const HIDDEN: [u32; 2] = [2, 3];

pub(super) fn form() -> Form {
    Form::parse(FORM).unwrap()
}

/// The kind of a computation of that analyst which asks that form.
pub(super) fn kind(form: &Form, analyst: &Identity<Analyst>, manifest: &Manifest) -> Kind {
    let server = &manifest.server.computation_key.box_key;
    let (nonce, rng) = (&manifest.nonce, &mut rng(7));
    let parameters = FormParameters::new(form.clone(), nonce, &analyst.boxes, server, rng);
    Kind::Form(Box::new(parameters))
}

pub(super) fn answer(team: usize, hours: i128) -> Answers {
    Answers {
        cohort: vec![team],
        tables: Vec::new(),
        questions: vec![Answer::Number(hours)],
    }
}

/// What everybody answers.
pub(super) fn everybody() -> Vec<Answers> {
    members_of(&TEAMS)
}

/// What so many of each team answer, one team after the other.
pub(super) fn members_of(teams: &[u64]) -> Vec<Answers> {
    let teams = teams.iter().enumerate();
    let members = teams.flat_map(|(team, count)| (0..*count).map(move |member| (team, member)));
    members
        .map(|(team, member)| answer(team, i128::from(member) * 2 + 3))
        .collect()
}

/// The sum of the hours of those who are in.
pub(super) fn hours<'a>(all: impl IntoIterator<Item = &'a Answers>) -> i128 {
    all.into_iter()
        .map(|answers| match answers.questions[0] {
            Answer::Number(hours) => hours,
            _ => panic!("not a number"),
        })
        .sum()
}

pub(super) fn seal(terms: &Terms, answers: &Answers, rng: &mut StdRng) -> Submission {
    let keys = SigningKeyPair::<Party>::generate(rng);
    let measurement = Measurement::Answers(Box::new(answers.clone()));
    Submission::seal(terms, &keys, 1, &measurement, rng).unwrap()
}

/// What a result says to people.
pub(super) fn report(terms: &Terms, found: &Found) -> Report {
    let aggregate = found.aggregate.as_ref().expect("an aggregate");
    match terms.scheme.summarise(aggregate).result {
        ResultOf::Form(report) => *report,
        ResultOf::Sum(_) => panic!("the result of a sum"),
    }
}

/// The sum that a report shows of each group, or nothing where it shows nothing.
pub(super) fn sums(report: &Report) -> Vec<Option<i128>> {
    let groups = report.groups.iter();
    groups
        .map(|group| match &group.content {
            Content::Sections(sections) => {
                let sum = sections[0].cells[0][0].as_ref().unwrap();
                Some(sum.parse().unwrap())
            }
            Content::Suppressed(_) => None,
        })
        .collect()
}

/// A real server at which everybody has submitted.
pub(super) struct Survey {
    _place: Place,
    pub(super) served: Served,
    pub(super) analyst: Identity<Analyst>,
    pub(super) terms: Arc<Terms>,
    pub(super) all: Vec<Answers>,
    /// Everybody's key, in that order.
    pub(super) parties: Vec<PartyKey>,
    pub(super) rng: StdRng,
    keys: TempDir,
}

impl Survey {
    pub(super) async fn new(seed: u64, change: impl FnOnce(&mut Manifest)) -> Self {
        Self::about(&form(), everybody(), seed, change).await
    }

    /// The same about another form, to which all these are answers.
    pub(super) async fn about(
        form: &Form,
        all: Vec<Answers>,
        seed: u64,
        change: impl FnOnce(&mut Manifest),
    ) -> Self {
        let mut rng = rng(seed);
        let place = Place::new();
        let served = place.serve().await;
        let analyst = Identity::generate(&mut rng);
        let asking = |manifest: &mut Manifest| {
            manifest.kind = kind(form, &analyst, manifest);
            manifest.min_parties = 3;
            change(manifest);
        };
        let hand = Hand::create(served.address, &analyst, &mut rng, asking).await;
        let terms = hand.terms;
        let mut parties = Vec::new();
        for answers in &all {
            let submission = seal(&terms, answers, &mut rng);
            submit(served.address, &submission).await.unwrap();
            parties.push(submission.party_key);
        }
        Self {
            _place: place,
            served,
            analyst,
            terms,
            all,
            parties,
            rng,
            keys: tempfile::tempdir().unwrap(),
        }
    }

    /// Where a party stands in the batch.
    pub(super) fn place_of(&self, party: &PartyKey) -> u64 {
        let before = self.parties.iter().filter(|other| *other < party);
        before.count() as u64
    }

    /// A connection of the analyst, logged in.
    pub(super) async fn hand(&mut self) -> Hand {
        let (analyst, terms) = (&self.analyst, &self.terms);
        let hand = Hand::rejoin(self.served.address, analyst, terms, &mut self.rng);
        hand.await.unwrap()
    }

    /// Everything that the honest analyst does, as the program does it.
    pub(super) async fn reveal(&self) -> Found {
        let mut honest: Honest = honest(&self.analyst, &self.terms, &self.keys);
        let url = self.served.url();
        let (mut connection, joined) = honest.join(&url, Purpose::Existing).await.unwrap();
        let batch = honest.batch(&mut connection, &joined).await.unwrap();
        let found = honest.reveal_on(&mut connection, &joined, &batch).await;
        found.unwrap()
    }
}
