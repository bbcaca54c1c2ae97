//! What the pages of web-mpc do in a web worker: the crate's own machines over the browser's
//! WebSocket. Structures cross to TypeScript as JSON, failures as the JSON of a [`failure::Failure`].
//!
//! Nothing here decides anything: the rules are those of `web-mpc`.

#[cfg(any(feature = "talk", feature = "figures", feature = "sheets"))]
mod failure;

#[cfg(feature = "talk")]
mod core;
#[cfg(feature = "figures")]
mod figures;
#[cfg(feature = "sheets")]
mod sheets;
#[cfg(feature = "vectors")]
mod vectors;
