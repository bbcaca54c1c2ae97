//! A server that was restored from an old database: what its ledger has and the database lacks is
//! refused, so that no second batch and no second bitmap come of it.

use std::sync::Arc;

use web_mpc::client::ClientError;
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage, Which};

use super::super::wire::{Hand, Place, Wire, rng, seal, submit};
use super::{Scene, VALUES, honest};

/// Every way to the computation is closed, and others are open.
async fn check_refused(scene: &mut Scene) {
    let address = scene.served.address;
    let (mut wire, _, _) = Wire::greeted(address).await;
    let name = Which::Name(scene.terms.manifest.name.clone());
    for which in [Which::Fingerprint(scene.terms.fingerprint), name] {
        let lookup = ClientMessage::Lookup { which, wait: true };
        assert_eq!(wire.code(&lookup).await, ErrorCode::RolledBack);
    }
    let late = seal(&scene.terms, 1, &mut scene.rng);
    assert_eq!(submit(address, &late).await, Err(ErrorCode::RolledBack));
    let joined = Hand::rejoin(address, &scene.analyst, &scene.terms, &mut scene.rng).await;
    assert_eq!(joined.err(), Some(ErrorCode::RolledBack));
    let mut analyst = honest(&scene.analyst, &scene.terms, &scene.keys);
    let refused = analyst.reveal(&scene.served.url()).await;
    assert!(
        matches!(&refused, Err(ClientError::Refused(refusal)) if refusal.code == ErrorCode::RolledBack),
        "{refused:?}"
    );
    let name = |manifest: &mut web_mpc::manifest::Manifest| {
        manifest.name = "another".parse().unwrap();
    };
    let other = Hand::create(address, &scene.analyst, &mut scene.rng, name).await;
    submit(address, &seal(&other.terms, 1, &mut scene.rng))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_from_before_the_freeze_is_refused() {
    let mut scene = Scene::new(71).await;
    scene.served.stop().await;
    let backup = scene.place.back_up();
    scene.served = scene.place.serve().await;
    let mut hand = scene.hand().await;
    hand.freeze().await;
    hand.wire.close().await;
    scene.served.stop().await;
    scene.place.restore(&backup);
    scene.served = scene.place.serve().await;
    check_refused(&mut scene).await;
    scene.served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_from_before_the_commit_is_refused() {
    let mut scene = Scene::new(72).await;
    let mut hand = scene.hand().await;
    hand.freeze().await;
    hand.wire.close().await;
    scene.served.stop().await;
    let backup = scene.place.back_up();
    scene.served = scene.place.serve().await;
    scene.check_result(VALUES.len() as u64).await;
    scene.served.stop().await;
    scene.place.restore(&backup);
    scene.served = scene.place.serve().await;
    check_refused(&mut scene).await;
    scene.served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_from_after_the_commit_gives_the_same_result() {
    let mut scene = Scene::new(73).await;
    let mut hand = scene.hand().await;
    let batch = hand.freeze().await;
    let tallied = hand.pages(&batch, |_, code| code).await;
    hand.commit_to(&tallied).await;
    hand.wire.close().await;
    scene.served.stop().await;
    let backup = scene.place.back_up();
    scene.served = scene.place.serve().await;
    scene.check_result(VALUES.len() as u64).await;
    scene.served.stop().await;
    scene.place.restore(&backup);
    scene.served = scene.place.serve().await;
    scene.check_result(VALUES.len() as u64).await;
    scene.served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_the_computation_is_refused() {
    let mut rng = rng(74);
    let place = Place::new();
    place.serve().await.stop().await;
    let backup = place.back_up();
    let mut served = place.serve().await;
    let analyst = web_mpc::crypto::Identity::generate(&mut rng);
    let mut hand = Hand::create(served.address, &analyst, &mut rng, |_| {}).await;
    let terms = Arc::clone(&hand.terms);
    let manifest = hand.standing.manifest.analysts();
    let only = seal(&terms, 5, &mut rng);
    submit(served.address, &only).await.unwrap();
    hand.freeze().await;
    hand.wire.close().await;
    served.stop().await;
    place.restore(&backup);
    let mut served = place.serve().await;
    let (mut wire, _, _) = Wire::greeted(served.address).await;
    let which = Which::Fingerprint(terms.fingerprint);
    let lookup = ClientMessage::Lookup { which, wait: true };
    assert_eq!(wire.code(&lookup).await, ErrorCode::RolledBack);
    assert_eq!(
        submit(served.address, &only).await,
        Err(ErrorCode::RolledBack)
    );
    let create = ClientMessage::Create(manifest);
    assert_eq!(wire.code(&create).await, ErrorCode::RolledBack);
    // A new computation under the same name is another one.
    let answer = Hand::create(served.address, &analyst, &mut rng, |_| {}).await;
    assert_ne!(answer.terms.fingerprint, terms.fingerprint);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_another_batch_is_refused() {
    let mut scene = Scene::new(75).await;
    scene.served.stop().await;
    // The same server in two worlds, with one party more in the other.
    let other = scene.place.duplicate();
    let mut served = other.serve().await;
    submit(served.address, &seal(&scene.terms, 9, &mut scene.rng))
        .await
        .unwrap();
    let mut hand = Hand::rejoin(served.address, &scene.analyst, &scene.terms, &mut scene.rng)
        .await
        .unwrap();
    let batch = hand.freeze().await;
    hand.wire.close().await;
    served.stop().await;

    scene.served = scene.place.serve().await;
    let mut hand = scene.hand().await;
    assert_ne!(hand.freeze().await.root, batch.root);
    hand.wire.close().await;
    scene.served.stop().await;
    scene.place.restore(&other.back_up());
    scene.served = scene.place.serve().await;
    check_refused(&mut scene).await;
    let (mut wire, _, _) = Wire::greeted(scene.served.address).await;
    let inclusion = ClientMessage::Inclusion {
        fingerprint: scene.terms.fingerprint,
        party_key: scene.submissions[0].party_key,
    };
    let answer = wire.ask(&inclusion).await;
    assert!(
        matches!(&answer, ServerMessage::Error(refusal) if refusal.code == ErrorCode::RolledBack),
        "{answer:?}"
    );
    scene.served.stop().await;
}
