//! Tests from outside, in one binary.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "suite/store.rs"]
mod store;
#[path = "suite/decoders.rs"]
mod decoders;
#[path = "suite/vectors.rs"]
mod vectors;
