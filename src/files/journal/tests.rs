use std::fs;
use std::sync::Barrier;
use std::thread;

use super::*;
use crate::fixtures::World;

fn fingerprint(number: u8) -> Fingerprint {
    Fingerprint::new([number; 32])
}

fn digest(number: u8) -> Digest {
    Digest::new([number; 32])
}

#[test]
fn what_was_agreed_to_stays() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let mut journal = Journal::open(&keys).unwrap();
    let file = directory.path().join("keys.json.journal");
    assert!(!file.exists(), "reading makes no file");
    let terms = World::new(1).terms;
    let first = terms.fingerprint;
    journal.record_root(first, digest(1)).unwrap();
    assert_eq!(journal.rounds(&terms), []);
    journal.record_commit(&terms, digest(2)).unwrap();
    journal.record_root(fingerprint(2), digest(9)).unwrap();
    drop(journal);

    let mut journal = Journal::open(&keys).unwrap();
    assert_eq!(journal.root(&first), Some(digest(1)));
    assert_eq!(journal.commit(&first), Some(digest(2)));
    assert_eq!(journal.commit(&fingerprint(2)), None);
    let before = fs::read(&file).unwrap();
    journal.record_root(first, digest(1)).unwrap();
    journal.record_commit(&terms, digest(2)).unwrap();
    let error = journal.record_root(first, digest(3)).unwrap_err();
    assert!(matches!(error, JournalError::OtherRoot { .. }));
    assert!(error.to_string().contains("keys.json.journal"), "{error}");
    let error = journal.record_commit(&terms, digest(3));
    assert!(matches!(error, Err(JournalError::OtherCommit { .. })));
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn what_a_page_agrees_to_binds_the_command_line_and_the_other_way_round() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let file = directory.path().join("keys.json.journal");
    let mut journal = Journal::open(&keys).unwrap();
    let terms = World::new(1).terms;
    // What `files/portable/journal.rs` writes.
    let page = |root: Option<Digest>, commit: Option<Digest>| {
        let mut line = serde_json::json!({ "fingerprint": terms.fingerprint, "of": of(&terms) });
        for (name, digest) in [("root", root), ("commit", commit)] {
            if let Some(digest) = digest {
                line[name] = serde_json::json!(digest);
            }
        }
        line.to_string().into_bytes()
    };
    let [one, two, three] = [1, 2, 3].map(|number| Some(digest(number)));
    journal.record_line(&page(one, None)).unwrap();
    journal.record_line(&page(one, None)).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 1);
    assert_eq!(journal.rounds(&terms), []);
    let other = journal.record_line(&page(two, None));
    assert!(matches!(other, Err(JournalError::OtherRoot { .. })));
    let other = journal.record_line(&page(two, two));
    assert!(matches!(other, Err(JournalError::OtherRoot { .. })));
    let other = journal.record_root(terms.fingerprint, digest(2));
    assert!(matches!(other, Err(JournalError::OtherRoot { .. })));

    journal.record_line(&page(one, two)).unwrap();
    journal.record_line(&page(one, two)).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 2);
    let other = journal.record_line(&page(one, three));
    assert!(matches!(other, Err(JournalError::OtherCommit { .. })));
    journal.record_commit(&terms, digest(2)).unwrap();

    let mut journal = Journal::open(&keys).unwrap();
    assert_eq!(journal.root(&terms.fingerprint), one);
    assert_eq!(journal.commit(&terms.fingerprint), two);
    assert_eq!(journal.rounds(&terms).len(), 1);
    let other = journal.record_line(&page(two, None));
    assert!(matches!(other, Err(JournalError::OtherRoot { .. })));
}

