//! An input party's file, `receipts/<computation>-<submission id>.json`: its key, everything that
//! it has submitted, and the server's word for it.
//!
//! It is *pending* from before a submission is sent until the server's receipt is saved, so that a
//! run that dies in between is finished with the same bytes and never counts twice. A refusal does not
//! change that: a server that has stored what it says it refuses would count a person twice who came
//! again with another key. The file holds the whole manifest: checking later needs nothing else.
//! Losing it loses the right to correct.
//!
//! A file in use is locked: two runs with it would each sign a version of the same number. A new
//! version of the file is locked before it takes the name of the old one, so that nobody comes in
//! between.

mod format;
mod pending;
mod stored;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

pub use self::pending::{PendingFile, find_pending, find_submitted};
pub use self::stored::{Progress, StoredReceipt, Version};
use super::{FileError, atomic, open_existing, read_up_to, still_names};
use crate::ids::{ComputationName, SubmissionId};
use crate::invitation::Takeover;
use crate::record::Signed;
use crate::submission::{Receipt, Submission, Withdrawal, WithdrawalReceipt};

/// Largest receipt file, in bytes: the manifest and one pending submission of a form with thousands
/// of cells, and as many corrections as a person makes.
const MAX_LEN: u64 = 32 * 1024 * 1024;

/// How long to wait for the lock: who only looks whether a file is in use holds it for a moment.
const LOCK_ATTEMPTS: u32 = 10;

/// Between two attempts.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// How often opening starts again because the file was replaced meanwhile.
const OPEN_ATTEMPTS: u32 = 16;

/// A receipt file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is none.
    #[error("{} does not exist", .path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A new one was to be made.
    #[error("{} exists already", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Another process works with it.
    #[error("{} is in use by another input-party", .path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// A later version of this program wrote it.
    #[error("{} has the newer version {version}: it needs a newer program", .path.display())]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u64,
    },
    /// It was not written by this program, or was changed since: its parts contradict each other.
    #[error("{} is not a receipt file", .path.display())]
    NotAReceipt {
        /// The file.
        path: PathBuf,
    },
    /// The new version of it would be too large to be read again.
    #[error("{} would become larger than {MAX_LEN} bytes", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A submission must be finished before it can be corrected.
    #[error("{} has a submission that is not finished yet", .path.display())]
    Unfinished {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing that could be taken back.
    #[error("{} has no submission that the server has stored", .path.display())]
    NothingSubmitted {
        /// The file.
        path: PathBuf,
    },
    /// Every submission in it is finished.
    #[error("{} has no submission that waits for a receipt", .path.display())]
    NothingPending {
        /// The file.
        path: PathBuf,
    },
    /// A submission of another party or computation, or not newer than the last one.
    #[error("the submission does not belong into {}", .path.display())]
    OtherSubmission {
        /// The file.
        path: PathBuf,
    },
    /// The server's receipt is not signed by it, or is for something else than what was sent.
    #[error("the server's receipt is not for the submission in {}", .path.display())]
    WrongReceipt {
        /// The file.
        path: PathBuf,
    },
}

/// Where the receipt of a new party goes when nothing else is asked for.
#[must_use]
pub fn default_path(
    directory: &Path,
    computation: &ComputationName,
    submission_id: &SubmissionId,
) -> PathBuf {
    directory.join(format!("{computation}-{submission_id}.json"))
}

/// Reads a receipt file without using it: for checking, at any time.
pub fn read(path: &Path) -> Result<StoredReceipt, ReceiptError> {
    match open_existing(path)? {
        Some(file) => read_open(path, &file),
        None => Err(missing(path)),
    }
}

/// A receipt file that this process alone works with.
#[derive(Debug)]
pub struct ReceiptFile {
    path: PathBuf,
    stored: StoredReceipt,
    /// Locked; it is the file that `path` names.
    lock: File,
}

impl ReceiptFile {
    /// Makes the file of a new party, with its directory; `stored` has one version, pending. When
    /// this returns, the submission can be sent: a crash cannot lose it any more.
    pub fn create(path: &Path, stored: StoredReceipt) -> Result<Self, ReceiptError> {
        if !stored.is_consistent() || stored.pending().is_none() {
            return Err(other_submission(path));
        }
        if let Some(directory) = path.parent() {
            atomic::create_directory(directory)?;
        }
        let content = encode(path, &stored)?;
        let Some(lock) = atomic::create_new_locked(path, &content)? else {
            let path = path.to_owned();
            return Err(ReceiptError::Exists { path });
        };
        let path = path.to_owned();
        Ok(Self { path, stored, lock })
    }

    /// Opens a party's file to finish or to correct its submission.
    pub fn open(path: &Path) -> Result<Self, ReceiptError> {
        for _ in 0..OPEN_ATTEMPTS {
            let Some(lock) = open_existing(path)? else {
                return Err(missing(path));
            };
            if !lock_patiently(&lock).map_err(FileError::at("lock", path))? {
                break;
            }
            if still_names(path, &lock).map_err(FileError::at("read", path))? {
                let stored = read_open(path, &lock)?;
                let path = path.to_owned();
                return Ok(Self { path, stored, lock });
            }
        }
        let path = path.to_owned();
        Err(ReceiptError::InUse { path })
    }

    /// Which file it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds.
    #[must_use]
    pub const fn stored(&self) -> &StoredReceipt {
        &self.stored
    }

