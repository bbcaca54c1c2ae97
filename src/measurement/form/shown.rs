//! What a submission shows in clear: the cohort, and what was left empty where the form says so.
//!
//! ```text
//! public part   = cohort (4 bytes, big-endian) || presence || Prio3 public share
//! presence      = one bit for each part that may be left empty, where that stands in clear: bit i is
//!                 bit i % 8 (from the least significant) of byte i / 8; those that pad the last byte
//!                 are 0
//! context       = fingerprint || presence
//! ```
//!
//! The proof is that of the claims in `presence`. They are a part of its context, so that a party
//! has fixed them before it can know by which randomness its rows are weighed.

use std::borrow::Cow;

use prio::vdaf::prio3::Prio3PublicShare;

use super::{ALGORITHM, COHORT, FormScheme, SEED, Vdaf};
use crate::ids::Fingerprint;

/// Cohort and presence, as a public part has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) cohort: u32,
    /// Whether each part was given; nothing where that is not shown.
    pub(super) presence: Vec<bool>,
}

impl Shown {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = self.cohort.to_be_bytes().to_vec();
        bytes.extend(bits(&self.presence));
        bytes
    }

    /// What the proof is bound to besides the submission's id.
    pub(super) fn context(&self, fingerprint: &Fingerprint) -> Vec<u8> {
        let mut context = fingerprint.as_bytes().to_vec();
        context.extend(bits(&self.presence));
        context
    }
}

fn bits(presence: &[bool]) -> impl Iterator<Item = u8> {
    presence.chunks(8).map(|eight| {
        let weighed = eight.iter().zip(0_u32..);
        weighed.fold(0, |byte, (given, place)| byte | u8::from(*given) << place)
    })
}

impl FormScheme {
    /// Bytes of a public part.
    pub(super) fn public_len(&self) -> usize {
        let seeds = SEED.saturating_mul(2);
        self.presence_len()
            .saturating_add(COHORT)
            .saturating_add(seeds)
    }

    /// Bytes of presence in a public part.
    fn presence_len(&self) -> usize {
        self.circuit.claims().len().div_ceil(8)
    }

    /// The cohort that a public part names, if the form has it.
    pub(in crate::measurement) fn cohort(&self, public_part: &[u8]) -> Option<u32> {
        let cohort = u32::from_be_bytes(*public_part.first_chunk()?);
        let place = usize::try_from(cohort).ok()?;
        (place < self.form().cohort_count()).then_some(cohort)
    }

    /// Reads a public part; nothing if it has not the documented form.
    pub(super) fn shown(&self, public_part: &[u8]) -> Option<(Shown, Prio3PublicShare<SEED>)> {
        use prio::codec::ParameterizedDecode;

        let cohort = self.cohort(public_part)?;
        let rest = public_part.get(COHORT..)?;
        let (bytes, share) = rest.split_at_checked(self.presence_len())?;
        let all = bytes
            .iter()
            .flat_map(|byte| (0_u32..8).map(move |place| byte >> place & 1 == 1));
        let parts = self.circuit.claims().len();
        let presence: Vec<bool> = all.clone().take(parts).collect();
        if all.skip(parts).any(|padding| padding) {
            return None;
        }
        let share = Prio3PublicShare::get_decoded_with_param(&self.vdaf, share).ok()?;
        Some((Shown { cohort, presence }, share))
    }

    /// The proof system for a submission that claims this.
    pub(super) fn proving(&self, shown: &Shown) -> Option<Cow<'_, Vdaf>> {
        if self.circuit.claims().is_empty() {
            return Some(Cow::Borrowed(&self.vdaf));
        }
        let circuit = self.circuit.claiming(&shown.presence);
        Vdaf::new(2, 1, ALGORITHM, circuit).ok().map(Cow::Owned)
    }
}
