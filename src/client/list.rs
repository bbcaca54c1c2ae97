//! Which computations an analyst has on a server.

use std::collections::HashSet;

#[cfg(feature = "native")]
use super::ServerUrl;
use super::{ClientError, Connection};
use crate::crypto::{Analyst, Entropy, Identity, Tag};
use crate::ids::Nonce;
use crate::manifest::VERSION;
use crate::protocol::{ClientMessage, Listed, ServerMessage, limits, list_challenge};
use crate::session::Misbehaviour;

/// All computations of an analyst, oldest first, in the server's word.
#[cfg(feature = "native")]
pub async fn list(
    url: &ServerUrl,
    identity: &Identity<Analyst>,
    entropy: &Entropy,
) -> Result<Vec<Listed>, ClientError> {
    let mut connection = Connection::open(url).await?;
    let all = listed(&mut connection, identity, entropy).await?;
    connection.close().await;
    Ok(all)
}

/// The same on a new connection.
pub async fn listed(
    connection: &mut Connection,
    identity: &Identity<Analyst>,
    entropy: &Entropy,
) -> Result<Vec<Listed>, ClientError> {
    let hello = ClientMessage::Hello { version: VERSION };
    let ServerMessage::Welcome {
        server,
        nonce: server_nonce,
        ..
    } = connection.ask(hello).await?
    else {
        return Err(Misbehaviour::Unexpected.into());
    };
    let analyst = identity.public();
    let (mut all, mut seen) = (Vec::<Listed>::new(), HashSet::new());
    loop {
        let nonce = Nonce::random(&mut entropy.rng());
        let body = list_challenge(&server, &analyst.key_id(), &nonce, &server_nonce);
        let asked = ClientMessage::List {
            analyst,
            nonce,
            signature: identity.signing.sign(Tag::LIST, &body),
            after: all.last().map(|last| last.fingerprint),
        };
        let ServerMessage::Computations(page) = connection.ask(asked).await? else {
            return Err(Misbehaviour::Unexpected.into());
        };
        // A server that repeats itself would go on for ever.
        let known = !page.iter().all(|new| seen.insert(new.fingerprint));
        let is_last = page.len() < limits::COMPUTATIONS_PER_MESSAGE;
        all.extend(page);
        if known || all.len() > limits::COMPUTATIONS_LISTED {
            return Err(Misbehaviour::Unproven("list of computations").into());
        }
        if is_last {
            return Ok(all);
        }
    }
}
