mod leaving;

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::crypto::{Entropy, Party, SigningKeyPair};
use crate::fixtures;
use crate::ids::KeyBytes;
use crate::measurement::Measurement;

/// A computation with one party.
struct World {
    computation: fixtures::World,
    party: SigningKeyPair<Party>,
    directory: TempDir,
}

impl World {
    fn new() -> Self {
        let mut computation = fixtures::World::new(5);
        Self {
            party: SigningKeyPair::generate(&mut computation.rng),
            computation,
            directory: tempfile::tempdir().unwrap(),
        }
    }

    fn directory(&self) -> PathBuf {
        self.directory.path().join("receipts")
    }

    fn submission(&self, sequence: u64) -> Submission {
        let mut rng = Entropy::System.rng();
        let measurement = Measurement::Number(42.into());
        Submission::seal(
            &self.computation.terms,
            &self.party,
            sequence,
            &measurement,
            &mut rng,
        )
        .unwrap()
    }

    fn stored(&self) -> StoredReceipt {
        StoredReceipt::new(
            "ws://127.0.0.1:8080".to_owned(),
            self.computation.manifest.clone(),
            self.computation.terms.clone(),
            self.party.clone(),
            self.submission(1),
        )
    }

    fn create(&self) -> ReceiptFile {
        let stored = self.stored();
        let id = stored.pending().unwrap().submission_id;
        let path = default_path(
            &self.directory(),
            &self.computation.terms.manifest.name,
            &id,
        );
        ReceiptFile::create(&path, stored).unwrap()
    }

    fn receipt(&self, submission: &Submission) -> Signed<Receipt> {
        let receipt = Receipt {
            fingerprint: submission.fingerprint,
            party_key: submission.party_key,
            sequence: submission.sequence,
            submission_hash: submission.hash(),
            invitations: 0,
        };
        Signed::sign(&receipt, &self.computation.server.signing)
    }

    fn finish(&self, file: &mut ReceiptFile) {
        let submission = file.stored().pending().unwrap().clone();
        file.finish(self.receipt(&submission)).unwrap();
    }
}

#[test]
fn a_run_that_died_is_finished_with_the_same_bytes() {
    let world = World::new();
    let file = world.create();
    let path = file.path().to_owned();
    let sent = file.stored().pending().unwrap().clone();
    drop(file); // the process dies
    let mut again = ReceiptFile::open(&path).unwrap();
    assert_eq!(again.stored().pending(), Some(&sent));
    assert_eq!(again.stored().keys.seed(), world.party.seed());
    again.finish(world.receipt(&sent)).unwrap();
    assert!(again.stored().pending().is_none());
    let stored = read(&path).unwrap();
    assert_eq!(stored.terms, world.computation.terms);
    assert_eq!(stored.server, "ws://127.0.0.1:8080");
    assert_eq!(stored.versions, again.stored().versions);
    assert_eq!(stored.versions[0].submission_hash, sent.hash());
}

#[test]
fn a_correction_keeps_the_earlier_receipts() {
    let world = World::new();
    let mut file = world.create();
    let path = file.path().to_owned();
    let early = file.begin_correction(world.submission(2));
    assert!(matches!(early, Err(ReceiptError::Unfinished { .. })));
    world.finish(&mut file);
    let finished = file.finish(world.receipt(&world.submission(1)));
    assert!(matches!(finished, Err(ReceiptError::NothingPending { .. })));
    let first = file.stored().versions[0].clone();
    assert_eq!(file.stored().next_sequence(), Some(2));
    let not_newer = file.begin_correction(world.submission(1));
    assert!(matches!(
        not_newer,
        Err(ReceiptError::OtherSubmission { .. })
    ));
    file.begin_correction(world.submission(2)).unwrap();
    drop(file);
    let mut file = ReceiptFile::open(&path).unwrap();
    assert_eq!(file.stored().versions[0], first);
    assert_eq!(file.stored().pending().unwrap().sequence, 2);
    world.finish(&mut file);
    assert_eq!(read(&path).unwrap().versions.len(), 2);
}

#[test]
fn what_the_server_refused_is_kept_until_a_later_version_replaces_it() {
    let world = World::new();
    let mut file = world.create();
    let path = file.path().to_owned();
    let sent = file.stored().pending().unwrap().clone();
    file.note_refusal().unwrap();
    file.note_refusal().unwrap();
    drop(file);
    let mut file = ReceiptFile::open(&path).unwrap();
    assert!(file.stored().is_refused());
    assert_eq!(file.stored().pending(), Some(&sent));
    assert_eq!(file.stored().keys.seed(), world.party.seed());
    // The server may have stored it after all.
    file.finish(world.receipt(&sent)).unwrap();
    let refused = file.note_refusal();
    assert!(matches!(refused, Err(ReceiptError::NothingPending { .. })));

    file.begin_correction(world.submission(2)).unwrap();
    file.note_refusal().unwrap();
    let receipt = file.stored().newest_receipt();
    assert_eq!(receipt, Some(&world.receipt(&sent)));
    let same = file.begin_correction(world.submission(2));
    assert!(matches!(same, Err(ReceiptError::OtherSubmission { .. })));
    assert_eq!(file.stored().next_sequence(), Some(3));
    file.begin_correction(world.submission(3)).unwrap();
    world.finish(&mut file);
    let stored = read(&path).unwrap();
    let sequences: Vec<_> = stored.versions.iter().map(|each| each.sequence).collect();
    assert_eq!(sequences, [1, 3]);
}

