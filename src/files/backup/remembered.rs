//! That there is a backup: `<keys>.backup`, so that nobody need be reminded to make one.
//!
//! ```json
//! {"version": 1, "key_id": "<base64url>", "made": 1764400000, "entries": 2}
//! ```
//!
//! It says nothing secret and nothing that anybody relies on: where it is missing, one more reminder
//! is shown.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::{FileError, atomic, beside, open_existing, read_up_to};
use crate::ids::KeyId;

/// What stands behind the name of the key file.
const ENDING: &str = ".backup";

/// Longest such file, in bytes: several times what one needs.
const MAX_LEN: u64 = 1024;

/// The version that this program writes.
const VERSION: u64 = 1;

/// The newest backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    /// Of which keys.
    pub key_id: KeyId,
    /// When it was made, in seconds since 1970.
    pub made: u64,
    /// How many batches and commits its journal knows.
    pub entries: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u64,
    key_id: KeyId,
    made: u64,
    entries: usize,
}

impl Remembered {
    /// The newest backup of the keys in a file; nothing if none is known of.
    #[must_use]
    pub fn read(keys: &Path) -> Option<Self> {
        let file = open_existing(&beside(keys, ENDING)).ok()??;
        let bytes = read_up_to(&file, MAX_LEN).ok()??;
        let document: Document = serde_json::from_slice(&bytes).ok()?;
        (document.version == VERSION).then_some(Self {
            key_id: document.key_id,
            made: document.made,
            entries: document.entries,
        })
    }

    /// Remembers it.
    pub fn write(self, keys: &Path) -> Result<(), FileError> {
        let document = Document {
            version: VERSION,
            key_id: self.key_id,
            made: self.made,
            entries: self.entries,
        };
        let path = beside(keys, ENDING);
        let mut bytes = serde_json::to_vec(&document)
            .map_err(|error| FileError::new("write", &path, error.into()))?;
        bytes.push(b'\n');
        atomic::replace(&path, &bytes, atomic::Readers::Owner)
    }
}
