//! Tests from outside, in one binary.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "suite/cli.rs"]
mod cli;
#[path = "suite/harness.rs"]
mod harness;
#[path = "suite/journey.rs"]
mod journey;
#[path = "suite/proxy.rs"]
mod proxy;
#[path = "suite/store.rs"]
mod store;
