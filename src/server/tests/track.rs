//! What an analyst sees beside the total, by a clock that the test sets.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::crypto::{Party, SigningKeyPair};
use crate::form::{Answer, Answers, Form};
use crate::manifest::Tracking;
use crate::measurement::form::FormParameters;
use crate::measurement::{Kind, Measurement};
use crate::protocol::ErrorCode;
use crate::submission::Submission;

const FORM: &str = r#"{
  "title": "Hours",
  "questions": [{"id": "hours", "text": "How many?", "answer": {"number": {"min": 0, "max": 15, "statistics": ["sum"]}}}],
  "cohorts": [{"id": "team", "title": "Team", "options": ["Red", "Green"]}]
}"#;

fn seal(
    world: &mut World,
    keys: &SigningKeyPair<Party>,
    sequence: u64,
    team: usize,
) -> ClientMessage {
    let answers = Answers {
        cohort: vec![team],
        tables: Vec::new(),
        questions: vec![Answer::Number(1)],
    };
    let measurement = Measurement::Answers(Box::new(answers));
    let sealed = Submission::seal(&world.terms, keys, sequence, &measurement, &mut world.rng);
    ClientMessage::Submit(sealed.unwrap())
}

async fn cohorts(analyst: &mut Client) -> (u64, Option<Vec<u64>>) {
    match analyst.ask(&ClientMessage::Track {}).await {
        ServerMessage::Tracked(tracked) => {
            assert_eq!(tracked.used, None, "nobody is invited");
            (tracked.at, tracked.cohorts)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cohorts_are_counted_from_grain_to_grain_and_three_at_a_time() {
    let directory = directory();
    let clock = Arc::new(AtomicU64::new(1_005));
    let options = async || Options {
        clock: Clock::Set(Arc::clone(&clock)),
        ..options(&directory, Limits::default(), false).await
    };
    let running = Running::serving(options().await).await;
    let asking = |manifest: &mut Manifest| {
        let (form, nonce) = (Form::parse(FORM).unwrap(), manifest.nonce);
        let server = &manifest.server.computation_key.box_key;
        let mut same = World::new(1);
        let parameters =
            FormParameters::new(form, &nonce, &same.analyst.boxes, server, &mut same.rng);
        manifest.kind = Kind::Form(Box::new(parameters));
        manifest.min_parties = 3;
        manifest.time_grain = 10;
    };
    let mut world = running.create(1, asking).await;
    let keys: Vec<SigningKeyPair<Party>> = (0..4)
        .map(|_| SigningKeyPair::generate(&mut world.rng))
        .collect();
    let (mut party, _) = running.greeted().await;
    let mut submit = async |world: &mut World, of: usize, sequence, team| {
        let sealed = seal(world, &keys[of], sequence, team);
        let answer = party.ask(&sealed).await;
        assert!(matches!(answer, ServerMessage::Receipt(_)), "{answer:?}");
    };
    let mut analyst = running.logged_in(&world).await;
    submit(&mut world, 0, 1, 0).await;
    submit(&mut world, 1, 1, 0).await;
    // Their corrections make them no more than two.
    submit(&mut world, 0, 2, 1).await;
    let nothing = Some(vec![0, 0]);
    assert_eq!(cohorts(&mut analyst).await, (1_000, nothing.clone()));
    clock.store(1_010, Ordering::Relaxed);
    assert_eq!(cohorts(&mut analyst).await, (1_010, nothing.clone()));
    submit(&mut world, 2, 1, 1).await;
    assert_eq!(cohorts(&mut analyst).await, (1_010, nothing.clone()));
    clock.store(1_019, Ordering::Relaxed);
    assert_eq!(cohorts(&mut analyst).await, (1_010, nothing));
    clock.store(1_020, Ordering::Relaxed);
    let three = (1_020, Some(vec![1, 2]));
    assert_eq!(cohorts(&mut analyst).await, three);
    submit(&mut world, 3, 1, 0).await;
    // A clock that is set back tells nothing.
    clock.store(1_000, Ordering::Relaxed);
    assert_eq!(cohorts(&mut analyst).await, three);
    clock.store(1_039, Ordering::Relaxed);
    let three = (1_030, three.1);
    assert_eq!(cohorts(&mut analyst).await, three);
    running.stop().await;

    // The same after a restart.
    let running = Running::serving(options().await).await;
    let mut analyst = running.logged_in(&world).await;
    assert_eq!(cohorts(&mut analyst).await, three);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_down_where_the_total_is_all() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let quiet = running
        .create(1, |manifest| manifest.tracking = Tracking::None)
        .await;
    let mut world = running
        .create(2, |manifest| manifest.name = "counted".parse().unwrap())
        .await;
    let (mut party, _) = running.greeted().await;
    party.ask(&ClientMessage::Submit(world.submission(1))).await;
    assert_eq!(
        party.refused(&ClientMessage::Track {}).await,
        ErrorCode::NotLoggedIn
    );
    let mut analyst = running.logged_in(&quiet).await;
    assert_eq!(
        analyst.refused(&ClientMessage::Track {}).await,
        ErrorCode::NotAllowed
    );
    let mut analyst = running.logged_in(&world).await;
    assert_eq!(cohorts(&mut analyst).await.1, None);
    running.stop().await;
    let database = directory.path().join("test.db");
    let store = store::open(&format!("sqlite:{}", database.display())).await;
    let store = store.unwrap();
    let fingerprint = &world.terms.fingerprint;
    assert!(store.changes(fingerprint, 0).await.unwrap().is_empty());
    assert_eq!(store.page(fingerprint, None, 9).await.unwrap().len(), 1);
    store.close().await;
}
