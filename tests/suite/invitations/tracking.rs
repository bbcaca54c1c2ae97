//! What an analyst sees of who has used an invitation.

use web_mpc::tracking::Used;

use super::super::wire::soon;
use super::*;

impl World {
    /// The numbers that are shown as used.
    async fn used(&mut self) -> Vec<u64> {
        let answer = self.hand.wire.ask(&ClientMessage::Track {}).await;
        let ServerMessage::Tracked(tracked) = answer else {
            panic!("not tracked: {answer:?}");
        };
        let used: Option<Used> = tracked.used;
        let used = used.expect("tracking is by label");
        (0..20).filter(|number| used.contains(*number)).collect()
    }

    /// Asks until that is shown: from one grain, which has a second, to the next.
    async fn until_used(&mut self, expected: &[u64]) {
        soon(async {
            while self.used().await != expected {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_are_shown_three_at_a_time_and_again_after_a_restart() {
    let mut world = World::new(91, |manifest| manifest.tracking = Tracking::Labels).await;
    let people = ["a", "b", "c", "d", "e", "f", "g"].map(|label| NewInvitation {
        label: Some(label.parse().unwrap()),
        ..NewInvitation::default()
    });
    world.invite(&people).await.unwrap();
    let devices: Vec<Device> = (0..7).map(|number| world.device(number)).collect();
    world.submit(&devices[4], 1).await.unwrap();
    world.submit(&devices[1], 1).await.unwrap();
    world.submit(&devices[1], 2).await.unwrap();
    // Both wait, however long: the third shows all of them at once.
    world.submit(&devices[6], 1).await.unwrap();
    world.until_used(&[1, 4, 6]).await;
    world.restart().await;
    assert_eq!(world.used().await, [1, 4, 6]);
    // One leaves, one comes, and another device of one who is there is no change at all.
    world.withdraw(&devices[4].party, 2).await.unwrap();
    world.submit(&devices[0], 1).await.unwrap();
    let second = world.device(1);
    let consent = world.consent(&devices[1], 2, &second);
    let replacing = world.seal(&second, 1, Some(consent));
    submit(world.address(), &replacing).await.unwrap();
    assert_eq!(world.used().await, [1, 4, 6]);
    world.submit(&devices[2], 1).await.unwrap();
    world.until_used(&[0, 1, 2, 6]).await;
}
