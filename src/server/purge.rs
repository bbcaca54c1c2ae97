//! Deleting what was submitted: the store has erased the boxes, and here goes the key that opened
//! them, also those in backups.

use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::live::{Live, View};
use super::{Shared, reveal};
use crate::ids::Fingerprint;
use crate::manifest::Phase;
use crate::protocol::Refusal;
use crate::store::StoredFreeze;

/// Waits until nobody reveals the computation: who does holds its key.
pub(super) async fn admit(live: &Live) -> Result<OwnedMutexGuard<()>, Refusal> {
    reveal::wait_for_turn(live).await
}

/// Destroys the key of a computation that the store has purged, on the disk and in memory. Where
/// that was done before, it changes nothing. The caller holds [`Seat::turn`](super::live::Seat::turn).
pub(super) async fn finish(shared: &Shared, live: &Live) -> Result<Arc<View>, Refusal> {
    shared.safe.destroy_key(live.terms.fingerprint).await?;
    live.forget_keys();
    live.refresh(&*shared.store).await
}

/// A crash may have come between the store and the key: finishes what was begun then.
pub(super) async fn repair(shared: &Shared, stored: &StoredFreeze) -> Result<(), Refusal> {
    let purged: Option<Fingerprint> = (stored.phase == Phase::Purged).then_some(stored.fingerprint);
    match purged {
        Some(fingerprint) => shared.safe.destroy_key(fingerprint).await,
        None => Ok(()),
    }
}
