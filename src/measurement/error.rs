//! What can be wrong with a measurement or with the parameters of a kind.

use num_bigint::BigInt;

use super::circuit::CircuitError;
use crate::form::FormError;

/// A measurement does not fit its computation. The measurement itself is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeasurementError {
    /// Outside the bounds of the manifest.
    #[error("the value is outside the range of this computation, {min} to {max}")]
    OutOfRange {
        /// Least allowed value.
        min: BigInt,
        /// Largest allowed value.
        max: BigInt,
    },
    /// An answer that the form does not take.
    #[error("{0}")]
    Answer(FormError),
    /// For another kind of computation.
    #[error("this computation asks for {0}")]
    OtherKind(&'static str),
    /// The proof could not be made.
    #[error("the proof of validity could not be made")]
    Proof,
}

/// The parameters of a kind contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KindError {
    /// The bounds of the inputs.
    #[error("the input bounds must satisfy {least} <= min <= max <= {most} for this modulus")]
    Bounds {
        /// The least value that the modulus can tell from others.
        least: BigInt,
        /// The largest.
        most: BigInt,
    },
    /// The first mistake of a form.
    #[error("the form is invalid: {0}")]
    Form(FormError),
    /// Another way from a form to a circuit.
    #[error("the form is proved with circuit {found}, this program knows circuit {known}")]
    Circuit {
        /// The manifest's.
        found: u32,
        /// [`super::form::CIRCUIT`].
        known: u32,
    },
    /// A form that is too large, or proves nothing.
    #[error("the form makes no circuit: {0}")]
    Rows(#[from] CircuitError),
    /// More figures than one message holds.
    #[error("the form has too many figures: {found} over all groups, at most {most}")]
    TooManyFigures {
        /// Outputs times groups.
        found: usize,
        /// As many are possible.
        most: usize,
    },
    /// More counts than one message holds.
    #[error(
        "the form has too much that may be left empty: {found} counts over all cohorts, at most {most}"
    )]
    TooManyCounts {
        /// Counted parts times cohorts.
        found: usize,
        /// As many are possible.
        most: usize,
    },
    /// A submission that is longer than one message.
    #[error("a submission of the form would have {found} bytes, at most {most} are possible")]
    TooLarge {
        /// Bytes of the server's share.
        found: usize,
        /// As many are possible.
        most: usize,
    },
    /// The proof system refuses the circuit.
    #[error("the form makes no circuit that can be proved")]
    Proof,
    /// The verify key is not sealed to this server, or is another one.
    #[error("the manifest's verify key is not sealed to this server")]
    VerifyKey,
}
