//! Dates, by a clock that the test sets.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::manifest::{Dates, Phase};
use crate::protocol::ErrorCode;

fn schedule(world: &World, standing: &Standing, dates: Dates) -> ClientMessage {
    let number = u64::try_from(standing.notices.len()).unwrap() + 1;
    let last = standing.notices.last();
    let action = Action::Schedule(dates);
    let notice = Notice::following(world.terms.fingerprint, last, number, action);
    ClientMessage::Notice(Signed::sign(&notice, &world.analyst.signing))
}

fn dates(opens_at: Option<u64>, closes_at: Option<u64>) -> Dates {
    Dates {
        opens_at,
        closes_at,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn submissions_are_taken_between_two_dates() {
    let directory = directory();
    let clock = Arc::new(AtomicU64::new(1_000));
    let options = async || Options {
        clock: Clock::Set(Arc::clone(&clock)),
        ..options(&directory, Limits::default(), false).await
    };
    let running = Running::serving(options().await).await;
    let mut world = running.create(1, |_| {}).await;
    let mut analyst = running.logged_in(&world).await;
    let mut standing = *analyst.look_up(&by_fingerprint(&world)).await;
    let turned = schedule(&world, &standing, dates(Some(20), Some(10)));
    assert_eq!(analyst.refused(&turned).await, ErrorCode::NoticeInvalid);
    let set = schedule(&world, &standing, dates(Some(1_010), Some(1_020)));
    standing = *analyst.look_up(&set).await;
    assert_eq!((standing.phase, standing.notices.len()), (Phase::Open, 1));
    // The same again changes nothing.
    assert_eq!(*analyst.look_up(&set).await, standing);

    let (mut party, _) = running.greeted().await;
    let first = ClientMessage::Submit(world.submission(1));
    party.say(&first).await;
    let early = party.hear_refusal().await;
    assert_eq!((early.code, early.need), (ErrorCode::TooEarly, Some(10)));
    clock.store(1_010, Ordering::Relaxed);
    let receipt = party.ask(&first).await;
    assert!(matches!(receipt, ServerMessage::Receipt(_)), "{receipt:?}");

    // After a restart too.
    running.stop().await;
    let running = Running::serving(options().await).await;
    let (mut party, _) = running.greeted().await;
    clock.store(1_020, Ordering::Relaxed);
    let late = ClientMessage::Submit(world.submission(2));
    assert_eq!(party.refused(&late).await, ErrorCode::ClosedByDate);
    assert_eq!(party.ask(&first).await, receipt, "what was stored in time");
    let mut analyst = running.logged_in(&world).await;
    let later = schedule(&world, &standing, dates(None, Some(1_021)));
    standing = *analyst.look_up(&later).await;
    let taken = party.ask(&late).await;
    assert!(matches!(taken, ServerMessage::Receipt(_)), "{taken:?}");

    // A date does not hold up a freeze, and none is set after it.
    clock.store(5_000, Ordering::Relaxed);
    let number = u64::try_from(standing.notices.len()).unwrap() + 1;
    let last = standing.notices.last();
    let freeze = Notice::following(world.terms.fingerprint, last, number, Action::Freeze);
    let freeze = ClientMessage::Notice(Signed::sign(&freeze, &world.analyst.signing));
    let frozen = analyst.ask(&freeze).await;
    assert!(matches!(frozen, ServerMessage::Frozen(_)), "{frozen:?}");
    let third = ClientMessage::Submit(world.submission(3));
    assert_eq!(party.refused(&third).await, ErrorCode::NotOpen);
    assert_eq!(party.ask(&late).await, taken);
    standing = *analyst.look_up(&by_fingerprint(&world)).await;
    let none = schedule(&world, &standing, Dates::default());
    assert_eq!(analyst.refused(&none).await, ErrorCode::NotAllowed);
    running.stop().await;
}
