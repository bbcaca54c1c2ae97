use super::*;
use crate::batch::{Commit, Release, hiding_hash};
use crate::disclosure::{Counts, Outcome, decide as outcome_of};
use crate::fixtures::World;
use crate::form::report::{Content, HIDDEN, Report};
use crate::form::{Answer, Answers, Form};
use crate::ids::{Digest, SubmissionId};
use crate::measurement::{Instance, Measurement, ReleasedShare, ResultOf, Scheme};
use crate::reveal::{open_release, release};

const FORM: &str = r#"{
    "title": "Bonus",
    "questions": [
        {"id": "wage", "text": "Wage?", "answer": {"number":
            {"min": "0", "max": "100", "statistics": ["sum"]}}},
        {"id": "bonus", "text": "Bonus?", "answer": {"number":
            {"min": "0", "max": "100", "optional": true, "statistics": ["count", "sum"]}}},
        {"id": "happy", "text": "Happy?", "answer": {"choice":
            {"options": ["yes", "no"], "optional": true}}}
    ],
    "cohorts": [{"id": "site", "title": "Site", "options": ["North", "South"]}]
}"#;

/// Both sides after the commit.
struct Scene {
    world: World,
    commit: Blob,
    population: Population,
    server: AggregateShare,
    analyst: AggregateShare,
}

impl Scene {
    /// Three parties in each cohort; in the second only two have a bonus.
    fn new() -> Self {
        let mut world = World::asking(11, Form::parse(FORM).unwrap());
        let nonce = world.terms.manifest.nonce;
        let scheme = &world.terms.scheme;
        let leader = scheme.for_server(&world.computation_key).unwrap();
        let helper = scheme.for_analyst(&world.analyst.boxes, &nonce).unwrap();
        let mut counts = Counts::new(&scheme.groups());
        let (mut server, mut analyst) = (scheme.aggregate_init(), scheme.aggregate_init());
        for party in 0..6_usize {
            let measurement = Measurement::Answers(Box::new(Answers {
                cohort: vec![party / 3],
                tables: Vec::new(),
                questions: vec![
                    Answer::Number(10),
                    if party == 5 {
                        Answer::Empty
                    } else {
                        Answer::Number(7)
                    },
                    Answer::Choice(0),
                ],
            }));
            let submission_id = SubmissionId::random(&mut world.rng);
            let at = Instance {
                fingerprint: &world.terms.fingerprint,
                submission_id: &submission_id,
            };
            let shares = leader.shard(&measurement, at, &mut world.rng).unwrap();
            let public = &shares.public_part;
            let (state, verifier) = leader.leader_init(at, public, &shares.server).unwrap();
            let accepted = helper.helper_verify(at, public, &shares.analyst, &verifier);
            let (output, message) = accepted.unwrap();
            helper.accumulate(&mut analyst, &output);
            let output = leader.leader_next(at.fingerprint, state, &message).unwrap();
            leader.accumulate(&mut server, &output);
            counts.add(Ok(output.cohort()));
        }
        let commit = Commit {
            fingerprint: world.terms.fingerprint,
            root: Digest::new([0; 32]),
            accepted: Digest::new([0; 32]),
            outcome: outcome_of(&world.terms.limits(), &counts),
            counts,
        };
        assert_eq!(commit.outcome, Outcome::without(vec![]));
        Self {
            commit: Signed::sign(&commit, &world.analyst.signing).body,
            population: commit.population(&world.terms),
            world,
            server,
            analyst,
        }
    }

    fn scheme(&self) -> &Scheme {
        &self.world.terms.scheme
    }

    fn presence(&mut self) -> Signed<Presence> {
        let World {
            terms, server, rng, ..
        } = &mut self.world;
        let population = &self.population;
        share_presence(
            terms,
            &self.commit,
            population,
            &self.server,
            &server.signing,
            rng,
        )
    }

    fn hide(&self, presence: &Signed<Presence>) -> Result<(Signed<Hiding>, Agreed), OutcomeError> {
        let World { terms, analyst, .. } = &self.world;
        let population = self.population.clone();
        hide(
            terms,
            &self.commit,
            population,
            &self.analyst,
            presence,
            analyst,
        )
    }

    /// What the server shows of that population.
    fn release(&mut self, population: &Population, hiding: Option<Digest>) -> Signed<Release> {
        let World {
            terms, server, rng, ..
        } = &mut self.world;
        let share = terms.scheme.release(&self.server, population);
        release(terms, &self.commit, hiding, &share, &server.signing, rng)
    }

    fn open(
        &self,
        agreed: &Agreed,
        released: &Signed<Release>,
    ) -> Result<ReleasedShare, OutcomeError> {
        let World { terms, analyst, .. } = &self.world;
        open_release(terms, &self.commit, agreed, released, &analyst.boxes)
    }

    fn agree(&self, hiding: &Signed<Hiding>) -> Result<Population, OutcomeError> {
        let (terms, population) = (&self.world.terms, self.population.clone());
        agree(terms, &self.commit, population, &self.server, hiding)
    }
}

