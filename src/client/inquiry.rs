//! Questions that anybody may ask on a new connection.

use super::{ClientError, Connection};
use crate::crypto::{Invitation, SigningKeyPair};
use crate::ids::{Fingerprint, PartyKey};
use crate::invitation::InvitationStanding;
use crate::manifest::{Terms, VERSION};
use crate::protocol::{ClientMessage, Inclusion, ServerMessage};
use crate::record::Signed;
use crate::session::{Leaving, Misbehaviour, Question, QuestionStep};
use crate::submission::WithdrawalReceipt;

/// Asks what an invitation is worth.
pub async fn appraise(
    connection: &mut Connection,
    terms: &Terms,
    keys: &SigningKeyPair<Invitation>,
) -> Result<InvitationStanding, ClientError> {
    let question = Question::new(terms, keys);
    let mut next = Question::hello();
    loop {
        let message = connection.ask(next).await?;
        match question.received(message)? {
            QuestionStep::Send(message) => next = *message,
            QuestionStep::Done(standing) => return Ok(standing),
        }
    }
}

/// Hands in a withdrawal that was saved.
pub async fn leave(
    connection: &mut Connection,
    leaving: &Leaving<'_>,
) -> Result<Signed<WithdrawalReceipt>, ClientError> {
    for message in leaving.connected() {
        let answer = connection.ask(message).await?;
        if let Some(receipt) = leaving.received(answer)? {
            return Ok(receipt);
        }
    }
    Err(Misbehaviour::Unexpected.into())
}

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
