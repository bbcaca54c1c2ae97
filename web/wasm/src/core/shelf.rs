//! Where this device keeps what a party has, and what may take its place there.
//!
//! One person's computation is not another one's: in an invited computation each invitation has a
//! place of its own, so that two people who share a browser do not correct each other.

use wasm_bindgen::prelude::*;
use web_mpc::files::receipt::{Progress, StoredReceipt, Version};
use web_mpc::ids::{Fingerprint, InvitationKey, PartyKey};

use super::computation::Computation;
use super::party::Party;

#[wasm_bindgen]
impl Computation {
    /// Under what this device keeps receipt and draft.
    pub fn shelf(&self) -> String {
        let invitation = self.invitation.as_ref();
        let key = invitation.map(|keys| InvitationKey::from(*keys.public()));
        shelf(&self.terms.fingerprint, key)
    }
}

#[wasm_bindgen]
impl Party {
    /// The same, of a party that a receipt file is of; nothing before anything was sealed.
    pub fn shelf(&self) -> Option<String> {
        let stored = self.stored.borrow();
        let stored = stored.as_ref()?;
        let key = stored.admission.map(|admission| admission.key);
        Some(shelf(&stored.terms.fingerprint, key))
    }

    /// Whether its receipt file may take the place of what is kept: it is the same party's, and
    /// nothing that is kept would be lost.
    pub fn continues(&self, kept: &Self) -> bool {
        let (new, kept) = (self.stored.borrow(), kept.stored.borrow());
        match (new.as_ref(), kept.as_ref()) {
            (Some(new), Some(kept)) => continues(new, kept),
            (_, kept) => kept.is_none(),
        }
    }
}

fn shelf(fingerprint: &Fingerprint, invitation: Option<InvitationKey>) -> String {
    invitation.map_or_else(
        || fingerprint.to_string(),
        |key| format!("{fingerprint}.{key}"),
    )
}

fn continues(new: &StoredReceipt, kept: &StoredReceipt) -> bool {
    let party = |stored: &StoredReceipt| PartyKey::from(*stored.keys.public());
    let newest = new.versions.last().map_or(0, |version| version.sequence);
    let has = |version: &Version| {
        new.versions.iter().any(|other| {
            other.sequence == version.sequence
                && other.submission_hash == version.submission_hash
                && (is_settled(other) || !is_settled(version))
        })
    };
    // What the server never confirmed may have given way to a later version.
    let is_past = |version: &Version| !is_settled(version) && version.sequence < newest;
    party(new) == party(kept)
        && kept
            .versions
            .iter()
            .all(|version| has(version) || is_past(version))
}

/// Whether the server has signed for it.
const fn is_settled(version: &Version) -> bool {
    matches!(
        version.progress,
        Progress::Finished(_) | Progress::Withdrawn(..)
    )
}
