//! What a computation's analyst may ask for: login, notices, signatures, the record of a result.

use std::sync::Arc;

use super::connection::Answer;
use super::live::Live;
use super::{Shared, freeze, purge, refusals, stored};
use crate::batch::{ResultRecord, commit_hash};
use crate::crypto::Tag;
use crate::ids::{Fingerprint, Nonce, PartyKey, Signature};
use crate::manifest::{Action, MAX_NOTICES, Notice, Phase, room};
use crate::protocol::{ErrorCode, PartySignature, Refusal, ServerMessage, challenge, limits};
use crate::record::Signed;
use crate::reveal::frame::Layout;
use crate::store::{Noticed, Transition};

/// Both sides sign the same challenge.
pub(super) async fn login(
    shared: &Arc<Shared>,
    server_nonce: &Nonce,
    fingerprint: &Fingerprint,
    nonce: &Nonce,
    signature: Signature,
) -> Result<(Arc<Live>, ServerMessage), Refusal> {
    let live = shared.known(fingerprint).await?;
    let body = challenge(&shared.identity.public(), fingerprint, nonce, server_nonce);
    let key = live.terms.manifest.analyst.signing_key;
    let signing = shared.identity.signing.clone();
    let answer = shared.workers.run(move || {
        let holds = key.verify(Tag::LOGIN, &body, &signature);
        holds.then(|| signing.sign(Tag::LOGIN_ANSWER, &body))
    });
    let Some(signature) = answer.await? else {
        let owner = live.terms.manifest.analyst.key_id();
        let message = format!("the computation belongs to the analyst with key id {owner}");
        return Err(Refusal::new(ErrorCode::LoginRefused, message));
    };
    Ok((live, ServerMessage::LoggedIn { signature }))
}

/// Applies a notice.
pub(super) async fn notice(
    shared: &Arc<Shared>,
    live: &Arc<Live>,
    signed: Signed<Notice>,
) -> Result<Answer, Refusal> {
    let notice = open_notice(shared, live, &signed).await?;
    if matches!(notice.action, Action::Invite { .. } | Action::Revoke { .. }) {
        let message = "a notice about invitations comes with its list";
        return Err(Refusal::new(ErrorCode::NoticeInvalid, message));
    }
    if !notice.action.makes_sense() {
        let message = "submissions would be taken at no moment";
        return Err(Refusal::new(ErrorCode::NoticeInvalid, message));
    }
    let _alone = match notice.action {
        Action::Purge => Some(purge::admit(live).await?),
        _ => None,
    };
    let turn = Arc::clone(&live.seat.turn).lock_owned().await;
    check_chain(live, &signed, &notice)?;
    let freezes = notice.action == Action::Freeze;
    let minimum = if freezes {
        live.terms.manifest.min_parties
    } else {
        0
    };
    let change = Transition {
        number: notice.number,
        notice: stored::stored(&signed),
        phase: notice.action.changes_to(),
        minimum,
    };
    let fingerprint = &live.terms.fingerprint;
    match shared.store.transition(fingerprint, change).await? {
        Noticed::Applied => tracing::info!(action = ?notice.action, "a notice was applied"),
        Noticed::Repeated => {}
        // Frozen is frozen, however often the analyst says so.
        Noticed::NotAllowed(phase) if freezes && phase.is_frozen() => {}
        Noticed::NotAllowed(phase) => return Err(refusals::not_allowed(phase)),
        Noticed::TooFew { parties } => {
            let shown = live.terms.manifest.is_counted().then_some(parties);
            return Err(refusals::too_few(shown, minimum));
        }
        Noticed::OutOfOrder { last } => return Err(out_of_order(&notice, last)),
    }
    if freezes {
        let view = freeze::describe(shared, live, turn).await?;
        Ok(ServerMessage::Frozen(view.frozen()?.signed.clone()).into())
    } else if notice.action == Action::Purge {
        let view = purge::finish(shared, live).await?;
        Ok(Answer::Standing(view))
    } else {
        let view = live.refresh(&*shared.store).await?;
        Ok(Answer::Standing(view))
    }
}

pub(super) async fn open_notice(
    shared: &Shared,
    live: &Live,
    signed: &Signed<Notice>,
) -> Result<Notice, Refusal> {
    if signed.body.0.len() > room::NOTICE_LEN {
        let message = format!("a notice has at most {} bytes", room::NOTICE_LEN);
        return Err(Refusal::new(ErrorCode::NoticeInvalid, message));
    }
    let (key, signed) = (live.terms.manifest.analyst.signing_key, signed.clone());
    let notice = shared.workers.run(move || signed.open(&key)).await?;
    let about_this = |notice: &Notice| notice.fingerprint == live.terms.fingerprint;
    notice.ok().filter(about_this).ok_or_else(|| {
        let message = "the notice is not signed by the analyst or is about another computation";
        Refusal::new(ErrorCode::NoticeInvalid, message)
    })
}

