//! Forms beside what their proofs alone take: Prio3 with the same circuit, and nothing around it.

mod bare;
pub(crate) mod fields;
#[path = "../../examples/campaign/plain.rs"]
#[expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a check: whatever is wrong must stop the run"
)]
mod plain;
pub(crate) mod reveal;
#[path = "../../examples/campaign/synthetic.rs"]
#[expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "made-up answers of the forms of this repository"
)]
mod synthetic;

use web_mpc::measurement::Scheme;
use web_mpc::measurement::form::FormScheme;

use crate::Failure;

/// The form of a computation.
fn form_of(scheme: &Scheme) -> Result<&FormScheme, Failure> {
    match scheme {
        Scheme::Form(form) => Ok(form),
        Scheme::Sum(_) => Err("that is no form".into()),
    }
}
