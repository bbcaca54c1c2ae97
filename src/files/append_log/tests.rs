use std::fs;

use proptest::prelude::*;
use serde::Deserialize;
use tempfile::TempDir;

use super::*;

/// A log of numbers of which no two may be equal but in two readings of one line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    number: u32,
}

impl Entry for Number {
    type State = Vec<u32>;

    fn absorb(self, state: &mut Vec<u32>) -> bool {
        if self.number == 666 {
            return false;
        }
        if !state.contains(&self.number) {
            state.push(self.number);
        }
        true
    }
}

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("log");
    (directory, path)
}

fn open(path: &Path) -> Result<AppendLog<Number>, LogError> {
    AppendLog::open(path.to_owned())
}

fn add(log: &mut AppendLog<Number>, number: u32) -> Result<(), LogError> {
    log.append(|_| Ok(Some(Number { number })))
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn entries_stay_in_order() {
    let (_directory, path) = place();
    let mut log = open(&path).unwrap();
    add(&mut log, 1).unwrap();
    log.append(|_| Ok::<_, LogError>(None)).unwrap();
    add(&mut log, 2).unwrap();
    assert_eq!(text(&path), "{\"number\":1}\n{\"number\":2}\n");
    assert_eq!(*open(&path).unwrap().state(), [1, 2]);
}

#[test]
fn a_torn_line_is_ignored_and_then_cut() {
    let whole = "{\"number\":1}\n{\"number\":2}";
    // Every length of the second line, and what a file system may leave in place of its bytes.
    let torn = (14..whole.len()).map(|length| whole.as_bytes()[..length].to_vec());
    let zeros = [&whole.as_bytes()[..13], &[0; 40]].concat();
    for content in torn.chain([zeros]) {
        let (_directory, path) = place();
        fs::write(&path, &content).unwrap();
        let mut log = open(&path).unwrap();
        assert_eq!(*log.state(), [1]);
        assert_eq!(fs::read(&path).unwrap(), content, "reading changes nothing");
        add(&mut log, 3).unwrap();
        assert_eq!(text(&path), "{\"number\":1}\n{\"number\":3}\n");
        add(&mut log, 4).unwrap();
        assert_eq!(*open(&path).unwrap().state(), [1, 3, 4]);
    }
}

#[test]
fn a_last_line_that_lacks_only_its_end_counts() {
    let (_directory, path) = place();
    fs::write(&path, "{\"number\":1}\n{\"number\":2}").unwrap();
    let mut log = open(&path).unwrap();
    assert_eq!(*log.state(), [1, 2]);
    add(&mut log, 3).unwrap();
    assert_eq!(
        text(&path),
        "{\"number\":1}\n{\"number\":2}\n{\"number\":3}\n"
    );
    add(&mut log, 4).unwrap();
    assert_eq!(*open(&path).unwrap().state(), [1, 2, 3, 4]);
}

#[test]
fn a_bad_line_is_named() {
    let long = format!("{{\"number\":1{}}}", " ".repeat(2000));
    for bad in [
        "",
        "{",
        "{\"number\":1,\"x\":\"canary\"}",
        "{\"number\":666}",
        &long,
    ] {
        let (_directory, path) = place();
        fs::write(
            &path,
            format!("{{\"number\":1}}\n{bad}\n{{\"number\":2}}\n"),
        )
        .unwrap();
        let error = open(&path).unwrap_err();
        assert!(
            matches!(error, LogError::BadLine { line: 2, .. }),
            "{bad:.40}"
        );
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(path.to_str().unwrap()) && !shown.contains("canary"));
    }
    let (_directory, path) = place();
    fs::write(&path, "{\"number\":666}").unwrap();
    assert!(matches!(
        open(&path),
        Err(LogError::BadLine { line: 1, .. })
    ));
    fs::write(&path, "x".repeat(5000)).unwrap();
    assert!(matches!(
        open(&path),
        Err(LogError::BadLine { line: 1, .. })
    ));
}

#[test]
fn a_bad_line_that_comes_later_is_found_and_numbered() {
    let (_directory, path) = place();
    let mut log = open(&path).unwrap();
    add(&mut log, 1).unwrap();
    fs::write(&path, "{\"number\":1}\n?\n").unwrap();
    let error = add(&mut log, 2).unwrap_err();
    assert!(matches!(error, LogError::BadLine { line: 2, .. }));
    assert_eq!(
        text(&path),
        "{\"number\":1}\n?\n",
        "nothing is appended to it"
    );
}

