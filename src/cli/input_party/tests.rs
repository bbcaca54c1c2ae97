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
        output: Output::new(false),
    }
}

#[test]
fn only_a_refusal_of_the_submission_itself_gives_it_up() {
    let cases = [
        (ErrorCode::NotOpen, false),
        (ErrorCode::ComputationFull, false),
        (ErrorCode::SubmissionUnopenable, false),
        (ErrorCode::UnknownComputation, true),
        (ErrorCode::RolledBack, true),
        (ErrorCode::Internal, true),
        (ErrorCode::Busy, true),
    ];
    for (code, kept) in cases {
        let directory = tempfile::tempdir().unwrap();
        let run = sealed(&directory);
        let refused = ClientError::Refused(Refusal::new(code, "no"));
        let failure = run.give_up(refused);
        assert_eq!(failure.code, code.to_string());
        let left = crate::files::receipt::read(&directory.path().join("receipt.json"));
        assert_eq!(left.is_ok(), kept, "{code}");
    }
}
