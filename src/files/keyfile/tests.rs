use std::sync::Barrier;
use std::thread;

use tempfile::TempDir;

use super::*;
use crate::crypto::{Analyst, Server};

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("keys.json");
    (directory, path)
}

fn open(path: &Path) -> Result<Loaded<Analyst>, KeyFileError> {
    load_or_create(path, &Entropy::System)
}

fn bad(path: &Path, number: u32) -> PathBuf {
    beside(path, &format!(".bad-{number}"))
}

#[test]
fn keys_are_made_once() {
    let (_directory, path) = place();
    assert!(load::<Analyst>(&path).unwrap().is_none());
    let first = open(&path).unwrap();
    let second = open(&path).unwrap();
    assert!(first.created && !second.created);
    assert_eq!(first.identity.public(), second.identity.public());
    assert!(first.warnings.is_empty() && second.warnings.is_empty());
    let read = load::<Analyst>(&path).unwrap().unwrap();
    assert_eq!(read.identity.public(), first.identity.public());
}

#[test]
fn of_processes_that_start_at_once_one_makes_the_keys() {
    for content in [None, Some("nonsense")] {
        let (directory, path) = place();
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        let barrier = Barrier::new(8);
        let loaded: Vec<_> = thread::scope(|scope| {
            let start = || {
                barrier.wait();
                open(&path).unwrap()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(loaded.iter().filter(|loaded| loaded.created).count(), 1);
        let set_aside: usize = loaded.iter().map(|loaded| loaded.warnings.len()).sum();
        assert_eq!(set_aside, usize::from(content.is_some()));
        let id = loaded[0].identity.public().key_id();
        assert!(
            loaded
                .iter()
                .all(|loaded| loaded.identity.public().key_id() == id)
        );
        let files = fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(files, 1 + usize::from(content.is_some()));
    }
}

#[test]
fn a_bad_file_is_set_aside_under_the_first_free_name() {
    let (_directory, path) = place();
    fs::write(bad(&path, 1), "of another day").unwrap();
    fs::write(&path, "{ not keys").unwrap();
    assert!(matches!(
        load::<Analyst>(&path),
        Err(KeyFileError::BadFormat { .. })
    ));
    let loaded = open(&path).unwrap();
    assert!(loaded.created);
    assert_eq!(fs::read(bad(&path, 1)).unwrap(), b"of another day");
    assert_eq!(fs::read(bad(&path, 2)).unwrap(), b"{ not keys");
    let moved_to = bad(&path, 2);
    let expected = Warning::SetAside { path, moved_to };
    assert_eq!(loaded.warnings, [expected]);
    let text = loaded.warnings[0].to_string();
    assert!(
        text.contains("keys.json.bad-2") && !text.contains("not keys"),
        "{text}"
    );
}

#[test]
fn a_huge_file_is_set_aside_unread() {
    let (_directory, path) = place();
    let sparse = File::create(&path).unwrap();
    sparse.set_len(1 << 40).unwrap();
    assert!(open(&path).unwrap().created);
    assert_eq!(fs::metadata(bad(&path, 1)).unwrap().len(), 1 << 40);
}

#[test]
fn what_could_be_keys_is_left_alone() {
    let (_directory, path) = place();
    let example = include_str!("../../../keys.json.example");
    let servers = {
        let (_other, path) = place();
        load_or_create::<Server>(&path, &Entropy::System).unwrap();
        fs::read_to_string(&path).unwrap()
    };
    for (content, expected) in [
        (
            example,
            "this is the example: delete it, the analyst makes its own",
        ),
        (
            &*servers,
            "holds the keys of the server, not of the analyst",
        ),
        (
            "{\"version\":1,\"role\":\"analyst\",\"encrypted\":{}}",
            "is protected by a passphrase",
        ),
        ("{\"version\":9}", "newer version 9"),
    ] {
        fs::write(&path, content).unwrap();
        let error = open(&path).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(error.starts_with(&path.display().to_string()), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        assert!(!bad(&path, 1).exists());
    }
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    let (directory, path) = place();
    fs::create_dir(&path).unwrap();
    assert!(matches!(open(&path), Err(KeyFileError::File(_))));
    assert!(path.is_dir());
    for unusable in ["no/such/directory", "bad\0name"] {
        let path = directory.path().join(unusable);
        assert!(
            matches!(open(&path), Err(KeyFileError::File(_))),
            "{unusable:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_is_an_error() {
    let (directory, path) = place();
    std::os::unix::fs::symlink(directory.path().join("gone"), &path).unwrap();
    assert!(matches!(open(&path), Err(KeyFileError::File(_))));
    assert!(path.is_symlink());
}

#[cfg(unix)]
#[test]
fn keys_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (directory, path) = place();
    open(&path).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let path = directory.path().join("my keys");
    open(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let warning = open(&path).unwrap().warnings[0].to_string();
    assert!(warning.contains("mode 644"), "{warning}");
    assert!(
        warning.ends_with(&format!("chmod 600 '{}'", path.display())),
        "{warning}"
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(open(&path).unwrap().warnings.is_empty());
}

#[test]
fn a_path_is_one_word_of_a_command() {
    for (path, word) in [
        ("keys.json", "keys.json"),
        ("-rf", "./-rf"),
        ("my keys", "'my keys'"),
        ("it's", r"'it'\''s'"),
        ("$(x)", "'$(x)'"),
    ] {
        assert_eq!(shell_word(Path::new(path)), word);
    }
}

#[test]
fn debug_and_errors_show_no_secret() {
    let (_directory, path) = place();
    let loaded = open(&path).unwrap();
    let secret = crate::ids::KeyBytes::new(**loaded.identity.boxes.secret()).to_string();
    let content = fs::read_to_string(&path).unwrap();
    assert!(content.contains(&secret));
    assert!(!format!("{loaded:?}").contains(&secret));
    // A file that is almost right: what is wrong stands next to the secrets.
    fs::write(&path, content.replace("\"role\"", &format!("\"{secret}\""))).unwrap();
    let error = load::<Analyst>(&path).unwrap_err();
    assert!(!format!("{error} {error:?}").contains(&secret));
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(zeroize::Zeroizing::new(text.to_owned())).unwrap()
}

#[test]
fn a_passphrase_comes_changes_and_goes() {
    let (directory, path) = place();
    let (first, second) = (passphrase("correct horse"), passphrase("battery staple"));
    let entropy = Entropy::System;
    let protect = |current, new| protect::<Analyst>(&path, current, new, &entropy);
    assert!(matches!(
        protect(None, Some(&first)),
        Err(KeyFileError::Missing { .. })
    ));
    let id = open(&path).unwrap().identity.public().key_id();
    protect(None, Some(&first)).unwrap();
    let locked = fs::read(&path).unwrap();
    assert!(matches!(open(&path), Err(KeyFileError::Passphrase { .. })));
    let unlock = |passphrase| unlock::<Analyst>(&path, passphrase).map(Option::unwrap);
    let opened = unlock(Some(&first)).unwrap();
    assert!(opened.protected && !opened.created);
    assert_eq!(opened.identity.public().key_id(), id);
    // Neither without the right one, nor is anything set aside.
    for (current, new) in [(None, None), (Some(&second), Some(&first))] {
        let refused = protect(current, new);
        assert!(refused.is_err(), "{refused:?}");
    }
    let again = unlock_or_create::<Analyst>(&path, Some(&second), &entropy);
    let why = UnlockError::Wrong;
    assert!(matches!(again, Err(KeyFileError::Locked { why: found, .. }) if found == why));
    assert_eq!(fs::read(&path).unwrap(), locked);
    protect(Some(&first), Some(&second)).unwrap();
    assert!(unlock(Some(&first)).is_err());
    assert_eq!(
        unlock(Some(&second)).unwrap().identity.public().key_id(),
        id
    );
    protect(Some(&second), None).unwrap();
    let opened = unlock(Some(&second)).unwrap();
    assert!(!opened.protected, "it is not needed any more");
    assert_eq!(opened.identity.public().key_id(), id);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn new_keys_can_be_closed_from_the_start() {
    let (_directory, path) = place();
    let right = passphrase("correct horse");
    let made = unlock_or_create::<Analyst>(&path, Some(&right), &Entropy::System).unwrap();
    assert!(made.created && made.protected);
    assert!(matches!(open(&path), Err(KeyFileError::Passphrase { .. })));
    let read = unlock_or_create::<Analyst>(&path, Some(&right), &Entropy::System).unwrap();
    assert_eq!(read.identity.public(), made.identity.public());
}

#[cfg(unix)]
#[test]
fn a_link_to_keys_is_followed_when_they_are_closed() {
    use std::os::unix::fs::PermissionsExt as _;
    let (directory, path) = place();
    let real = directory.path().join("real.json");
    open(&real).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).unwrap();
    std::os::unix::fs::symlink(&real, &path).unwrap();
    let right = passphrase("correct horse");
    protect::<Analyst>(&path, None, Some(&right), &Entropy::System).unwrap();
    assert!(path.is_symlink());
    let text = fs::read_to_string(&real).unwrap();
    assert!(text.contains("\"encrypted\""), "{text}");
    let mode = fs::metadata(&real).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
