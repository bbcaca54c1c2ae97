//! Why a submission does not count.

use serde::{Deserialize, Serialize};

/// Why a submission does not count. The numbers travel in verdicts and are documented there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// The analyst's box does not open with the analyst's key.
    AnalystBoxUnopenable,
    /// The analyst's box opens, but its header is not that of this submission.
    AnalystHeaderMismatch,
    /// The analyst's input share has the wrong length or form.
    AnalystShareMalformed,
    /// The analyst found the proof wrong.
    ProofRejected,
    /// The server's box does not open with the server's key any more.
    ServerBoxUnopenable,
    /// The server's box opens, but its header is not that of this submission.
    ServerHeaderMismatch,
    /// The server's input share has the wrong length or form.
    ServerShareMalformed,
    /// The server found the verifier message wrong after the analyst accepted.
    VerifierMessageRejected,
}

impl Rejection {
    /// All reasons; the code of each is its place, from 1. 0 is no rejection.
    pub const ALL: [Self; 8] = [
        Self::AnalystBoxUnopenable,
        Self::AnalystHeaderMismatch,
        Self::AnalystShareMalformed,
        Self::ProofRejected,
        Self::ServerBoxUnopenable,
        Self::ServerHeaderMismatch,
        Self::ServerShareMalformed,
        Self::VerifierMessageRejected,
    ];

    /// The number in a verdict.
    #[must_use]
    pub fn code(self) -> u8 {
        let place = Self::ALL.iter().position(|reason| *reason == self);
        place
            .and_then(|place| u8::try_from(place).ok())
            .map_or(u8::MAX, |place| place.saturating_add(1))
    }

    /// The reason with that number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code.checked_sub(1)?)).copied()
    }

    /// Whether the analyst alone decided it: such rejections are limited by the manifest.
    #[must_use]
    pub fn is_analysts(self) -> bool {
        matches!(
            self,
            Self::AnalystBoxUnopenable
                | Self::AnalystHeaderMismatch
                | Self::AnalystShareMalformed
                | Self::ProofRejected
        )
    }

    /// What happened, for people.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::AnalystBoxUnopenable => "the analyst's share was not sealed to the analyst's key",
            Self::AnalystHeaderMismatch => "the analyst's share belongs to another submission",
            Self::AnalystShareMalformed => "the analyst's share is malformed",
            Self::ProofRejected => "the analyst found the proof of validity wrong",
            Self::ServerBoxUnopenable => "the server's share was not sealed to the server's key",
            Self::ServerHeaderMismatch => "the server's share belongs to another submission",
            Self::ServerShareMalformed => "the server's share is malformed",
            Self::VerifierMessageRejected => "the server found the proof of validity wrong",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejections_have_their_own_codes() {
        for reason in Rejection::ALL {
            assert_eq!(Rejection::from_code(reason.code()), Some(reason));
        }
        assert_eq!(Rejection::from_code(0), None);
        assert_eq!(Rejection::from_code(9), None);
    }
}
