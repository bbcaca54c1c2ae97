//! What only an analyst may ask for, asked by somebody else, out of order or in a wrong form.

use std::net::SocketAddr;

use tokio_tungstenite::tungstenite::Message;
use web_mpc::batch::{Batch, Commit, ResultRecord};
use web_mpc::crypto::{Analyst, Entropy, Identity, Tag};
use web_mpc::disclosure::{Counts, Outcome};
use web_mpc::files::journal::Journal;
use web_mpc::ids::{Blob, Digest, Fingerprint, Nonce, PartyKey, Signature};
use web_mpc::manifest::{Action, Notice, Terms};
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage, challenge};
use web_mpc::record::Signed;
use web_mpc::reveal::Helper;

use super::super::wire::{Hand, Heard, Honest, Wire, padded, seal, submit};
use super::{Case, World, expect_code, manifests};

/// What needs a login, from somebody who has none.
pub(super) fn strangers(world: &World) -> Vec<Case> {
    let fingerprint = world.terms.fingerprint;
    let keys = &world.analyst.signing;
    let notice = Notice::following(fingerprint, None, 1, Action::Freeze);
    let commit = Commit {
        fingerprint,
        root: Digest::new([0; 32]),
        accepted: Digest::new([0; 32]),
        counts: Counts::default(),
        outcome: Outcome::without(vec![]),
    };
    let result = ResultRecord {
        fingerprint,
        commit: Digest::new([0; 32]),
        commitment: Digest::new([0; 32]),
        sealed_result: Blob::default(),
    };
    let root = Digest::new([0; 32]);
    let login = |fingerprint| ClientMessage::Login {
        fingerprint,
        nonce: Nonce::new([0; 32]),
        signature: Signature::new([0; 64]),
    };
    let party_key = PartyKey::new([1; 32]);
    let cases = [
        (
            "watching without login",
            ClientMessage::Watch {},
            ErrorCode::NotLoggedIn,
        ),
        (
            "freezing without login, correctly signed",
            ClientMessage::Notice(Signed::sign(&notice, keys)),
            ErrorCode::NotLoggedIn,
        ),
        (
            "pages without login",
            ClientMessage::Prepare { root },
            ErrorCode::NotLoggedIn,
        ),
        (
            "committing without login",
            ClientMessage::Commit(Signed::sign(&commit, keys)),
            ErrorCode::NotLoggedIn,
        ),
        (
            "a release without login",
            ClientMessage::Release {},
            ErrorCode::NotLoggedIn,
        ),
        (
            "a result without login",
            ClientMessage::Result(Signed::sign(&result, keys)),
            ErrorCode::NotLoggedIn,
        ),
        (
            "signatures without login",
            ClientMessage::Signatures { after: None },
            ErrorCode::NotLoggedIn,
        ),
        (
            "a login that nobody signed",
            login(fingerprint),
            ErrorCode::LoginRefused,
        ),
        (
            "a login to nothing",
            login(Fingerprint::new([3; 32])),
            ErrorCode::UnknownComputation,
        ),
        (
            "a proof before the freeze",
            ClientMessage::Inclusion {
                fingerprint,
                party_key,
            },
            ErrorCode::NotFrozen,
        ),
    ];
    let cases = cases.into_iter();
    cases
        .map(|(name, message, code)| Case::refused(name, &message, code))
        .collect()
}

/// What needs more than one message; tells how many cases there were.
pub(super) async fn dialogues(world: &mut World, wrong: &mut Vec<String>) -> usize {
    let mut count = logins(world, wrong).await;
    count += manifests::manifests(world, wrong).await;
    count += early(world, wrong).await;
    count += pages(world, wrong).await;
    world.submit("all dialogues of analysts").await;
    count
}

async fn logins(world: &mut World, wrong: &mut Vec<String>) -> usize {
    let address = world.address;
    let (mut wire, server, server_nonce) = Wire::greeted(address).await;
    let fingerprint = world.terms.fingerprint;
    let nonce = Nonce::random(&mut world.rng);
    let sign = |server_nonce: &Nonce, tag| {
        let body = challenge(&server, &fingerprint, &nonce, server_nonce);
        ClientMessage::Login {
            fingerprint,
            nonce,
            signature: world.analyst.signing.sign(tag, &body),
        }
    };
    let reflected = sign(&server_nonce, Tag::LOGIN_ANSWER);
    expect_code(
        wrong,
        "a login under another tag",
        wire.code(&reflected).await,
        ErrorCode::LoginRefused,
    );
    let login = sign(&server_nonce, Tag::LOGIN);
    let answer = wire.ask(&login).await;
    assert!(
        matches!(answer, ServerMessage::LoggedIn { .. }),
        "{answer:?}"
    );
    let (mut other, _, _) = Wire::greeted(address).await;
    expect_code(
        wrong,
        "a login of another connection",
        other.code(&login).await,
        ErrorCode::LoginRefused,
    );
    expect_code(
        wrong,
        "and then a watch",
        other.code(&ClientMessage::Watch {}).await,
        ErrorCode::NotLoggedIn,
    );
    3
}

