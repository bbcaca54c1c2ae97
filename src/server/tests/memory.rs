//! What connections keep in memory, whatever they do.

use std::sync::Weak;

use super::super::computations::{Bounds, Computations};
use super::super::connection::{self, Answer};
use super::super::{LARGE_ANSWERS, Shared, inclusion, publish};
use super::journey::{commit, pages};
use super::*;
use crate::batch::{ResultRecord, commit_hash};
use crate::form::Form;
use crate::ids::{Blob, PartyKey, Signature};
use crate::measurement::Kind;
use crate::measurement::form::FormParameters;
use crate::server::socket::FRAGMENT;
use crate::store::StoredRecord;

/// Bytes of a manifest that is mostly blanks. In memory it stands twice, and twice in the answer.
const LONG: usize = 60_000;

/// At least so much a computation with such a manifest has in memory.
const EACH: usize = 4 * LONG;

const FORM: &str = r#"{
  "title": "Hours",
  "questions": [{"id": "hours", "text": "How many?", "answer": {"number": {"min": 0, "max": 15, "statistics": ["sum"]}}}]
}"#;

/// A server in this process of which the test sees the inside.
struct Open {
    shared: Arc<Shared>,
    running: Running,
}

impl Open {
    /// Its computations may have `kept` times [`EACH`] while nobody uses them, and `most` times that
    /// at most.
    async fn with(directory: &TempDir, kept: usize, most: usize) -> Self {
        let options = options(directory, Limits::default(), false).await;
        let mut shared = Shared::new(options).unwrap();
        shared.computations = Computations::new(Bounds {
            kept: 100,
            kept_bytes: kept * EACH,
            most_bytes: most * EACH,
        });
        let shared = Arc::new(shared);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = shared.stopping.clone();
        let inside = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = inside.stopping.cancelled() => return Ok(Outcome::Stopped),
                };
                let (stream, peer) = accepted.unwrap();
                let now = tokio::time::Instant::now();
                let pass = inside.gate.admit(peer.ip(), now).unwrap();
                tokio::spawn(connection::serve(Arc::clone(&inside), stream, pass));
            }
        });
        let running = Running {
            address,
            shutdown,
            task,
        };
        Self { shared, running }
    }

    /// Creates computation `number`, with a long manifest.
    async fn create(&self, number: u64) -> World {
        let (mut client, _) = self.running.greeted().await;
        let (world, signed) = propose(&mut client, number).await;
        client.look_up(&ClientMessage::Create(signed)).await;
        world
    }

    fn taken(&self) -> usize {
        self.shared.computations.memory.taken()
    }

    async fn stop(self) {
        self.running.stop().await;
        self.shared.store.close().await;
    }
}

async fn propose(client: &mut Client, number: u64) -> (World, Signed<Manifest>) {
    let named = |manifest: &mut Manifest| manifest.name = format!("c{number}").parse().unwrap();
    let (mut world, _) = client.propose(number, named).await;
    let signed = padded(&world.terms.manifest, &world.analyst.signing, LONG);
    world.terms = Terms::proposed(&signed).unwrap();
    (world, signed)
}

