//! The kind `form`: tables and questions from each party, every one of them proved valid.
//!
//! A Prio3 over the circuit that `form/plan.rs` makes of the form. The server is the leader, who has the
//! measurement share itself; the analyst is the helper, whose share is a seed.
//!
//! `form/shown.rs` says what stands in a public part in clear, and what the context is. The nonce is
//! the submission id. The verify key is known to both compute
//! parties and to no party: the analyst derives it from its secret key and the manifest's nonce, and
//! the manifest has it sealed to the server.

mod figures;
mod parameters;
mod plan;
mod release;
mod shown;
mod sums;

use std::fmt;
use std::sync::Arc;

use prio::codec::{Decode, Encode, ParameterizedDecode};
use prio::field::{Field128, FieldElement};
use prio::flp::{Flp, Type};
use prio::vdaf::prio3::{
    Prio3, Prio3InputShare, Prio3VerifierMessage, Prio3VerifierShare, Prio3VerifyState,
};
use prio::vdaf::xof::XofTurboShake128;
use prio::vdaf::{Aggregator, Client, VerifyTransition};
use zeroize::Zeroizing;

pub use self::parameters::FormParameters;
use self::parameters::{VerifyKey, analysts_key, key_hash};
use self::plan::Plan;
use self::shown::Shown;
pub(super) use self::sums::{FormOutput, Sums};
use super::circuit::Circuit;
use super::groups::Groups;
use super::merging::{MergeRule, Merging};
use super::population::Shape;
use super::{InputShares, Instance, KindError, Lengths, MeasurementError, Population, Rejection};
use crate::crypto::{Analyst, BoxKeyPair, Server};
use crate::form::report::Report;
use crate::form::{Answers, Form};
use crate::ids::{Fingerprint, Nonce};

/// Version of the way from a form to a circuit. Another one proves something else: who does not know
/// it refuses the computation.
pub const CIRCUIT: u32 = 1;

/// Names this VDAF among those of Prio3: in the range that the standard leaves for private use.
const ALGORITHM: u32 = 0xffff_0001;

/// Bytes of a field element.
const ELEMENT: usize = 16;

/// Bytes of a seed.
const SEED: usize = 32;

/// Bytes of the cohort's number in a public part.
const COHORT: usize = 4;

/// Longest share, in bytes: a submission travels in one message.
const MAX_SHARE: usize = 3_000_000;

/// Most elements of an aggregate over all groups: its share travels in one message.
const MAX_AGGREGATE: usize = 1 << 17;

/// Most counts of parts over all cohorts: with 1,000 cohorts the decision on one part takes tenths of
/// a second, and both sides' shares and what is hidden travel in messages.
const MAX_COUNTS: usize = 1 << 14;

type Vdaf = Prio3<Circuit, XofTurboShake128, SEED>;

fn groups_of(form: &Form) -> Groups {
    let sizes = form.cohorts.iter().map(|dimension| dimension.options.len());
    Groups::new(&sizes.collect::<Vec<_>>())
}

/// A form with its circuit, ready to work.
#[derive(Clone)]
pub struct FormScheme {
    parameters: Arc<FormParameters>,
    plan: Arc<Plan>,
    vdaf: Vdaf,
    circuit: Circuit,
    verify_key: Option<VerifyKey>,
}

impl PartialEq for FormScheme {
    fn eq(&self, other: &Self) -> bool {
        // The rest follows from the parameters.
        self.parameters == other.parameters
    }
}

impl Eq for FormScheme {}

impl fmt::Debug for FormScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FormScheme({:?}, ..)", self.parameters.form.title)
    }
}

/// A submission between the leader's two turns.
#[derive(Debug, Clone)]
pub(super) struct FormState {
    shown: Shown,
    state: Prio3VerifyState<Field128, SEED>,
}

