//! Submissions that the server can see are wrong: nothing of them is stored.

use web_mpc::crypto::SigningKeyPair;
use web_mpc::ids::{Blob, Digest, Fingerprint, PartyKey, Signature, SubmissionId};
use web_mpc::manifest::MAX_SEQUENCE;
use web_mpc::protocol::{ClientMessage, ErrorCode, encode};
use web_mpc::submission::Submission;

use super::super::wire::{Hand, frame, seal, seal_as, submit};
use super::forge::{Forge, Header, resign};
use super::{Case, Expect, Stage, World, expect_code};

pub(super) fn cases(world: &mut World) -> Vec<Case> {
    let terms = &*world.terms;
    let rng = &mut world.rng;
    let mut cases = Vec::new();

    // Lengths, all signed correctly.
    let keys = SigningKeyPair::generate(rng);
    let base = seal_as(terms, &keys, 1, 5, rng);
    let changes: [(&str, fn(&mut Submission)); 11] = [
        ("an empty box for the server", |s| s.server_box.0.clear()),
        ("a box for the server that is too short", |s| {
            s.server_box.0.pop();
        }),
        ("a box for the server that is too long", |s| {
            s.server_box.0.push(0);
        }),
        ("a huge box for the server", |s| {
            s.server_box.0 = vec![0; 40_000];
        }),
        ("a box for the analyst that is too short", |s| {
            s.analyst_box.0.pop();
        }),
        ("a box for the analyst that is too long", |s| {
            s.analyst_box.0.push(0);
        }),
        ("boxes swapped", |s| {
            std::mem::swap(&mut s.server_box, &mut s.analyst_box);
        }),
        ("a public part where there is none", |s| {
            s.public_part.0.push(0);
        }),
        ("sequence 0", |s| s.sequence = 0),
        ("a sequence beyond the last", |s| {
            s.sequence = MAX_SEQUENCE + 1;
        }),
        ("the largest sequence of all", |s| s.sequence = u64::MAX),
    ];
    for (name, change) in changes {
        let mut submission = base.clone();
        change(&mut submission);
        resign(&mut submission, &keys);
        let message = ClientMessage::Submit(submission);
        cases.push(Case::refused(
            name,
            &message,
            ErrorCode::SubmissionWrongSize,
        ));
    }

    // Signatures.
    let stranger = SigningKeyPair::generate(rng);
    let changes: [(&str, &dyn Fn(&mut Submission)); 9] = [
        ("a signature with one bit changed", &|s| {
            let mut bytes = *s.signature.as_bytes();
            bytes[3] ^= 1;
            s.signature = Signature::new(bytes);
        }),
        ("a signature of zeros", &|s| {
            s.signature = Signature::new([0; 64]);
        }),
        ("signed by another key", &|s| resign(s, &stranger)),
        ("another party's key", &|s| {
            s.party_key = (*stranger.public()).into();
        }),
        ("a key of small order", &|s| {
            s.party_key = PartyKey::new([0; 32]);
            s.signature = Signature::new([0; 64]);
        }),
        ("another id", &|s| {
            s.submission_id = SubmissionId::new([9; 16]);
        }),
        ("another sequence", &|s| s.sequence = 2),
        ("another box for the analyst", &|s| s.analyst_box.0[40] ^= 1),
        ("another box for the server", &|s| s.server_box.0[40] ^= 1),
    ];
    for (name, change) in changes {
        let mut submission = base.clone();
        change(&mut submission);
        let message = ClientMessage::Submit(submission);
        cases.push(Case::refused(
            name,
            &message,
            ErrorCode::SubmissionBadSignature,
        ));
    }

    // Boxes and headers, all signed correctly.
    let sizes = (base.server_box.0.len(), base.analyst_box.0.len());
    let noise = Forge::new(terms, rng).sign(vec![0x5a; sizes.0], vec![0; sizes.1]);
    let message = ClientMessage::Submit(noise);
    cases.push(Case::refused(
        "noise for the server",
        &message,
        ErrorCode::SubmissionUnopenable,
    ));
    let mut broken = base.clone();
    *broken.server_box.0.last_mut().unwrap() ^= 1;
    resign(&mut broken, &keys);
    let message = ClientMessage::Submit(broken);
    cases.push(Case::refused(
        "a box that was broken",
        &message,
        ErrorCode::SubmissionUnopenable,
    ));

    let headers: [(&str, fn(&mut Header)); 9] = [
        ("a header with another tag", |h| {
            h.tag = "web-mpc/1/input-sharf".into();
        }),
        ("a header for the other role", |h| h.role = 2),
        ("a header of another computation", |h| {
            h.fingerprint = Fingerprint::new([1; 32]);
        }),
        ("a header of another party", |h| {
            h.party_key = PartyKey::new([1; 32]);
        }),
        ("a header of another submission", |h| {
            h.submission_id = SubmissionId::new([1; 16]);
        }),
        ("a header with another public part", |h| {
            h.public_hash = Digest::new([1; 32]);
        }),
        ("a header of another cohort", |h| h.cohort = 1),
        ("a header with another sequence", |h| h.sequence = 2),
        ("a header with another box for the analyst", |h| {
            h.box_hash = Digest::new([1; 32]);
        }),
    ];
    for (name, change) in headers {
        let submission = Forge::new(terms, rng).make(|_| {}, change);
        let message = ClientMessage::Submit(submission);
        cases.push(Case::refused(
            name,
            &message,
            ErrorCode::SubmissionHeaderMismatch,
        ));
    }
    let modulus = (u128::MAX >> 1).to_be_bytes();
    for (name, share) in [
        ("a share of p", modulus),
        ("a share of all ones", [0xff; 16]),
    ] {
        let submission = Forge::new(terms, rng).make(|_| {}, |h| h.share = share.to_vec());
        let message = ClientMessage::Submit(submission);
        cases.push(Case::refused(
            name,
            &message,
            ErrorCode::SubmissionShareMalformed,
        ));
    }

    let mut elsewhere = base.clone();
    elsewhere.fingerprint = Fingerprint::new([8; 32]);
    resign(&mut elsewhere, &keys);
    let message = ClientMessage::Submit(elsewhere);
    cases.push(Case::refused(
        "for an unknown computation",
        &message,
        ErrorCode::UnknownComputation,
    ));

    cases.extend(spellings(&base));
    cases
}

