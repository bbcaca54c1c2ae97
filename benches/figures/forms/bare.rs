//! The bare work of a proof: Prio3 with shares in memory. No bytes, no boxes, no cohorts.

use prio::codec::ParameterizedDecode;
use prio::field::Field128;
use prio::flp::Type;
use prio::vdaf::prio3::{
    Prio3, Prio3InputShare, Prio3PublicShare, Prio3VerifierMessage, Prio3VerifierShare,
    Prio3VerifyState,
};
use prio::vdaf::xof::XofTurboShake128;
use prio::vdaf::{Aggregator, OutputShare, VerifyTransition};
use web_mpc::measurement::InputShares;

use crate::Failure;

/// Bytes of a seed, and of a verify key.
const SEED: usize = 32;

/// Bytes of a nonce.
pub(super) const NONCE: usize = 16;

/// Prio3 for any circuit over the field that forms use.
pub(super) type Vdaf<T> = Prio3<T, XofTurboShake128, SEED>;

type State = Prio3VerifyState<Field128, SEED>;
type VerifierShare = Prio3VerifierShare<Field128, SEED>;
type Message = Prio3VerifierMessage<SEED>;

/// What one measurement was split into.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) nonce: [u8; NONCE],
    pub(super) public: Prio3PublicShare<SEED>,
    /// The leader's and the helper's.
    pub(super) shares: Vec<Prio3InputShare<Field128, SEED>>,
}

impl Report {
    /// What is in the shares of a form.
    pub(super) fn of_form<T: Type<Field = Field128>>(
        vdaf: &Vdaf<T>,
        nonce: [u8; NONCE],
        shares: &InputShares,
    ) -> Result<Self, Failure> {
        // The cohort stands before it.
        let public = shares.public_part.get(4..).ok_or("no public share")?;
        let share = |side, bytes| Prio3InputShare::get_decoded_with_param(&(vdaf, side), bytes);
        Ok(Self {
            nonce,
            public: Prio3PublicShare::get_decoded_with_param(vdaf, public)?,
            shares: vec![share(0, &shares.server)?, share(1, &shares.analyst)?],
        })
    }
}

/// Both sides of one computation.
#[derive(Debug)]
pub(super) struct Sides<'a, T: Type<Field = Field128>> {
    pub(super) vdaf: &'a Vdaf<T>,
    /// What the proofs were bound to.
    pub(super) context: &'a [u8],
}

impl<T: Type<Field = Field128>> Sides<'_, T> {
    /// The first turn of one side. Any verify key is as good as another, if both have it.
    fn init(&self, side: usize, report: &Report) -> Result<(State, VerifierShare), Failure> {
        let share = report.shares.get(side).ok_or("a share is missing")?;
        let (public, nonce) = (&report.public, &report.nonce);
        let context = self.context;
        let vdaf = self.vdaf;
        Ok(vdaf.verify_init(&[7; SEED], context, side, &(), nonce, public, share)?)
    }

    /// The leader's first turn.
    pub(super) fn leader_init(&self, report: &Report) -> Result<(State, VerifierShare), Failure> {
        self.init(0, report)
    }

    /// The helper's only turn.
    pub(super) fn helper_verify(
        &self,
        report: &Report,
        leader: VerifierShare,
    ) -> Result<(OutputShare<Field128>, Message), Failure> {
        let (state, helper) = self.init(1, report)?;
        let both = [leader, helper];
        let vdaf = self.vdaf;
        let message = vdaf.verifier_shares_to_message(self.context, &(), both)?;
        Ok((self.next(state, message.clone())?, message))
    }

    /// The leader's second turn.
    pub(super) fn next(
        &self,
        state: State,
        message: Message,
    ) -> Result<OutputShare<Field128>, Failure> {
        match self.vdaf.verify_next(self.context, state, message)? {
            VerifyTransition::Finish(output) => Ok(output),
            VerifyTransition::Continue(..) => Err("one round is enough".into()),
        }
    }

    /// All turns of both.
    pub(super) fn verify(&self, report: &Report) -> Result<(), Failure> {
        let (state, verifier) = self.leader_init(report)?;
        let (output, message) = self.helper_verify(report, verifier)?;
        std::hint::black_box((output, self.next(state, message)?));
        Ok(())
    }
}
