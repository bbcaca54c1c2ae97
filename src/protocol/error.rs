//! Refusals: a stable code for programs, a text for people.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text;

/// Why the server refused. The text form (`snake_case`) is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// A text frame is not a message of this protocol.
    MalformedMessage,
    /// A message is larger than a client's may be.
    MessageTooLarge,
    /// A text frame is not UTF-8, or a frame breaks RFC 6455.
    InvalidFrame,
    /// A binary frame where none is expected.
    UnexpectedBinary,
    /// The first message is not `hello`.
    HelloExpected,
    /// A second `hello`.
    HelloRepeated,
    /// The client speaks a version that the server does not.
    UnsupportedVersion,
    /// The client was silent or slow for too long.
    TimedOut,
    /// The server is as busy as it may be; try again later.
    Busy,
    /// The server is stopping; try again later.
    ShuttingDown,
    /// The server's database failed; nothing was stored; try again later.
    Unavailable,
    /// The server failed.
    Internal,
    /// There is no such computation.
    UnknownComputation,
    /// There is a computation with that name and round.
    ComputationExists,
    /// The round does not follow the last one, or the last one is not over.
    RoundOutOfOrder,
    /// There are as many computations as the server holds.
    TooManyComputations,
    /// The server takes computations of known analysts only, and this is none of them.
    AnalystNotAllowed,
    /// The manifest is not signed by its analyst, contradicts itself, or is too large.
    ManifestInvalid,
    /// The manifest names another server, or a box key that was not made on this connection.
    ManifestForAnotherServer,
    /// The login is not signed by the computation's analyst.
    LoginRefused,
    /// Only the computation's analyst may ask for that, after `login`.
    NotLoggedIn,
    /// A part of the submission has another size than the manifest implies, or the sequence number
    /// is out of range.
    SubmissionWrongSize,
    /// The submission is not signed by its party key.
    SubmissionBadSignature,
    /// The server's box does not open.
    SubmissionUnopenable,
    /// The server's box belongs to another submission, party or computation.
    SubmissionHeaderMismatch,
    /// The server's share is malformed.
    SubmissionShareMalformed,
    /// The submission id was used for something else.
    SubmissionIdTaken,
    /// The party has a newer version.
    SubmissionStale,
    /// There are as many parties as the manifest allows; corrections still work.
    ComputationFull,
    /// The computation takes no submissions.
    NotOpen,
    /// The date from which submissions are taken has not come.
    TooEarly,
    /// The date until which submissions are taken has passed.
    ClosedByDate,
    /// What was submitted is deleted.
    Purged,
    /// The computation is for the invited: a submission comes with an invitation.
    InvitationRequired,
    /// The computation is open: it has no invitations.
    InvitationUnexpected,
    /// There is no such invitation, or who asks does not hold it.
    InvitationUnknown,
    /// The invitation's signature is wrong, or the party key uses another invitation.
    InvitationInvalid,
    /// The analyst has revoked the invitation.
    InvitationRevoked,
    /// The invitation's time is over.
    InvitationExpired,
    /// Another device has used the invitation.
    InvitationInUse,
    /// The other device has been asked to leave, and has some time to object.
    TakeoverWaiting,
    /// The other device has not consented, yet another one waits for its place, or the party key was
    /// replaced before.
    TakeoverRefused,
    /// The submission is in another cohort than the invitation fixes.
    CohortFixed,
    /// A list of invitations, or of those to be revoked, cannot be used.
    InvitationsInvalid,
    /// There would be more invitations than the computation may have parties.
    TooManyInvitations,
    /// The withdrawal is not signed by its party key, or its sequence number is out of range.
    WithdrawalInvalid,
    /// The party has nothing to withdraw: it never submitted, or another device took its place.
    NothingSubmitted,
    /// Fewer parties than the minimum: nothing was frozen.
    TooFewParties,
    /// The notice is not signed by the analyst or is about another computation.
    NoticeInvalid,
    /// The notice does not follow the last one.
    NoticeOutOfOrder,
    /// There are as many notices as a computation may have; a freeze is still possible.
    TooManyNotices,
    /// The computation's state does not allow it.
    NotAllowed,
    /// The batch is not frozen yet.
    NotFrozen,
    /// Another connection is revealing this computation.
    RevealInProgress,
    /// The analyst asks for another root than that of the batch.
    RootMismatch,
    /// A binary frame is not the verdicts that are due.
    FrameInvalid,
    /// A commit before all pages are done.
    NotPrepared,
    /// The commit is not what the server found, or not the one that was committed to before.
    CommitMismatch,
    /// Nothing was committed to yet.
    NotCommitted,
    /// What the analyst hides is not what follows from the counts.
    HidingMismatch,
    /// Both sides committed that there is no result.
    Ended,
    /// The record of the result is not signed by the analyst or is about another commit.
    ResultInvalid,
    /// What is to be published is not the result, or not as the manifest says.
    PublicationInvalid,
    /// No result was published.
    NotPublished,
    /// The server's database is older than its ledger: this computation is refused for ever.
    RolledBack,
}

