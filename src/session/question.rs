//! Asking what an invitation is worth, before a person is asked for anything.

use super::Misbehaviour;
use super::party::PartyError;
use crate::crypto::{Invitation, SigningKeyPair};
use crate::invitation::{InvitationStanding, can_be_fixed, key_of, sign_lookup};
use crate::manifest::{Terms, VERSION};
use crate::protocol::{ClientMessage, ServerMessage};

/// What the driver has to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuestionStep {
    /// Send this.
    Send(Box<ClientMessage>),
    /// The answer.
    Done(InvitationStanding),
}

/// The machine. On every connection send [`Self::hello`], then hand in every message.
#[derive(Debug)]
pub struct Question<'a> {
    terms: &'a Terms,
    keys: &'a SigningKeyPair<Invitation>,
}

impl<'a> Question<'a> {
    /// About an invitation to a computation.
    #[must_use]
    pub const fn new(terms: &'a Terms, keys: &'a SigningKeyPair<Invitation>) -> Self {
        Self { terms, keys }
    }

    /// The first message.
    #[must_use]
    pub fn hello() -> ClientMessage {
        ClientMessage::Hello { version: VERSION }
    }

    /// Takes a message of the server.
    pub fn received(&self, message: ServerMessage) -> Result<QuestionStep, PartyError> {
        match message {
            ServerMessage::Welcome { server, nonce, .. } => {
                let expected = self.terms.manifest.server.identity;
                if server != expected {
                    return Err(PartyError::OtherServer {
                        found: server.key_id(),
                        expected: expected.key_id(),
                    });
                }
                let fingerprint = self.terms.fingerprint;
                let question = ClientMessage::Invitation {
                    fingerprint,
                    key: key_of(self.keys),
                    signature: sign_lookup(self.keys, &server, &fingerprint, &nonce),
                };
                Ok(QuestionStep::Send(Box::new(question)))
            }
            ServerMessage::Invitation(standing) => {
                if can_be_fixed(&standing.cohorts, &self.terms.scheme.groups()) {
                    Ok(QuestionStep::Done(standing))
                } else {
                    Err(Misbehaviour::Unproven("word for the invitation").into())
                }
            }
            ServerMessage::Error(refusal) => Err(PartyError::Refused(refusal)),
            _ => Err(Misbehaviour::Unexpected.into()),
        }
    }
}
