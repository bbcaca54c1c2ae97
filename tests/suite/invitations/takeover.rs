//! One link on two devices.

use std::time::Duration;

use web_mpc::invitation::{Handover, NewInvitation, Takeover, key_of};
use web_mpc::manifest::{Action, Dates};
use web_mpc::protocol::{ClientMessage, Departure, ErrorCode, Refusal, ServerMessage};
use web_mpc::session::{Fate, fate};
use web_mpc::submission::Submission;

use super::super::wire::{PATIENCE, Wire, submit};
use super::{Device, SHORT, World};

/// A second device that only asks.
const ASKS: Option<Takeover> = Some(Takeover { release: None });

impl World {
    async fn refusal(&self, submission: &Submission) -> Refusal {
        let (mut wire, _, _) = Wire::greeted(self.address()).await;
        wire.refused(&ClientMessage::Submit(submission.clone()))
            .await
    }

    /// The consent of a device that has used that sequence number.
    pub(super) fn consent(&self, old: &Device, sequence: u64, next: &Device) -> Takeover {
        let fingerprint = &self.hand.terms.fingerprint;
        let invitation = key_of(&next.invitation);
        let next = next.key();
        let release = Handover::sign(&old.party, fingerprint, &invitation, &next, sequence);
        Takeover {
            release: Some(release),
        }
    }

