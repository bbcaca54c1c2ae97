//! Lists of invitations, as the analyst sends them to the server and gets them back.
//!
//! A list is JSON that travels and is hashed as bytes. The notice that adds it has the hash, so that
//! the server can neither change it nor show another one later.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::label::Label;
use super::{INVITATIONS_PER_LIST, LIST_LEN, can_be_fixed};
use crate::crypto::{Tag, sha256};
use crate::ids::{Blob, Digest, Fingerprint, InvitationKey};
use crate::json;
use crate::manifest::{Terms, Tracking};

/// What the server learns of some invitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationList {
    /// Which computation.
    pub fingerprint: Fingerprint,
    /// The number of the first of them: how many there were before.
    pub first: u64,
    /// In the order of their numbers.
    pub invitations: Vec<Invited>,
    /// What the server must not learn of them, sealed by the analyst to itself.
    pub roster: Blob,
}

/// One invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invited {
    /// Verifies what its link signs.
    pub key: InvitationKey,
    /// Who it is for, only where the manifest's tracking is by labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// The option that it fixes in each dimension, or nothing in one; empty where it fixes none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cohorts: Vec<Option<u32>>,
    /// When it can no longer be used for the first time, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
}

/// A list cannot be used. Nothing of it is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not of the documented form.
    #[error("the list of invitations is malformed")]
    Malformed,
    /// Longer than one may be.
    #[error("a list of invitations has at most {LIST_LEN} bytes, this one has {0}")]
    TooLong(usize),
    /// About another computation.
    #[error("the list of invitations is for another computation")]
    OtherComputation,
    /// None, or more than one list may have.
    #[error("a list has 1 to {INVITATIONS_PER_LIST} invitations, this one has {0}")]
    Count(usize),
    /// A key stands twice.
    #[error("invitation {0} of the list has the key of an earlier one")]
    KeyTwice(usize),
    /// A label stands twice.
    #[error("invitation {0} of the list has the label of an earlier one")]
    LabelTwice(usize),
    /// A label where the manifest promises that the server learns none, or none where they are
    /// tracked.
    #[error("invitation {0} of the list: labels are given if and only if tracking is by labels")]
    Label(usize),
    /// An option that the form does not have.
    #[error("invitation {0} of the list fixes a cohort that the form does not have")]
    Cohort(usize),
}

impl InvitationList {
    /// Reads a list, and checks everything that it alone can show.
    pub fn read(list: &Blob, terms: &Terms) -> Result<Self, ListError> {
        if list.0.len() > LIST_LEN {
            return Err(ListError::TooLong(list.0.len()));
        }
        let read: Self = json::read(&list.0).map_err(|_| ListError::Malformed)?;
        read.check(terms)?;
        Ok(read)
    }

    /// The list as it travels.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "see below")]
    pub fn write(&self) -> Blob {
        #[expect(
            clippy::expect_used,
            reason = "lists have text keys and no failing serialiser"
        )]
        Blob(serde_json::to_vec(self).expect("a list is JSON"))
    }

    pub(super) fn check(&self, terms: &Terms) -> Result<(), ListError> {
        if self.fingerprint != terms.fingerprint {
            return Err(ListError::OtherComputation);
        }
        let count = self.invitations.len();
        if !(1..=INVITATIONS_PER_LIST).contains(&count) {
            return Err(ListError::Count(count));
        }
        let labelled = terms.manifest.tracking == Tracking::Labels;
        let groups = terms.scheme.groups();
        let (mut keys, mut labels) = (HashSet::new(), HashSet::new());
        for (place, invited) in (1..).zip(&self.invitations) {
            if invited.label.is_some() != labelled {
                return Err(ListError::Label(place));
            }
            if !keys.insert(invited.key) {
                return Err(ListError::KeyTwice(place));
            }
            if let Some(label) = &invited.label
                && !labels.insert(label)
            {
                return Err(ListError::LabelTwice(place));
            }
            if !can_be_fixed(&invited.cohorts, &groups) {
                return Err(ListError::Cohort(place));
            }
        }
        Ok(())
    }
}

/// What the notice that adds a list says of it.
#[must_use]
pub fn list_hash(list: &Blob) -> Digest {
    sha256(Tag::INVITATION_LIST, &[&list.0])
}

/// What the notice that revokes invitations says of their keys.
#[must_use]
pub fn revocation_hash(keys: &[InvitationKey]) -> Digest {
    let parts: Vec<&[u8]> = keys.iter().map(|key| &key.as_bytes()[..]).collect();
    sha256(Tag::REVOCATION_LIST, &parts)
}
