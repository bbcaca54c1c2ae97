//! What stands in the files of the programs, where there are no files: a browser keeps the same bytes
//! in its own store, and people carry key files and receipts from one to the other.
//!
//! The formats are those of the native module of the same name, from the same sources.

#[expect(dead_code, reason = "what a file of many computations needs too")]
#[path = "facts.rs"]
mod facts;
#[path = "portable/journal.rs"]
pub mod journal;
#[path = "portable/keyfile.rs"]
pub mod keyfile;
#[path = "locked.rs"]
mod locked;
#[path = "portable/receipt.rs"]
pub mod receipt;
#[path = "secret.rs"]
mod secret;
