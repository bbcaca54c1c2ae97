//! From when until when submissions are taken.

use serde::{Deserialize, Serialize};

/// The last date that may be named: the end of the year 9999.
const LAST: u64 = 253_402_300_799;

/// From when until when submissions are taken, in seconds since 1970 (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// None before.
    pub opens_at: Option<u64>,
    /// None from then on.
    pub closes_at: Option<u64>,
}

/// A moment outside the dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// Before the first.
    TooEarly {
        /// How many seconds there are until then.
        left: u64,
    },
    /// After the last.
    Over,
}

impl Dates {
    /// Whether there is a moment at which submissions are taken, and all dates can be written.
    #[must_use]
    pub fn make_sense(&self) -> bool {
        let all = [self.opens_at, self.closes_at];
        let in_order = match (self.opens_at, self.closes_at) {
            (Some(opens_at), Some(closes_at)) => opens_at < closes_at,
            _ => true,
        };
        in_order && all.into_iter().flatten().all(|date| date <= LAST)
    }

    /// Whether submissions are taken at a moment, as far as the dates go.
    pub fn at(&self, now: u64) -> Result<(), Outside> {
        if let Some(left) = self.opens_at.and_then(|opens_at| opens_at.checked_sub(now))
            && left > 0
        {
            return Err(Outside::TooEarly { left });
        }
        match self.closes_at {
            Some(closes_at) if closes_at <= now => Err(Outside::Over),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(opens_at: Option<u64>, closes_at: Option<u64>) -> Dates {
        Dates {
            opens_at,
            closes_at,
        }
    }

    #[test]
    fn submissions_are_taken_from_the_first_moment_until_before_the_last() {
        let both = dates(Some(10), Some(20));
        assert_eq!(both.at(0), Err(Outside::TooEarly { left: 10 }));
        assert_eq!(both.at(9), Err(Outside::TooEarly { left: 1 }));
        assert_eq!(both.at(10), Ok(()));
        assert_eq!(both.at(19), Ok(()));
        assert_eq!(both.at(20), Err(Outside::Over));
        assert_eq!(dates(None, Some(20)).at(0), Ok(()));
        assert_eq!(dates(Some(10), None).at(u64::MAX), Ok(()));
        assert_eq!(Dates::default().at(0), Ok(()));
    }

    #[test]
    fn dates_that_leave_no_moment_make_no_sense() {
        assert!(Dates::default().make_sense());
        assert!(dates(Some(10), Some(11)).make_sense());
        assert!(!dates(Some(10), Some(10)).make_sense());
        assert!(!dates(Some(11), Some(10)).make_sense());
        assert!(dates(None, Some(LAST)).make_sense());
        assert!(!dates(Some(LAST + 1), None).make_sense());
    }
}