#[test]
fn a_page_writes_nothing_else_into_the_journal() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let mut journal = Journal::open(&keys).unwrap();
    let name = fingerprint(1);
    for line in [
        String::new(),
        "{}".to_owned(),
        format!(r#"{{"fingerprint":"{name}"}}"#),
        format!(r#"{{"fingerprint":"{name}","begun":true}}"#),
        r#"{"restored":1764400000}"#.to_owned(),
        format!(
            r#"{{"fingerprint":"{name}","root":"{}","more":1}}"#,
            digest(1)
        ),
        format!(r#"{{"fingerprint":"{name}","root":"short"}}"#),
    ] {
        let refused = journal.record_line(line.as_bytes());
        assert!(matches!(refused, Err(JournalError::BadNews)), "{line}");
    }
    assert!(!directory.path().join("keys.json.journal").exists());
}

#[test]
fn rounds_of_a_name_come_in_their_order() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let mut journal = Journal::open(&keys).unwrap();
    // The same two identities; another server has rounds of its own.
    let round = |number| World::with(1, |manifest| manifest.round = number).terms;
    let (one, two, other) = (round(1), round(2), World::new(2).terms);
    for terms in [&one, &other, &two] {
        journal.record_commit(terms, digest(1)).unwrap();
    }
    let expected = [&one, &two].map(|terms| Round {
        number: terms.manifest.round,
        fingerprint: terms.fingerprint,
    });
    assert_eq!(journal.rounds(&one), expected);
    // A line of an earlier version says what was committed, but not of which round.
    let file = directory.path().join("keys.json.journal");
    let (fingerprint, commit) = (fingerprint(7), digest(8));
    let line = format!("{{\"fingerprint\":\"{fingerprint}\",\"commit\":\"{commit}\"}}\n");
    fs::write(&file, fs::read_to_string(&file).unwrap() + &line).unwrap();
    let journal = Journal::open(&keys).unwrap();
    assert_eq!(journal.commit(&fingerprint), Some(commit));
    assert_eq!(journal.rounds(&one), expected);
    assert_eq!(journal.rounds(&other).len(), 1);
}

#[test]
fn a_restore_adds_and_never_takes_away() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let terms = World::new(1).terms;
    let mut journal = Journal::open(&keys).unwrap();
    journal.record_root(fingerprint(1), digest(1)).unwrap();
    journal.record_commit(&terms, digest(2)).unwrap();
    let saved = Journal::text(&keys).unwrap();
    assert_eq!(Journal::check(&saved).unwrap(), 2);
    journal.record_root(fingerprint(3), digest(3)).unwrap();
    // It was never lost: nothing is missing.
    assert_eq!(Journal::restore(&keys, &saved, 7).unwrap().lines, 0);
    let journal = Journal::open(&keys).unwrap();
    assert_eq!(
        (journal.entries(), journal.doubts(&fingerprint(9))),
        (3, None)
    );
    // It was lost.
    let file = directory.path().join("keys.json.journal");
    fs::remove_file(&file).unwrap();
    assert_eq!(Journal::restore(&keys, &saved, 7).unwrap().lines, 2);
    let journal = Journal::open(&keys).unwrap();
    assert_eq!(journal.root(&fingerprint(1)), Some(digest(1)));
    assert_eq!(journal.rounds(&terms).len(), 1);
    assert_eq!(journal.doubts(&fingerprint(1)), None);
    assert_eq!(journal.doubts(&fingerprint(3)), Some(7));
    // Twice is no more than once.
    let once = fs::read(&file).unwrap();
    assert_eq!(Journal::restore(&keys, &saved, 7).unwrap().lines, 0);
    assert_eq!(fs::read(&file).unwrap(), once);
    // An empty one is not that of before.
    fs::remove_file(&file).unwrap();
    assert_eq!(Journal::restore(&keys, b"", 5).unwrap().lines, 0);
    let doubts = Journal::open(&keys).unwrap().doubts(&fingerprint(1));
    assert_eq!(doubts, Some(5));
}

#[test]
fn what_was_begun_after_a_restore_is_not_doubted() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let mut journal = Journal::open(&keys).unwrap();
    journal.record_begun(fingerprint(1)).unwrap();
    let file = directory.path().join("keys.json.journal");
    assert!(!file.exists(), "nobody needs to know");
    Journal::restore(&keys, b"", 5).unwrap();
    let mut journal = Journal::open(&keys).unwrap();
    journal.record_begun(fingerprint(1)).unwrap();
    journal.record_begun(fingerprint(1)).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap().lines().count(), 2);
    assert_eq!(journal.doubts(&fingerprint(1)), None);
    assert_eq!(journal.doubts(&fingerprint(2)), Some(5));
    // Lost once more: what was begun before that may have ended since.
    let saved = Journal::text(&keys).unwrap();
    fs::remove_file(&file).unwrap();
    Journal::restore(&keys, &saved, 9).unwrap();
    let journal = Journal::open(&keys).unwrap();
    assert_eq!(journal.doubts(&fingerprint(1)), Some(9));
}

#[test]
fn a_backup_that_says_otherwise_adds_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let mut journal = Journal::open(&keys).unwrap();
    journal.record_root(fingerprint(1), digest(1)).unwrap();
    let line = |number, root| {
        let (fingerprint, root) = (fingerprint(number), digest(root));
        format!("{{\"fingerprint\":\"{fingerprint}\",\"root\":\"{root}\"}}\n")
    };
    let before = Journal::text(&keys).unwrap();
    let other = line(2, 2) + &line(1, 3);
    let refused = Journal::restore(&keys, other.as_bytes(), 1);
    assert!(matches!(refused, Err(JournalError::Contradicts { .. })));
    for bad in [
        line(2, 2) + &line(2, 3),
        line(2, 2) + "{}\n",
        "x".to_owned(),
    ] {
        let refused = Journal::restore(&keys, bad.as_bytes(), 1);
        assert!(matches!(refused, Err(JournalError::BadText)), "{bad}");
    }
    assert_eq!(Journal::text(&keys).unwrap(), before);
}

#[test]
fn of_two_analysts_with_different_batches_one_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let keys = directory.path().join("keys.json");
    let barrier = Barrier::new(6);
    let went_on: usize = thread::scope(|scope| {
        let start = |number: u8| {
            let (keys, barrier) = (&keys, &barrier);
            scope.spawn(move || {
                let mut journal = Journal::open(keys).unwrap();
                barrier.wait();
                let same = journal.record_root(fingerprint(1), digest(1));
                let own = journal.record_root(fingerprint(2), digest(number));
                same.unwrap();
                usize::from(own.is_ok())
            })
        };
        let threads: Vec<_> = (0..6).map(start).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(went_on, 1);
    let text = fs::read_to_string(directory.path().join("keys.json.journal")).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
}
