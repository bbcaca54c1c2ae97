//! How many computations there may be.

use super::*;

async fn refused(running: &Running, seed: u64, name: &str) -> Refusal {
    let (mut client, _) = running.greeted().await;
    let named = |manifest: &mut Manifest| manifest.name = name.parse().unwrap();
    let (_, signed) = client.propose(seed, named).await;
    client.say(&ClientMessage::Create(signed)).await;
    client.hear_refusal().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_analyst_takes_no_more_than_its_share_and_all_no_more_than_there_is() {
    let directory = directory();
    let limits = Limits {
        max_computations: 3,
        max_computations_per_analyst: 2,
        ..Limits::default()
    };
    let running = Running::with(&directory, limits, false).await;
    let named =
        |name: &'static str| move |manifest: &mut Manifest| manifest.name = name.parse().unwrap();
    running.create(1, named("one")).await;
    running.create(1, named("two")).await;
    let refusal = refused(&running, 1, "three").await;
    assert_eq!(refusal.code, ErrorCode::TooManyComputations);
    assert_eq!((refusal.have, refusal.need), (Some(2), Some(2)));
    assert!(refusal.message.contains("for one analyst"), "{refusal}");
    running.create(2, named("three")).await;
    let refusal = refused(&running, 2, "four").await;
    assert_eq!(refusal.code, ErrorCode::TooManyComputations);
    assert_eq!((refusal.have, refusal.need), (Some(3), Some(3)));
    running.stop().await;
}
