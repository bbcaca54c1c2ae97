//! Parties that hand in what is not theirs.

use web_mpc::crypto::SigningKeyPair;
use web_mpc::ids::{Digest, Fingerprint, PartyKey, SubmissionId};
use web_mpc::protocol::ErrorCode;

use super::super::hostile::forge::{Forge, Header, resign};
use super::super::wire::{Hand, seal_as, submit};
use super::{Scene, VALUES};

#[tokio::test(flavor = "multi_thread")]
async fn copies_swaps_and_replays_are_refused() {
    let mut scene = Scene::new(91).await;
    let address = scene.served.address;
    let victim = scene.submissions[0].clone();
    let other = scene.submissions[1].clone();
    let thief = SigningKeyPair::generate(&mut scene.rng);
    let thief_key = PartyKey::from(*thief.public());

    let mut copy = victim.clone();
    copy.party_key = thief_key;
    assert_eq!(
        submit(address, &copy).await,
        Err(ErrorCode::SubmissionBadSignature)
    );
    resign(&mut copy, &thief);
    assert_eq!(
        submit(address, &copy).await,
        Err(ErrorCode::SubmissionHeaderMismatch)
    );
    copy.submission_id = SubmissionId::random(&mut scene.rng);
    resign(&mut copy, &thief);
    assert_eq!(
        submit(address, &copy).await,
        Err(ErrorCode::SubmissionHeaderMismatch)
    );

    // The victim's signature under the victim's key, signed again by another.
    let mut resigned = victim.clone();
    resign(&mut resigned, &thief);
    assert_eq!(
        submit(address, &resigned).await,
        Err(ErrorCode::SubmissionBadSignature)
    );

    // Boxes of two submissions, either and both.
    for boxes in 1..4_u8 {
        let keys = SigningKeyPair::generate(&mut scene.rng);
        let mut swapped = seal_as(&scene.terms, &keys, 1, 1, &mut scene.rng);
        if boxes & 1 != 0 {
            swapped.server_box = other.server_box.clone();
        }
        if boxes & 2 != 0 {
            swapped.analyst_box = other.analyst_box.clone();
        }
        resign(&mut swapped, &keys);
        let found = submit(address, &swapped).await;
        assert_eq!(
            found,
            Err(ErrorCode::SubmissionHeaderMismatch),
            "boxes {boxes}"
        );
    }

    // An old version after a correction.
    let keys = SigningKeyPair::generate(&mut scene.rng);
    let [first, second, third] =
        [1, 2, 3].map(|number| seal_as(&scene.terms, &keys, number, 100, &mut scene.rng));
    let receipt = submit(address, &first).await.unwrap();
    submit(address, &third).await.unwrap();
    assert_eq!(
        submit(address, &second).await,
        Err(ErrorCode::SubmissionStale)
    );
    // Its receipt, but it does not count again.
    assert_eq!(submit(address, &first).await, Ok(receipt));
    let mut raised = first.clone();
    raised.sequence = 4;
    resign(&mut raised, &keys);
    assert_eq!(
        submit(address, &raised).await,
        Err(ErrorCode::SubmissionHeaderMismatch)
    );
    scene.sum += 100;

    // Another computation of the same analyst at the same server.
    let analyst = scene.analyst.clone();
    let name = |manifest: &mut web_mpc::manifest::Manifest| {
        manifest.name = "another".parse().unwrap();
    };
    let another = Hand::create(address, &analyst, &mut scene.rng, name).await;
    let mut replayed = victim.clone();
    replayed.fingerprint = another.terms.fingerprint;
    assert_eq!(
        submit(address, &replayed).await,
        Err(ErrorCode::SubmissionBadSignature)
    );
    let mut own = third.clone();
    own.fingerprint = another.terms.fingerprint;
    resign(&mut own, &keys);
    assert_eq!(
        submit(address, &own).await,
        Err(ErrorCode::SubmissionUnopenable)
    );
    scene.check_result(VALUES.len() as u64 + 1).await;
    scene.served.stop().await;
}

/// What the server cannot see: the analyst's share is rejected at the reveal, in both sums.
#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_analyst_can_see_is_rejected_with_its_reason() {
    let mut scene = Scene::new(92).await;
    let changes: [(&str, fn(&mut Header)); 8] = [
        ("analyst_header_mismatch", |h| {
            h.tag = "web-mpc/1/input-sharf".into();
        }),
        ("analyst_header_mismatch", |h| h.role = 1),
        ("analyst_header_mismatch", |h| {
            h.fingerprint = Fingerprint::new([1; 32]);
        }),
        ("analyst_header_mismatch", |h| {
            h.party_key = PartyKey::new([1; 32]);
        }),
        ("analyst_header_mismatch", |h| {
            h.submission_id = SubmissionId::new([1; 16]);
        }),
        ("analyst_header_mismatch", |h| {
            h.public_hash = Digest::new([1; 32]);
        }),
        ("analyst_header_mismatch", |h| h.cohort = 7),
        ("analyst_share_malformed", |h| h.share = vec![0xff; 16]),
    ];
    for (_, change) in &changes {
        let submission = Forge::new(&scene.terms, &mut scene.rng).make(change, |_| {});
        submit(scene.served.address, &submission).await.unwrap();
    }
    // The analyst's box of another party, bound correctly in the server's.
    let (terms, rng) = (&*scene.terms, &mut scene.rng);
    let stolen = scene.submissions[2].analyst_box.0.clone();
    for analyst_box in [stolen, vec![0x77; scene.submissions[2].analyst_box.0.len()]] {
        let mut forge = Forge::new(terms, rng);
        let submission = forge.with_box(analyst_box);
        submit(scene.served.address, &submission).await.unwrap();
    }
    let mut honest = scene.honest();
    let url = scene.served.url();
    let purpose = web_mpc::session::Purpose::Existing;
    let (mut connection, joined) = honest.join(&url, purpose).await.unwrap();
    let batch = honest.batch(&mut connection, &joined).await.unwrap();
    let found = honest
        .reveal_on(&mut connection, &joined, &batch)
        .await
        .unwrap();
    let counts = serde_json::to_value(&found.commit.counts).unwrap();
    let expected = serde_json::json!({
        "accepted": 5,
        "rejected": {
            "analyst_box_unopenable": 1,
            "analyst_header_mismatch": 8,
            "analyst_share_malformed": 1,
        },
    });
    assert_eq!(counts, expected);
    let sum = super::super::wire::sum_of(&joined, &found);
    assert_eq!(sum, (scene.sum, 5));
    scene.served.stop().await;
}