/// Checks that a notice follows the last one, or is one that was applied before, and gives whether
/// it was. The caller holds [`Seat::turn`](super::live::Seat::turn).
pub(super) fn check_chain(
    live: &Live,
    signed: &Signed<Notice>,
    notice: &Notice,
) -> Result<bool, Refusal> {
    let view = live.view();
    let known = view.notices.iter().any(|known| known.body == signed.body);
    let last = u64::try_from(view.notices.len()).unwrap_or(u64::MAX);
    let due = Notice::following(
        live.terms.fingerprint,
        view.notices.last(),
        last.saturating_add(1),
        notice.action,
    );
    if known {
        return Ok(true);
    }
    if *notice != due {
        return Err(out_of_order(notice, last));
    }
    // A batch that may be revealed, or deleted, must not wait for room.
    let ends = matches!(notice.action, Action::Freeze | Action::Purge);
    if last >= MAX_NOTICES && !ends {
        let message = format!("a computation has at most {MAX_NOTICES} notices");
        return Err(Refusal::new(ErrorCode::TooManyNotices, message).counting(last, MAX_NOTICES));
    }
    let (scheme, len) = (&live.terms.scheme, signed.body.0.len());
    if !ends && !room::takes_notice(scheme, view.answer.len(), len) {
        let message = "with one more notice the computation would not fit one answer";
        return Err(Refusal::new(ErrorCode::TooManyNotices, message));
    }
    Ok(false)
}

pub(super) fn out_of_order(notice: &Notice, last: u64) -> Refusal {
    let due = last.saturating_add(1);
    let message = format!("notice {due} is due, with the hash of the one before");
    Refusal::new(ErrorCode::NoticeOutOfOrder, message).counting(notice.number, due)
}

/// Signatures of a frozen batch after that party.
pub(super) async fn signatures(
    shared: &Shared,
    live: &Live,
    mut after: Option<PartyKey>,
) -> Result<ServerMessage, Refusal> {
    live.view().frozen()?;
    // The store gives whole submissions, so they are read in pages that are bounded in bytes.
    let page = Layout::of(&live.terms).submissions_per_page();
    let mut signatures = Vec::new();
    while signatures.len() < limits::SIGNATURES_PER_MESSAGE {
        let wanted = page.min(limits::SIGNATURES_PER_MESSAGE - signatures.len());
        let fingerprint = &live.terms.fingerprint;
        let submissions = shared.store.page(fingerprint, after, wanted).await?;
        let more = submissions.len() == wanted;
        signatures.extend(submissions.into_iter().map(|submission| PartySignature {
            party_key: submission.party_key,
            submission_hash: submission.submission_hash,
            signature: submission.signature,
        }));
        after = signatures.last().map(|last| last.party_key).or(after);
        if !more {
            break;
        }
    }
    Ok(ServerMessage::Signatures(signatures))
}

/// Keeps the analyst's record of the result.
pub(super) async fn result(
    shared: &Shared,
    live: &Live,
    signed: Signed<ResultRecord>,
) -> Result<ServerMessage, Refusal> {
    let view = live.view();
    let bound = view.bound()?;
    if !bound.commit.outcome.is_release() {
        return Err(refusals::ended());
    }
    let most = room::result_len(&live.terms.scheme);
    if signed.body.0.len() > most {
        let message = format!("a record of this result has at most {most} bytes");
        return Err(Refusal::new(ErrorCode::ResultInvalid, message));
    }
    let commit = commit_hash(&bound.signed.body);
    let (key, opened) = (live.terms.manifest.analyst.signing_key, signed.clone());
    let record = shared.workers.run(move || opened.open(&key)).await?;
    let about_this = |record: &ResultRecord| {
        record.fingerprint == live.terms.fingerprint && record.commit == commit
    };
    if !record.as_ref().is_ok_and(about_this) {
        let message = "the record is not signed by the analyst or is about another commit";
        return Err(Refusal::new(ErrorCode::ResultInvalid, message));
    }
    let _turn = live.seat.turn.lock().await;
    let (fingerprint, record) = (&live.terms.fingerprint, stored::stored(&signed));
    shared.store.record_result(fingerprint, record).await?;
    let repeated = live.view().phase == Phase::Revealed;
    live.refresh(&*shared.store).await?;
    // Once: an analyst may say it as often as it likes.
    if !repeated {
        tracing::info!("a result was recorded");
    }
    Ok(ServerMessage::Recorded {})
}
