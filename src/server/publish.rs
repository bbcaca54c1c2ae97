//! Keeping a result that its analyst publishes, and giving it to who asks.

use std::sync::Arc;

use super::live::Live;
use super::{Shared, refusals, stored};
use crate::batch::commit_hash;
use crate::ids::{Blob, Fingerprint, InvitationKey};
use crate::protocol::{ErrorCode, Refusal, ServerMessage};
use crate::publication::{Published, PublishedResult};
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
) -> Result<ServerMessage, Refusal> {
    let live = shared.known(fingerprint).await?;
    let found = shared
        .store
        .publication(&live.terms.fingerprint, invitation)
        .await?;
    let Some((record, key)) = found else {
        let message = "the analyst has not published a result";
        return Err(Refusal::new(ErrorCode::NotPublished, message));
    };
    Ok(ServerMessage::Publication {
        record: stored::signed(record),
        key,
    })
}
