//! Keeping a result that its analyst publishes, and giving it to who asks.

use std::sync::Arc;

use super::connection::Answer;
use super::live::Live;
use super::{Shared, refusals, stored};
use crate::batch::commit_hash;
use crate::ids::{Blob, Fingerprint, InvitationKey};
use crate::protocol::{ErrorCode, Refusal, ServerMessage};
use crate::publication::{KEY_LEN, Published, PublishedResult};
use crate::record::Signed;

/// Keeps it, once: the first stays.
pub(super) async fn publish(
    shared: &Arc<Shared>,
    live: &Arc<Live>,
    record: Signed<PublishedResult>,
    keys: Blob,
) -> Result<ServerMessage, Refusal> {
    let view = live.view();
    let commit = commit_hash(&view.bound()?.signed.body);
    if !view.phase.is_over() {
        return Err(refusals::not_allowed(view.phase));
    }
    let (terms, made) = (Arc::clone(&live.terms), view.invitations);
    let published = Published { record, keys };
    let checked = shared.workers.run(move || {
        let fits = published.fits(&terms, &commit, made);
        fits.then_some(published)
    });
    let Some(Published { record, keys }) = checked.await? else {
        let message = "that is not this computation's result as its manifest lets it be published";
        return Err(Refusal::new(ErrorCode::PublicationInvalid, message));
    };
    let fingerprint = &live.terms.fingerprint;
    let record = stored::stored(&record);
    shared.store.publish(fingerprint, record, keys).await?;
    Ok(ServerMessage::Published {})
}

/// What was published, with what an invitation needs to open it.
pub(super) async fn publication(
    shared: &Arc<Shared>,
    fingerprint: &Fingerprint,
    invitation: Option<InvitationKey>,
) -> Result<Answer, Refusal> {
    let live = shared.known(fingerprint).await?;
    // Each holds the keys of all invitations, of which one is wanted, and anybody may ask.
    let _place = shared
        .reading
        .acquire()
        .await
        .map_err(|_| refusals::busy())?;
    let found = shared
        .store
        .publication(&live.terms.fingerprint, invitation)
        .await?;
    let Some((record, key)) = found else {
        let message = "the analyst has not published a result";
        return Err(Refusal::new(ErrorCode::NotPublished, message));
    };
    let keys = invitation.map(|_| live.view().invitations);
    let read = read_len(record.body.0.len(), keys);
    let message = ServerMessage::Publication {
        record: stored::signed(record),
        key,
    };
    Ok(Answer::Read(Box::new(message), read))
}

/// Bytes that are read for an answer: the record, and the keys of all invitations for one of them.
fn read_len(record: usize, invitations: Option<u64>) -> usize {
    let keys = usize::try_from(invitations.unwrap_or(0)).unwrap_or(usize::MAX);
    keys.saturating_mul(KEY_LEN).saturating_add(record)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_with_an_invitation_has_all_keys_read() {
        assert_eq!(read_len(100, None), 100);
        assert_eq!(read_len(100, Some(1_000)), 100 + 1_000 * KEY_LEN);
        assert_eq!(read_len(100, Some(u64::MAX)), usize::MAX);
    }
}