/// Submissions that are no messages.
fn spellings(base: &Submission) -> Vec<Case> {
    let text = encode(&ClientMessage::Submit(base.clone()));
    let quoted = |id: &str| format!("\"{id}\"");
    let (key, id) = (base.party_key.to_string(), base.submission_id.to_string());
    let texts = [
        ("a key that is too short", text.replace(&key, &key[..42])),
        ("a key with padding", text.replace(&key, &format!("{key}="))),
        (
            "an id in the other alphabet",
            text.replace(&id, "/+++++++++++++++++++++w"),
        ),
        ("an id that is a number", text.replace(&quoted(&id), "17")),
        (
            "a box that is no base64url",
            text.replace("\"public_part\":\"\"", "\"public_part\":\"*\""),
        ),
        (
            "a box that is an array",
            text.replace("\"public_part\":\"\"", "\"public_part\":[0]"),
        ),
        (
            "a sequence below zero",
            text.replace("\"sequence\":1", "\"sequence\":-1"),
        ),
        (
            "a sequence with a fraction",
            text.replace("\"sequence\":1", "\"sequence\":1.5"),
        ),
        (
            "a field too many",
            text.replace("\"sequence\":1", "\"sequence\":1,\"value\":42"),
        ),
        (
            "a sequence twice",
            text.replace("\"sequence\":1", "\"sequence\":1,\"sequence\":2"),
        ),
        ("no sequence", text.replace("\"sequence\":1,", "")),
        (
            "no signature",
            text.replace(&format!(",\"signature\":\"{}\"", base.signature), ""),
        ),
    ];
    let malformed = Expect::HangUp(ErrorCode::MalformedMessage, 1008);
    let cases = texts.into_iter().map(|(name, changed)| {
        assert_ne!(changed, text, "{name}");
        Case::new(
            name,
            Stage::Greeted,
            frame::text(&changed),
            malformed.clone(),
        )
    });
    cases.collect()
}

