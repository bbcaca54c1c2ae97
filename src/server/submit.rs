//! Taking a submission: checked, signed for, stored durably, and only then receipted.

use std::sync::Arc;
use std::time::Duration;

use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::live::Live;
use super::{Shared, refusals, track};
use crate::crypto::{BoxKeyPair, Server, SigningKeyPair};
use crate::ids::SubmissionHash;
use crate::invitation::Admission;
use crate::manifest::{Access, Phase, Terms};
use crate::protocol::{ErrorCode, Refusal, ServerMessage, encode};
use crate::record::Signed;
use crate::store::{NewAdmission, NewTakeover, NotAdmitted, StoredSubmission, Submitted};
use crate::submission::{Receipt, Submission};

/// A submission that was checked, with the receipt that the party gets once it is stored.
struct Checked {
    stored: StoredSubmission,
    admission: Option<Admission>,
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
        mut stored,
        admission,
        mut receipt,
        answer,
    } = checked;
    // Not before: it may have waited for its turn, and what the analyst sees goes by this.
    let now = shared.clock.now();
    let wait = shared.limits.takeover_wait;
    let admission = admission.map(|new| admit(&live.terms, &stored.public_part.0, &new, now, wait));
    stored.tracked = track::of_submission(&live.terms, &stored.public_part.0, now);
    let sequence = stored.sequence;
    let maximum = live.terms.manifest.max_parties;
    let (store, fingerprint) = (&shared.store, &live.terms.fingerprint);
    let view = live.view();
    let in_time = match view.phase {
        Phase::Open => view.dates.at(now),
        // The store says what the phase makes of it.
        _ => Ok(()),
    };
    let submitted = match (in_time, admission) {
        (Ok(()), None) => store.submit(fingerprint, stored, maximum).await?,
        (Ok(()), Some(admission)) => {
            let submitted = store.submit_invited(fingerprint, stored, maximum, admission);
            submitted.await?
        }
        // What was stored in time has its receipt at any time.
        (Err(outside), _) => match store.receipted(fingerprint, stored).await? {
            Some(invitations) => Submitted::Repeated { invitations },
            None => return Err(refusals::outside(outside)),
        },
    };
    match submitted {
        Submitted::Stored { .. } => {
            live.seat.changed();
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
        Submitted::Stale { highest } => Err(refusals::stale(sequence, highest)),
        Submitted::Full => Err(Refusal::new(
            ErrorCode::ComputationFull,
            format!("the computation takes no new parties: its limit is {maximum}"),
        )
        .counting(maximum, maximum)),
        Submitted::Crowded { keys } => {
            let message = "so many parties have come and left that the computation takes no new ones, \
                           though it has room for them";
            Err(Refusal::new(ErrorCode::ComputationFull, message).counting(keys, keys))
        }
        Submitted::NotOpen(phase) => Err(refusals::not_open(phase)),
        Submitted::NotAdmitted(why) => Err(not_admitted(why)),
    }
}

/// Everything that needs arithmetic.
fn check(
    live: &Live,
    boxes: &BoxKeyPair<Server>,
    keys: &SigningKeyPair<Server>,
    submission: Submission,
) -> Result<Checked, Refusal> {
    let terms = &live.terms;
    let invited = terms.manifest.access == Access::Invited;
    let admission = match submission.invitation.as_deref() {
        None if invited => {
            let message = "this computation is for the invited: a submission needs an invitation";
            return Err(Refusal::new(ErrorCode::InvitationRequired, message));
        }
        Some(_) if !invited => return Err(refusals::not_invited()),
        admission => admission.copied(),
    };
    let submission_hash = submission.check(terms, boxes)?;
    let holds =
        |admission: &Admission| admission.holds(&submission.fingerprint, &submission.party_key);
    if !admission.as_ref().is_none_or(holds) {
        let message = "the invitation's signature, or that of the device before, is wrong";
        return Err(Refusal::new(ErrorCode::InvitationInvalid, message));
    }
    let invitations = if invited { live.view().invitations } else { 0 };
    let receipt = Receipt {
        fingerprint: submission.fingerprint,
        party_key: submission.party_key,
        sequence: submission.sequence,
        submission_hash,
        invitations,
    };
    let answer = sign(&receipt, keys);
    Ok(Checked {
        stored: stored(submission, submission_hash, invitations),
        admission,
        receipt,
        answer,
    })
}

/// What an invitation says of itself; whether it is this party's, the store knows. `now` is in seconds
/// since 1970, `wait` is how long the device before may object.
fn admit(
    terms: &Terms,
    public_part: &[u8],
    admission: &Admission,
    now: u64,
    wait: Duration,
) -> NewAdmission {
    let wait = wait.as_secs();
    // Rounded up to the grain: no time finer than that is kept of a party.
    let grain = u64::from(terms.manifest.time_grain).max(1);
    let due = now
        .saturating_add(wait)
        .div_ceil(grain)
        .saturating_mul(grain);
    let takeover = admission.takeover.map(|takeover| NewTakeover {
        release: takeover.release,
        due,
        lapse: wait.max(grain),
    });
    let cohort = terms.scheme.cohort(public_part).unwrap_or(0);
    let cohort = usize::try_from(cohort).unwrap_or(usize::MAX);
    let options = terms.scheme.groups().chosen(cohort).into_iter();
    NewAdmission {
        key: admission.key,
        signature: admission.signature,
        cohorts: options
            .map(|option| u32::try_from(option).unwrap_or(u32::MAX))
            .collect(),
        takeover,
        now,
    }
}

fn not_admitted(why: NotAdmitted) -> Refusal {
    let (code, message) = match why {
        NotAdmitted::Unknown => return refusals::invitation_unknown(),
        NotAdmitted::OtherInvitation => (
            ErrorCode::InvitationInvalid,
            "this party uses another invitation",
        ),
        NotAdmitted::Revoked => (
            ErrorCode::InvitationRevoked,
            "the analyst has revoked this invitation",
        ),
        NotAdmitted::Expired => (
            ErrorCode::InvitationExpired,
            "the time of this invitation is over",
        ),
        NotAdmitted::InUse => (
            ErrorCode::InvitationInUse,
            "another device has submitted with this invitation",
        ),
        NotAdmitted::Waiting { seconds } => {
            let message =
                format!("another device uses this invitation and may object for {seconds} s more");
            return Refusal::new(ErrorCode::TakeoverWaiting, message).counting(0, seconds);
        }
        NotAdmitted::TakeoverRefused => (
            ErrorCode::TakeoverRefused,
            "the device that uses this invitation has not consented, or not since it last sent \
             something, another one asked before, or it has passed from device to device too often",
        ),
        NotAdmitted::Replaced => (
            ErrorCode::TakeoverRefused,
            "another device has taken this one's place, whose key cannot come back: make a new key",
        ),
        NotAdmitted::CohortFixed => (
            ErrorCode::CohortFixed,
            "the invitation fixes another cohort than the submission's",
        ),
    };
    Refusal::new(code, message)
}

fn sign(receipt: &Receipt, keys: &SigningKeyPair<Server>) -> Utf8Bytes {
    encode(&ServerMessage::Receipt(Signed::sign(receipt, keys))).into()
}

fn stored(
    submission: Submission,
    submission_hash: SubmissionHash,
    invitations: u64,
) -> StoredSubmission {
    StoredSubmission {
        party_key: submission.party_key,
        submission_id: submission.submission_id,
        sequence: submission.sequence,
        submission_hash,
        public_part: submission.public_part,
        server_box: submission.server_box,
        analyst_box: submission.analyst_box,
        signature: submission.signature,
        invitations,
        tracked: None,
    }
}
