//! What a failure inside becomes outside: the one place that decides which code a client sees.
//! Details go to the log.

use crate::crypto::{PublicIdentity, Server};
use crate::files::computation_keys::ComputationKeyError;
use crate::files::ledger::LedgerError;
use crate::manifest::{ManifestError, Outside, Phase, Terms};
use crate::measurement::Rejection;
use crate::protocol::{ErrorCode, MalformedMessage, Refusal};
use crate::reveal::RevealError;
use crate::store::StoreError;
use crate::submission::SubmissionError;
use crate::workers::WorkersError;

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoComputation => unknown_computation(),
            StoreError::WrongPhase(phase) => not_allowed(phase),
            StoreError::Closed => shutting_down(),
            error => {
                tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
                unavailable()
            }
        }
    }
}

impl From<SubmissionError> for Refusal {
    fn from(error: SubmissionError) -> Self {
        let code = match error {
            SubmissionError::WrongSize => ErrorCode::SubmissionWrongSize,
            SubmissionError::BadSignature => ErrorCode::SubmissionBadSignature,
            SubmissionError::Share(Rejection::ServerBoxUnopenable) => {
                ErrorCode::SubmissionUnopenable
            }
            SubmissionError::Share(Rejection::ServerHeaderMismatch) => {
                ErrorCode::SubmissionHeaderMismatch
            }
            SubmissionError::Share(_) => ErrorCode::SubmissionShareMalformed,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ManifestError> for Refusal {
    fn from(error: ManifestError) -> Self {
        Self::new(ErrorCode::ManifestInvalid, error.to_string())
    }
}

impl From<RevealError> for Refusal {
    fn from(error: RevealError) -> Self {
        Self::new(ErrorCode::FrameInvalid, error.to_string())
    }
}

impl From<WorkersError> for Refusal {
    fn from(error: WorkersError) -> Self {
        tracing::error!(error = &error as &dyn std::error::Error, "a job failed");
        internal()
    }
}

impl From<LedgerError> for Refusal {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::RolledBack { .. } | LedgerError::Contradicted { .. } => rolled_back(),
            LedgerError::Log(_) => unavailable(),
        }
    }
}

impl From<ComputationKeyError> for Refusal {
    fn from(_: ComputationKeyError) -> Self {
        // Trying again does not bring a lost key back.
        internal()
    }
}

pub(super) fn unavailable() -> Refusal {
    Refusal::new(
        ErrorCode::Unavailable,
        "the server's database failed: try again later",
    )
}

pub(super) fn internal() -> Refusal {
    Refusal::new(ErrorCode::Internal, "the server failed")
}

pub(super) fn malformed(error: MalformedMessage) -> Refusal {
    Refusal::new(ErrorCode::MalformedMessage, error.to_string())
}

pub(super) fn shutting_down() -> Refusal {
    Refusal::new(
        ErrorCode::ShuttingDown,
        "the server is stopping: try again later",
    )
}

pub(super) fn busy() -> Refusal {
    Refusal::new(ErrorCode::Busy, "the server is too busy: try again later")
}

pub(super) fn unknown_computation() -> Refusal {
    Refusal::new(
        ErrorCode::UnknownComputation,
        "there is no such computation",
    )
}

pub(super) fn another_server(terms: &Terms, ours: &PublicIdentity<Server>) -> Refusal {
    let theirs = terms.manifest.server.identity.key_id();
    let message = format!(
        "the computation belongs to the server with key id {theirs}, this one has {}",
        ours.key_id()
    );
    Refusal::new(ErrorCode::ManifestForAnotherServer, message)
}

pub(super) fn not_logged_in() -> Refusal {
    Refusal::new(
        ErrorCode::NotLoggedIn,
        "only the computation's analyst may ask for this, after login",
    )
}

pub(super) fn not_frozen() -> Refusal {
    Refusal::new(ErrorCode::NotFrozen, "the batch is not frozen yet")
}

pub(super) fn not_committed() -> Refusal {
    Refusal::new(ErrorCode::NotCommitted, "nothing was committed to yet")
}

pub(super) fn hiding_mismatch() -> Refusal {
    let message = "what is hidden is not what follows from both sides' counts";
    Refusal::new(ErrorCode::HidingMismatch, message)
}

pub(super) fn not_prepared() -> Refusal {
    Refusal::new(
        ErrorCode::NotPrepared,
        "the pages of the batch are not done on this connection",
    )
}

pub(super) fn ended() -> Refusal {
    Refusal::new(
        ErrorCode::Ended,
        "both sides committed that there is no result",
    )
}

pub(super) fn not_allowed(phase: Phase) -> Refusal {
    let message = format!("the computation is {}", describe(phase));
    Refusal::new(ErrorCode::NotAllowed, message)
}

pub(super) fn not_open(phase: Phase) -> Refusal {
    let message = format!(
        "the computation is {} and takes no submissions",
        describe(phase)
    );
    Refusal::new(ErrorCode::NotOpen, message)
}

/// `parties` is what there is, where that may be told.
pub(super) fn too_few(parties: Option<u64>, minimum: u64) -> Refusal {
    let refusal = |message: String| Refusal::new(ErrorCode::TooFewParties, message);
    if let Some(parties) = parties {
        let message = format!("{parties} parties have submitted, the minimum is {minimum}");
        refusal(message).counting(parties, minimum)
    } else {
        let message = format!("fewer parties have submitted than the minimum of {minimum}");
        refusal(message).needing(minimum)
    }
}

pub(super) fn not_counted() -> Refusal {
    let message = "this computation shows nobody how many have submitted";
    Refusal::new(ErrorCode::NotAllowed, message)
}

pub(super) fn outside(outside: Outside) -> Refusal {
    match outside {
        Outside::TooEarly { left } => {
            let message = "submissions are not taken yet";
            Refusal::new(ErrorCode::TooEarly, message).needing(left)
        }
        Outside::Over => {
            let message = "the date until which submissions were taken has passed";
            Refusal::new(ErrorCode::ClosedByDate, message)
        }
    }
}

pub(super) fn purged() -> Refusal {
    let message = "the computation is purged: what was submitted is deleted";
    Refusal::new(ErrorCode::Purged, message)
}

pub(super) fn stale(sequence: u64, highest: u64) -> Refusal {
    let message = format!("the party has version {highest}, this is version {sequence}");
    Refusal::new(ErrorCode::SubmissionStale, message).counting(sequence, highest.saturating_add(1))
}

pub(super) fn not_invited() -> Refusal {
    let message = "this computation is open to everybody: it has no invitations";
    Refusal::new(ErrorCode::InvitationUnexpected, message)
}

pub(super) fn invitation_unknown() -> Refusal {
    let message = "there is no such invitation to this computation";
    Refusal::new(ErrorCode::InvitationUnknown, message)
}

pub(super) fn rolled_back() -> Refusal {
    Refusal::new(
        ErrorCode::RolledBack,
        "the server's database is older than its ledger: this computation is refused",
    )
}

fn describe(phase: Phase) -> &'static str {
    match phase {
        Phase::Ended => "ended without a result",
        phase => phase.name(),
    }
}
