//! Reading the JSON of messages and records.
//!
//! Natively that is serde's own reader, which goes through a text once and keeps nothing of it. For a
//! browser every type would get such a reader of its own, and they would be a third of what a page
//! loads: there a text is read into a tree first, by code that knows of no types, and types are read
//! from the tree (`json/tree.rs`). Both take the same texts, but for one: a tree's reader refuses a
//! list where a record is due, which serde's own would take member by member and no program writes.

#[cfg(any(not(feature = "native"), test))]
mod tree;

use serde::Deserialize;

/// A text is not the JSON of what is to be read. What it said is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not what it should be")]
pub struct Malformed;

/// Reads one value, which must be the whole text.
#[cfg(feature = "native")]
pub fn read<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, Malformed> {
    serde_json::from_slice(text).map_err(|_| Malformed)
}

/// Reads one value, which must be the whole text.
#[cfg(not(feature = "native"))]
pub fn read<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, Malformed> {
    tree::read(text)
}
