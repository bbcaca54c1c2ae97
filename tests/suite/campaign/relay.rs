//! A relay that shows something else than what the analyst and the server signed: whoever has the
//! link finds it out before a byte of data leaves.

use std::sync::{Arc, Mutex};

use rand::rngs::StdRng;
use web_mpc::crypto::{Analyst, BoxKeyPair, Identity, Server, SigningKeyPair, Tag};
use web_mpc::form::Form;
use web_mpc::ids::ComputationName;
use web_mpc::invitation::Link;
use web_mpc::manifest::{
    Access, Action, ComputationKey, Dates, Manifest, Notice, Phase, Terms, Tracking,
};
use web_mpc::measurement::Kind;
use web_mpc::measurement::form::FormParameters;
use web_mpc::protocol::{ClientMessage, ServerMessage, Standing, encode};
use web_mpc::record::{Countersigned, Signed};

use super::super::attack::{fake, welcome};
use super::super::harness::{Finished, Launch, Place};
use super::super::wire::{Hand, rng};

const FORM: &str = r#"{"title": "Hours", "questions": [{"id": "hours", "text": "Hours",
    "answer": {"number": {"min": 0, "max": 80, "statistics": ["sum"]}}}]}"#;

/// The same question with fewer bounds: what was a number of hours may be a salary.
const OTHER_FORM: &str = r#"{"title": "Hours", "questions": [{"id": "hours", "text": "Salary",
    "answer": {"number": {"min": 0, "max": 80, "statistics": ["sum", "mean"]}}}]}"#;

/// What is swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Swap {
    Nothing,
    AnalystKey,
    ServerKey,
    Form,
    Minimum,
    Tracking,
}

/// Who signs what was swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Author {
    /// Nobody: the signatures are those of the true one.
    Nobody,
    /// The relay, in the analyst's place.
    Relay,
    /// The analyst itself, for another collection.
    Analyst,
}

/// Everybody's keys.
struct World {
    analyst: Identity<Analyst>,
    server: Identity<Server>,
    computation_key: ComputationKey,
    truth: Countersigned<Manifest>,
    terms: Terms,
    invitation: SigningKeyPair<web_mpc::crypto::Invitation>,
}

impl World {
    fn new() -> Self {
        let mut rng = rng(901);
        let (analyst, server) = (Identity::generate(&mut rng), Identity::generate(&mut rng));
        let computation_key = computation_key(&server, &mut rng);
        let signed = Hand::manifest(
            &analyst,
            server.public(),
            computation_key,
            &mut rng,
            |manifest| invited(manifest, FORM, &analyst),
        );
        let truth = Countersigned::countersign(&signed, &server.signing);
        let terms = Terms::agreed(&truth).unwrap();
        let invitation = SigningKeyPair::generate(&mut rng);
        Self {
            analyst,
            server,
            computation_key,
            truth,
            terms,
            invitation,
        }
    }

    /// What the relay shows.
    fn shown(&self, swap: Swap, author: Author) -> Countersigned<Manifest> {
        let mut rng = rng(902);
        let own = Identity::<Analyst>::generate(&mut rng);
        let other_server = Identity::<Server>::generate(&mut rng);
        let analyst = match (swap, author) {
            (Swap::AnalystKey, _) | (_, Author::Relay) => &own,
            _ => &self.analyst,
        };
        let (server, key) = if swap == Swap::ServerKey {
            let key = computation_key(&other_server, &mut rng);
            (&other_server, key)
        } else {
            (&self.server, self.computation_key)
        };
        let signed = Hand::manifest(analyst, server.public(), key, &mut rng, |manifest| {
            let form = if swap == Swap::Form { OTHER_FORM } else { FORM };
            invited(manifest, form, analyst);
            match swap {
                Swap::Minimum => manifest.min_parties = 4,
                Swap::Tracking => manifest.tracking = Tracking::Labels,
                _ => {}
            }
        });
        let mut shown = Countersigned::countersign(&signed, &server.signing);
        if author == Author::Nobody {
            shown.analyst_signature = self.truth.analyst_signature;
            shown.server_signature = self.truth.server_signature;
        }
        shown
    }

    fn standing(manifest: Countersigned<Manifest>) -> Standing {
        Standing {
            manifest,
            phase: Phase::Open,
            notices: Vec::new(),
            batch: None,
            commit: None,
            result: None,
        }
    }
}

fn computation_key(server: &Identity<Server>, rng: &mut StdRng) -> ComputationKey {
    let pair = BoxKeyPair::<Server>::generate(rng);
    let box_key = *pair.public();
    let signing = &server.signing;
    let signature = signing.sign(Tag::COMPUTATION_KEY, box_key.as_bytes());
    ComputationKey { box_key, signature }
}

fn invited(manifest: &mut Manifest, form: &str, analyst: &Identity<Analyst>) {
    let form = Form::parse(form).unwrap();
    let key = &manifest.server.computation_key.box_key;
    let mut rng = rng(903);
    let parameters = FormParameters::new(form, &manifest.nonce, &analyst.boxes, key, &mut rng);
    manifest.kind = Kind::Form(Box::new(parameters));
    manifest.access = Access::Invited;
    manifest.min_parties = 5;
}

