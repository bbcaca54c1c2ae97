//! What a malicious server, or a stranger, tries against the programs.

#[path = "attack/notices.rs"]
mod notices;

use std::fs;
use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;
use web_mpc::batch::{Batch, leaf, merkle};
use web_mpc::client::{self, Connection, ServerUrl};
use web_mpc::crypto::{
    Analyst, BoxKeyPair, Identity, Party, PublicIdentity, Server, SigningKeyPair, Tag,
};
use web_mpc::ids::{ComputationName, Nonce, SubmissionHash};
use web_mpc::manifest::{Action, ComputationKey, Notice, Phase, Terms};
use web_mpc::measurement::Population;
use web_mpc::protocol::{ClientMessage, PartySignature, ServerMessage, Standing, decode, encode};
use web_mpc::record::{Countersigned, Signed};
use web_mpc::reveal::{Agreed, open_release, record_result};
use web_mpc::session::{AnalystError, AnalystSession, AnalystStep, Purpose, Settings};

use super::harness::{Launch, Place, free_address, listener};
use super::journey::Analyst as Running;
use super::proxy::Proxy;
use super::wire::{Hand, rng, seal, submit};

/// A server that answers every message with whatever `answer` makes of it.
pub(crate) async fn fake(
    answer: impl Fn(ClientMessage) -> Vec<String> + Send + Sync + 'static,
) -> (ServerUrl, tokio::task::JoinHandle<()>) {
    let listener = listener();
    listener.set_nonblocking(true).unwrap();
    let listener = TcpListener::from_std(listener).unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut socket = accept_async(stream).await.unwrap();
            while let Some(Ok(message)) = socket.next().await {
                let Message::Text(text) = message else {
                    continue;
                };
                for said in answer(decode(&text).unwrap()) {
                    drop(socket.send(Message::text(said)).await);
                }
            }
        }
    });
    (url.parse().unwrap(), task)
}

pub(crate) fn welcome(server: PublicIdentity<Server>) -> String {
    encode(&ServerMessage::Welcome {
        version: 1,
        server,
        nonce: Nonce::new([7; 32]),
    })
}

/// A computation of a server that is the test itself.
struct Own {
    analyst: Identity<Analyst>,
    server: Identity<Server>,
    terms: Terms,
    manifest: Countersigned<web_mpc::manifest::Manifest>,
}

impl Own {
    fn new(seed: u64) -> Self {
        let mut rng = rng(seed);
        let (analyst, server) = (Identity::generate(&mut rng), Identity::generate(&mut rng));
        let pair = BoxKeyPair::<Server>::generate(&mut rng);
        let box_key = *pair.public();
        let key = ComputationKey {
            box_key,
            signature: server
                .signing
                .sign(Tag::COMPUTATION_KEY, box_key.as_bytes()),
        };
        let signed = Hand::manifest(&analyst, server.public(), key, &mut rng, |manifest| {
            manifest.max_parties = 10;
        });
        let manifest = Countersigned::countersign(&signed, &server.signing);
        let terms = Terms::agreed(&manifest).unwrap();
        Self {
            analyst,
            server,
            terms,
            manifest,
        }
    }

    fn standing(&self, phase: Phase) -> Standing {
        Standing {
            manifest: self.manifest.clone(),
            phase,
            notices: Vec::new(),
            batch: None,
            commit: None,
            result: None,
        }
    }

    fn batch(&self, parties: u64) -> Signed<Batch> {
        let batch = Batch {
            fingerprint: self.terms.fingerprint,
            parties,
            root: merkle::root(&[]),
            invitations: None,
        };
        Signed::sign(&batch, &self.server.signing)
    }

    fn freeze(&self, number: u64) -> Notice {
        Notice::following(self.terms.fingerprint, None, number, Action::Freeze)
    }

    /// What the analyst makes of a computation that stands so: whether it logs in.
    fn shown(&self, standing: Standing, purpose: Purpose) -> Result<ClientMessage, AnalystError> {
        let mut session = AnalystSession::new(
            self.analyst.clone(),
            ComputationName::default(),
            Settings::default(),
            purpose,
        );
        let welcome = decode(&welcome(self.server.public())).unwrap();
        session.received(welcome, &mut rng(1)).unwrap();
        let standing = ServerMessage::Computation(Box::new(standing));
        match session.received(standing, &mut rng(2))? {
            AnalystStep::Send(message) => Ok(*message),
            AnalystStep::Joined(_) => panic!("joined without a login"),
        }
    }
}

