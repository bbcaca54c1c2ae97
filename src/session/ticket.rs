//! What a party shows to be admitted.

use super::party::PartyError;
use crate::crypto::{Invitation, SigningKeyPair};
use crate::ids::PartyKey;
use crate::invitation::{Admission, Takeover};
use crate::manifest::{Access, Terms};

/// What a party has of an invitation.
#[derive(Debug, Clone)]
pub enum Ticket {
    /// The invitation itself, as in a link.
    Invitation {
        /// Its keys.
        keys: SigningKeyPair<Invitation>,
        /// Asks for the place of another device that has used it.
        takeover: Option<Takeover>,
    },
    /// What an earlier version of the party was admitted with, or was to be.
    Admission(Admission),
}

impl Ticket {
    /// What admits a party to a computation; nothing where everybody is.
    pub(super) fn admission(
        ticket: Option<&Self>,
        terms: &Terms,
        party: &PartyKey,
    ) -> Result<Option<Admission>, PartyError> {
        let name = || terms.manifest.name.clone();
        match (terms.manifest.access, ticket) {
            (Access::Open, None) => Ok(None),
            (Access::Open, Some(_)) => Err(PartyError::InvitedToOpen { name: name() }),
            (Access::Invited, None) => Err(PartyError::NotInvited { name: name() }),
            (Access::Invited, Some(Self::Invitation { keys, takeover })) => {
                let admission = Admission::sign(keys, &terms.fingerprint, party);
                Ok(Some(admission.taking_over(*takeover)))
            }
            (Access::Invited, Some(Self::Admission(admission))) => Ok(Some(*admission)),
        }
    }
}
