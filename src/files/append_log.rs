//! Files that only grow: one JSON value on each line, synced before the append returns.
//!
//! A crash can leave the last line half written. Such a line, which has no end and is not a value,
//! was never confirmed to anybody: it is ignored and cut off by the next append. A last line that
//! lacks only its end (an editor took it) counts. Any other line that cannot be read is an error
//! that names it: what a log once said must not be forgotten silently.
//!
//! Several processes may share a log. Each locks it while it appends and reads what the others have
//! added before it decides.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{FileError, atomic, identity, open_existing, open_regular, still_names};

/// Longest line with its end, in bytes: several times what an entry of two digests needs.
const MAX_LINE: u64 = 1024;

/// Longest log, in bytes: some 300,000 computations.
const MAX_LEN: u64 = 128 * 1024 * 1024;

/// How often a log that others remove at the same time is made again.
const ATTEMPTS: u32 = 16;

/// One line of a log, and what a reader makes of all of them.
pub trait Entry: Serialize + DeserializeOwned {
    /// Everything that a log says. Reading the same line again changes nothing.
    type State: Default;

    /// Adds this entry; false if it says nothing or contradicts an earlier one.
    fn absorb(self, state: &mut Self::State) -> bool;
}

/// A log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A line is not an entry, or contradicts an earlier one.
    #[error(
        "{}, line {line}: not an entry that this version knows, or it contradicts an earlier one",
        .path.display()
    )]
    BadLine {
        /// The log.
        path: PathBuf,
        /// From 1.
        line: u64,
    },
    /// It is larger than any log of ours.
    #[error("{} is larger than {MAX_LEN} bytes", .path.display())]
    TooLong {
        /// The log.
        path: PathBuf,
    },
}

/// An open log.
#[derive(Debug)]
pub struct AppendLog<T: Entry> {
    path: PathBuf,
    state: T::State,
    read: Position,
}

/// How far a log was read.
#[derive(Debug, Default)]
struct Position {
    /// Of which file.
    file: Option<(u64, u64)>,
    /// Bytes.
    offset: u64,
    /// Lines.
    lines: u64,
}

/// What follows the last whole line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Nothing.
    Clean,
    /// A whole entry that lacks the end of its line.
    Unended,
    /// Part of an entry.
    Torn,
}

impl<T: Entry> AppendLog<T> {
    /// Reads a log; one that does not exist is empty. Changes nothing.
    pub fn open(path: PathBuf) -> Result<Self, LogError> {
        let mut log = Self {
            path,
            state: T::State::default(),
            read: Position::default(),
        };
        log.refresh()?;
        Ok(log)
    }

    /// Which file it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What all entries say together.
    #[must_use]
    pub fn state(&self) -> &T::State {
        &self.state
    }

    /// Reads what other processes have appended.
    pub fn refresh(&mut self) -> Result<(), LogError> {
        if let Some(file) = open_existing(&self.path)? {
            file.lock_shared()
                .map_err(FileError::at("lock", &self.path))?;
            self.catch_up(&file)?;
        }
        Ok(())
    }

    /// Appends what `decide` makes of everything that the log says by now, while nobody else can
    /// append; nothing if it makes nothing. When this returns, what the log says is on the disk.
    pub fn append<E: From<LogError>>(
        &mut self,
        decide: impl FnOnce(&T::State) -> Result<Option<T>, E>,
    ) -> Result<(), E> {
        self.append_all(|state| Ok(decide(state)?.into_iter().collect()))
    }

    /// [`append`](Self::append) of any number of entries. A crash may leave the first of them only.
    pub fn append_all<E: From<LogError>>(
        &mut self,
        decide: impl FnOnce(&T::State) -> Result<Vec<T>, E>,
    ) -> Result<(), E> {
        let file = self.open_locked().map_err(LogError::from)?;
        let tail = self.catch_up(&file)?;
        let decided = decide(&self.state)?;
        let written = self.write(&file, tail, decided);
        Ok(written.map_err(LogError::from)?)
    }

    /// Everything that a log says, word for word and checked; nothing if there is no log.
    pub fn text(path: PathBuf) -> Result<Vec<u8>, LogError> {
        let mut log = Self {
            path,
            state: T::State::default(),
            read: Position::default(),
        };
        let Some(file) = open_existing(&log.path)? else {
            return Ok(Vec::new());
        };
        file.lock_shared()
            .map_err(FileError::at("lock", &log.path))?;
        let tail = log.catch_up(&file)?;
        let failed = FileError::at("read", &log.path);
        let mut text = Vec::new();
        let mut reader = &file;
        let read = reader
            .seek(SeekFrom::Start(0))
            .and_then(|_| reader.take(MAX_LEN).read_to_end(&mut text));
        read.map_err(failed)?;
        match tail {
            Tail::Clean => {}
            Tail::Unended => text.push(b'\n'),
            Tail::Torn => text.truncate(usize::try_from(log.read.offset).unwrap_or(usize::MAX)),
        }
        Ok(text)
    }