/// A computation of the test's own, with a minimum of two.
async fn own(world: &mut World, name: &str) -> Hand {
    let analyst = world.analyst.clone();
    Hand::create(world.address, &analyst, &mut world.rng, |manifest| {
        manifest.name = name.parse().unwrap();
        manifest.min_parties = 2;
    })
    .await
}

async fn early(world: &mut World, wrong: &mut Vec<String>) -> usize {
    let mut hand = own(world, "early").await;
    let fingerprint = hand.terms.fingerprint;
    let root = Digest::new([0; 32]);
    let batch = Batch {
        fingerprint,
        parties: 0,
        root,
        invitations: None,
    };
    let stranger = Identity::<Analyst>::generate(&mut world.rng);
    let own_freeze = Notice::following(fingerprint, None, 1, Action::Freeze);
    let notice = own_freeze.clone();
    let tallied = super::super::wire::Tallied {
        batch,
        accepted: web_mpc::batch::Accepted::default(),
        counts: Counts::default(),
        pages: Vec::new(),
    };
    let result = ResultRecord {
        fingerprint,
        commit: root,
        commitment: root,
        sealed_result: Blob::default(),
    };
    let cases = [
        (
            "a freeze below the minimum",
            hand.notice(|_| {}),
            ErrorCode::TooFewParties,
        ),
        (
            "a notice signed by another",
            ClientMessage::Notice(Signed::sign(&notice, &stranger.signing)),
            ErrorCode::NoticeInvalid,
        ),
        (
            "a notice that is mostly blanks",
            ClientMessage::Notice(padded(&own_freeze, &hand.identity.signing, 2_000_000)),
            ErrorCode::NoticeInvalid,
        ),
        (
            "a notice about another computation",
            hand.notice(|n| n.fingerprint = world.terms.fingerprint),
            ErrorCode::NoticeInvalid,
        ),
        (
            "a notice with a broken chain",
            hand.notice(|n| n.previous = root),
            ErrorCode::NoticeOutOfOrder,
        ),
        (
            "notice 0",
            hand.notice(|n| n.number = 0),
            ErrorCode::NoticeOutOfOrder,
        ),
        (
            "notice 2 before notice 1",
            hand.notice(|n| n.number = 2),
            ErrorCode::NoticeOutOfOrder,
        ),
        (
            "the last notice of all",
            hand.notice(|n| n.number = u64::MAX),
            ErrorCode::NoticeOutOfOrder,
        ),
        (
            "a notice that is no JSON",
            ClientMessage::Notice(Signed::from_parts(
                Blob(vec![b'['; 999]),
                Signature::new([0; 64]),
            )),
            ErrorCode::NoticeInvalid,
        ),
        (
            "pages before the freeze",
            ClientMessage::Prepare { root },
            ErrorCode::NotFrozen,
        ),
        (
            "signatures before the freeze",
            ClientMessage::Signatures { after: None },
            ErrorCode::NotFrozen,
        ),
        (
            "a commit before the freeze",
            ClientMessage::Commit(hand.commit(&tallied, |_| {})),
            ErrorCode::NotPrepared,
        ),
        (
            "a release before the freeze",
            ClientMessage::Release {},
            ErrorCode::NotPrepared,
        ),
        (
            "a result before the commit",
            ClientMessage::Result(Signed::sign(&result, &hand.identity.signing)),
            ErrorCode::NotCommitted,
        ),
    ];
    let count = cases.len();
    for (name, message, code) in cases {
        expect_code(wrong, name, hand.wire.code(&message).await, code);
        world.submit(name).await;
    }
    count
}