#[test]
fn what_was_known_stays_known_when_the_file_goes() {
    let (_directory, path) = place();
    let mut log = open(&path).unwrap();
    add(&mut log, 1).unwrap();
    fs::remove_file(&path).unwrap();
    add(&mut log, 2).unwrap();
    assert_eq!(*log.state(), [1, 2]);
    assert_eq!(text(&path), "{\"number\":2}\n");
    fs::write(&path, "").unwrap();
    add(&mut log, 3).unwrap();
    assert_eq!(*log.state(), [1, 2, 3]);
}

#[test]
fn what_is_no_log_is_an_error() {
    let (directory, path) = place();
    fs::create_dir(&path).unwrap();
    assert!(matches!(open(&path), Err(LogError::File(_))));
    let huge = directory.path().join("huge");
    File::create(&huge).unwrap().set_len(MAX_LEN + 1).unwrap();
    assert!(matches!(open(&huge), Err(LogError::TooLong { .. })));
    let mut nowhere = open(&directory.path().join("no/log")).unwrap();
    assert!(matches!(add(&mut nowhere, 1), Err(LogError::File(_))));
}

#[test]
fn nobody_else_appends_while_one_decides() {
    let (_directory, path) = place();
    let is_locked = || File::open(&path).unwrap().try_lock().is_err();
    let mut log = open(&path).unwrap();
    let decide = |_: &Vec<u32>| {
        assert!(is_locked());
        Ok::<_, LogError>(Some(Number { number: 1 }))
    };
    log.append(decide).unwrap();
    assert!(!is_locked(), "free again");
}

#[test]
fn a_refusal_changes_nothing() {
    let (_directory, path) = place();
    let mut log = open(&path).unwrap();
    add(&mut log, 1).unwrap();
    fs::write(&path, "{\"number\":1}\n{\"num").unwrap();
    let refused = log.append(|state| {
        assert_eq!(*state, [1]);
        Err(LogError::TooLong { path: path.clone() })
    });
    assert!(refused.is_err());
    assert_eq!(text(&path), "{\"number\":1}\n{\"num");
}

#[cfg(unix)]
#[test]
fn several_entries_are_appended_at_once() {
    let (_directory, path) = place();
    let mut log = open(&path).unwrap();
    add(&mut log, 1).unwrap();
    fs::write(&path, text(&path).trim_end()).unwrap();
    let more = |_: &_| Ok::<_, LogError>([2, 3].map(|number| Number { number }).into());
    log.append_all(more).unwrap();
    let three = text(&path);
    assert_eq!(three.lines().count(), 3, "{three}");
    // Which line is the bad one is still known.
    fs::write(&path, three + "bad\n").unwrap();
    assert!(matches!(
        add(&mut log, 4),
        Err(LogError::BadLine { line: 4, .. })
    ));
}

#[test]
fn the_text_of_a_log_is_what_counts_of_it() {
    let (_directory, path) = place();
    let read = || AppendLog::<Number>::text(path.clone());
    assert_eq!(read().unwrap(), b"");
    assert!(!path.exists());
    let mut log = open(&path).unwrap();
    add(&mut log, 1).unwrap();
    add(&mut log, 2).unwrap();
    let whole = fs::read(&path).unwrap();
    for (ending, expected) in [("", true), ("{\"torn", true), ("bad\n", false)] {
        fs::write(&path, [&whole, ending.as_bytes()].concat()).unwrap();
        assert_eq!(read().ok(), expected.then(|| whole.clone()), "{ending:?}");
    }
    fs::write(&path, whole.trim_ascii_end()).unwrap();
    assert_eq!(read().unwrap(), whole);
}

#[test]
fn a_log_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_directory, path) = place();
    add(&mut open(&path).unwrap(), 1).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_content_panics(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        let (_directory, path) = place();
        fs::write(&path, &bytes).unwrap();
        if let Ok(mut log) = open(&path) {
            add(&mut log, 1).unwrap();
            prop_assert!(open(&path).unwrap().state().contains(&1));
        }
    }

    #[test]
    fn a_changed_log_loses_nothing_but_the_changed_line(at in 0_usize..39, byte in any::<u8>()) {
        let (_directory, path) = place();
        let mut content = b"{\"number\":1}\n{\"number\":2}\n{\"number\":3}\n".to_vec();
        content[at] = byte;
        fs::write(&path, &content).unwrap();
        if let Ok(log) = open(&path) {
            prop_assert!(log.state().len() >= 2);
        }
    }
}
