//! A party takes its submission back.

use super::Misbehaviour;
use super::party::PartyError;
use crate::crypto::{Party, SigningKeyPair};
use crate::manifest::{Terms, VERSION};
use crate::protocol::{ClientMessage, ServerMessage};
use crate::record::Signed;
use crate::submission::{Withdrawal, WithdrawalReceipt};

/// The machine. On every (re)connection send [`Self::connected`], then hand in every message.
#[derive(Debug, Clone)]
pub struct Leaving<'a> {
    terms: &'a Terms,
    withdrawal: &'a Signed<Withdrawal>,
}

impl<'a> Leaving<'a> {
    /// Signs a withdrawal; `sequence` is one more than that of the last version. It must be on the
    /// disk before it is sent.
    #[must_use]
    pub fn sign(terms: &Terms, keys: &SigningKeyPair<Party>, sequence: u64) -> Signed<Withdrawal> {
        let withdrawal = Withdrawal {
            fingerprint: terms.fingerprint,
            party_key: (*keys.public()).into(),
            sequence,
        };
        Signed::sign(&withdrawal, keys)
    }

    /// Begins with a withdrawal that was saved.
    #[must_use]
    pub const fn new(terms: &'a Terms, withdrawal: &'a Signed<Withdrawal>) -> Self {
        Self { terms, withdrawal }
    }

    /// What to send on a new connection.
    #[must_use]
    pub fn connected(&self) -> [ClientMessage; 2] {
        [
            ClientMessage::Hello { version: VERSION },
            ClientMessage::Withdraw(self.withdrawal.clone()),
        ]
    }

    /// Takes a message of the server; the receipt is the last one.
    pub fn received(
        &self,
        message: ServerMessage,
    ) -> Result<Option<Signed<WithdrawalReceipt>>, PartyError> {
        let expected = self.terms.manifest.server.identity;
        match message {
            // What another server says of this withdrawal means nothing.
            ServerMessage::Welcome { server, .. } if server != expected => {
                Err(PartyError::OtherServer {
                    found: server.key_id(),
                    expected: expected.key_id(),
                })
            }
            ServerMessage::Welcome { .. } => Ok(None),
            ServerMessage::Withdrawn(signed) => {
                let withdrawal = Withdrawal::open(self.withdrawal);
                let due = withdrawal
                    .map(|withdrawal| WithdrawalReceipt::of(&withdrawal, &self.withdrawal.body));
                let receipt = signed.open(&expected.signing_key).ok();
                if receipt.is_some() && receipt == due {
                    Ok(Some(signed))
                } else {
                    Err(Misbehaviour::Unproven("receipt").into())
                }
            }
            ServerMessage::Error(refusal) => Err(PartyError::Refused(refusal)),
            _ => Err(Misbehaviour::Unexpected.into()),
        }
    }
}
