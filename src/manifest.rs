//! What decides privacy and meaning of a computation, and the states it goes through.

/// The state of a computation. There is no way back from `Frozen`.
///
/// `Open | Paused | Closed -> Frozen -> Revealed | Ended -> Purged`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Submissions and corrections are taken.
    Open,
    /// Nothing is taken for the moment; the analyst will resume.
    Paused,
    /// Nothing is taken any more, by a notice or by the date; a later date or `resume` undoes it.
    Closed,
    /// The batch is fixed for ever; a reveal is due or under way.
    Frozen,
    /// Both sides committed and the analyst has recorded that it holds the result.
    Revealed,
    /// Both sides committed that the batch may not be revealed (too few accepted, say).
    Ended,
    /// The shares are gone.
    Purged,
}

impl Phase {
    /// Whether submissions are taken.
    #[must_use]
    pub fn takes_submissions(self) -> bool {
        self == Self::Open
    }

    /// Whether the batch is fixed.
    #[must_use]
    pub fn is_frozen(self) -> bool {
        matches!(
            self,
            Self::Frozen | Self::Revealed | Self::Ended | Self::Purged
        )
    }

    /// Whether nothing more will come of this round, so that the next one may begin.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Revealed | Self::Ended | Self::Purged)
    }

    /// Whether a computation in this state may go to `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match next {
            Self::Open => matches!(self, Self::Paused | Self::Closed),
            Self::Paused | Self::Closed => !self.is_frozen() && self != next,
            Self::Frozen => !self.is_frozen(),
            Self::Revealed | Self::Ended => self == Self::Frozen,
            Self::Purged => matches!(self, Self::Revealed | Self::Ended),
        }
    }
}