impl ErrorCode {
    /// Whether the server closes the connection after it.
    #[must_use]
    pub fn closes(self) -> bool {
        matches!(
            self,
            Self::MalformedMessage
                | Self::MessageTooLarge
                | Self::InvalidFrame
                | Self::UnexpectedBinary
                | Self::HelloExpected
                | Self::HelloRepeated
                | Self::UnsupportedVersion
                | Self::TimedOut
                | Self::ShuttingDown
                | Self::FrameInvalid
        )
    }

    /// Whether the same request may succeed soon without anybody changing anything.
    #[must_use]
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Busy | Self::ShuttingDown | Self::Unavailable | Self::TimedOut
        )
    }

    /// Whether the server says by it that the submission is not stored, now or from an earlier try.
    /// Every other refusal leaves that open.
    #[must_use]
    pub fn refuses_submission(self) -> bool {
        matches!(
            self,
            Self::SubmissionWrongSize
                | Self::SubmissionBadSignature
                | Self::SubmissionUnopenable
                | Self::SubmissionHeaderMismatch
                | Self::SubmissionShareMalformed
                | Self::SubmissionIdTaken
                | Self::SubmissionStale
                | Self::ComputationFull
                | Self::NotOpen
                | Self::TooEarly
                | Self::ClosedByDate
                | Self::InvitationRequired
                | Self::InvitationUnexpected
                | Self::InvitationUnknown
                | Self::InvitationInvalid
                | Self::InvitationRevoked
                | Self::InvitationExpired
                | Self::InvitationInUse
                | Self::TakeoverRefused
                | Self::CohortFixed
        )
    }
}

impl fmt::Display for ErrorCode {
    /// The text form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// What the client asked for was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(deny_unknown_fields)]
#[error("{} ({code})", plain(.message))]
pub struct Refusal {
    /// For programs.
    pub code: ErrorCode,
    /// For people, from the other side: shown by way of [`Refusal::shown`] only.
    pub message: String,
    /// What there is, where the code is about a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub have: Option<u64>,
    /// What there should be, where the code is about a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<u64>,
}

impl Refusal {
    /// A refusal that is about no number.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            have: None,
            need: None,
        }
    }

    /// The message as a person may be shown it: one line of bounded length, with nothing in it that
    /// a terminal would obey or that would turn around what stands beside it.
    #[must_use]
    pub fn shown(&self) -> String {
        plain(&self.message)
    }

    /// Adds what there should be, where what there is says nothing.
    #[must_use]
    pub fn needing(mut self, need: u64) -> Self {
        self.need = Some(need);
        self
    }

    /// Adds the numbers that it is about.
    #[must_use]
    pub fn counting(mut self, have: u64, need: u64) -> Self {
        (self.have, self.need) = (Some(have), Some(need));
        self
    }
}

/// Most characters that are shown of a text from the other side.
const SHOWN: usize = 500;

fn plain(message: &str) -> String {
    let start: String = message.chars().take(SHOWN).collect();
    let mut shown = text::plain(&start);
    if message.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_stable_texts() {
        assert_eq!(ErrorCode::ComputationFull.to_string(), "computation_full");
        let refusal = Refusal::new(ErrorCode::TooFewParties, "too few").counting(0, 1);
        assert_eq!(
            serde_json::to_string(&refusal).unwrap(),
            r#"{"code":"too_few_parties","message":"too few","have":0,"need":1}"#
        );
    }
}