/// Frames in the middle of a reveal. After each the batch is still whole and can be revealed.
async fn pages(world: &mut World, wrong: &mut Vec<String>) -> usize {
    let hand = own(world, "pages").await;
    let terms = hand.terms.clone();
    for value in [3, 4] {
        let submission = seal(&terms, value, &mut world.rng);
        submit(world.address, &submission).await.unwrap();
    }
    let mut hand = hand;
    let batch = hand.freeze().await;
    let other_root = ClientMessage::Prepare {
        root: Digest::new([1; 32]),
    };
    expect_code(
        wrong,
        "another root",
        hand.wire.code(&other_root).await,
        ErrorCode::RootMismatch,
    );
    hand.wire.close().await;

    let frames: [(&str, fn(&mut Vec<u8>)); 12] = [
        ("an empty frame", Vec::clear),
        ("a frame of noise", |f| *f = vec![0xff; 60_000]),
        ("a frame of another type", |f| f[0] = 1),
        ("a frame of an unknown type", |f| f[0] = 9),
        ("another page's frame", |f| f[4] = 1),
        ("the last page of all", |f| f[1..5].fill(0xff)),
        ("more entries than there are", |f| f[8] = 3),
        ("as many entries as can be said", |f| f[5..9].fill(0xff)),
        ("a frame that is too short", |f| f.truncate(f.len() - 1)),
        ("a frame that is too long", |f| f.push(0)),
        ("a verdict that is none", |f| f[9] = 200),
        ("the server's verdict", |f| f[9] = 8),
    ];
    for (name, change) in &frames {
        let code = disturb(world, &terms, &batch, change).await;
        expect_code(wrong, name, code, ErrorCode::FrameInvalid);
        world.submit(name).await;
    }

    let mut hand = Hand::rejoin(world.address, &world.analyst, &terms, &mut world.rng)
        .await
        .unwrap();
    hand.wire
        .say(&ClientMessage::Prepare { root: batch.root })
        .await;
    let Heard::Frame(page) = hand.wire.hear().await else {
        panic!("no page");
    };
    let watch = hand.wire.code(&ClientMessage::Watch {}).await;
    expect_code(wrong, "a request amid pages", watch, ErrorCode::NotAllowed);
    let release = hand.wire.code(&ClientMessage::Release {}).await;
    expect_code(
        wrong,
        "a release amid pages",
        release,
        ErrorCode::NotPrepared,
    );
    let mut second = Hand::rejoin(world.address, &world.analyst, &terms, &mut world.rng)
        .await
        .unwrap();
    let prepare = ClientMessage::Prepare { root: batch.root };
    let code = second.wire.code(&prepare).await;
    expect_code(
        wrong,
        "a second reveal at once",
        code,
        ErrorCode::RevealInProgress,
    );
    let helper = Helper::new(terms.clone(), world.analyst.boxes.clone());
    let verdicts = helper.verify(0, &page).unwrap().frame;
    hand.wire.send(Message::binary(verdicts)).await;
    let Heard::Frame(_) = hand.wire.hear().await else {
        panic!("no verdicts");
    };
    hand.wire.send(Message::binary(vec![2, 0, 0, 0, 1])).await;
    let ServerMessage::Error(refusal) = hand.wire.message().await else {
        panic!("not refused");
    };
    expect_code(
        wrong,
        "verdicts when all is said",
        refusal.code,
        ErrorCode::UnexpectedBinary,
    );
    frames.len() + 5
}

/// Sends changed verdicts on the only page; the code that it gets.
async fn disturb(
    world: &mut World,
    terms: &Terms,
    batch: &Batch,
    change: &dyn Fn(&mut Vec<u8>),
) -> ErrorCode {
    let address: SocketAddr = world.address;
    let mut hand = Hand::rejoin(address, &world.analyst, terms, &mut world.rng)
        .await
        .unwrap();
    hand.wire
        .say(&ClientMessage::Prepare { root: batch.root })
        .await;
    let Heard::Frame(page) = hand.wire.hear().await else {
        panic!("no page");
    };
    let helper = Helper::new(hand.terms.clone(), world.analyst.boxes.clone());
    let mut verdicts = helper.verify(0, &page).unwrap().frame;
    change(&mut verdicts);
    hand.wire.send(Message::binary(verdicts)).await;
    let ServerMessage::Error(refusal) = hand.wire.message().await else {
        panic!("not refused");
    };
    assert!(matches!(hand.wire.hear().await, Heard::Gone), "it hangs up");
    refusal.code
}

/// The honest computation's result.
pub(super) async fn reveal(world: &World) -> (i64, u64) {
    let directory = tempfile::tempdir().unwrap();
    let mut honest = Honest {
        identity: world.analyst.clone(),
        name: world.terms.manifest.name.clone(),
        journal: Journal::open(&directory.path().join("keys.json")).unwrap(),
        entropy: Entropy::System,
    };
    let url = format!("ws://{}", world.address).parse().unwrap();
    honest.reveal(&url).await.unwrap()
}
