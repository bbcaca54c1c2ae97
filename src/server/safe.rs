//! The files beside the server's keys, reached from async code: the box keys of computations, and
//! the ledger that a restored database is held against.

use std::collections::HashMap;
use std::sync::Mutex;

use super::refusals;
use crate::crypto::{BoxKeyPair, Server};
use crate::ids::{Digest, Fingerprint};
use crate::protocol::Refusal;

/// What the ledger has of one computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Entry {
    /// Root of the batch that was frozen.
    pub(super) frozen: Option<Digest>,
    /// Hash of the commit.
    pub(super) committed: Option<Digest>,
}

/// Keys and ledger.
#[derive(Debug, Default)]
pub(super) struct Safe {
    keys: Mutex<HashMap<Fingerprint, BoxKeyPair<Server>>>,
    ledger: Mutex<HashMap<Fingerprint, Entry>>,
}