    /// Sends the same until the time for an objection is over.
    async fn insist(&self, submission: &Submission) {
        let insist = async {
            loop {
                match submit(self.address(), submission).await {
                    Ok(_) => return,
                    Err(code) => assert_eq!(code, ErrorCode::TakeoverWaiting),
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, insist).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_consent_a_device_takes_over_at_once() {
    let mut world = World::of(31, 2).await;
    let (old, next, bystander) = (world.device(0), world.device(0), world.device(1));
    let receipt = world.submit(&old, 1).await.unwrap();
    world.submit(&bystander, 1).await.unwrap();
    // The consent of somebody else, or for somebody else.
    let stranger = Device {
        party: bystander.party.clone(),
        invitation: world.keys(0),
    };
    let wrong = world.consent(&stranger, 1, &next);
    let wrong = world.seal(&next, 1, Some(wrong));
    assert_eq!(world.refusal(&wrong).await.code, ErrorCode::TakeoverRefused);
    let for_another = world.consent(&old, 1, &stranger);
    let for_another = world.seal(&next, 1, Some(for_another));
    assert_eq!(
        world.refusal(&for_another).await.code,
        ErrorCode::InvitationInvalid
    );

    let consent = world.consent(&old, 1, &next);
    let taking = world.seal(&next, 1, Some(consent));
    let new_receipt = submit(world.address(), &taking).await.unwrap();
    assert_eq!(submit(world.address(), &taking).await.unwrap(), new_receipt);
    world.restart().await;
    assert_eq!(
        world.submit(&old, 2).await.unwrap_err(),
        ErrorCode::InvitationInUse
    );
    assert_eq!(
        world.withdraw(&old.party, 2).await,
        Err(ErrorCode::NothingSubmitted)
    );
    // Who was replaced does not come back under the same key, whoever consents.
    let back = world.consent(&next, 1, &old);
    let back = world.seal(&old, 2, Some(back));
    let refusal = world.refusal(&back).await;
    assert_eq!(refusal.code, ErrorCode::TakeoverRefused);
    assert!(refusal.message.contains("make a new key"), "{refusal}");
    world.submit(&next, 2).await.unwrap();
    world.decide().await;
    let batch = world.hand.freeze().await;
    let counts = batch.invitations.unwrap();
    assert_eq!((batch.parties, counts.used, counts.takeovers), (2, 2, 1));

    let inclusion = world.inclusion(old.key()).await;
    let invitation = key_of(&old.invitation);
    let found = fate(&world.hand.terms, &receipt, Some(&invitation), &inclusion).unwrap();
    let expected = Fate::TakenOver {
        by: next.key(),
        released: true,
    };
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_consent_a_device_waits() {
    let mut world = World::of(32, 1).await;
    let (old, next, third) = (world.device(0), world.device(0), world.device(0));
    world.submit(&old, 1).await.unwrap();
    let asking = world.seal(&next, 1, ASKS);
    let waiting = world.refusal(&asking).await;
    assert_eq!(waiting.code, ErrorCode::TakeoverWaiting);
    let need = waiting.need.unwrap();
    assert!((3000..=3601).contains(&need), "{need}");
    // The wait goes on where it was after a restart, and others cannot come in between.
    world.restart().await;
    let other = world.seal(&third, 1, ASKS);
    assert_eq!(world.refusal(&other).await.code, ErrorCode::TakeoverRefused);
    let waiting = world.refusal(&asking).await;
    assert_eq!(waiting.code, ErrorCode::TakeoverWaiting);
    assert!(waiting.need.unwrap() <= need, "{waiting:?}");
    // So far the place is the first one's.
    let batch = world.hand.freeze().await;
    let counts = batch.invitations.unwrap();
    assert_eq!((batch.parties, counts.used, counts.takeovers), (1, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_waited_takes_over() {
    let mut world = World::waiting(35, SHORT, |_| {}).await;
    world.invite(&[NewInvitation::default()]).await.unwrap();
    let (old, next) = (world.device(0), world.device(0));
    let receipt = world.submit(&old, 1).await.unwrap();
    let asking = world.seal(&next, 1, ASKS);
    world.insist(&asking).await;
    world.decide().await;
    let batch = world.hand.freeze().await;
    let counts = batch.invitations.unwrap();
    assert_eq!((batch.parties, counts.used, counts.takeovers), (1, 1, 1));
    let inclusion = world.inclusion(old.key()).await;
    let invitation = key_of(&old.invitation);
    let found = fate(&world.hand.terms, &receipt, Some(&invitation), &inclusion).unwrap();
    let expected = Fate::TakenOver {
        by: next.key(),
        released: false,
    };
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_device_objects_by_saying_anything() {
    let mut world = World::of(33, 1).await;
    let (old, next, third) = (world.device(0), world.device(0), world.device(0));
    world.submit(&old, 1).await.unwrap();
    let asking = world.seal(&next, 1, ASKS);
    let other = world.seal(&third, 1, ASKS);
    assert_eq!(
        world.refusal(&asking).await.code,
        ErrorCode::TakeoverWaiting
    );
    world.submit(&old, 2).await.unwrap();
    // Whoever asks now begins anew: the time of the first request is worth nothing.
    assert_eq!(world.refusal(&other).await.code, ErrorCode::TakeoverWaiting);
    assert_eq!(
        world.refusal(&asking).await.code,
        ErrorCode::TakeoverRefused
    );
    world.withdraw(&old.party, 3).await.unwrap();
    assert_eq!(
        world.refusal(&asking).await.code,
        ErrorCode::TakeoverWaiting
    );
    // Who has withdrawn can still be taken over, and then counts again.
    let before = world.consent(&old, 2, &third);
    let before = world.seal(&third, 1, Some(before));
    assert_eq!(
        world.refusal(&before).await.code,
        ErrorCode::TakeoverRefused
    );
    let consent = world.consent(&old, 3, &third);
    let taking = world.seal(&third, 1, Some(consent));
    submit(world.address(), &taking).await.unwrap();
    let batch = world.hand.freeze().await;
    let counts = batch.invitations.unwrap();
    assert_eq!(
        (batch.parties, counts.withdrawn, counts.takeovers),
        (1, 0, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_ends_with_the_next_version() {
    let mut world = World::of(36, 1).await;
    let (old, next) = (world.device(0), world.device(0));
    let first = world.submit(&old, 1).await.unwrap();
    let consent = world.consent(&old, 1, &next);
    let early = world.seal(&next, 1, Some(consent));
    let second = world.submit(&old, 2).await.unwrap();
    assert_eq!(world.refusal(&early).await.code, ErrorCode::TakeoverRefused);
    let consent = world.consent(&old, 2, &next);
    let taking = world.seal(&next, 1, Some(consent));
    submit(world.address(), &taking).await.unwrap();
    world.decide().await;
    world.hand.freeze().await;
    let inclusion = world.inclusion(old.key()).await;
    let invitation = key_of(&old.invitation);
    let taken = Fate::TakenOver {
        by: next.key(),
        released: true,
    };
    for receipt in [&first, &second] {
        let found = fate(&world.hand.terms, receipt, Some(&invitation), &inclusion);
        assert_eq!(found.unwrap(), taken);
    }
    // The consent to the first version explains nothing to who has the receipt of the second.
    let mut forged = inclusion;
    forged.departure = Some(Departure::Replaced {
        party_key: next.key(),
        invitation: *early.invitation.unwrap(),
    });
    let found = fate(&world.hand.terms, &second, Some(&invitation), &forged);
    assert!(matches!(found, Ok(Fate::Missing(_))), "{found:?}");
}

/// Who could not object may do so for the whole time.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_announced_ends_every_wait() {
    let mut world = World::of(37, 1).await;
    let (old, next, third) = (world.device(0), world.device(0), world.device(0));
    world.submit(&old, 1).await.unwrap();
    let asking = world.seal(&next, 1, ASKS);
    let other = world.seal(&third, 1, ASKS);
    let dates = Dates {
        opens_at: Some(1),
        closes_at: None,
    };
    for (sequence, announced) in [
        (2, vec![Action::Pause, Action::Resume]),
        (3, vec![Action::Schedule(dates)]),
    ] {
        assert_eq!(
            world.refusal(&asking).await.code,
            ErrorCode::TakeoverWaiting
        );
        assert_eq!(world.refusal(&other).await.code, ErrorCode::TakeoverRefused);
        for action in announced {
            let notice = world.next(action, |_| {});
            world.tell(&ClientMessage::Notice(notice)).await.unwrap();
        }
        // Nobody waits: whoever comes first is the one who asks.
        assert_eq!(world.refusal(&other).await.code, ErrorCode::TakeoverWaiting);
        world.submit(&old, sequence).await.unwrap();
    }
}

/// The analyst can make every link again, and would ask with each.
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_link_does_not_tell_whether_it_was_used() {
    let mut world = World::of(38, 2).await;
    let (old, next) = (world.device(0), world.device(0));
    world.submit(&old, 1).await.unwrap();
    world.revoke(&[0, 1]).await.unwrap();
    for number in [0, 1] {
        for takeover in [None, ASKS] {
            let prober = world.device(number);
            let probe = world.seal(&prober, 1, takeover);
            let refusal = world.refusal(&probe).await;
            assert_eq!(refusal.code, ErrorCode::InvitationRevoked, "{number}");
        }
    }
    // Who uses it goes on, here or elsewhere.
    world.submit(&old, 2).await.unwrap();
    let consent = world.consent(&old, 2, &next);
    let taking = world.seal(&next, 1, Some(consent));
    submit(world.address(), &taking).await.unwrap();
}

/// Whenever the server is killed, the link is one party's and the batch agrees.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_taken_whole_or_not_at_all() {
    let mut world = World::apart(34).await;
    world.invite(&[NewInvitation::default()]).await.unwrap();
    let mut from = world.device(0);
    // Killed as soon as the first use was said.
    let first = world.seal(&from, 1, None);
    world.say_and_kill(&first).await;
    submit(world.address(), &first).await.unwrap();
    for _ in 0..4 {
        let to = world.device(0);
        let consent = world.consent(&from, 1, &to);
        let taking = world.seal(&to, 1, Some(consent));
        world.say_and_kill(&taking).await;
        // The place is one device's, and whatever came of it, the same bytes end it.
        let answer = world.hand.wire.ask(&ClientMessage::Watch {}).await;
        assert_eq!(answer, ServerMessage::Submissions { parties: 1 });
        submit(world.address(), &taking).await.unwrap();
        assert_eq!(
            world.submit(&from, 2).await.unwrap_err(),
            ErrorCode::InvitationInUse
        );
        from = to;
    }
    let batch = world.hand.freeze().await;
    let counts = batch.invitations.unwrap();
    assert_eq!((batch.parties, counts.used, counts.takeovers), (1, 1, 4));
}

impl World {
    async fn say_and_kill(&mut self, submission: &Submission) {
        let (mut wire, _, _) = Wire::greeted(self.address()).await;
        wire.say(&ClientMessage::Submit(submission.clone())).await;
        self.restart().await;
    }
}