/// Runs a party with the link against a relay that shows that, and gives the types of the messages
/// that it sent.
async fn run(world: &World, standing: Standing, args: &[&str]) -> (Finished, Vec<String>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heard);
    let server = world.server.public();
    let (url, task) = fake(move |message| {
        let text = encode(&message);
        let kind = text.split('"').nth(1).unwrap().to_owned();
        log.lock().unwrap().push(kind);
        match message {
            ClientMessage::Hello { .. } => vec![welcome(server)],
            ClientMessage::Lookup { .. } => {
                let standing = ServerMessage::Computation(Box::new(standing.clone()));
                vec![encode(&standing)]
            }
            _ => vec![],
        }
    })
    .await;
    let origin = url.to_string().replacen("ws", "http", 1);
    let name = ComputationName::default();
    let link = Link::new(
        &origin,
        name,
        world.terms.fingerprint,
        Some(world.invitation.clone()),
    );
    let place = Place::new();
    let folder = place.folder("party");
    let answers = r#"{"questions": {"hours": 40}}"#;
    std::fs::write(folder.join("answers.json"), answers).unwrap();
    let launch = Launch::input_party(&folder)
        .args([
            "--answers",
            "answers.json",
            "--yes",
            "--wait",
            "2",
            "--link",
        ])
        .args([link.unwrap().to_string()])
        .args(args);
    let process = launch.start();
    let finished = tokio::task::spawn_blocking(move || process.finish());
    let finished = finished.await.unwrap();
    task.abort();
    let heard = heard.lock().unwrap().clone();
    (finished, heard)
}

/// What may be said before the computation is known: not even which invitation it is.
#[track_caller]
fn said_nothing(heard: &[String]) {
    let harmless = heard.iter().all(|kind| kind == "hello" || kind == "lookup");
    assert!(harmless, "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_relay_swaps_is_found_before_anything_is_sent() {
    let world = World::new();
    for swap in [
        Swap::AnalystKey,
        Swap::ServerKey,
        Swap::Form,
        Swap::Minimum,
        Swap::Tracking,
    ] {
        for author in [Author::Nobody, Author::Relay, Author::Analyst] {
            let standing = World::standing(world.shown(swap, author));
            let (finished, heard) = run(&world, standing, &[]).await;
            let finished = finished.exits(1);
            let expected = match author {
                Author::Nobody => "an invalid manifest",
                Author::Relay | Author::Analyst => "another computation than the one asked for",
            };
            assert!(
                finished.stderr.contains(expected),
                "{swap:?} {author:?}: {finished}"
            );
            assert!(finished.stdout.is_empty(), "{finished}");
            said_nothing(&heard);
        }
    }
    // The truth is believed: it goes on to what only the true server could answer.
    let standing = World::standing(world.truth.clone());
    let (_, heard) = run(&world, standing, &[]).await;
    assert!(heard.contains(&"submit".to_owned()), "{heard:?}");
    let shown = world.shown(Swap::Nothing, Author::Analyst);
    let (finished, heard) = run(&world, World::standing(shown), &[]).await;
    finished.exits(1);
    said_nothing(&heard);
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_notices_are_refused() {
    let world = World::new();
    let fingerprint = world.terms.fingerprint;
    let mut rng = rng(904);
    let stranger = Identity::<Analyst>::generate(&mut rng);
    let pause = |number| Notice::following(fingerprint, None, number, Action::Pause);
    let by = |signer: &Identity<Analyst>, notice: &Notice| Signed::sign(notice, &signer.signing);
    let resume = Notice::following(fingerprint, None, 1, Action::Resume);
    let dates = |closes_at| Dates {
        opens_at: None,
        closes_at: Some(closes_at),
    };
    let date = |at| Notice::following(fingerprint, None, 1, Action::Schedule(dates(at)));
    let later = date(4_102_444_800);
    let cases = [
        (
            "a date by somebody else",
            Phase::Open,
            vec![by(&stranger, &later)],
        ),
        (
            "a pause by somebody else",
            Phase::Paused,
            vec![by(&stranger, &pause(1))],
        ),
        (
            "a pause out of order",
            Phase::Paused,
            vec![by(&world.analyst, &pause(2))],
        ),
        ("a pause without a notice", Phase::Paused, vec![]),
        (
            "a pause that is not shown",
            Phase::Open,
            vec![by(&world.analyst, &pause(1))],
        ),
        (
            "a resumption of what is open",
            Phase::Open,
            vec![by(&world.analyst, &resume)],
        ),
        ("a reveal without a freeze", Phase::Revealed, vec![]),
    ];
    for (what, phase, notices) in cases {
        let standing = Standing {
            phase,
            notices,
            ..World::standing(world.truth.clone())
        };
        let (finished, heard) = run(&world, standing, &[]).await;
        let finished = finished.exits(1);
        assert!(
            finished.stderr.contains("does not hold"),
            "{what}: {finished}"
        );
        said_nothing(&heard);
    }
}