async fn submitted(client: &mut Client, world: &mut World) {
    let submission = world.submission(42);
    let answer = client.ask(&ClientMessage::Submit(submission)).await;
    assert!(matches!(answer, ServerMessage::Receipt(_)), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_logged_in_keeps_no_computation_in_memory() {
    let directory = directory();
    let open = Open::with(&directory, 3, 8).await;
    let mut worlds = Vec::new();
    let mut analysts = Vec::new();
    for number in 0..20 {
        let world = open.create(number).await;
        let mut analyst = open.running.logged_in(&world).await;
        let answer = analyst.ask(&ClientMessage::Watch {}).await;
        assert!(matches!(answer, ServerMessage::Submissions { parties: 0 }));
        assert!(open.taken() < 7 * EACH, "{} are logged in", number + 1);
        worlds.push(world);
        analysts.push(analyst);
    }
    assert!(open.taken() > EACH, "something is in memory");
    // What was dropped since comes back when it is asked for, and who watches learns what happens.
    let (mut party, _) = open.running.greeted().await;
    for (world, analyst) in worlds.iter_mut().zip(&mut analysts) {
        submitted(&mut party, world).await;
        let told = analyst.hear().await;
        assert!(matches!(told, ServerMessage::Submissions { parties: 1 }));
        analyst.freeze(world).await;
        assert!(open.taken() < 7 * EACH);
    }
    open.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compiled_form_is_dropped_while_its_analyst_is_logged_in() {
    let directory = directory();
    let open = Open::with(&directory, 2, 8).await;
    let (mut client, _) = open.running.greeted().await;
    let asking = |manifest: &mut Manifest| {
        let (form, nonce) = (Form::parse(FORM).unwrap(), manifest.nonce);
        let server = &manifest.server.computation_key.box_key;
        let mut same = World::new(50);
        let boxes = &same.analyst.boxes;
        let parameters = FormParameters::new(form, &nonce, boxes, server, &mut same.rng);
        manifest.kind = Kind::Form(Box::new(parameters));
        manifest.min_parties = 3;
    };
    let (world, signed) = client.propose(50, asking).await;
    client.look_up(&ClientMessage::Create(signed)).await;
    let mut analyst = open.running.logged_in(&world).await;
    let fingerprint = world.terms.fingerprint;
    let live = open.shared.known(&fingerprint).await.unwrap();
    let (compiled, seat): (Weak<Terms>, _) = (Arc::downgrade(&live.terms), Arc::clone(&live.seat));
    drop(live);
    for number in 0..4 {
        open.create(number).await;
    }
    assert!(compiled.upgrade().is_none(), "the form is in memory");
    let answer = analyst.ask(&ClientMessage::Watch {}).await;
    assert!(matches!(answer, ServerMessage::Submissions { parties: 0 }));
    let again = open.shared.known(&fingerprint).await.unwrap();
    assert!(Arc::ptr_eq(&seat, &again.seat), "one seat for all");
    assert_eq!(*again.terms, world.terms);
    open.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_lately_stays_in_memory() {
    let directory = directory();
    let open = Open::with(&directory, 3, 40).await;
    let popular = open.create(0).await.terms.fingerprint;
    let in_memory = async |fingerprint| open.shared.known(&fingerprint).await.unwrap();
    let before = Arc::downgrade(&in_memory(popular).await.terms);
    let rare = open.create(1).await.terms.fingerprint;
    let seldom = Arc::downgrade(&in_memory(rare).await.terms);
    for number in 2..20 {
        open.create(number).await;
        let live = in_memory(popular).await;
        assert!(
            before.ptr_eq(&Arc::downgrade(&live.terms)),
            "after {number}"
        );
    }
    assert!(seldom.upgrade().is_none());
    assert!(open.taken() < 7 * EACH);
    open.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_used_at_once_has_a_bound_too() {
    let directory = directory();
    let open = Open::with(&directory, 2, 6).await;
    let mut worlds = Vec::new();
    for number in 0..10 {
        worlds.push(open.create(number).await);
    }
    // As requests do that take long.
    let mut used = Vec::new();
    let refusal = loop {
        match open
            .shared
            .known(&worlds[used.len()].terms.fingerprint)
            .await
        {
            Ok(live) => used.push(live),
            Err(refusal) => break refusal,
        }
    };
    assert_eq!(refusal.code, ErrorCode::Busy);
    assert!((4..9).contains(&used.len()), "{} are used", used.len());
    assert!(open.taken() < 8 * EACH);
    // What is in memory is served, and a computation that cannot be loaded is not created.
    let (mut client, _) = open.running.greeted().await;
    client.look_up(&by_fingerprint(&worlds[0])).await;
    let (world, signed) = propose(&mut client, 99).await;
    let create = ClientMessage::Create(signed);
    assert_eq!(client.refused(&create).await, ErrorCode::Busy);
    let found = open
        .shared
        .store
        .computation(&world.terms.fingerprint)
        .await;
    assert!(found.unwrap().is_none());
    // A reveal may last, so that it needs more room.
    used.truncate(4);
    submitted(&mut client, &mut worlds[0]).await;
    let mut analyst = open.running.logged_in(&worlds[0]).await;
    let root = analyst.freeze(&worlds[0]).await.root;
    assert_eq!(analyst.refused(&prepare(root)).await, ErrorCode::Busy);
    used.clear();
    analyst.say(&prepare(root)).await;
    assert!(!analyst.hear_frame().await.is_empty());
    client.look_up(&create).await;
    open.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_under_way_are_counted() {
    let directory = directory();
    let open = Open::with(&directory, 10, 20).await;
    let mut world = open.create(1).await;
    let (mut party, _) = open.running.greeted().await;
    for _ in 0..10 {
        submitted(&mut party, &mut world).await;
    }
    let mut analyst = open.running.logged_in(&world).await;
    let root = analyst.freeze(&world).await.root;
    let before = open.taken();
    analyst.say(&prepare(root)).await;
    let page = analyst.hear_frame().await;
    assert!(
        open.taken() > before + page.len(),
        "all of it, not the frame alone"
    );
    drop(analyst);
    let given_back = async {
        while open.taken() > before {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, given_back).await.unwrap();
    open.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_for_one_client_take_of_one_room() {
    let directory = directory();
    let open = Open::with(&directory, 10, 20).await;
    let mut world = open.create(1).await;
    let (mut party, _) = open.running.greeted().await;
    for _ in 0..120 {
        submitted(&mut party, &mut world).await;
    }
    let mut analyst = open.running.logged_in(&world).await;
    analyst.freeze(&world).await;
    let ask = ClientMessage::Signatures { after: None };
    let room = &open.shared.answers;
    // As answers do that are on their way to others, who take them slowly.
    let others = room.take(LARGE_ANSWERS - FRAGMENT);
    assert!(others.is_some());
    assert_eq!(analyst.refused(&ask).await, ErrorCode::Busy);
    // What is shown to everybody in the same words is in memory once.
    analyst.look_up(&by_fingerprint(&world)).await;
    drop(others);
    match analyst.ask(&ask).await {
        ServerMessage::Signatures(signatures) => assert_eq!(signatures.len(), 120),
        other => panic!("{other:?}"),
    }
    // Once the next request is answered, that answer has left.
    analyst.look_up(&by_fingerprint(&world)).await;
    assert_eq!(room.taken(), 0);
    open.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_for_proofs_and_published_results_is_counted() {
    let directory = directory();
    let open = Open::with(&directory, 10, 20).await;
    let mut world = open.create(1).await;
    let (mut client, _) = open.running.greeted().await;
    submitted(&mut client, &mut world).await;
    let mut analyst = open.running.logged_in(&world).await;
    let batch = analyst.freeze(&world).await;
    let tally = pages(&mut analyst, &world, &batch).await;
    let record = commit(&mut analyst, &world, &tally, &batch).await;
    let fingerprint = world.terms.fingerprint;
    let party = PartyKey::new([1; 32]);
    match inclusion::inclusion(&open.shared, &fingerprint, party).await {
        Ok(Answer::Read(message, read)) => {
            assert!(matches!(*message, ServerMessage::Inclusion(_)));
            assert_eq!(read, 1, "the verdict on one party");
        }
        _ => panic!("no proof"),
    }
    let missing = publish::publication(&open.shared, &fingerprint, None).await;
    assert_eq!(missing.err().unwrap().code, ErrorCode::NotPublished);
    let result = ResultRecord {
        fingerprint,
        commit: commit_hash(&record.body),
        commitment: Digest::new([0; 32]),
        sealed_result: Blob::default(),
    };
    let result = Signed::sign(&result, &world.analyst.signing);
    let recorded = analyst.ask(&ClientMessage::Result(result)).await;
    assert_eq!(recorded, ServerMessage::Recorded {});
    let published = StoredRecord {
        body: Blob(vec![b' '; 5_000]),
        signature: Signature::new([1; 64]),
    };
    let store = &open.shared.store;
    let stored = store.publish(&fingerprint, published, Blob::default());
    stored.await.unwrap();
    match publish::publication(&open.shared, &fingerprint, None).await {
        Ok(Answer::Read(_, read)) => assert_eq!(read, 5_000),
        _ => panic!("nothing is published"),
    }
    open.stop().await;
}