#[test]
fn what_too_few_gave_is_hidden_and_so_is_what_would_tell_it() {
    let mut scene = Scene::new();
    let presence = scene.presence();
    let (hiding, agreed) = scene.hide(&presence).unwrap();
    let population = agreed.population.clone();
    // The bonus in the south, and in the north, since all parties' would tell it. The choice in none.
    assert_eq!(population.hidden, [vec![1, 2], vec![]]);
    assert_eq!(scene.agree(&hiding), Ok(population.clone()));
    let hash = Some(hiding_hash(&hiding.body));
    let released = scene.release(&population, hash);
    let other = scene.open(&Agreed::uncounted(population.clone()), &released);
    assert_eq!(other, Err(OutcomeError::OtherCommit));
    let theirs = scene.open(&agreed, &released).unwrap();
    let ours = scene.scheme().release(&scene.analyst, &population);
    let aggregate = scene.scheme().unshard(&theirs, &ours, population);
    let bytes = scene.scheme().encode_aggregate(&aggregate);
    assert_eq!(
        scene.scheme().decode_aggregate(&bytes),
        Some(aggregate.clone())
    );
    let ResultOf::Form(report) = scene.scheme().summarise(&aggregate).result else {
        panic!("a form");
    };
    assert_eq!(sums(&report, "bonus", 0), ["5", "35"]);
    assert_eq!(sums(&report, "bonus", 1), ["3", HIDDEN]);
    assert_eq!(sums(&report, "bonus", 2), ["2", HIDDEN]);
    assert_eq!(sums(&report, "wage", 2), ["30"]);
    assert_eq!(sums(&report, "happy", 2), ["3", "0"]);
    assert!(report.why_hidden().unwrap().contains("fewer than 3"));
}

/// The figures of a question in a group.
fn sums(report: &Report, source: &str, group: usize) -> Vec<String> {
    match &report.groups[group].content {
        Content::Sections(sections) => {
            let mine = sections.iter().filter(|section| section.source == source);
            let cells = mine.flat_map(|section| section.cells.concat());
            cells.flatten().collect()
        }
        Content::Suppressed(reason) => vec![reason.clone()],
    }
}

#[test]
fn a_server_that_shows_what_is_hidden_or_other_counts_is_found_out() {
    let mut scene = Scene::new();
    let presence = scene.presence();
    let (hiding, agreed) = scene.hide(&presence).unwrap();
    let hash = Some(hiding_hash(&hiding.body));
    for shown in [vec![], vec![1], vec![2]] {
        let mut population = agreed.population.clone();
        population.hidden[0] = shown;
        let released = scene.release(&population, hash);
        let found = scene.open(&agreed, &released);
        assert_eq!(found, Err(OutcomeError::OtherDecision));
    }
    let mut suppressed = agreed.clone();
    suppressed.population.suppressed = vec![2];
    let released = scene.release(&agreed.population, hash);
    let found = scene.open(&suppressed, &released);
    assert_eq!(found, Err(OutcomeError::OtherDecision));
    // One count more of the bonus in the south than what it releases.
    let mut lied = agreed.clone();
    lied.presence.as_mut().unwrap().0.0[32] ^= 1;
    let found = scene.open(&lied, &released);
    assert_eq!(found, Err(OutcomeError::OtherDecision));
    assert!(scene.open(&agreed, &released).is_ok());
}

#[test]
fn neither_side_takes_another_decision_or_another_commit() {
    let mut scene = Scene::new();
    let presence = scene.presence();
    let (hiding, _) = scene.hide(&presence).unwrap();
    let signing = &scene.world.analyst.signing;
    let said = hiding.open(signing.public()).unwrap();
    let changed = |change: &dyn Fn(&mut Hiding)| {
        let mut said = said.clone();
        change(&mut said);
        scene.agree(&Signed::sign(&said, signing))
    };
    let decisions: [&dyn Fn(&mut Hiding); 4] = [
        &|said| said.hidden[0].clear(),
        &|said| said.hidden[0] = vec![2],
        &|said| said.hidden.truncate(1),
        &|said| said.hidden[1] = vec![0],
    ];
    for change in decisions {
        assert_eq!(changed(change), Err(OutcomeError::OtherDecision));
    }
    let shares: [&dyn Fn(&mut Hiding); 3] = [
        &|said| said.share.0.0[0] ^= 128,
        &|said| said.share.0.0.truncate(16),
        &|said| said.share.0.0.clear(),
    ];
    for change in shares {
        assert_eq!(changed(change), Err(OutcomeError::Counts));
    }
    let commit = |said: &mut Hiding| said.commit = Digest::new([1; 32]);
    assert_eq!(changed(&commit), Err(OutcomeError::OtherCommit));
    let forged = Signed::sign(&said, &World::new(12).analyst.signing);
    assert!(matches!(scene.agree(&forged), Err(OutcomeError::Record(_))));

    let other = std::mem::replace(&mut scene.commit, Blob(b"another".to_vec()));
    let elsewhere = scene.presence();
    scene.commit = other;
    assert_eq!(
        scene.hide(&elsewhere).unwrap_err(),
        OutcomeError::OtherCommit
    );
}
