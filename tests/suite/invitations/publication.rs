//! A result that is told to the invited alone.

use web_mpc::client::{self, ClientError, Connection};
use web_mpc::crypto::BoxKeyPair;
use web_mpc::ids::{Blob, Digest};
use web_mpc::manifest::Publication;
use web_mpc::publication::{KEY_LEN, Published, publish};
use web_mpc::session::Purpose;

use super::super::cheating::honest;
use super::*;

async fn told(world: &World, invitation: Option<u64>) -> Result<(i64, u64), ClientError> {
    let keys = invitation.map(|number| world.keys(number));
    let url = format!("ws://{}", world.address()).parse().unwrap();
    let mut connection = Connection::open(&url).await?;
    let fingerprint = world.hand.terms.fingerprint;
    let told = client::published(&mut connection, fingerprint, keys.as_ref()).await?;
    let summary = told.terms.scheme.summarise(&told.aggregate);
    let sum = summary.sum().unwrap().to_string().parse().unwrap();
    Ok((sum, summary.parties))
}

fn code(error: &ClientError) -> ErrorCode {
    match error {
        ClientError::Refused(refusal) => refusal.code,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_invited_are_told_and_nobody_else() {
    let mut world = World::new(95, |manifest| {
        manifest.publication = Publication::Parties;
        manifest.max_parties = 10;
    })
    .await;
    world
        .invite(&vec![NewInvitation::default(); 3])
        .await
        .unwrap();
    for number in 0..2 {
        let device = world.device(number);
        world.submit(&device, 1).await.unwrap();
    }
    assert_eq!(
        code(&told(&world, Some(0)).await.unwrap_err()),
        ErrorCode::NotPublished
    );
    let keys = tempfile::tempdir().unwrap();
    let identity = world.hand.identity.clone();
    let mut analyst = honest(&identity, &world.hand.terms, &keys);
    let url = format!("ws://{}", world.address()).parse().unwrap();
    assert_eq!(analyst.reveal(&url).await.unwrap(), (14, 2));
    assert_eq!(
        code(&told(&world, Some(0)).await.unwrap_err()),
        ErrorCode::NotPublished
    );

    // What is not the result is not kept.
    let (mut connection, joined) = analyst.join(&url, Purpose::Existing).await.unwrap();
    let commit = joined.standing.commit.clone().unwrap();
    let aggregate = joined.aggregate.clone().unwrap();
    let root = joined.batch.as_ref().unwrap().root;
    let mut make = |body: &Blob, count| {
        let decided = (body, &root);
        let rng = &mut world.rng;
        publish(&joined.terms, decided, &aggregate, &identity, count, rng).unwrap()
    };
    let good = make(&commit.body, 3);
    let bad = [
        ("another commit", make(&Blob(vec![1]), 3)),
        ("a key too few", make(&commit.body, 2)),
        (
            "other keys",
            Published {
                keys: Blob(vec![0; 3 * KEY_LEN]),
                ..good.clone()
            },
        ),
    ];
    world.rejoin().await;
    for (name, Published { record, keys }) in bad {
        let answer = world
            .hand
            .wire
            .code(&ClientMessage::Publish { record, keys })
            .await;
        assert_eq!(answer, ErrorCode::PublicationInvalid, "{name}");
    }
    let entropy = Entropy::System;
    let now = client::publish(&mut connection, &joined, &identity, &entropy).await;
    assert!(now.unwrap());
    let again = client::publish(&mut connection, &joined, &identity, &entropy).await;
    assert!(!again.unwrap());

    for _ in 0..2 {
        // Who was invited and did not come is told as well.
        for number in 0..3 {
            assert_eq!(told(&world, Some(number)).await.unwrap(), (14, 2));
        }
        let nobody = told(&world, None).await.unwrap_err();
        assert!(matches!(nobody, ClientError::Publication(_)), "{nobody:?}");
        let never = told(&world, Some(3)).await.unwrap_err();
        assert!(matches!(never, ClientError::Publication(_)), "{never:?}");
        world.restart().await;
    }
    // Nothing that the server has opens it.
    let question = ClientMessage::Publication {
        fingerprint: world.hand.terms.fingerprint,
        invitation: Some(world.public_key(0)),
    };
    let answer = world.hand.wire.ask(&question).await;
    let ServerMessage::Publication { record, key } = answer else {
        panic!("{answer:?}");
    };
    let published = record.open(identity.signing.public()).unwrap();
    assert_ne!(published.commit, Digest::new([0; 32]));
    let stranger = BoxKeyPair::<Invitation>::generate(&mut world.rng);
    assert_eq!(stranger.open(&key.unwrap().0), None);
}