    fn write(&mut self, file: &File, tail: Tail, entries: Vec<T>) -> Result<(), FileError> {
        let failed = |cause| FileError::new("write", &self.path, cause);
        // Whoever wrote its only line may not have lived to sync its name.
        let new = self.read.lines <= 1;
        if entries.is_empty() {
            // What another process wrote and perhaps did not live to sync.
            file.sync_all().map_err(failed)?;
        } else {
            let mut lines = Vec::new();
            if tail == Tail::Unended {
                lines.push(b'\n');
            }
            for entry in &entries {
                serde_json::to_writer(&mut lines, entry).map_err(|error| failed(error.into()))?;
                lines.push(b'\n');
            }
            if tail == Tail::Torn {
                file.set_len(self.read.offset).map_err(failed)?;
            }
            let before = file.metadata().map_err(failed)?.len();
            let mut writer = file;
            if let Err(error) = writer.write_all(&lines).and_then(|()| file.sync_all()) {
                // An entry that is not on the disk must not be found there by the next attempt.
                return Err(failed(file.set_len(before).err().unwrap_or(error)));
            }
            self.read.offset = before.saturating_add(length(&lines));
            let ends = lines.split(|byte| *byte == b'\n').skip(1);
            self.read.lines = ends.fold(self.read.lines, |lines, _| lines.saturating_add(1));
            for entry in entries {
                let _known = entry.absorb(&mut self.state);
            }
        }
        if new {
            atomic::sync_directory_of(&self.path)?;
        }
        Ok(())
    }

    /// The file, made if need be, while nobody else may append to it.
    fn open_locked(&self) -> Result<File, FileError> {
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        for _ in 0..ATTEMPTS {
            let Some(file) = open_regular(&self.path, &options)? else {
                atomic::create_new(&self.path, b"", atomic::Readers::Owner)?;
                continue;
            };
            file.lock().map_err(FileError::at("lock", &self.path))?;
            if still_names(&self.path, &file).map_err(FileError::at("read", &self.path))? {
                return Ok(file);
            }
        }
        let cause = io::ErrorKind::AlreadyExists.into();
        Err(FileError::new("create", &self.path, cause))
    }

    /// Reads on from where this process has read to, in a file that nobody appends to meanwhile.
    fn catch_up(&mut self, file: &File) -> Result<Tail, LogError> {
        let failed = |cause| LogError::File(FileError::new("read", &self.path, cause));
        let metadata = file.metadata().map_err(failed)?;
        if metadata.len() > MAX_LEN {
            let path = self.path.clone();
            return Err(LogError::TooLong { path });
        }
        let identity = identity(&metadata);
        if self.read.file != Some(identity) || metadata.len() < self.read.offset {
            // Another file than before, or cut: what was known stays known.
            self.read = Position {
                file: Some(identity),
                ..Position::default()
            };
        }
        let mut reader = BufReader::new(file);
        reader
            .seek(SeekFrom::Start(self.read.offset))
            .map_err(failed)?;
        let mut line = Vec::new();
        loop {
            line.clear();
            let mut limited = (&mut reader).take(MAX_LINE);
            limited.read_until(b'\n', &mut line).map_err(failed)?;
            if line.is_empty() {
                return Ok(Tail::Clean);
            }
            let whole = line.ends_with(b"\n");
            let parsed = serde_json::from_slice::<T>(&line).ok();
            let known = parsed.map(|entry| entry.absorb(&mut self.state));
            let number = self.read.lines.saturating_add(1);
            match (known, whole) {
                (Some(true), true) => {
                    self.read.lines = number;
                    self.read.offset = self.read.offset.saturating_add(length(&line));
                }
                (Some(true), false) => return Ok(Tail::Unended),
                (None, false) if length(&line) < MAX_LINE => return Ok(Tail::Torn),
                _ => {
                    let path = self.path.clone();
                    return Err(LogError::BadLine { path, line: number });
                }
            }
        }
    }
}

fn length(bytes: &[u8]) -> u64 {
    bytes.len().try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
