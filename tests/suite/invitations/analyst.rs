//! What an analyst may send about invitations, and what is refused.

use web_mpc::crypto::Identity;
use web_mpc::ids::{Blob, InvitationKey};
use web_mpc::invitation::{Invited, NewInvitation, Person, revocation_hash};
use web_mpc::manifest::{Action, MAX_NOTICES, Tracking};
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage};
use web_mpc::record::Signed;
use web_mpc::store::{self, Noticed, StoredRecord, Transition};

use super::super::wire::Wire;
use super::World;

fn named(label: &str) -> NewInvitation {
    NewInvitation {
        label: Some(label.parse().unwrap()),
        email: Some(format!("{label}@example.org").parse().unwrap()),
        ..NewInvitation::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_added_once_and_shown_again() {
    let mut world = World::new(11, |manifest| manifest.tracking = Tracking::Labels).await;
    let first = world.lists(&[named("one"), named("two")]).remove(0);
    let message = world.invitation(&first, |_| {});
    world.tell(&message).await.unwrap();
    // The same again changes nothing.
    world.tell(&message).await.unwrap();
    assert_eq!(world.hand.standing.notices.len(), 1);
    let second = world.lists(&[named("three")]).remove(0);
    let message = world.invitation(&second, |_| {});
    world.tell(&message).await.unwrap();
    world.revoke(&[1]).await.unwrap();
    world.restart().await;

    let mut shown = Vec::new();
    loop {
        let after = shown.last().map_or(0, |(notice, _, _)| *notice);
        let answer = world.hand.wire.ask(&ClientMessage::Roster { after }).await;
        let ServerMessage::Roster { lists } = answer else {
            panic!("no lists: {answer:?}");
        };
        if lists.is_empty() {
            break;
        }
        shown.extend(
            lists
                .into_iter()
                .map(|list| (list.notice, list.list, list.revoked)),
        );
    }
    assert_eq!(
        shown,
        [(1, first.write(), vec![1]), (2, second.write(), vec![])]
    );
    let people = second.people(&world.hand.identity.boxes).unwrap();
    let NewInvitation { label, email, .. } = named("three");
    assert_eq!(people, [Person { label, email }]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_lists_are_refused_and_change_nothing() {
    let mut world = World::new(12, |manifest| {
        manifest.tracking = Tracking::Labels;
        manifest.max_parties = 3;
    })
    .await;
    world.invite(&[named("one")]).await.unwrap();
    let good = world.lists(&[named("two"), named("three")]).remove(0);
    let stranger = Invited {
        key: InvitationKey::new([9; 32]),
        label: Some("four".parse().unwrap()),
        cohorts: Vec::new(),
        expires: None,
    };
    let mut cases = Vec::new();
    let mut case = |name: &'static str, list: web_mpc::invitation::InvitationList, code| {
        cases.push((name, list, code));
    };
    let mut list = good.clone();
    list.first = 0;
    case("a gap", list, ErrorCode::InvitationsInvalid);
    let mut list = good.clone();
    list.invitations[0].key = world.public_key(0);
    case("a key that there is", list, ErrorCode::InvitationsInvalid);
    let mut list = good.clone();
    list.invitations[0].label = Some("one".parse().unwrap());
    case("a label that there is", list, ErrorCode::InvitationsInvalid);
    let mut list = good.clone();
    list.invitations[0].label = None;
    case("no label", list, ErrorCode::InvitationsInvalid);
    let mut list = good.clone();
    list.invitations.push(stranger);
    case("too many", list, ErrorCode::TooManyInvitations);
    for (name, list, code) in cases {
        let message = world.invitation(&list, |_| {});
        let refused = world.tell(&message).await.unwrap_err();
        assert_eq!(refused.code, code, "{name}: {refused}");
    }
    let cut = match world.invitation(&good, |_| {}) {
        ClientMessage::Invite { notice, mut list } => {
            list.0.pop();
            ClientMessage::Invite { notice, list }
        }
        other => panic!("{other:?}"),
    };
    let refused = world.tell(&cut).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvitationsInvalid);
    let other_notice = world.invitation(&good, |notice| notice.action = Action::Pause);
    let refused = world.tell(&other_notice).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvitationsInvalid);
    let skipped = world.invitation(&good, |notice| notice.number += 1);
    let refused = world.tell(&skipped).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NoticeOutOfOrder);
    // A notice about invitations without its list.
    let ClientMessage::Invite { notice, list } = world.invitation(&good, |_| {}) else {
        panic!("an invitation");
    };
    let alone = world
        .hand
        .wire
        .code(&ClientMessage::Notice(notice.clone()))
        .await;
    assert_eq!(alone, ErrorCode::NoticeInvalid);
    // Somebody else's.
    let stranger = Identity::generate(&mut world.rng);
    let body = notice.open(world.hand.identity.signing.public()).unwrap();
    let forged = Signed::sign(&body, &stranger.signing);
    let forged = ClientMessage::Invite {
        notice: forged,
        list,
    };
    assert_eq!(
        world.hand.wire.code(&forged).await,
        ErrorCode::NoticeInvalid
    );
    // All of that changed nothing.
    let message = world.invitation(&good, |_| {});
    world.tell(&message).await.unwrap();
    assert_eq!(world.hand.standing.notices.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_revocations_are_refused() {
    let mut world = World::of(13, 2).await;
    let revoke = |world: &World, keys: Vec<InvitationKey>, count, list| {
        let notice = world.next(Action::Revoke { count, list }, |_| {});
        ClientMessage::Revoke { notice, keys }
    };
    let none = revoke(&world, Vec::new(), 0, revocation_hash(&[]));
    let refused = world.tell(&none).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvitationsInvalid);
    let (known, unknown) = (world.public_key(0), InvitationKey::new([3; 32]));
    let other = revoke(&world, vec![known], 1, revocation_hash(&[unknown]));
    let refused = world.tell(&other).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvitationsInvalid);
    let some = vec![known, unknown];
    let strange = revoke(&world, some.clone(), 2, revocation_hash(&some));
    let refused = world.tell(&strange).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvitationUnknown);
    let many = vec![known; 1001];
    let long = revoke(&world, many.clone(), 1001, revocation_hash(&many));
    let refused = world.tell(&long).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvitationsInvalid);
    let standing = world.ask(&world.keys(0)).await.unwrap();
    assert!(!standing.revoked, "nothing has changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_analyst_sees_the_lists() {
    let world = World::of(14, 1).await;
    let list = Blob(b"{}".to_vec());
    let notice = world.next(Action::Pause, |_| {});
    let keys = vec![InvitationKey::new([0; 32])];
    let (mut wire, _, _) = Wire::greeted(world.address()).await;
    for message in [
        ClientMessage::Roster { after: 0 },
        ClientMessage::Invite {
            notice: notice.clone(),
            list,
        },
        ClientMessage::Revoke { notice, keys },
    ] {
        assert_eq!(wire.code(&message).await, ErrorCode::NotLoggedIn);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_end_with_the_freeze() {
    let mut world = World::of(15, 2).await;
    let device = world.device(0);
    world.submit(&device, 1).await.unwrap();
    let list = world.lists(&[NewInvitation::default()]).remove(0);
    world.hand.freeze().await;
    world.rejoin().await;
    let message = world.invitation(&list, |_| {});
    let refused = world.tell(&message).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    let refused = world.revoke(&[1]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
}

/// As many notices as there may be, and the freeze that is always possible.
#[tokio::test(flavor = "multi_thread")]
async fn notices_have_an_end() {
    let mut world = World::of(16, 1).await;
    let device = world.device(0);
    world.submit(&device, 1).await.unwrap();
    // Into the database at once: over the wire each would be shown with all before it.
    world.stop().await;
    let database = format!("sqlite:{}", world.place.file("web-mpc.db").display());
    let store = store::open(&database).await.unwrap();
    for number in 2..=MAX_NOTICES {
        let action = if number % 2 == 0 {
            Action::Pause
        } else {
            Action::Resume
        };
        let signed = world.next(action, |_| {});
        let change = Transition {
            number,
            notice: StoredRecord {
                body: signed.body.clone(),
                signature: signed.signature,
            },
            phase: action.changes_to(),
            minimum: 0,
        };
        let fingerprint = &world.hand.terms.fingerprint;
        let noticed = store.transition(fingerprint, change).await.unwrap();
        assert_eq!(noticed, Noticed::Applied);
        world.hand.standing.notices.push(signed);
    }
    store.close().await;
    drop(store);
    world.start().await;
    let refused = world.revoke(&[0]).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooManyNotices);
    let notice = ClientMessage::Notice(world.next(Action::Resume, |_| {}));
    let refused = world.tell(&notice).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::TooManyNotices);
    assert_eq!(world.hand.freeze().await.parties, 1);
}
