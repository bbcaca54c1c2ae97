//! Small files that are there whole or not at all.
//!
//! The content is written to a temporary file in the same directory and synced before it gets its
//! name; then the directory is synced, without which the name itself could be lost. A crash leaves
//! the old file or the new one, and perhaps a temporary file `<name>.<random>.tmp`.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::FileError;

/// What the names of temporary files end with.
pub(super) const TEMPORARY: &str = ".tmp";

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone: it holds secrets, or says what its owner did.
    Owner,
    /// Everybody whom the process's umask allows.
    Everybody,
}

/// Makes a file that did not exist. Says whether it did: an existing one is left as it is.
pub fn create_new(path: &Path, content: &[u8], readers: Readers) -> Result<bool, FileError> {
    let temporary = write_temporary(path, content, readers)?;
    Ok(create_from(temporary, path)?.is_some())
}

/// Makes a file or replaces it.
pub fn replace(path: &Path, content: &[u8], readers: Readers) -> Result<(), FileError> {
    let temporary = write_temporary(path, content, readers)?;
    replace_with(temporary, path)?;
    Ok(())
}

/// [`create_new`] for the owner alone, of what `check` finds good when it is read back from the disk.
pub(super) fn create_checked(
    path: &Path,
    content: &[u8],
    check: impl FnOnce(&[u8]) -> bool,
) -> Result<bool, FileError> {
    let temporary = write_checked(path, content, check)?;
    Ok(create_from(temporary, path)?.is_some())
}

/// [`replace`] for the owner alone, by what `check` finds good when it is read back from the disk.
/// Until then, what was there stays.
pub(super) fn replace_checked(
    path: &Path,
    content: &[u8],
    check: impl FnOnce(&[u8]) -> bool,
) -> Result<(), FileError> {
    let temporary = write_checked(path, content, check)?;
    replace_with(temporary, path)?;
    Ok(())
}

/// [`create_new`] for the owner alone, locked from before it has its name until the returned file
/// is dropped; nothing if a file of that name exists.
pub(super) fn create_new_locked(path: &Path, content: &[u8]) -> Result<Option<File>, FileError> {
    let temporary = write_temporary(path, content, Readers::Owner)?;
    lock(&temporary, path)?;
    create_from(temporary, path)
}

/// [`replace`] for the owner alone, locked from before it has its name until the returned file is
/// dropped. Who holds the lock of the file that is replaced so never lets go of the name.
pub(super) fn replace_locked(path: &Path, content: &[u8]) -> Result<File, FileError> {
    let temporary = write_temporary(path, content, Readers::Owner)?;
    lock(&temporary, path)?;
    replace_with(temporary, path)
}

/// Removes a file for good; says whether there was one.
pub fn remove(path: &Path) -> Result<bool, FileError> {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(FileError::new("remove", path, error)),
    }
    sync_directory_of(path)?;
    Ok(true)
}

/// Makes a directory that only its owner may enter, and those above it; one that exists is left as
/// it is.
pub fn create_directory(path: &Path) -> Result<(), FileError> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        create_directory(parent)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Ok(()) => sync_directory_of(path),
        Err(_) if path.is_dir() => Ok(()), // another process was faster
        Err(error) => Err(FileError::new("create the directory", path, error)),
    }
}

/// Makes what was created, renamed or removed beside `path` outlive a crash.
pub(super) fn sync_directory_of(path: &Path) -> Result<(), FileError> {
    // Only Unix opens a directory as a file; elsewhere the system looks after names by itself.
    #[cfg(unix)]
    File::open(directory_of(path))
        .and_then(|directory| directory.sync_all())
        .map_err(FileError::at("sync the directory of", path))?;
    Ok(())
}

/// The directory that holds `path`; a bare name is in the current one.
pub(super) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Finds out whether a file could be written there, now.
pub fn try_out(path: &Path) -> Result<(), FileError> {
    if path.is_dir() {
        let error = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(FileError::new("write", path, error));
    }
    // It is gone when it is dropped.
    write_temporary(path, &[], Readers::Owner).map(drop)
}

/// Writes and syncs a temporary file beside `path`.
fn write_temporary(
    path: &Path,
    content: &[u8],
    readers: Readers,
) -> Result<NamedTempFile, FileError> {
    let written = || {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut prefix = name.to_owned();
        prefix.push(".");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(TEMPORARY);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(
            match readers {
                Readers::Owner => 0o600,
                Readers::Everybody => 0o644,
            },
        ));
        #[cfg(not(unix))]
        let _ = readers;
        let mut temporary = builder.tempfile_in(directory_of(path))?;
        temporary.write_all(content)?;
        temporary.as_file().sync_all()?;
        Ok(temporary)
    };
    written().map_err(FileError::at("write", path))
}