impl FormScheme {
    pub(super) fn new(parameters: &FormParameters) -> Result<Self, KindError> {
        if parameters.circuit != CIRCUIT {
            let (found, known) = (parameters.circuit, CIRCUIT);
            return Err(KindError::Circuit { found, known });
        }
        if let Some(error) = parameters.form.errors().into_iter().next() {
            return Err(KindError::Form(error));
        }
        let (circuit, plan) = plan::compile(&parameters.form)?;
        let groups = groups_of(&parameters.form);
        let found = circuit.output_len().saturating_mul(groups.len());
        if found > MAX_AGGREGATE {
            let most = MAX_AGGREGATE;
            return Err(KindError::TooManyFigures { found, most });
        }
        let found = groups.cohorts().saturating_mul(plan.parts.len());
        if found > MAX_COUNTS {
            let most = MAX_COUNTS;
            return Err(KindError::TooManyCounts { found, most });
        }
        let vdaf = Vdaf::new(2, 1, ALGORITHM, circuit.clone()).map_err(|_| KindError::Proof)?;
        let scheme = Self {
            parameters: Arc::new(parameters.clone()),
            plan: Arc::new(plan),
            vdaf,
            circuit,
            verify_key: None,
        };
        let found = scheme.lengths().server_share;
        if found > MAX_SHARE {
            let most = MAX_SHARE;
            return Err(KindError::TooLarge { found, most });
        }
        Ok(scheme)
    }

    pub(super) fn form(&self) -> &Form {
        &self.parameters.form
    }

    /// Prio3 with the form's circuit and nothing of this crate around it: what the arithmetic alone
    /// takes is measured with it.
    #[must_use]
    pub fn vdaf(&self) -> &Prio3<Circuit, XofTurboShake128, SEED> {
        &self.vdaf
    }

    /// The same with the verify key, as the analyst knows it.
    pub(super) fn for_analyst(&self, keys: &BoxKeyPair<Analyst>, nonce: &Nonce) -> Option<Self> {
        self.with_key(analysts_key(keys, nonce))
    }

    /// The same with the verify key, as the server knows it.
    pub(super) fn for_server(&self, keys: &BoxKeyPair<Server>) -> Option<Self> {
        let opened = keys.open(&self.parameters.sealed_verify_key.0)?;
        let key: [u8; SEED] = opened.as_slice().try_into().ok()?;
        self.with_key(Zeroizing::new(key))
    }