    /// Saves the server's receipt for what is pending.
    pub fn finish(&mut self, receipt: Signed<Receipt>) -> Result<(), ReceiptError> {
        if self.stored.pending().is_none() {
            let path = self.path.clone();
            return Err(ReceiptError::NothingPending { path });
        }
        let Some(finished) = self.stored.finished(receipt) else {
            let path = self.path.clone();
            return Err(ReceiptError::WrongReceipt { path });
        };
        self.save(finished)
    }

    /// Adds a correction, which is pending then. The receipts of earlier versions stay; a version that
    /// the server has refused gives way.
    pub fn begin_correction(&mut self, submission: Submission) -> Result<(), ReceiptError> {
        self.check_finished()?;
        let Some(corrected) = self.stored.corrected(submission) else {
            return Err(other_submission(&self.path));
        };
        self.save(corrected)
    }

    /// Adds the withdrawal of what was submitted, which is pending then. A version that the server has
    /// refused gives way.
    pub fn begin_withdrawal(&mut self, withdrawal: Signed<Withdrawal>) -> Result<(), ReceiptError> {
        self.check_finished()?;
        if self.stored.newest_receipt().is_none() {
            let path = self.path.clone();
            return Err(ReceiptError::NothingSubmitted { path });
        }
        let Some(leaving) = self.stored.withdrawing(withdrawal) else {
            return Err(other_submission(&self.path));
        };
        self.save(leaving)
    }

    /// Saves the server's receipt for the withdrawal that is pending.
    pub fn finish_withdrawal(
        &mut self,
        receipt: Signed<WithdrawalReceipt>,
    ) -> Result<(), ReceiptError> {
        self.check_leaving()?;
        let Some(finished) = self.stored.withdrawn(receipt) else {
            let path = self.path.clone();
            return Err(ReceiptError::WrongReceipt { path });
        };
        self.save(finished)
    }

    /// Gives up a withdrawal that the server has refused: what was submitted stands.
    pub fn abandon_withdrawal(&mut self) -> Result<(), ReceiptError> {
        self.check_leaving()?;
        let Some(kept) = self.stored.kept() else {
            return Err(other_submission(&self.path));
        };
        self.save(kept)
    }

    fn check_leaving(&self) -> Result<(), ReceiptError> {
        if self.stored.pending_withdrawal().is_none() {
            let path = self.path.clone();
            return Err(ReceiptError::NothingPending { path });
        }
        Ok(())
    }

    /// Asks with what is pending for the place of another device that uses the same invitation.
    pub fn ask_for_place(&mut self, takeover: Takeover) -> Result<(), ReceiptError> {
        let mut asking = self.stored.clone();
        let pending = asking.pending().cloned();
        let (Some(mut submission), Some(last)) = (pending, asking.versions.last_mut()) else {
            let path = self.path.clone();
            return Err(ReceiptError::NothingPending { path });
        };
        let admission = submission.invitation.as_deref().copied();
        let admission = admission.map(|admission| admission.taking_over(Some(takeover)));
        submission.invitation = admission.map(Box::new);
        last.progress = Progress::Pending(Box::new(submission));
        if !asking.is_consistent() {
            return Err(other_submission(&self.path));
        }
        self.save(asking)
    }

    /// Whether nothing is under way; what was refused is not.
    fn check_finished(&self) -> Result<(), ReceiptError> {
        if self.stored.is_pending() && !self.stored.is_refused() {
            let path = self.path.clone();
            return Err(ReceiptError::Unfinished { path });
        }
        Ok(())
    }

    /// Notes that the server has refused what is pending. Key and bytes stay.
    pub fn note_refusal(&mut self) -> Result<(), ReceiptError> {
        let Some(refused) = self.stored.refused() else {
            let path = self.path.clone();
            return Err(ReceiptError::NothingPending { path });
        };
        if self.stored.is_refused() {
            return Ok(());
        }
        self.save(refused)
    }

    fn save(&mut self, stored: StoredReceipt) -> Result<(), ReceiptError> {
        let content = encode(&self.path, &stored)?;
        self.lock = atomic::replace_locked(&self.path, &content)?;
        self.stored = stored;
        Ok(())
    }
}

/// Whether the lock could be had.
fn lock_patiently(file: &File) -> io::Result<bool> {
    for attempt in 0..LOCK_ATTEMPTS {
        if attempt > 0 {
            thread::sleep(LOCK_PAUSE);
        }
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(std::fs::TryLockError::WouldBlock) => {}
            Err(std::fs::TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(false)
}

fn read_open(path: &Path, file: &File) -> Result<StoredReceipt, ReceiptError> {
    let bytes = read_up_to(file, MAX_LEN).map_err(FileError::at("read", path))?;
    let parsed = bytes.map_or(Err(format::Refusal::NotAReceipt), |bytes| {
        format::parse(&bytes)
    });
    let path = path.to_owned();
    parsed.map_err(|refusal| match refusal {
        format::Refusal::NewerVersion(version) => ReceiptError::NewerVersion { path, version },
        format::Refusal::NotAReceipt => ReceiptError::NotAReceipt { path },
    })
}

fn encode(
    path: &Path,
    stored: &StoredReceipt,
) -> Result<zeroize::Zeroizing<Vec<u8>>, ReceiptError> {
    let content = format::write(stored);
    if u64::try_from(content.len()).is_ok_and(|length| length <= MAX_LEN) {
        Ok(content)
    } else {
        let path = path.to_owned();
        Err(ReceiptError::TooLarge { path })
    }
}

fn missing(path: &Path) -> ReceiptError {
    let path = path.to_owned();
    ReceiptError::Missing { path }
}

fn other_submission(path: &Path) -> ReceiptError {
    let path = path.to_owned();
    ReceiptError::OtherSubmission { path }
}

#[cfg(test)]
mod tests;