fn write_checked(
    path: &Path,
    content: &[u8],
    check: impl FnOnce(&[u8]) -> bool,
) -> Result<NamedTempFile, FileError> {
    let temporary = write_temporary(path, content, Readers::Owner)?;
    let read = fs::read(temporary.path()).map(Zeroizing::new);
    let read = read.map_err(FileError::at("read back", path))?;
    if check(&read) {
        return Ok(temporary);
    }
    let cause = io::Error::other("what was written reads otherwise");
    Err(FileError::new("check", path, cause))
}

fn lock(temporary: &NamedTempFile, path: &Path) -> Result<(), FileError> {
    let locked = temporary.as_file().try_lock().map_err(io::Error::from);
    locked.map_err(FileError::at("lock", path))
}

fn create_from(temporary: NamedTempFile, path: &Path) -> Result<Option<File>, FileError> {
    match temporary.persist_noclobber(path) {
        Ok(file) => {
            sync_directory_of(path)?;
            Ok(Some(file))
        }
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(failed) => Err(FileError::new("create", path, failed.error)),
    }
}

fn replace_with(temporary: NamedTempFile, path: &Path) -> Result<File, FileError> {
    let file = temporary
        .persist(path)
        .map_err(|failed| FileError::new("replace", path, failed.error))?;
    sync_directory_of(path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_exists_is_never_overwritten_by_create_new() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        assert!(create_new(&path, b"first", Readers::Owner).unwrap());
        assert!(!create_new(&path, b"second", Readers::Owner).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        replace(&path, b"third", Readers::Owner).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(names(directory.path()), ["file"], "nothing temporary stays");
    }

    #[test]
    fn a_failure_leaves_what_was_there() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("taken");
        fs::create_dir(&path).unwrap();
        assert!(!create_new(&path, b"x", Readers::Owner).unwrap());
        assert!(replace(&path, b"x", Readers::Owner).is_err());
        assert!(create_new(&directory.path().join("no/file"), b"x", Readers::Owner).is_err());
        assert!(create_new(Path::new("/"), b"x", Readers::Owner).is_err());
        assert_eq!(names(directory.path()), ["taken"]);
        assert!(names(&path).is_empty());
    }

    #[test]
    fn a_leftover_of_a_crash_is_in_nobodys_way() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(directory.path().join("file.abcdef.tmp"), b"ha").unwrap();
        assert!(create_new(&path, b"whole", Readers::Owner).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"whole");
    }

    #[test]
    fn a_lock_is_held_from_before_the_name_exists() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        let first = create_new_locked(&path, b"1").unwrap().unwrap();
        assert!(File::open(&path).unwrap().try_lock().is_err());
        let second = replace_locked(&path, b"2").unwrap();
        drop(first);
        assert!(File::open(&path).unwrap().try_lock().is_err());
        drop(second);
        assert!(File::open(&path).unwrap().try_lock().is_ok());
    }

    #[test]
    fn what_reads_otherwise_gets_no_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        assert!(create_checked(&path, b"1", |read| read == b"2").is_err());
        assert!(names(directory.path()).is_empty());
        assert!(create_checked(&path, b"1", |read| read == b"1").unwrap());
        assert!(!create_checked(&path, b"2", |read| read == b"2").unwrap());
        assert!(replace_checked(&path, b"3", |_| false).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"1");
        replace_checked(&path, b"3", |read| read == b"3").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"3");
        assert_eq!(names(directory.path()), ["file"]);
    }

    #[test]
    fn removing_twice_is_no_error() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        replace(&path, b"x", Readers::Owner).unwrap();
        assert!(remove(&path).unwrap());
        assert!(!remove(&path).unwrap());
        assert!(remove(directory.path()).is_err(), "a directory");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_what_is_the_owners() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let directory = tempfile::tempdir().unwrap();
        let inner = directory.path().join("one/two");
        create_directory(&inner).unwrap();
        create_directory(&inner).unwrap();
        assert_eq!(mode(&inner), 0o700);
        assert_eq!(mode(inner.parent().unwrap()), 0o700);
        let path = inner.join("file");
        create_new(&path, b"x", Readers::Owner).unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        replace(&path, b"x", Readers::Owner).unwrap();
        assert_eq!(mode(&path), 0o600);
        assert!(create_directory(&path).is_err(), "a file has that name");
        let public = inner.join("public");
        create_new(&public, b"x", Readers::Everybody).unwrap();
        assert_eq!(mode(&public) & 0o600, 0o600);
    }
}