#[test]
fn only_the_analyst_freezes() {
    let own = Own::new(10);
    let frozen = |notices| Standing {
        notices,
        batch: Some(own.batch(3)),
        ..own.standing(Phase::Frozen)
    };
    let notice = Signed::sign(&own.freeze(1), &own.analyst.signing);
    let login = own.shown(frozen(vec![notice.clone()]), Purpose::Collect);
    assert!(
        matches!(login, Ok(ClientMessage::Login { .. })),
        "{login:?}"
    );

    let stranger = Identity::<Analyst>::generate(&mut rng(11));
    for notices in [
        vec![],
        vec![Signed::sign(&own.freeze(1), &stranger.signing)],
        vec![Signed::sign(&own.freeze(2), &own.analyst.signing)],
        vec![notice.clone(), notice],
    ] {
        let answer = own.shown(frozen(notices), Purpose::Existing);
        assert!(
            matches!(answer, Err(AnalystError::Misbehaviour(_))),
            "{answer:?}"
        );
    }
}

#[test]
fn a_batch_is_there_only_after_the_freeze() {
    let own = Own::new(12);
    for phase in [Phase::Open, Phase::Paused, Phase::Closed] {
        let standing = Standing {
            batch: Some(own.batch(3)),
            ..own.standing(phase)
        };
        let answer = own.shown(standing, Purpose::Existing);
        assert!(
            matches!(answer, Err(AnalystError::Misbehaviour(_))),
            "{phase:?}: {answer:?}"
        );
    }
}

#[test]
fn a_round_is_over_only_with_a_commit() {
    let own = Own::new(20);
    for phase in [Phase::Revealed, Phase::Ended, Phase::Purged] {
        let standing = Standing {
            notices: vec![Signed::sign(&own.freeze(1), &own.analyst.signing)],
            batch: Some(own.batch(3)),
            ..own.standing(phase)
        };
        // The next round would leave this one behind for ever.
        let answer = own.shown(standing, Purpose::Collect);
        assert!(
            matches!(answer, Err(AnalystError::Misbehaviour(_))),
            "{phase:?}: {answer:?}"
        );
    }
}

