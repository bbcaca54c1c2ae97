use std::fs;

use tempfile::TempDir;

use super::*;
use crate::ids::{Digest, Fingerprint};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}

/// An analyst with a journal, and the paths of its keys and of a backup to be made.
fn place() -> (TempDir, PathBuf, PathBuf, Identity<Analyst>) {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let backup = directory.path().join("safe.backup");
    let loaded = keyfile::load_or_create::<Analyst>(&keys, &Entropy::System).unwrap();
    let mut journal = Journal::open(&keys).unwrap();
    let fact = |number| (Fingerprint::new([number; 32]), Digest::new([number; 32]));
    for (fingerprint, root) in [fact(1), fact(2)] {
        journal.record_root(fingerprint, root).unwrap();
    }
    (directory, keys, backup, loaded.identity)
}

fn journal_of(keys: &Path) -> PathBuf {
    keys.with_extension("json.journal")
}

#[test]
fn what_is_lost_comes_back() {
    let (directory, keys, path, identity) = place();
    let right = passphrase("correct horse");
    let backup = Backup::take(&keys, identity.clone(), false, 7).unwrap();
    assert_eq!(backup.entries().unwrap(), 2);
    backup.save(&path, &right, &Entropy::System).unwrap();
    let again = backup.save(&path, &right, &Entropy::System);
    assert!(matches!(again, Err(BackupError::Exists(_))));
    let saved = fs::read_to_string(&path).unwrap();
    let secret = crate::ids::KeyBytes::new(**identity.boxes.secret()).to_string();
    assert!(!saved.contains(&secret) && !saved.contains("fingerprint"));

    let content = fs::read(&keys).unwrap();
    fs::remove_file(&keys).unwrap();
    fs::remove_file(journal_of(&keys)).unwrap();
    let read = Backup::open(&path, &right).unwrap();
    assert!(read.is_same(&backup));
    let restored = read.restore(&keys, &right, &Entropy::System).unwrap();
    let expected = Restored {
        keys: true,
        lines: 2,
        marked: true,
    };
    assert_eq!(restored, expected);
    assert_eq!(fs::read(&keys).unwrap(), content);
    let journal = Journal::open(&keys).unwrap();
    assert_eq!(journal.entries(), 2);
    assert_eq!(journal.doubts(&Fingerprint::new([3; 32])), Some(7));
    // Once more changes nothing.
    let restored = read.restore(&keys, &right, &Entropy::System).unwrap();
    let expected = Restored {
        keys: false,
        lines: 0,
        marked: false,
    };
    assert_eq!(restored, expected);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3);
}

#[test]
fn keys_that_were_closed_come_back_closed() {
    let (_directory, keys, path, identity) = place();
    let right = passphrase("correct horse");
    let backup = Backup::take(&keys, identity, true, 7).unwrap();
    backup.save(&path, &right, &Entropy::System).unwrap();
    fs::remove_file(&keys).unwrap();
    backup.restore(&keys, &right, &Entropy::System).unwrap();
    let closed = keyfile::load::<Analyst>(&keys);
    assert!(matches!(closed, Err(KeyFileError::Passphrase { .. })));
    let opened = keyfile::unlock::<Analyst>(&keys, Some(&right)).unwrap();
    assert!(same_keys(&opened.unwrap().identity, &backup.identity));
}

#[test]
fn other_keys_are_left_as_they_are() {
    let (_directory, keys, _, identity) = place();
    let right = passphrase("correct horse");
    let backup = Backup::take(&keys, identity, false, 7).unwrap();
    fs::remove_file(&keys).unwrap();
    fs::remove_file(journal_of(&keys)).unwrap();
    keyfile::load_or_create::<Analyst>(&keys, &Entropy::System).unwrap();
    let content = fs::read(&keys).unwrap();
    let refused = backup.restore(&keys, &right, &Entropy::System);
    assert!(matches!(refused, Err(BackupError::OtherKeys(_))));
    assert_eq!(fs::read(&keys).unwrap(), content);
    assert!(!journal_of(&keys).exists());
    // Nor what cannot be read.
    fs::write(&keys, "not keys").unwrap();
    let refused = backup.restore(&keys, &right, &Entropy::System);
    assert!(matches!(refused, Err(BackupError::Keys(_))));
    assert_eq!(fs::read(&keys).unwrap(), b"not keys");
}

#[test]
fn what_is_no_backup_is_said_to_be_none() {
    let (_directory, keys, path, identity) = place();
    let right = passphrase("correct horse");
    let open = |passphrase| Backup::open(&path, passphrase).map(|_| ());
    assert!(matches!(open(&right), Err(BackupError::Missing(_))));
    let backup = Backup::take(&keys, identity, false, 7).unwrap();
    backup.save(&path, &right, &Entropy::System).unwrap();
    let wrong = passphrase("battery staple");
    let refused = open(&wrong);
    let why = UnlockError::Wrong;
    assert!(matches!(refused, Err(BackupError::Locked { why: found, .. }) if found == why));
    // It is not taken for keys, nor set aside as rubbish.
    let taken = keyfile::load_or_create::<Analyst>(&path, &Entropy::System);
    assert!(matches!(taken, Err(KeyFileError::Backup { .. })));
    let good = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("\"version\": 1", "\"version\": 0"),
        ("\"analyst\"", "\"server\""),
        ("\"backup\"", "\"encrypted\""),
        ("argon2id", "scrypt"),
        ("{", "["),
    ] {
        fs::write(&path, good.replacen(from, to, 1)).unwrap();
        assert!(
            matches!(open(&right), Err(BackupError::BadFormat(_))),
            "{from}"
        );
    }
    fs::write(&path, good.replacen("\"version\": 1", "\"version\": 2", 1)).unwrap();
    let newer = open(&right);
    assert!(matches!(
        newer,
        Err(BackupError::NewerVersion { version: 2, .. })
    ));
    fs::copy(&keys, &path).unwrap();
    assert!(matches!(open(&right), Err(BackupError::BadFormat(_))));
}

#[test]
fn that_there_is_a_backup_is_remembered() {
    let (_directory, keys, _, identity) = place();
    assert_eq!(Remembered::read(&keys), None);
    let newest = Remembered {
        key_id: identity.public().key_id(),
        made: 7,
        entries: 2,
    };
    newest.write(&keys).unwrap();
    assert_eq!(Remembered::read(&keys), Some(newest));
    fs::write(keys.with_extension("json.backup"), "{\"version\": 2}").unwrap();
    assert_eq!(Remembered::read(&keys), None);
}
