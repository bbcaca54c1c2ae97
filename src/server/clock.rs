//! What time it is: the one thing that decides whether a date has come, since clients' clocks differ.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// Where the time comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The operating system.
    #[default]
    System,
    /// Whoever sets it, in seconds since 1970.
    Set(Arc<AtomicU64>),
}

impl Clock {
    /// Seconds since 1970 (UTC).
    #[must_use]
    pub fn now(&self) -> u64 {
        match self {
            // A clock from before 1970 is a broken one: nothing is open then.
            Self::System => SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
            Self::Set(seconds) => seconds.load(Ordering::Relaxed),
        }
    }
}
