//! Key files that are written on purpose: with a passphrase, or without one again.

use std::fs;
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::format::{self, Refusal};
use super::{FileError, KeyFileError, atomic, open_existing, read, still_names};
use crate::crypto::{Entropy, Identity, Passphrase, Role};

/// Makes a key file that did not exist, closed with a passphrase if there is one. Says whether it
/// did: an existing one is left as it is.
pub fn create<R: Role>(
    path: &Path,
    identity: &Identity<R>,
    passphrase: Option<&Passphrase>,
    entropy: &Entropy,
) -> Result<bool, KeyFileError> {
    let content = content(path, identity, passphrase, entropy)?;
    let good = |read: &[u8]| holds(read, identity, passphrase);
    Ok(atomic::create_checked(path, &content, good)?)
}

/// Closes a key file that `current` opens, if it needs a passphrase, with `new`; without `new` it
/// needs none any more. JIFF's format becomes ours.
///
/// What was there stays until the same keys were read back from the disk. A link goes on leading to
/// the file that it leads to.
pub fn protect<R: Role>(
    path: &Path,
    current: Option<&Passphrase>,
    new: Option<&Passphrase>,
    entropy: &Entropy,
) -> Result<(), KeyFileError> {
    let missing = || KeyFileError::Missing {
        path: path.to_owned(),
    };
    let refused = |refusal: Refusal| KeyFileError::refused::<R>(refusal, path);
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing()),
        Err(error) => return Err(FileError::new("read", path, error).into()),
    };
    let file = open_existing(&real)?.ok_or_else(missing)?;
    // Two that do this at once do it one after the other, or the second finds the file gone.
    file.lock().map_err(FileError::at("lock", path))?;
    if !still_names(&real, &file).map_err(FileError::at("read", path))? {
        let cause = io::Error::other("another program changed it meanwhile");
        return Err(FileError::new("replace", path, cause).into());
    }
    let identity = read::<R>(path, &file, current)?.map_err(refused)?.identity;
    let content = content(path, &identity, new, entropy)?;
    let good = |read: &[u8]| holds(read, &identity, new);
    atomic::replace_checked(&real, &content, good)?;
    Ok(())
}

fn content<R: Role>(
    path: &Path,
    identity: &Identity<R>,
    passphrase: Option<&Passphrase>,
    entropy: &Entropy,
) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let Some(passphrase) = passphrase else {
        return Ok(format::write(identity));
    };
    let written = format::write_protected(identity, passphrase, &mut entropy.rng());
    written.map_err(|why| KeyFileError::Locked {
        path: path.to_owned(),
        why,
    })
}

/// Whether these keys can be read there, with that passphrase and not without.
fn holds<R: Role>(bytes: &[u8], identity: &Identity<R>, passphrase: Option<&Passphrase>) -> bool {
    format::parse::<R>(bytes, passphrase).is_ok_and(|read| {
        read.boxes.secret() == identity.boxes.secret()
            && read.signing.seed() == identity.signing.seed()
    })
}
