//! What an analyst does with its invitations.

use super::{ClientError, Connection};
use crate::crypto::{Analyst, Entropy, Identity};
use crate::ids::InvitationKey;
use crate::invitation::{InvitationList, NewInvitation, REVOCATIONS_PER_NOTICE, lists};
use crate::protocol::{ClientMessage, ServerMessage};
use crate::session::{Invitee, Joined, Misbehaviour, Roster};

/// Invites people, as many lists as it takes; gives the computation as it is then. If it fails in
/// between, the lists before are there.
pub async fn invite(
    connection: &mut Connection,
    joined: &Joined,
    people: &[NewInvitation],
    identity: &Identity<Analyst>,
    entropy: &Entropy,
) -> Result<Joined, ClientError> {
    let first = joined.announced.invitations;
    let boxes = &identity.boxes;
    let lists = lists(&joined.terms, boxes, first, people, &mut entropy.rng())?;
    let mut joined = joined.clone();
    for list in lists {
        joined = add(connection, &joined, &list, identity).await?;
    }
    Ok(joined)
}

async fn add(
    connection: &mut Connection,
    joined: &Joined,
    list: &InvitationList,
    identity: &Identity<Analyst>,
) -> Result<Joined, ClientError> {
    let changed = changed(connection, joined, joined.invite(list, identity), identity).await?;
    let count = u64::try_from(list.invitations.len()).unwrap_or(u64::MAX);
    if Some(changed.announced.invitations) == list.first.checked_add(count) {
        Ok(changed)
    } else {
        Err(Misbehaviour::Unproven("list of notices").into())
    }
}

/// Revokes invitations, those that were not used; gives the computation as it is then.
pub async fn revoke(
    connection: &mut Connection,
    joined: &Joined,
    keys: &[InvitationKey],
    identity: &Identity<Analyst>,
) -> Result<Joined, ClientError> {
    let mut joined = joined.clone();
    for keys in keys.chunks(REVOCATIONS_PER_NOTICE) {
        let message = joined.revoke(keys.to_vec(), identity);
        let notices = joined.standing.notices.len();
        joined = changed(connection, &joined, message, identity).await?;
        if joined.standing.notices.len() <= notices {
            return Err(Misbehaviour::Unproven("list of notices").into());
        }
    }
    Ok(joined)
}

async fn changed(
    connection: &mut Connection,
    joined: &Joined,
    message: ClientMessage,
    identity: &Identity<Analyst>,
) -> Result<Joined, ClientError> {
    match connection.ask(message).await? {
        ServerMessage::Computation(standing) => {
            let fingerprint = &joined.terms.fingerprint;
            Ok(joined.earlier(fingerprint, *standing, identity)?)
        }
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

/// Everybody who is invited, with the keys of their links.
pub async fn roster(
    connection: &mut Connection,
    joined: &Joined,
    identity: &Identity<Analyst>,
) -> Result<Vec<Invitee>, ClientError> {
    let mut roster = Roster::of(joined, identity);
    while let Some(question) = roster.question() {
        match connection.ask(question).await? {
            ServerMessage::Roster { lists } => roster.answered(&lists)?,
            _ => return Err(Misbehaviour::Unexpected.into()),
        }
    }
    Ok(roster.invitees())
}
