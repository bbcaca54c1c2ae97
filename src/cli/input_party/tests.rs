use tempfile::TempDir;

use super::*;
use crate::fixtures::World;
use crate::protocol::{ErrorCode, Refusal};
use crate::submission::Submission;

/// A run whose submission is sealed, saved, and perhaps stored by the server.
fn sealed(directory: &TempDir) -> Run {
    let mut world = World::new(1);
    let keys = SigningKeyPair::<Party>::generate(&mut world.rng);
    let measurement = Measurement::Number(42.into());
    let submission =
        Submission::seal(&world.terms, &keys, 1, &measurement, &mut world.rng).unwrap();
    let url: ServerUrl = "ws://127.0.0.1:8080".parse().unwrap();
    let stored = StoredReceipt::new(
        url.to_string(),
        world.manifest,
        world.terms,
        keys.clone(),
        submission,
    );
    let path = directory.path().join("receipt.json");
    Run {
        url,
        computation: "web-mpc".to_owned(),
        pinned: true,
        path: Some(path.clone()),
        keys,
        file: Some(ReceiptFile::create(&path, stored).unwrap()),
        told: false,
        output: Output::new(false),
    }
}

#[test]
fn a_refusal_is_noted_and_the_key_is_kept() {
    let cases = [
        (ErrorCode::NotOpen, true),
        (ErrorCode::ComputationFull, true),
        (ErrorCode::SubmissionUnopenable, true),
        (ErrorCode::UnknownComputation, false),
        (ErrorCode::RolledBack, false),
        (ErrorCode::Internal, false),
        (ErrorCode::Busy, false),
    ];
    for (code, noted) in cases {
        let directory = tempfile::tempdir().unwrap();
        let run = sealed(&directory);
        let (seed, path) = (run.keys.seed().clone(), run.path.clone().unwrap());
        let sealed = run.file.as_ref().unwrap().stored().pending().cloned();
        let refused = ClientError::Refused(Refusal::new(code, "no"));
        let failure = run.give_up(refused);
        assert_eq!(failure.code, code.to_string());
        let command = format!("input-party -- --receipt {}", path.display());
        assert!(failure.hint.unwrap().ends_with(&command), "{code}");
        let left = crate::files::receipt::read(&path).unwrap();
        assert_eq!(*left.keys.seed(), seed);
        assert_eq!(left.pending(), sealed.as_ref());
        assert_eq!(left.is_refused(), noted, "{code}");
    }
}
