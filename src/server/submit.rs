//! Taking a submission: checked, signed for, stored durably, and only then receipted.

use std::sync::Arc;

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::live::Live;
use super::{Shared, refusals};
use crate::crypto::{BoxKeyPair, Server, SigningKeyPair};
use crate::ids::SubmissionHash;
use crate::manifest::Phase;
use crate::protocol::{ErrorCode, Refusal, ServerMessage, encode};
use crate::record::Signed;
use crate::store::{StoredSubmission, Submitted};
use crate::submission::{Receipt, Submission};

/// How many invitations an open computation has.
const NO_INVITATIONS: u64 = 0;

/// A submission that was checked, with the receipt that the party gets once it is stored.
struct Checked {
    stored: StoredSubmission,
    receipt: Receipt,
    answer: Utf8Bytes,
}

/// Takes one submission.
pub(super) async fn submit(
    shared: &Arc<Shared>,
    submission: Submission,
) -> Result<Utf8Bytes, Refusal> {
    let live = shared.known(&submission.fingerprint).await?;
    let checked = {
        let (live, keys) = (Arc::clone(&live), shared.identity.signing.clone());
        let boxes = live.keys()?;
        let job = move || check(&live, &boxes, &keys, submission);
        shared.workers.run(job).await??
    };
    let Checked {
        stored,
        mut receipt,
        answer,
    } = checked;
    let sequence = stored.sequence;
    let maximum = live.terms.manifest.max_parties;
    let fingerprint = &live.terms.fingerprint;
    let view = live.view();
    let in_time = match view.phase {
        Phase::Open => view.dates.at(shared.clock.now()),
        // The store says what the phase makes of it.
        _ => Ok(()),
    };
    let outcome = match in_time {
        Ok(()) => shared.store.submit(fingerprint, stored, maximum).await?,
        // What was stored in time has its receipt at any time.
        Err(outside) => match shared.store.receipted(fingerprint, stored).await? {
            Some(invitations) => Submitted::Repeated { invitations },
            None => return Err(refusals::outside(outside)),
        },
    };
    match outcome {
        Submitted::Stored { parties } => {
            live.count(parties);
            shared.metrics.submissions.count();
            Ok(answer)
        }
        Submitted::Repeated { invitations } if invitations == receipt.invitations => Ok(answer),
        Submitted::Repeated { invitations } => {
            receipt.invitations = invitations;
            let keys = shared.identity.signing.clone();
            Ok(shared.workers.run(move || sign(&receipt, &keys)).await?)
        }
        Submitted::IdTaken => Err(Refusal::new(
            ErrorCode::SubmissionIdTaken,
            "the submission id was used for something else",
        )),
        Submitted::Stale { highest } => Err(Refusal::new(
            ErrorCode::SubmissionStale,
            format!("the party has version {highest}, this is version {sequence}"),
        )
        .counting(sequence, highest.saturating_add(1))),
        Submitted::Full => Err(Refusal::new(
            ErrorCode::ComputationFull,
            format!("the computation takes no new parties: its limit is {maximum}"),
        )
        .counting(maximum, maximum)),
        Submitted::NotOpen(phase) => Err(refusals::not_open(phase)),
    }
}

/// Everything that needs arithmetic.
fn check(
    live: &Live,
    boxes: &BoxKeyPair<Server>,
    keys: &SigningKeyPair<Server>,
    submission: Submission,
) -> Result<Checked, Refusal> {
    let submission_hash = submission.check(&live.terms, boxes)?;
    let receipt = Receipt {
        fingerprint: submission.fingerprint,
        party_key: submission.party_key,
        sequence: submission.sequence,
        submission_hash,
        invitations: NO_INVITATIONS,
    };
    let answer = sign(&receipt, keys);
    Ok(Checked {
        stored: stored(submission, submission_hash),
        receipt,
        answer,
    })
}

fn sign(receipt: &Receipt, keys: &SigningKeyPair<Server>) -> Utf8Bytes {
    encode(&ServerMessage::Receipt(Signed::sign(receipt, keys))).into()
}

fn stored(submission: Submission, submission_hash: SubmissionHash) -> StoredSubmission {
    StoredSubmission {
        party_key: submission.party_key,
        submission_id: submission.submission_id,
        sequence: submission.sequence,
        submission_hash,
        public_part: submission.public_part,
        server_box: submission.server_box,
        analyst_box: submission.analyst_box,
        signature: submission.signature,
        invitations: NO_INVITATIONS,
    }
}
