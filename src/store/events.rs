//! What a webhook is told of: written with the change itself, so that neither is without the other.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::Notify;

use crate::ids::{ComputationName, Fingerprint};

/// Most events that wait. Beyond that, none about submissions is added, since they are many and each
/// tells the whole count again; what changes a computation's state is added always: a notice of the
/// analyst, which is kept for good, is longer.
pub const MAX_EVENTS: u64 = 100_000;

/// What has happened to a computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Happening {
    /// It was created.
    Created,
    /// One more party has submitted.
    Submitted,
    /// A party has submitted a newer version.
    Corrected,
    /// A party has taken its submission back.
    Withdrawn,
    /// It takes submissions again.
    Resumed,
    /// It takes none for the moment.
    Paused,
    /// It takes none any more.
    Closed,
    /// Its batch is fixed.
    Frozen,
    /// Its analyst holds a result.
    Revealed,
    /// It ended without one.
    Ended,
    /// Its shares are gone.
    Purged,
}

impl Happening {
    /// All of them, each with its name in the database and in what is sent.
    pub const NAMES: [(Self, &'static str); 11] = [
        (Self::Created, "created"),
        (Self::Submitted, "submitted"),
        (Self::Corrected, "corrected"),
        (Self::Withdrawn, "withdrawn"),
        (Self::Resumed, "resumed"),
        (Self::Paused, "paused"),
        (Self::Closed, "closed"),
        (Self::Frozen, "frozen"),
        (Self::Revealed, "revealed"),
        (Self::Ended, "ended"),
        (Self::Purged, "purged"),
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(happening, _)| *happening == self);
        named.map_or("", |(_, name)| name)
    }

    /// Whether a party has done it.
    #[must_use]
    pub fn is_a_partys(self) -> bool {
        matches!(self, Self::Submitted | Self::Corrected | Self::Withdrawn)
    }
}

/// An event that waits to be delivered. It says nothing of who it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Rises with each event.
    pub number: u64,
    /// Random: names this event for good, also in a database that was restored from a backup.
    pub id: [u8; 16],
    /// What has happened.
    pub happening: Happening,
    /// When, in seconds since 1970; of what a party did the beginning of the step of the time grain.
    pub at: u64,
    /// To which computation.
    pub fingerprint: Fingerprint,
    /// Its name.
    pub name: ComputationName,
    /// Its round.
    pub round: u32,
    /// How many parties had a current submission then, where that may be known.
    pub parties: Option<u64>,
}

/// What a store needs to write events.
#[derive(Clone)]
pub struct Announcements {
    /// Seconds since 1970.
    pub clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// Woken when events were committed.
    pub wake: Arc<Notify>,
    /// Counts events that were not added, since too many wait.
    pub dropped: Arc<AtomicU64>,
}

impl fmt::Debug for Announcements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Announcements(..)")
    }
}
