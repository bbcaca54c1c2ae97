//! The roster: what an analyst keeps of those whom it invites, sealed to itself and stored by the
//! server.
//!
//! ```text
//! roster    = box to the analyst of plaintext
//! plaintext = "web-mpc/1/roster" 0x00 || fingerprint (32) || number of the first (8)
//!             || JSON: [{"label": .., "email": ..}, ..] in the order of the list
//! ```

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::label::{Email, Label};
use super::list::{InvitationList, Invited, ListError};
use super::{INVITATIONS_PER_LIST, LIST_LEN, invitation_keys, key_of};
use crate::crypto::{Analyst, BoxKeyPair, Tag};
use crate::ids::{Blob, Fingerprint};
use crate::json;
use crate::manifest::{Terms, Tracking};

/// Somebody who is to be invited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewInvitation {
    /// What the analyst calls this person. The server learns it only if tracking is by labels.
    pub label: Option<Label>,
    /// Where the link is to be sent. The server never learns it.
    pub email: Option<Email>,
    /// The option that is fixed in each dimension, or nothing in one; empty where none is fixed.
    pub cohorts: Vec<Option<u32>>,
    /// When the invitation can no longer be used for the first time, in seconds since 1970.
    pub expires: Option<u64>,
}

/// What the server does not learn of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What the analyst calls this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Where the link is to be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
}

/// Bytes of an invitation in a list beside its texts: names of members, key, numbers, and what
/// base64url adds to its place in the roster.
const ENTRY: usize = 300;

/// Writes lists for any number of people, as many as each list may hold; `first` is how many
/// invitations there are already.
pub fn lists(
    terms: &Terms,
    analyst: &BoxKeyPair<Analyst>,
    first: u64,
    people: &[NewInvitation],
    rng: &mut impl CryptoRng,
) -> Result<Vec<InvitationList>, ListError> {
    let mut lists = Vec::new();
    let (mut rest, mut first) = (people, first);
    while !rest.is_empty() {
        let (these, others) = rest.split_at_checked(fitting(rest)).unwrap_or((rest, &[]));
        let list = one(terms, analyst, first, these, rng);
        list.check(terms)?;
        first = first.saturating_add(count(these));
        lists.push(list);
        rest = others;
    }
    Ok(lists)
}

/// How many of them a list can hold.
fn fitting(people: &[NewInvitation]) -> usize {
    let mut room = LIST_LEN;
    let fits = |person: &&NewInvitation| {
        let label = person
            .label
            .as_ref()
            .map_or(0, |label| label.as_str().len());
        let email = person
            .email
            .as_ref()
            .map_or(0, |email| email.as_str().len());
        // The label stands in the list and, as the e-mail address, in the roster. JSON writes some
        // characters with two.
        let texts = label.saturating_add(email).saturating_mul(6);
        match room.checked_sub(ENTRY.saturating_add(texts)) {
            Some(left) => {
                room = left;
                true
            }
            None => false,
        }
    };
    let fitting = people.iter().take_while(fits).count();
    fitting.clamp(1, INVITATIONS_PER_LIST)
}

fn one(
    terms: &Terms,
    analyst: &BoxKeyPair<Analyst>,
    first: u64,
    people: &[NewInvitation],
    rng: &mut impl CryptoRng,
) -> InvitationList {
    let fingerprint = terms.fingerprint;
    let labelled = terms.manifest.tracking == Tracking::Labels;
    let invitations = (first..).zip(people).map(|(number, person)| Invited {
        key: key_of(&invitation_keys(analyst, &fingerprint, number)),
        label: person.label.clone().filter(|_| labelled),
        cohorts: person.cohorts.clone(),
        expires: person.expires,
    });
    let invitations = invitations.collect();
    let persons = people.iter().map(|person| Person {
        label: person.label.clone(),
        email: person.email.clone(),
    });
    let persons: Vec<Person> = persons.collect();
    let mut plaintext = Zeroizing::new(header(&fingerprint, first));
    #[expect(
        clippy::expect_used,
        reason = "a roster has text keys and no failing serialiser"
    )]
    serde_json::to_writer(&mut *plaintext, &persons).expect("a roster is JSON");
    InvitationList {
        fingerprint,
        first,
        invitations,
        roster: Blob(analyst.public().seal(&plaintext, rng)),
    }
}

fn count<T>(of: &[T]) -> u64 {
    u64::try_from(of.len()).unwrap_or(u64::MAX)
}

/// Everything in a roster's plaintext before the people.
fn header(fingerprint: &Fingerprint, first: u64) -> Vec<u8> {
    [
        Tag::ROSTER.as_str().as_bytes(),
        &[0],
        fingerprint.as_bytes(),
        &first.to_be_bytes(),
    ]
    .concat()
}

impl InvitationList {
    /// Who these invitations are for, and that they are the analyst's own: the keys are those that
    /// it derives, and the roster is the one that it sealed for this list.
    #[must_use]
    pub fn people(&self, analyst: &BoxKeyPair<Analyst>) -> Option<Vec<Person>> {
        let plaintext = analyst.open(&self.roster.0)?;
        let header = header(&self.fingerprint, self.first);
        let persons: Vec<Person> = json::read(plaintext.strip_prefix(&header[..])?).ok()?;
        let own = (self.first..)
            .zip(&self.invitations)
            .all(|(number, invited)| {
                invited.key == key_of(&invitation_keys(analyst, &self.fingerprint, number))
            });
        (own && persons.len() == self.invitations.len()).then_some(persons)
    }
}