#[test]
fn a_batch_has_no_more_parties_than_the_manifest_allows() {
    let own = Own::new(30);
    for (parties, holds) in [(10, true), (11, false), (u64::MAX >> 11, false)] {
        let standing = Standing {
            notices: vec![Signed::sign(&own.freeze(1), &own.analyst.signing)],
            batch: Some(own.batch(parties)),
            ..own.standing(Phase::Frozen)
        };
        let answer = own.shown(standing, Purpose::Existing);
        assert_eq!(answer.is_ok(), holds, "{parties}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_finds_a_party_that_stands_twice() {
    let own = Own::new(40);
    let mut rng = rng(41);
    let keys = SigningKeyPair::<Party>::generate(&mut rng);
    let party_key = (*keys.public()).into();
    // Both are signed: two versions of one party, or the same one twice.
    let signed = [[1; 32], [2; 32]].map(|hash| PartySignature {
        party_key,
        submission_hash: SubmissionHash::new(hash),
        signature: keys.sign(Tag::SUBMISSION, &hash),
    });
    for signatures in [signed.to_vec(), vec![signed[0], signed[0]]] {
        let leaves: Vec<_> = signatures
            .iter()
            .map(|each| leaf(&each.party_key, &each.submission_hash))
            .collect();
        let batch = Batch {
            fingerprint: own.terms.fingerprint,
            parties: 2,
            root: merkle::root(&leaves),
            invitations: None,
        };
        let answer = encode(&ServerMessage::Signatures(signatures));
        let (url, task) = fake(move |_| vec![answer.clone()]).await;
        let mut connection = Connection::open(&url).await.unwrap();
        let audited = client::audit(&mut connection, &batch, |_| {}).await;
        assert!(audited.is_err(), "{audited:?}");
        task.abort();
    }
}

#[test]
fn an_audit_is_of_the_batch_that_was_revealed() {
    let place = Place::new();
    let server = place.server();
    let analyst = Running::start(&place, &server.url, &[]);
    place.party(&server.url).args(["42"]).run().exits(0);
    analyst.reveal().sum(42);
    let audit = || place.analyst(&server.url).args(["audit"]).run();
    audit().exits(0);
    // The analyst has revealed another batch than the one that the server shows now.
    let journal = place.folder("analyst").join("keys.json.journal");
    let text = fs::read_to_string(&journal).unwrap();
    let (before, root) = text.split_once("\"root\":\"").unwrap();
    let other = if root.starts_with('A') { 'B' } else { 'A' };
    let changed = format!("{before}\"root\":\"{other}{}", &root[1..]);
    fs::write(&journal, changed).unwrap();
    audit().exits(1).says("has another batch");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_freezes_nothing_by_saying_so() {
    let place = Place::new();
    let server = place.server();
    let analyst = Running::start(&place, &server.url, &[]);
    place.party(&server.url).args(["42"]).run().exits(0);
    drop(analyst);
    let proxy = super::wire::Proxy::new(server.address, None);
    let own = Own::new(51);
    let frozen = encode(&ServerMessage::Frozen(own.batch(1)));
    proxy.say_after("submissions", frozen);
    let url = format!("ws://{}", proxy.address);
    let process = place.analyst(&url).interactive();
    let ended = tokio::task::spawn_blocking(move || process.finish());
    let ended = super::wire::soon(ended).await.unwrap().exits(1);
    assert!(!ended.stdout.contains("SUM IS"), "{ended}");
    let status = place.analyst(&server.url).args(["status"]).run();
    assert!(status.stdout.contains("round 1: open"), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_says_gives_no_orders_to_a_terminal() {
    let own = Own::new(60);
    let server = own.server.public();
    let text = "no\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}1A\rSUM IS: 1\nSUM IS: 2\u{202e}";
    let refusal = serde_json::json!({"error": {"code": "internal", "message": text}});
    let (url, task) = fake(move |message| {
        if matches!(message, ClientMessage::Hello { .. }) {
            vec![welcome(server)]
        } else {
            vec![refusal.to_string()]
        }
    })
    .await;
    let place = Place::new();
    for (colour, json) in [("1", false), ("0", false), ("0", true)] {
        let mut args = vec!["42"];
        if json {
            args.insert(0, "--json");
        }
        let party = place
            .party(&url.to_string())
            .env("CLICOLOR_FORCE", colour)
            .args(args)
            .start();
        let ended = tokio::task::spawn_blocking(move || party.finish());
        let ended = ended.await.unwrap().exits(1);
        let said = format!("{}{}", ended.stdout, ended.stderr);
        let orders = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!said.contains(orders), "{said:?}");
        assert!(
            !said.lines().any(|line| line.starts_with("SUM IS")),
            "{said:?}"
        );
        assert!(
            !said.contains("\\n") && !said.contains("\\u001b"),
            "{said:?}"
        );
    }
    task.abort();
}

#[test]
fn another_server_cannot_end_what_is_pending() {
    let place = Place::new();
    let server = place.server();
    let analyst = Running::start(&place, &server.url, &[]);
    let proxy = Proxy::start(server.address);
    proxy.hold(|frame| frame.is("receipt"));
    let run = place
        .party(&proxy.url)
        .args(["--receipt", "mine.json", "42"])
        .start();
    proxy.until_holding();
    run.kill();
    let file = place.folder("party").join("mine.json");
    let pending = fs::read(&file).unwrap();
    // Another server does not know the computation: its word ends nothing.
    let other = super::harness::Server::start(&place.folder("other"), free_address(), &[]);
    place
        .party(&other.url)
        .args(["--receipt", "mine.json", "42"])
        .run()
        .exits(1);
    assert_eq!(
        fs::read(&file).unwrap(),
        pending,
        "the key and the bytes are kept"
    );
    // The file knows which server it was.
    proxy.let_go();
    Launch::input_party(&place.folder("party"))
        .args(["--receipt", "mine.json", "42", "--wait", "20"])
        .run()
        .exits(0);
    analyst.reveal().sum(42);
}

#[tokio::test(flavor = "multi_thread")]
async fn repeating_a_record_fills_no_log() {
    let place = Place::new();
    let server = place.server();
    let mut rng = rng(70);
    let identity = Identity::<Analyst>::generate(&mut rng);
    let mut hand = Hand::create(server.address, &identity, &mut rng, |_| {}).await;
    let submission = seal(&hand.terms, 42, &mut rng);
    submit(server.address, &submission).await.unwrap();
    let batch = hand.freeze().await;
    let tallied = hand.pages(&batch, |_, verdict| verdict).await;
    let mut commit = hand.commit_to(&tallied).await;
    for _ in 0..20 {
        commit = hand.commit_to(&tallied).await;
    }
    let ServerMessage::Released(release) = hand.wire.ask(&ClientMessage::Release {}).await else {
        panic!("not released");
    };
    let agreed = Agreed::uncounted(Population::whole(1));
    let boxes = &identity.boxes;
    let share = open_release(&hand.terms, &commit.body, &agreed, &release, boxes).unwrap();
    let aggregate = hand
        .terms
        .scheme
        .unshard(&share, &share, Population::whole(1));
    let (body, boxes) = (&commit.body, &identity);
    let record = record_result(&hand.terms, &batch, body, &aggregate, boxes, &mut rng);
    for _ in 0..20 {
        let said = ClientMessage::Result(record.clone());
        let answer = hand.wire.ask(&said).await;
        assert!(matches!(answer, ServerMessage::Recorded {}), "{answer:?}");
    }
    for text in ["a batch was committed", "a result was recorded"] {
        let lines = server.process().until(text, |said| {
            let lines = said.err.iter().filter(|line| line.contains(text)).count();
            (lines > 0).then_some(lines)
        });
        assert_eq!(lines, 1, "{text}");
    }
}
