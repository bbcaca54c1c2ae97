//! The compressed parts of a spreadsheet, with bounds on what they unpack to.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::SpreadsheetError;

/// Most bytes that all parts together may have unpacked.
const MAX_UNPACKED: u64 = 100_000_000;

/// What a file of that size may unpack to, whatever it claims about ratios: small files of much the
/// same rows compress well.
const UNSUSPICIOUS: u64 = 10_000_000;

/// Unpacked bytes for each packed one, beyond that.
const MAX_RATIO: u64 = 200;

/// Most parts.
const MAX_PARTS: usize = 10_000;

/// An opened file.
#[derive(Debug)]
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may yet be unpacked.
    left: u64,
}

impl<'a> Package<'a> {
    /// Opens a file and looks at what its directory claims; [`Package::part`] does not believe it.
    pub(super) fn open(bytes: &'a [u8], format: &'static str) -> Result<Self, SpreadsheetError> {
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|_| SpreadsheetError::NotASpreadsheet(format))?;
        if archive.len() > MAX_PARTS {
            return Err(SpreadsheetError::Bomb);
        }
        let packed = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let left = packed
            .saturating_mul(MAX_RATIO)
            .clamp(UNSUSPICIOUS, MAX_UNPACKED);
        // Not all say so: some sizes stand behind their parts only.
        let claimed = archive.decompressed_size();
        if claimed.is_some_and(|claimed| claimed > u128::from(left)) {
            return Err(SpreadsheetError::Bomb);
        }
        Ok(Self { archive, left })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// The text of a part, or nothing where there is none of that name.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, SpreadsheetError> {
        let Some(index) = self.index(name) else {
            return Ok(None);
        };
        let damaged = |why: String| SpreadsheetError::Damaged(format!("{name}: {why}"));
        let part = self.archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(_) => SpreadsheetError::Locked,
            error => damaged(error.to_string()),
        })?;
        let mut bytes = Vec::new();
        let read = part
            .take(self.left.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(error.to_string()))?;
        self.left = u64::try_from(read)
            .ok()
            .and_then(|read| self.left.checked_sub(read))
            .ok_or(SpreadsheetError::Bomb)?;
        let text = String::from_utf8(bytes).map_err(|_| damaged("is not in UTF-8".to_owned()))?;
        Ok(Some(text))
    }

    /// The text of a part that must be there.
    pub(super) fn needed(&mut self, name: &str) -> Result<String, SpreadsheetError> {
        let part = self.part(name)?;
        part.ok_or_else(|| SpreadsheetError::Damaged(format!("{name} is missing")))
    }

    /// Some programs write other cases or slashes than they refer to.
    fn index(&self, name: &str) -> Option<usize> {
        let exact = self.archive.index_for_name(name);
        exact.or_else(|| {
            let mut names = (0..self.archive.len()).filter_map(|index| {
                let found = self.archive.name_for_index(index)?.ok()?;
                Some((index, found.replace('\\', "/")))
            });
            let found = names.find(|(_, found)| found.eq_ignore_ascii_case(name));
            found.map(|(index, _)| index)
        })
    }
}
