//! Invitations: the analyst adds, lists and revokes them; who holds one asks what it is worth.

use std::sync::Arc;

use super::connection::Answer;
use super::live::Live;
use super::{Shared, analyst, refusals, stored};
use crate::ids::{Blob, Fingerprint, InvitationKey, Nonce, Signature};
use crate::invitation::{
    InvitationList, InvitationStanding, LIST_LEN, REVOCATIONS_PER_NOTICE, is_lookup, list_hash,
    revocation_hash,
};
use crate::manifest::{Access, Action, Notice};
use crate::protocol::{ErrorCode, Refusal, RosterList, ServerMessage};
use crate::record::Signed;
use crate::store::{Invited, NewInvitations, Noticed, Revoked, StoredInvitation, Transition};

/// Adds invitations.
pub(super) async fn invite(
    shared: &Arc<Shared>,
    live: &Arc<Live>,
    signed: Signed<Notice>,
    list: Blob,
) -> Result<Answer, Refusal> {
    require(live)?;
    let notice = analyst::open_notice(shared, live, &signed).await?;
    let (list, read, hash) = {
        let terms = Arc::clone(&live.terms);
        let job = move || {
            let read = InvitationList::read(&list, &terms);
            let hash = list_hash(&list);
            (list, read, hash)
        };
        shared.workers.run(job).await?
    };
    let read = read.map_err(|error| invalid(error.to_string()))?;
    let count = u64::try_from(read.invitations.len()).unwrap_or(u64::MAX);
    if notice.action != (Action::Invite { count, list: hash }) {
        return Err(invalid("the notice is not about this list"));
    }
    let _turn = live.seat.turn.lock().await;
    let known = analyst::check_chain(live, &signed, &notice)?;
    if !known {
        check_room(live, &read, count)?;
    }
    let first = read.first;
    let invitations = (first..)
        .zip(read.invitations)
        .map(|(number, invited)| StoredInvitation {
            number,
            key: invited.key,
            label: invited.label.map(|label| label.as_str().to_owned()),
            cohorts: invited.cohorts,
            expires: invited.expires,
            revoked: false,
        });
    let new = NewInvitations {
        list,
        invitations: invitations.collect(),
    };
    let change = unchanged(&signed, &notice);
    match shared
        .store
        .invite(&live.terms.fingerprint, change, new)
        .await?
    {
        Invited::Noticed(noticed) => applied(&notice, noticed)?,
        Invited::KeyTaken(number) => {
            return Err(invalid(format!(
                "invitation {number} has the key of an earlier one"
            )));
        }
        Invited::LabelTaken(number) => {
            return Err(invalid(format!(
                "invitation {number} has the label of an earlier one"
            )));
        }
    }
    tracing::info!(count, "invitations were added");
    refreshed(shared, live).await
}

/// Whether the list follows what is there, and all of them may become parties.
fn check_room(live: &Live, list: &InvitationList, count: u64) -> Result<(), Refusal> {
    let made = live.view().invitations;
    if list.first != made {
        let message = format!("the list begins with number {}, {made} is due", list.first);
        return Err(invalid(message).counting(list.first, made));
    }
    let (after, most) = (made.saturating_add(count), live.terms.manifest.max_parties);
    if after > most {
        let message = format!("{after} invitations would be more than the {most} parties allowed");
        let refusal = Refusal::new(ErrorCode::TooManyInvitations, message);
        return Err(refusal.counting(after, most));
    }
    Ok(())
}

/// Revokes invitations that nobody has used. Which of them that were is told to nobody.
pub(super) async fn revoke(
    shared: &Arc<Shared>,
    live: &Arc<Live>,
    signed: Signed<Notice>,
    keys: Vec<InvitationKey>,
) -> Result<Answer, Refusal> {
    require(live)?;
    let notice = analyst::open_notice(shared, live, &signed).await?;
    if !(1..=REVOCATIONS_PER_NOTICE).contains(&keys.len()) {
        let message = format!("a notice revokes 1 to {REVOCATIONS_PER_NOTICE} invitations");
        return Err(invalid(message));
    }
    let count = u64::try_from(keys.len()).unwrap_or(u64::MAX);
    let list = revocation_hash(&keys);
    if notice.action != (Action::Revoke { count, list }) {
        return Err(invalid("the notice is not about these invitations"));
    }
    let _turn = live.seat.turn.lock().await;
    analyst::check_chain(live, &signed, &notice)?;
    let change = unchanged(&signed, &notice);
    match shared
        .store
        .revoke(&live.terms.fingerprint, change, keys)
        .await?
    {
        Revoked::Noticed(noticed) => applied(&notice, noticed)?,
        Revoked::Unknown(_) => return Err(refusals::invitation_unknown()),
    }
    tracing::info!(count, "invitations were revoked");
    refreshed(shared, live).await
}

/// The lists after a notice, as many as fit into a message.
pub(super) async fn roster(
    shared: &Shared,
    live: &Live,
    after: u64,
) -> Result<ServerMessage, Refusal> {
    require(live)?;
    let fingerprint = &live.terms.fingerprint;
    let lists = shared.store.lists(fingerprint, after, LIST_LEN).await?;
    let lists = lists.into_iter().map(|stored| RosterList {
        notice: stored.notice,
        list: stored.list,
        revoked: stored.revoked,
    });
    Ok(ServerMessage::Roster {
        lists: lists.collect(),
    })
}

/// What an invitation is worth, to who holds it.
pub(super) async fn invitation(
    shared: &Arc<Shared>,
    server_nonce: Nonce,
    fingerprint: Fingerprint,
    key: InvitationKey,
    signature: Signature,
) -> Result<ServerMessage, Refusal> {
    let live = shared.known(&fingerprint).await?;
    require(&live)?;
    let server = shared.identity.public();
    let asked = move || is_lookup(key, &server, &fingerprint, &server_nonce, &signature);
    if !shared.workers.run(asked).await? {
        return Err(refusals::invitation_unknown());
    }
    let found = shared.store.invitation(&fingerprint, &key).await?;
    let found = found.ok_or_else(refusals::invitation_unknown)?;
    Ok(ServerMessage::Invitation(InvitationStanding {
        number: found.number,
        cohorts: found.cohorts,
        expires: found.expires,
        revoked: found.revoked,
    }))
}

fn require(live: &Live) -> Result<(), Refusal> {
    if live.terms.manifest.access == Access::Invited {
        Ok(())
    } else {
        Err(refusals::not_invited())
    }
}

/// A notice that leaves the state as it is.
fn unchanged(signed: &Signed<Notice>, notice: &Notice) -> Transition {
    Transition {
        number: notice.number,
        notice: stored::stored(signed),
        phase: None,
        minimum: 0,
    }
}

fn applied(notice: &Notice, noticed: Noticed) -> Result<(), Refusal> {
    match noticed {
        Noticed::Applied | Noticed::Repeated => Ok(()),
        Noticed::NotAllowed(phase) => Err(refusals::not_allowed(phase)),
        Noticed::OutOfOrder { last } => Err(analyst::out_of_order(notice, last)),
        Noticed::TooFew { .. } => Err(refusals::internal()),
    }
}

async fn refreshed(shared: &Shared, live: &Live) -> Result<Answer, Refusal> {
    let view = live.refresh(&*shared.store).await?;
    Ok(Answer::Standing(view))
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::InvitationsInvalid, message)
}
