//! Questions that anybody may ask on a new connection.

use super::{ClientError, Connection};
use crate::ids::{Fingerprint, PartyKey};
use crate::manifest::VERSION;
use crate::protocol::{ClientMessage, Inclusion, ServerMessage};
use crate::session::Misbehaviour;

/// Asks where a party's submission stands in the frozen batch.
pub async fn inquire(
    connection: &mut Connection,
    fingerprint: Fingerprint,
    party_key: PartyKey,
) -> Result<Inclusion, ClientError> {
    let hello = connection
        .ask(ClientMessage::Hello { version: VERSION })
        .await?;
    if !matches!(hello, ServerMessage::Welcome { .. }) {
        return Err(Misbehaviour::Unexpected.into());
    }
    match connection
        .ask(ClientMessage::Inclusion {
            fingerprint,
            party_key,
        })
        .await?
    {
        ServerMessage::Inclusion(inclusion) => Ok(*inclusion),
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}
