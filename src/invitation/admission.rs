//! What admits a party to an invited computation.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::crypto::{Invitation, Party, SigningKeyPair, Tag, VerifyingKey};
use crate::ids::{Fingerprint, InvitationKey, PartyKey, Signature};

/// An invitation's word for a party. Part of every submission to an invited computation, outside of
/// what the party signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admission {
    /// Which invitation.
    pub key: InvitationKey,
    /// Its signature over fingerprint and party key.
    pub signature: Signature,
    /// Asks to take the place of another party that uses the same invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takeover: Option<Takeover>,
}

/// A second device asks for the place of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Takeover {
    /// The first device's consent; without it the second one must wait.
    pub release: Option<Handover>,
}

/// A party's consent that another device takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// Who leaves.
    pub party_key: PartyKey,
    /// The highest sequence number that it has used: the consent covers nothing that follows, and so
    /// ends with the next thing that it sends.
    pub sequence: u64,
    /// Its signature over fingerprint, invitation, the party key that comes and the number.
    pub signature: Signature,
}

impl Admission {
    /// Admits a party key.
    #[must_use]
    pub fn sign(
        keys: &SigningKeyPair<Invitation>,
        fingerprint: &Fingerprint,
        party: &PartyKey,
    ) -> Self {
        Self {
            key: (*keys.public()).into(),
            signature: keys.sign(Tag::INVITATION, &body(fingerprint, party)),
            takeover: None,
        }
    }

    /// The same, asking for the place of another party.
    #[must_use]
    pub const fn taking_over(mut self, takeover: Option<Takeover>) -> Self {
        self.takeover = takeover;
        self
    }

    /// Whether the invitation admits that party, and a consent in it is the other party's.
    #[must_use]
    pub fn holds(&self, fingerprint: &Fingerprint, party: &PartyKey) -> bool {
        let key = VerifyingKey::<Invitation>::from(self.key);
        let release = self.takeover.and_then(|takeover| takeover.release);
        key.verify(Tag::INVITATION, &body(fingerprint, party), &self.signature)
            && release.is_none_or(|release| release.holds(fingerprint, &self.key, party))
    }
}

impl Handover {
    /// Consents that `next` takes the place of the party with these keys, whose highest sequence
    /// number is `sequence`.
    #[must_use]
    pub fn sign(
        keys: &SigningKeyPair<Party>,
        fingerprint: &Fingerprint,
        invitation: &InvitationKey,
        next: &PartyKey,
        sequence: u64,
    ) -> Self {
        let body = handover_body(fingerprint, invitation, next, sequence);
        Self {
            party_key: (*keys.public()).into(),
            sequence,
            signature: keys.sign(Tag::TAKEOVER, &body),
        }
    }

    /// Whether the party that it names consents.
    #[must_use]
    pub fn holds(
        &self,
        fingerprint: &Fingerprint,
        invitation: &InvitationKey,
        next: &PartyKey,
    ) -> bool {
        let body = handover_body(fingerprint, invitation, next, self.sequence);
        let key = VerifyingKey::<Party>::from(self.party_key);
        self.party_key != *next && key.verify(Tag::TAKEOVER, &body, &self.signature)
    }
}

/// Characters of a party key as text.
const KEY: usize = 43;

/// Digits of a consent's number as text: of one length, so that a word that was cut off is noticed.
/// Enough for every sequence number of versions and withdrawals.
const DIGITS: usize = 4;

impl fmt::Display for Handover {
    /// One word, for a person to carry from one device to the other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{:0digits$}{}",
            self.party_key,
            self.sequence,
            self.signature,
            digits = DIGITS
        )
    }
}

/// A text is not a device's consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a consent is the word of 133 characters that `input-party release` prints: was it cut off?"
)]
pub struct ParseHandoverError;

impl FromStr for Handover {
    type Err = ParseHandoverError;

    fn from_str(text: &str) -> Result<Self, ParseHandoverError> {
        let parts = text.trim().split_at_checked(KEY).and_then(|(key, rest)| {
            let (number, signature) = rest.split_at_checked(DIGITS)?;
            Some((key, number, signature))
        });
        let (key, number, signature) = parts.ok_or(ParseHandoverError)?;
        // A sign would parse as well.
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let (Ok(party_key), Ok(sequence), Ok(signature), true) =
            (key.parse(), number.parse(), signature.parse(), digits)
        else {
            return Err(ParseHandoverError);
        };
        Ok(Self {
            party_key,
            sequence,
            signature,
        })
    }
}

/// `fingerprint || party key`
fn body(fingerprint: &Fingerprint, party: &PartyKey) -> Vec<u8> {
    [&fingerprint.as_bytes()[..], party.as_bytes()].concat()
}

/// `fingerprint || invitation key || party key that comes || sequence number`
fn handover_body(
    fingerprint: &Fingerprint,
    invitation: &InvitationKey,
    next: &PartyKey,
    sequence: u64,
) -> Vec<u8> {
    [
        &fingerprint.as_bytes()[..],
        invitation.as_bytes(),
        next.as_bytes(),
        &sequence.to_be_bytes(),
    ]
    .concat()
}