    fn with_key(&self, key: VerifyKey) -> Option<Self> {
        (key_hash(&key) == self.parameters.verify_key).then(|| Self {
            verify_key: Some(key),
            ..self.clone()
        })
    }

    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a circuit has at most MAX_ROWS rows"
    )]
    pub(super) fn lengths(&self) -> Lengths {
        let groups = self.groups();
        let aggregate = groups.len() * self.output_len() * ELEMENT;
        let population = Population::encoded_len(&Shape {
            groups: &groups,
            merging: &self.merging(),
            parts: self.parts(),
        });
        Lengths {
            public_part: self.public_len(),
            server_share: (self.circuit.input_len() + self.circuit.proof_len()) * ELEMENT + SEED,
            analyst_share: 2 * SEED,
            verifier_share: SEED + self.circuit.verifier_len() * ELEMENT,
            verifier_message: SEED,
            leader_state: self.output_len() * ELEMENT,
            aggregate_share: aggregate,
            aggregate: aggregate + population,
        }
    }

    /// About how many bytes it has in memory: most of them are the circuit's.
    pub(super) fn footprint(&self) -> usize {
        let form = &self.parameters.form;
        let cells = form.tables.iter().map(|table| table.numbers().count());
        // A cell has a place in the plan, and texts of its own in the form only as an exception.
        let plan = cells
            .fold(0_usize, usize::saturating_add)
            .saturating_mul(128);
        self.circuit.footprint().saturating_add(plan)
    }

    fn output_len(&self) -> usize {
        self.circuit.output_len()
    }

    pub(super) fn check(&self, answers: &Answers) -> Result<(), MeasurementError> {
        let mistakes = self.form().mistakes(answers);
        match mistakes.into_iter().next() {
            None => Ok(()),
            Some(mistake) => Err(MeasurementError::Answer(mistake)),
        }
    }

    /// Splits and proves answers, with randomness of the operating system.
    pub(super) fn shard(
        &self,
        answers: &Answers,
        at: Instance<'_>,
    ) -> Result<InputShares, MeasurementError> {
        self.check(answers)?;
        let encoded = plan::encode(self.form(), answers);
        self.shard_encoded(self.form().cohort_of(answers), &encoded, at)
    }

    /// Splits and proves what was encoded already, with what it shows.
    pub(super) fn shard_encoded(
        &self,
        cohort: u32,
        encoded: &Vec<Field128>,
        at: Instance<'_>,
    ) -> Result<InputShares, MeasurementError> {
        let presence = self.circuit.claimed_of(encoded);
        self.shard_claiming(&Shown { cohort, presence }, encoded, at)
    }

    fn shard_claiming(
        &self,
        shown: &Shown,
        encoded: &Vec<Field128>,
        at: Instance<'_>,
    ) -> Result<InputShares, MeasurementError> {
        let vdaf = self.proving(shown).ok_or(MeasurementError::Proof)?;
        let context = shown.context(at.fingerprint);
        let (public, shares) = vdaf
            .shard(&context, encoded, at.submission_id.as_bytes())
            .map_err(|_| MeasurementError::Proof)?;
        let [server, analyst] = shares.as_slice() else {
            return Err(MeasurementError::Proof);
        };
        let mut public_part = shown.encode();
        let written = public
            .encode(&mut public_part)
            .and_then(|()| Ok((server.get_encoded()?, analyst.get_encoded()?)));
        let (server, analyst) = written.map_err(|_| MeasurementError::Proof)?;
        Ok(InputShares {
            public_part,
            server: Zeroizing::new(server),
            analyst: Zeroizing::new(analyst),
        })
    }

    /// What an encoded measurement adds to each output.
    #[cfg(test)]
    fn plain_outputs(&self, encoded: &[Field128]) -> Vec<Field128> {
        self.circuit.truncate(encoded.to_vec()).unwrap_or_default()
    }

    fn share(&self, side: usize, share: &[u8]) -> Option<Prio3InputShare<Field128, SEED>> {
        Prio3InputShare::get_decoded_with_param(&(&self.vdaf, side), share).ok()
    }

    /// Whether a server's share has the right form; whether it is valid only both sides together
    /// can tell.
    pub(super) fn check_share(&self, public_part: &[u8], share: &[u8]) -> Result<(), Rejection> {
        self.cohort(public_part)
            .ok_or(Rejection::ServerHeaderMismatch)?;
        let well_formed = self.shown(public_part).is_some() && self.share(0, share).is_some();
        well_formed
            .then_some(())
            .ok_or(Rejection::ServerShareMalformed)
    }

    pub(super) fn leader_init(
        &self,
        at: Instance<'_>,
        public_part: &[u8],
        share: &[u8],
    ) -> Result<(FormState, Vec<u8>), Rejection> {
        self.cohort(public_part)
            .ok_or(Rejection::ServerHeaderMismatch)?;
        let started = self.init(0, at, public_part, share);
        let (shown, state, verifier) = started.ok_or(Rejection::ServerShareMalformed)?;
        let verifier = verifier
            .get_encoded()
            .map_err(|_| Rejection::ServerShareMalformed)?;
        Ok((FormState { shown, state }, verifier))
    }

    fn init(
        &self,
        side: usize,
        at: Instance<'_>,
        public_part: &[u8],
        share: &[u8],
    ) -> Option<(
        Shown,
        Prio3VerifyState<Field128, SEED>,
        Prio3VerifierShare<Field128, SEED>,
    )> {
        let (shown, public) = self.shown(public_part)?;
        let share = self.share(side, share)?;
        let context = shown.context(at.fingerprint);
        let nonce = at.submission_id.as_bytes();
        let (state, verifier) = self
            .proving(&shown)?
            .verify_init(
                self.verify_key.as_deref()?,
                &context,
                side,
                &(),
                nonce,
                &public,
                &share,
            )
            .ok()?;
        Some((shown, state, verifier))
    }

    pub(super) fn helper_verify(
        &self,
        at: Instance<'_>,
        public_part: &[u8],
        share: &[u8],
        verifier_share: &[u8],
    ) -> Result<(FormOutput, Vec<u8>), Rejection> {
        self.cohort(public_part)
            .ok_or(Rejection::AnalystHeaderMismatch)?;
        let started = self.init(1, at, public_part, share);
        let (shown, state, ours) = started.ok_or(Rejection::AnalystShareMalformed)?;
        let proved = move || -> Option<(FormOutput, Vec<u8>)> {
            let theirs = Prio3VerifierShare::get_decoded_with_param(&state, verifier_share).ok()?;
            let message = self
                .vdaf
                .verifier_shares_to_message(&shown.context(at.fingerprint), &(), [theirs, ours])
                .ok()?;
            let encoded = message.get_encoded().ok()?;
            Some((self.finish(at.fingerprint, shown, state, message)?, encoded))
        };
        proved().ok_or(Rejection::ProofRejected)
    }

    pub(super) fn leader_next(
        &self,
        fingerprint: &Fingerprint,
        state: FormState,
        message: &[u8],
    ) -> Result<FormOutput, Rejection> {
        let FormState { shown, state } = state;
        Prio3VerifierMessage::get_decoded_with_param(&state, message)
            .ok()
            .and_then(|message| self.finish(fingerprint, shown, state, message))
            .ok_or(Rejection::VerifierMessageRejected)
    }

    fn finish(
        &self,
        fingerprint: &Fingerprint,
        shown: Shown,
        state: Prio3VerifyState<Field128, SEED>,
        message: Prio3VerifierMessage<SEED>,
    ) -> Option<FormOutput> {
        let context = shown.context(fingerprint);
        match self.vdaf.verify_next(&context, state, message).ok()? {
            VerifyTransition::Finish(output) => Some(FormOutput {
                cohort: shown.cohort,
                elements: output.as_ref().to_vec(),
                presence: shown.presence,
            }),
            VerifyTransition::Continue(..) => None,
        }
    }

    /// What everybody should know of the minimums.
    pub(super) fn caveat(&self) -> Option<String> {
        let form = self.form();
        let fewest = form.fewest_shown().unwrap_or(u64::MAX);
        let alone = fewest.min(form.min_parties()) <= 1;
        alone.then(|| {
            "a minimum of this form is 1: what is published of a group, or of what may be left empty, can \
             be one party's own answers"
                .to_owned()
        })
    }

    pub(super) fn groups(&self) -> Groups {
        groups_of(self.form())
    }

    /// Which options of the dimensions may be merged.
    pub(super) fn merging(&self) -> Merging {
        let dimensions = self.form().cohorts.iter();
        let rules = dimensions.map(|dimension| {
            let (into, options) = dimension.merge_rule()?;
            Some(MergeRule { into, options })
        });
        Merging::new(rules.collect())
    }

    /// How many parts that may be left empty are released only where enough gave them.
    pub(super) fn parts(&self) -> usize {
        self.plan.parts.len()
    }

    /// The sums of each group in order; zeros for one that has none.
    pub(super) fn encode(&self, sums: &Sums) -> Vec<u8> {
        let zeros = vec![Field128::zero(); self.output_len()];
        let mut bytes = Vec::with_capacity(self.lengths().aggregate_share);
        for (number, _) in (0_u32..).zip(0..self.groups().len()) {
            for element in sums.elements.get(&number).unwrap_or(&zeros) {
                bytes.extend_from_slice(&<[u8; ELEMENT]>::from(*element));
            }
        }
        bytes
    }

    /// Reads what [`Self::encode`] wrote.
    pub(super) fn decode(&self, bytes: &[u8]) -> Option<Sums> {
        if bytes.len() != self.lengths().aggregate_share {
            return None;
        }
        let groups = bytes.chunks_exact(self.output_len().checked_mul(ELEMENT)?);
        let mut sums = Sums::default();
        for (number, group) in (0_u32..).zip(groups) {
            let elements = group.chunks_exact(ELEMENT).map(Field128::get_decoded);
            let elements: Vec<Field128> = elements.collect::<Result<_, _>>().ok()?;
            sums.add(number, &elements);
        }
        sums.forget_zeros();
        Some(sums)
    }

    /// What people read, from the sums of each group.
    pub(super) fn report(&self, sums: &Sums, population: &Population) -> Report {
        figures::report(self.form(), &self.plan, &self.groups(), sums, population)
    }
}

#[cfg(test)]
mod tests;
