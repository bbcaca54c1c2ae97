//! What a database from an old backup lacks.

use std::collections::HashMap;

use super::computations::shown;
use crate::crypto::{Server, VerifyingKey};
use crate::files::append_log::LogError;
use crate::files::ledger::{Ledger, LedgerError};
use crate::ids::Fingerprint;
use crate::store::StoredFreeze;

/// The computations of which the ledger knows what the database does not show, given all that are
/// frozen in the database: a server refuses them.
pub fn rolled_back(
    frozen: &[StoredFreeze],
    server: &VerifyingKey<Server>,
    ledger: &mut Ledger,
) -> Result<Vec<Fingerprint>, LogError> {
    let shown: HashMap<_, _> = frozen
        .iter()
        .filter_map(|stored| Some((stored.fingerprint, shown(stored, server)?)))
        .collect();
    let mut lost = Vec::new();
    for fingerprint in ledger.known() {
        let shown = shown.get(&fingerprint).copied().unwrap_or_default();
        match ledger.check(fingerprint, shown.root, shown.commit) {
            Ok(()) => {}
            Err(LedgerError::Log(error)) => return Err(error),
            Err(LedgerError::RolledBack { .. } | LedgerError::Contradicted { .. }) => {
                lost.push(fingerprint);
            }
        }
    }
    Ok(lost)
}
