//! The reveal, without input or output: what each side computes of a page, and what both add up.
//!
//! A page takes three frames ([`frame`]): the submissions as the analyst may see them, the analyst's
//! verdicts, the server's verdicts. The heavy steps ([`Leader::prepare`], [`Leader::judge`],
//! [`Helper::verify`]) are pure functions that may run on any thread; what depends on order ([`Tally`],
//! [`Collection`]) is cheap and is fed in page order.
//!
//! Nothing of it outlives the process before both sides have committed: a reveal that was
//! interrupted begins again at page 0 with the same bytes and comes to the same verdicts.

pub mod frame;
mod helper;
mod leader;
mod outcome;
mod presence;
mod tally;

pub use self::helper::{Collection, Helper, VerifiedPage};
pub use self::leader::{Leader, PreparedPage};
pub use self::outcome::{OutcomeError, open_release, open_result, record_result, release};
pub use self::presence::{Agreed, agree, hide, share_presence};
pub use self::tally::{Decision, JudgedPage, Tally, rejection_of};

use crate::measurement::Rejection;

/// The other side broke the protocol of a reveal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevealError {
    /// A frame is not the one that is due, or has the wrong length.
    #[error("a frame of the reveal is malformed or not the one that is due")]
    Frame,
    /// A verdict that the sender may not give.
    #[error("a frame of the reveal has a verdict that its sender may not give")]
    Verdict,
    /// Party keys are not in rising order, so that one might stand twice.
    #[error("the batch is not sorted by party key")]
    Order,
    /// A submission id stands twice.
    #[error("the batch has a submission id twice")]
    DuplicateId,
    /// There are more or fewer submissions than the batch has.
    #[error("the batch does not have the number of submissions that the server signed")]
    Count,
    /// What was shown is not what was frozen.
    #[error("the submissions are not those of the frozen batch")]
    Root,
}

/// What becomes of one submission.
pub type Verdict = Result<(), Rejection>;

/// The verdict that goes with what came of a submission.
fn verdict<T>(outcome: &Result<T, Rejection>) -> Verdict {
    match outcome {
        Ok(_) => Ok(()),
        Err(reason) => Err(*reason),
    }
}

#[cfg(test)]
mod tests;
