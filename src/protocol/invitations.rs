//! What is said about invitations and about parties that have left.

use serde::{Deserialize, Serialize};

use crate::ids::{Blob, PartyKey};
use crate::invitation::Admission;
use crate::record::Signed;
use crate::submission::Withdrawal;

/// A list of invitations as the analyst sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterList {
    /// The number of the notice that added it.
    pub notice: u64,
    /// The list ([`crate::invitation::InvitationList`]).
    pub list: Blob,
    /// The numbers of those of its invitations that were revoked, with or without effect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<u64>,
}

/// Why a batch has no submission of a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Departure {
    /// It took it back.
    Withdrawn(Signed<Withdrawal>),
    /// Another device with the same invitation took its place.
    Replaced {
        /// Who came.
        party_key: PartyKey,
        /// What admitted it.
        invitation: Admission,
    },
}
