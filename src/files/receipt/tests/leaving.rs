//! Withdrawals, and files of the invited.

use super::*;
use crate::crypto::Invitation;
use crate::invitation::{Admission, Takeover};
use crate::manifest::Access;
use crate::submission::{Withdrawal, WithdrawalReceipt};

impl World {
    fn withdrawal(&self, sequence: u64) -> Signed<Withdrawal> {
        let withdrawal = Withdrawal {
            fingerprint: self.computation.terms.fingerprint,
            party_key: (*self.party.public()).into(),
            sequence,
        };
        Signed::sign(&withdrawal, &self.party)
    }

    fn withdrawn(&self, withdrawal: &Signed<Withdrawal>) -> Signed<WithdrawalReceipt> {
        let read = Withdrawal::open(withdrawal).unwrap();
        let receipt = WithdrawalReceipt::of(&read, &withdrawal.body);
        Signed::sign(&receipt, &self.computation.server.signing)
    }
}

#[test]
fn a_withdrawal_is_pending_until_it_is_receipted() {
    let world = World::new();
    let mut file = world.create();
    let withdrawal = world.withdrawal(2);
    let early = file.begin_withdrawal(withdrawal.clone());
    assert!(matches!(early, Err(ReceiptError::Unfinished { .. })));
    world.finish(&mut file);
    let skipped = file.begin_withdrawal(world.withdrawal(3));
    assert!(matches!(skipped, Err(ReceiptError::OtherSubmission { .. })));
    file.begin_withdrawal(withdrawal.clone()).unwrap();
    let path = file.path().to_owned();
    let stored = read(&path).unwrap();
    assert_eq!(stored.pending_withdrawal(), Some(&withdrawal));
    assert!(stored.is_pending() && stored.pending().is_none());
    assert_eq!(stored.newest_withdrawal(), None);
    assert_eq!(find_pending(&world.directory()).unwrap().len(), 0, "in use");

    let correction = file.begin_correction(world.submission(3));
    assert!(matches!(correction, Err(ReceiptError::Unfinished { .. })));
    let other = world.withdrawn(&world.withdrawal(3));
    let wrong = file.finish_withdrawal(other);
    assert!(matches!(wrong, Err(ReceiptError::WrongReceipt { .. })));
    let receipt = world.withdrawn(&withdrawal);
    file.finish_withdrawal(receipt.clone()).unwrap();
    let stored = read(&path).unwrap();
    assert_eq!(stored.newest_withdrawal(), Some(&receipt));
    assert!(stored.newest_receipt().is_some() && !stored.is_pending());

    // Back again: what counts is the newest.
    file.begin_correction(world.submission(3)).unwrap();
    assert_eq!(file.stored().newest_withdrawal(), Some(&receipt));
    world.finish(&mut file);
    assert_eq!(read(&path).unwrap().newest_withdrawal(), None);
}

#[test]
fn a_refused_withdrawal_leaves_what_was_submitted() {
    let world = World::new();
    let mut file = world.create();
    let nothing = file.abandon_withdrawal();
    assert!(matches!(nothing, Err(ReceiptError::NothingPending { .. })));
    // The server may have stored what it refuses, but what it has not signed cannot be taken back.
    file.note_refusal().unwrap();
    let unsigned = file.begin_withdrawal(world.withdrawal(2));
    assert!(matches!(
        unsigned,
        Err(ReceiptError::NothingSubmitted { .. })
    ));
    file.begin_correction(world.submission(2)).unwrap();
    world.finish(&mut file);
    file.begin_withdrawal(world.withdrawal(3)).unwrap();
    file.abandon_withdrawal().unwrap();
    let stored = read(file.path()).unwrap();
    assert!(!stored.is_pending() && stored.newest_receipt().is_some());
    assert_eq!(stored.withdrawal_sequence(), Some(3));
}

#[test]
fn the_invited_keep_what_admits_them_and_not_the_link() {
    let mut world = World::new();
    world.computation = fixtures::World::with(6, |manifest| manifest.access = Access::Invited);
    let keys = SigningKeyPair::<Invitation>::generate(&mut world.computation.rng);
    let terms = &world.computation.terms;
    let party = (*world.party.public()).into();
    let admission = Admission::sign(&keys, &terms.fingerprint, &party);
    let takeover = Some(Takeover { release: None });
    let make = |submission: Submission| {
        StoredReceipt::new(
            "ws://127.0.0.1:8080".to_owned(),
            world.computation.manifest.clone(),
            terms.clone(),
            world.party.clone(),
            submission,
        )
    };
    let path = world.directory().join("one.json");
    let uninvited = ReceiptFile::create(&path, make(world.submission(1)));
    assert!(matches!(
        uninvited,
        Err(ReceiptError::OtherSubmission { .. })
    ));
    let asking = admission.taking_over(takeover);
    let submission = world.submission(1).admitted(Some(asking));
    let mut file = ReceiptFile::create(&path, make(submission.clone())).unwrap();
    assert_eq!(read(&path).unwrap().pending(), Some(&submission));
    assert_eq!(read(&path).unwrap().admission, Some(admission));
    world.finish(&mut file);
    let without = file.begin_correction(world.submission(2));
    assert!(matches!(without, Err(ReceiptError::OtherSubmission { .. })));
    let with = world.submission(2).admitted(Some(admission));
    file.begin_correction(with).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let seed = data_encoding::BASE64URL_NOPAD.encode(&**keys.seed());
    assert!(!text.contains(&seed));
    // Another party's admission is no use here.
    let other = text.replacen(&party.to_string(), &keys.public().to_string(), 1);
    fs::write(&path, other).unwrap();
    assert!(read(&path).is_err());
}