/// What needs more than one message; tells how many cases there were.
pub(super) async fn dialogues(world: &mut World, wrong: &mut Vec<String>) -> usize {
    let (address, terms) = (world.address, world.terms.clone());
    let honest = world.honest.clone();
    let first = submit(address, &honest).await;
    assert_eq!(
        submit(address, &honest).await,
        first,
        "one receipt for one submission"
    );

    let mut check = |name: &str, found: Result<_, ErrorCode>, expected| match found {
        Err(code) => expect_code(wrong, name, code, expected),
        Ok(_) => wrong.push(format!("{name}: taken")),
    };

    let mut copy = honest.clone();
    let thief = SigningKeyPair::generate(&mut world.rng);
    copy.party_key = (*thief.public()).into();
    resign(&mut copy, &thief);
    check(
        "copied by another party",
        submit(address, &copy).await,
        ErrorCode::SubmissionHeaderMismatch,
    );

    let mut forge = Forge::new(&terms, &mut world.rng);
    forge.submission_id = honest.submission_id;
    let same_id = forge.make(|_| {}, |_| {});
    check(
        "an id that was used",
        submit(address, &same_id).await,
        ErrorCode::SubmissionIdTaken,
    );

    // A party of its own, corrected once.
    let keys = SigningKeyPair::generate(&mut world.rng);
    let versions = [1, 2, 3].map(|number| {
        seal_as(
            &terms,
            &keys,
            number,
            10 + i64::try_from(number).unwrap(),
            &mut world.rng,
        )
    });
    submit(address, &versions[0]).await.unwrap();
    submit(address, &versions[2]).await.unwrap();
    (world.sum, world.parties) = (world.sum + 13, world.parties + 1);
    check(
        "a lower sequence",
        submit(address, &versions[1]).await,
        ErrorCode::SubmissionStale,
    );
    let same = seal_as(&terms, &keys, 3, 99, &mut world.rng);
    check(
        "the same sequence",
        submit(address, &same).await,
        ErrorCode::SubmissionStale,
    );
    assert!(
        submit(address, &versions[0]).await.is_ok(),
        "its receipt, once more"
    );

    // Another computation of the same analyst, which takes one party.
    let analyst = world.analyst.clone();
    let mut small = Hand::create(address, &analyst, &mut world.rng, |manifest| {
        manifest.name = "small".parse().unwrap();
        manifest.max_parties = 1;
    })
    .await;
    let mut replayed = honest.clone();
    replayed.fingerprint = small.terms.fingerprint;
    check(
        "replayed elsewhere",
        submit(address, &replayed).await,
        ErrorCode::SubmissionBadSignature,
    );
    let keys = SigningKeyPair::generate(&mut world.rng);
    let mut resealed = seal_as(&terms, &keys, 1, 5, &mut world.rng);
    resealed.fingerprint = small.terms.fingerprint;
    resign(&mut resealed, &keys);
    check(
        "signed again for elsewhere",
        submit(address, &resealed).await,
        ErrorCode::SubmissionUnopenable,
    );
    let only = seal(&small.terms, 5, &mut world.rng);
    submit(address, &only).await.unwrap();
    let second = seal(&small.terms, 5, &mut world.rng);
    check(
        "one party too many",
        submit(address, &second).await,
        ErrorCode::ComputationFull,
    );
    small.freeze().await;
    check(
        "after the freeze",
        submit(address, &second).await,
        ErrorCode::NotOpen,
    );
    assert!(
        submit(address, &only).await.is_ok(),
        "its receipt, after the freeze"
    );
    let garbage = Submission {
        server_box: Blob(vec![0; only.server_box.0.len()]),
        ..only
    };
    check(
        "garbage after the freeze",
        submit(address, &garbage).await,
        ErrorCode::SubmissionBadSignature,
    );
    world.submit("all dialogues of parties").await;
    10
}
