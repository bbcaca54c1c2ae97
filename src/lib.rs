//! Sums and summaries of secrets from many input parties, with two compute parties.
//!
//! An input party splits its data in two shares, seals one to the server and one to the analyst
//! and leaves. Later server and analyst each process their own shares, and only the analyst learns
//! the aggregate. `docs/ARCHITECTURE.md` is the map of this crate and `docs/PROTOCOL.md` its wire.
//!
//! # Layout
//!
//! A module imports only what stands above it in this list.

// The domain: no input or output, no async; compiles to wasm32 too.
pub mod ids;
pub mod text;
pub mod json;
pub mod crypto;
pub mod shares;
pub mod form;
pub mod measurement;
pub mod disclosure;
pub mod record;
pub mod manifest;
pub mod invitation;
pub mod submission;
pub mod batch;
pub mod tracking;
pub mod publication;
pub mod protocol;
pub mod reveal;
pub mod session;

#[cfg(test)]
mod fixtures;

// What tests share with an example names this crate as the example does.
#[cfg(test)]
extern crate self as web_mpc;

// Native only.
#[cfg(feature = "native")]
pub mod store;
#[cfg(feature = "native")]
pub mod files;
// What stands in the same files, for a browser, which keeps it elsewhere.
#[cfg(not(feature = "native"))]
#[path = "files/portable.rs"]
pub mod files;
#[cfg(feature = "native")]
pub mod workers;
#[cfg(feature = "sheets")]
pub mod report;
#[cfg(feature = "sheets")]
pub mod spreadsheet;
#[cfg(feature = "native")]
pub mod roster;
#[cfg(feature = "native")]
pub mod web;
#[cfg(feature = "native")]
pub mod server;
// Natively with connections of its own, in a browser over the browser's.
pub mod client;
#[cfg(feature = "native")]
pub mod cli;
