//! Publishing a result, and reading one that was published.

use super::{ClientError, Connection};
use crate::batch::Commit;
use crate::crypto::{Analyst, Entropy, Identity, Invitation, SigningKeyPair};
use crate::ids::Fingerprint;
use crate::invitation::key_of;
use crate::manifest::{Publication, Terms, VERSION};
use crate::measurement::Aggregate;
use crate::protocol::{ClientMessage, ErrorCode, Refusal, ServerMessage, Which};
use crate::publication::{Decided, PublicationError, Published, open_published, publish as make};
use crate::session::{Joined, Misbehaviour, Pins, Sought};

/// Publishes the result of a computation whose manifest says so, unless that was done before;
/// whether it was done now.
pub async fn publish(
    connection: &mut Connection,
    joined: &Joined,
    identity: &Identity<Analyst>,
    entropy: &Entropy,
) -> Result<bool, ClientError> {
    let terms = &joined.terms;
    let (Some(commit), Some(batch), Some(aggregate)) =
        (&joined.standing.commit, &joined.batch, &joined.aggregate)
    else {
        return Ok(false);
    };
    let asked = ClientMessage::Publication {
        fingerprint: terms.fingerprint,
        invitation: None,
    };
    match connection.ask(asked).await {
        Ok(ServerMessage::Publication { .. }) => return Ok(false),
        Err(ClientError::Refused(refusal)) if refusal.code == ErrorCode::NotPublished => {}
        Err(error) => return Err(error),
        Ok(_) => return Err(Misbehaviour::Unexpected.into()),
    }
    let invitations = joined.announced.invitations;
    let decided = (&commit.body, &batch.root);
    let rng = &mut entropy.rng();
    let Some(Published { record, keys }) =
        make(terms, decided, aggregate, identity, invitations, rng)
    else {
        return Ok(false);
    };
    match connection
        .ask(ClientMessage::Publish { record, keys })
        .await?
    {
        ServerMessage::Published {} => Ok(true),
        _ => Err(Misbehaviour::Unexpected.into()),
    }
}

/// A result that was published, checked.
#[derive(Debug)]
pub struct Told {
    /// What it is the result of.
    pub terms: Terms,
    /// What both sides committed to.
    pub commit: Commit,
    /// The result.
    pub aggregate: Aggregate,
}

/// Asks for the published result of a computation, with an invitation where only the invited are
/// told.
pub async fn published(
    connection: &mut Connection,
    fingerprint: Fingerprint,
    invitation: Option<&SigningKeyPair<Invitation>>,
) -> Result<Told, ClientError> {
    let hello = ClientMessage::Hello { version: VERSION };
    if !matches!(connection.ask(hello).await?, ServerMessage::Welcome { .. }) {
        return Err(Misbehaviour::Unexpected.into());
    }
    let which = Which::Fingerprint(fingerprint);
    let sought = Sought {
        which: which.clone(),
        pins: Pins::default(),
    };
    let lookup = ClientMessage::Lookup { which, wait: false };
    let ServerMessage::Computation(standing) = connection.ask(lookup).await? else {
        return Err(Misbehaviour::Unexpected.into());
    };
    let terms = sought.agree(&standing)?;
    if terms.manifest.publication == Publication::None {
        return Err(PublicationError::ForAnalyst.into());
    }
    let (Some(commit), Some(result)) = (&standing.commit, &standing.result) else {
        let message = "the analyst has not revealed a result";
        let refusal = Refusal::new(ErrorCode::NotPublished, message);
        return Err(ClientError::Refused(refusal));
    };
    let asked = ClientMessage::Publication {
        fingerprint,
        invitation: invitation.map(key_of),
    };
    let ServerMessage::Publication { record, key } = connection.ask(asked).await? else {
        return Err(Misbehaviour::Unexpected.into());
    };
    let decided = Decided { commit, result };
    let key = invitation.zip(key.as_ref());
    let (commit, aggregate) = open_published(&terms, decided, &record, key)?;
    Ok(Told {
        terms,
        commit,
        aggregate,
    })
}
