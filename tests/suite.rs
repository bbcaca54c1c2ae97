//! Tests from outside, in one binary.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking, and says what it did"
)]
#![expect(
    clippy::clone_on_ref_ptr,
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "tables of cases are long, and read best where they stand"
)]

#[path = "suite/architecture.rs"]
mod architecture;
#[path = "suite/attack.rs"]
mod attack;
#[path = "suite/campaign.rs"]
mod campaign;
#[path = "suite/cheating.rs"]
mod cheating;
#[path = "suite/cli.rs"]
mod cli;
#[path = "suite/crash.rs"]
mod crash;
#[path = "suite/decoders.rs"]
mod decoders;
#[path = "suite/flood.rs"]
mod flood;
#[path = "suite/forms.rs"]
mod forms;
#[path = "suite/harness.rs"]
mod harness;
#[path = "suite/hostile.rs"]
mod hostile;
#[path = "suite/invitations.rs"]
mod invitations;
#[path = "suite/journey.rs"]
mod journey;
#[path = "suite/life.rs"]
mod life;
#[path = "suite/operations.rs"]
mod operations;
#[path = "suite/pages.rs"]
mod pages;
#[path = "suite/proxy.rs"]
mod proxy;
#[path = "suite/readme.rs"]
mod readme;
#[path = "suite/scale.rs"]
mod scale;
#[path = "suite/secrecy.rs"]
mod secrecy;
#[path = "suite/store.rs"]
mod store;
#[path = "suite/tls.rs"]
mod tls;
#[path = "suite/transcript.rs"]
mod transcript;
#[path = "suite/vectors.rs"]
mod vectors;
#[path = "suite/webhooks.rs"]
mod webhooks;
#[path = "suite/wire.rs"]
mod wire;

/// Whether the tests are to run at their full size.
fn long() -> bool {
    std::env::var_os("WEB_MPC_LONG").is_some()
}