#[test]
fn two_processes_do_not_use_one_file() {
    let world = World::new();
    let mut file = world.create();
    let path = file.path().to_owned();
    let in_use = |path: &Path| {
        let second = ReceiptFile::open(path);
        assert!(matches!(second, Err(ReceiptError::InUse { .. })));
    };
    in_use(&path);
    world.finish(&mut file);
    in_use(&path);
    file.begin_correction(world.submission(2)).unwrap();
    in_use(&path);
    assert!(read(&path).is_ok(), "looking is allowed");
    let taken = ReceiptFile::create(&path, world.stored());
    assert!(matches!(taken, Err(ReceiptError::Exists { .. })));
    drop(file);
    ReceiptFile::open(&path).unwrap();
}

#[test]
fn a_receipt_for_something_else_is_not_saved() {
    let world = World::new();
    let mut file = world.create();
    let before = fs::read(file.path()).unwrap();
    let other = world.receipt(&world.submission(1));
    let refused = file.finish(other);
    assert!(matches!(refused, Err(ReceiptError::WrongReceipt { .. })));
    let mut forged = world.receipt(file.stored().pending().unwrap());
    forged.signature = crate::ids::Signature::new([1; 64]);
    assert!(matches!(
        file.finish(forged),
        Err(ReceiptError::WrongReceipt { .. })
    ));
    assert_eq!(fs::read(file.path()).unwrap(), before);
    assert!(file.stored().pending().is_some());
}

#[test]
fn pending_files_that_nobody_works_with_are_found() {
    let world = World::new();
    let directory = world.directory();
    assert_eq!(find_pending(&directory).unwrap(), []);
    let died = {
        let mut refused = world.create();
        refused.note_refusal().unwrap();
        refused.path().to_owned()
    };
    let _running = world.create();
    let mut finished = world.create();
    world.finish(&mut finished);
    drop(finished);
    let content = fs::read(&died).unwrap();
    fs::write(directory.join("torn.json"), &content[..content.len() / 2]).unwrap();
    fs::write(directory.join("short.json"), "{").unwrap();
    fs::write(directory.join("x.json.abcdef.tmp"), &content).unwrap();
    fs::create_dir(directory.join("directory.json")).unwrap();
    let expected = PendingFile {
        path: died.clone(),
        server: "ws://127.0.0.1:8080".to_owned(),
        computation: ComputationName::default(),
        fingerprint: world.computation.terms.fingerprint,
        refused: true,
    };
    assert_eq!(find_pending(&directory).unwrap(), [expected]);
    assert!(find_pending(&died).is_err(), "not a directory");
}

#[test]
fn what_is_no_receipt_has_its_own_error() {
    let world = World::new();
    let file = world.create();
    let path = file.path().to_owned();
    drop(file);
    let valid = fs::read_to_string(&path).unwrap();
    let fingerprint = world.computation.terms.fingerprint.to_string();
    let other = crate::ids::Fingerprint::new([1; 32]).to_string();
    let seed = KeyBytes::new(**world.party.seed()).to_string();
    for bad in [
        String::new(),
        "{}".to_owned(),
        valid.replacen("pending", "finished", 1),
        valid.replacen("\"web-mpc\"", "\"web-mpd\"", 1),
        valid.replacen(&fingerprint, &other, 1),
        valid.replacen(&seed, &other, 1),
        valid.replace("\"sequence\":1", "\"sequence\":2"),
        valid.replacen("\"sequence\":1", "\"sequence\":2", 1),
        valid.replacen("party_seed", &seed, 1),
        valid.replacen("\"versions\":[{", "\"versions\":[{\"refused\":1,", 1),
    ] {
        fs::write(&path, &bad).unwrap();
        let error = ReceiptFile::open(&path).unwrap_err();
        assert!(matches!(error, ReceiptError::NotAReceipt { .. }), "{bad}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(path.to_str().unwrap()) && !shown.contains(&seed));
        assert_eq!(fs::read_to_string(&path).unwrap(), bad);
    }
    fs::write(&path, "{\"version\":2,\"state\":7}").unwrap();
    assert!(matches!(
        read(&path),
        Err(ReceiptError::NewerVersion { version: 2, .. })
    ));
    File::create(&path).unwrap().set_len(MAX_LEN + 1).unwrap();
    assert!(matches!(read(&path), Err(ReceiptError::NotAReceipt { .. })));
    let directory = read(&world.directory());
    assert!(matches!(directory, Err(ReceiptError::File(_))));
}

#[test]
fn a_receipt_is_its_partys_alone() {
    let world = World::new();
    let file = world.create();
    let path = file.path().to_owned();
    let seed = KeyBytes::new(**world.party.seed()).to_string();
    let written = format::write(file.stored());
    let capacity = format::room(file.stored());
    assert!(written.len() < capacity, "{} < {capacity}", written.len());
    assert!(fs::read_to_string(&path).unwrap().contains(&seed));
    let shown = format!("{file:?}");
    let bytes = format!("{:?}", **world.party.seed());
    assert!(!shown.contains(&seed) && !shown.contains(&bytes), "{shown}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&world.directory()), 0o700);
    }
}

#[test]
fn what_is_not_this_partys_makes_no_file() {
    let world = World::new();
    let path = world.directory().join("new.json");
    let mut stored = world.stored();
    stored.keys = SigningKeyPair::generate(&mut Entropy::System.rng());
    let refused = ReceiptFile::create(&path, stored);
    assert!(matches!(refused, Err(ReceiptError::OtherSubmission { .. })));
    assert!(!path.exists());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_content_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(format::parse(&bytes).is_err());
    }

    #[test]
    fn a_changed_file_is_of_the_same_party_or_refused(at in any::<usize>(), byte in any::<u8>()) {
        let world = World::new();
        let stored = world.stored();
        let mut bytes = format::write(&stored).to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(read) = format::parse(&bytes) {
            prop_assert!(read.terms == stored.terms);
            prop_assert!(read.keys.public() == stored.keys.public());
        }
    }
}
