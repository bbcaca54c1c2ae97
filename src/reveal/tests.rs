use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::batch::merkle::RootBuilder;
use crate::batch::{Batch, Commit, leaf};
use crate::crypto::{Party, SEAL_OVERHEAD, SigningKeyPair, Tag};
use crate::disclosure::Outcome;
use crate::fixtures::World;
use crate::ids::{Blob, SubmissionId};
use crate::measurement::{InputShares, Population};
use crate::record::{Countersigned, Signed};
use crate::submission::{Sizes, Submission};

/// Freezes submissions as a server does.
fn freeze(world: &World, submissions: &mut [Submission]) -> Batch {
    submissions.sort_by_key(|submission| submission.party_key);
    let mut root = RootBuilder::default();
    for submission in submissions.iter() {
        root.push(leaf(&submission.party_key, &submission.hash()));
    }
    Batch {
        fingerprint: world.terms.fingerprint,
        parties: submissions.len() as u64,
        root: root.finish().0,
        invitations: None,
    }
}

/// Both sides of the pages of a batch, `page_len` submissions each.
fn run(
    world: &World,
    submissions: &[Submission],
    batch: &Batch,
    page_len: usize,
) -> Result<(Tally, Tally), RevealError> {
    let terms = Arc::new(world.terms.clone());
    let leader = Leader::new(Arc::clone(&terms), world.computation_key.clone());
    let helper = Helper::new(Arc::clone(&terms), world.analyst.boxes.clone());
    let mut collection = Collection::new(helper.clone(), batch.clone());
    let mut tally = Tally::new(&terms.scheme);
    for (number, page) in submissions.chunks(page_len).enumerate() {
        let number = u32::try_from(number).unwrap();
        let prepared = leader.prepare(number, page);
        let verdicts = collection.verified(helper.verify(number, &prepared.frame)?)?;
        let judged = leader.judge(prepared, &verdicts)?;
        collection.settled(&judged.frame)?;
        tally.add(&terms.scheme, &judged)?;
    }
    Ok((tally, collection.finish()?))
}

/// The whole reveal, to the number that the analyst reads.
fn reveal(world: &mut World, submissions: &mut [Submission], page_len: usize) -> (Commit, i128) {
    let batch = freeze(world, submissions);
    let (servers, analysts) = run(world, submissions, &batch, page_len).unwrap();
    let decision = analysts.decide(&world.terms, &batch).unwrap();
    assert_eq!(
        servers.decide(&world.terms, &batch).unwrap(),
        decision,
        "both find the same"
    );
    let Decision { commit, population } = decision;
    let signed = Signed::sign(&commit, &world.analyst.signing);
    let commit_record = Countersigned::countersign(&signed, &world.server.signing);
    let (terms, rng) = (&world.terms, &mut world.rng);
    let released = release(
        terms,
        &commit_record.body,
        None,
        &terms.scheme.release(servers.aggregate(), &population),
        &world.server.signing,
        rng,
    );
    let share = open_release(
        terms,
        &commit_record.body,
        &Agreed::uncounted(population.clone()),
        &released,
        &world.analyst.boxes,
    )
    .unwrap();
    let ours = terms.scheme.release(analysts.aggregate(), &population);
    let aggregate = terms.scheme.unshard(&share, &ours, population);
    let record = record_result(
        terms,
        &batch,
        &commit_record.body,
        &aggregate,
        &world.analyst,
        rng,
    );
    let again = open_result(terms, &commit_record.body, &record, &world.analyst.boxes).unwrap();
    assert_eq!(again, aggregate, "the analyst reads its own record");
    (
        commit,
        terms
            .scheme
            .summarise(&aggregate)
            .sum()
            .unwrap()
            .try_into()
            .unwrap(),
    )
}

/// A submission whose analyst's share is other bytes than the sharding gave.
fn with_analyst_share(world: &mut World, share: Vec<u8>) -> Submission {
    let keys = SigningKeyPair::<Party>::generate(&mut world.rng);
    let id = SubmissionId::random(&mut world.rng);
    let shares = InputShares {
        public_part: vec![],
        server: vec![0; 16].into(),
        analyst: share.into(),
    };
    Submission::seal_shares(&world.terms, &keys, id, 1, &shares, &mut world.rng)
}

#[test]
fn malformed_analyst_shares_leave_both_sums() {
    let mut world = World::new(1);
    let mut submissions: Vec<_> = [42, 0, 7].map(|value| world.submission(value)).into();
    // From the modulus up; a box of noise; a box that belongs to another submission.
    submissions.push(with_analyst_share(&mut world, vec![0xff; 16]));
    let mut noise = world.submission(1_000);
    noise.analyst_box.0.fill(7);
    submissions.push(noise);
    let mut swapped = world.submission(10_000);
    swapped.analyst_box = submissions[0].analyst_box.clone();
    submissions.push(swapped);
    let (commit, sum) = reveal(&mut world, &mut submissions, 4);
    // The swapped server header names the hash of the box that was swapped out.
    let counts: Vec<_> = commit.counts.rejected.into_iter().collect();
    assert_eq!(
        counts,
        [
            (Rejection::AnalystShareMalformed, 1),
            (Rejection::ServerHeaderMismatch, 2)
        ]
    );
    assert_eq!((commit.counts.accepted, sum), (3, 49));
    assert_eq!(commit.outcome, Outcome::without(vec![]));
}

#[test]
fn a_box_sealed_to_somebody_else_is_rejected_with_a_reason() {
    let mut world = World::new(2);
    let mut other = World::new(3);
    let mut foreign = other.submission(5);
    // Bind the foreign box properly to this computation, as a cheating party would.
    let keys = SigningKeyPair::<Party>::generate(&mut world.rng);
    let mut terms = world.terms.clone();
    terms.manifest.analyst.box_key = *other.analyst.boxes.public();
    let shares = InputShares {
        public_part: vec![],
        server: vec![0; 16].into(),
        analyst: vec![0; 16].into(),
    };
    foreign.submission_id = SubmissionId::random(&mut world.rng);
    let sealed = Submission::seal_shares(
        &terms,
        &keys,
        foreign.submission_id,
        1,
        &shares,
        &mut world.rng,
    );
    assert!(
        sealed.check(&world.terms, &world.computation_key).is_ok(),
        "the server cannot see it"
    );
    let mut submissions = vec![sealed, world.submission(9)];
    let (commit, sum) = reveal(&mut world, &mut submissions, 1);
    assert_eq!(
        commit.counts.rejected.get(&Rejection::AnalystBoxUnopenable),
        Some(&1)
    );
    assert_eq!(sum, 9);
}

#[test]
fn the_analyst_notices_another_batch() {
    let mut world = World::new(4);
    let mut submissions: Vec<_> = (0..5).map(|value| world.submission(value)).collect();
    let batch = freeze(&world, &mut submissions);
    let find = |submissions: &[Submission], batch: &Batch| {
        run(&world, submissions, batch, 2).map(|_| ()).unwrap_err()
    };
    assert_eq!(find(&submissions[..4], &batch), RevealError::Count);
    let mut exchanged = submissions.clone();
    exchanged[3].sequence = 2;
    assert_eq!(find(&exchanged, &batch), RevealError::Root);
    let mut unsorted = submissions.clone();
    unsorted.swap(0, 1);
    assert_eq!(find(&unsorted, &batch), RevealError::Order);
    let mut doubled = submissions.clone();
    doubled[1] = doubled[0].clone();
    assert_eq!(find(&doubled, &batch), RevealError::Order);
    let fewer = Batch {
        parties: 4,
        ..batch.clone()
    };
    assert_eq!(find(&submissions, &fewer), RevealError::Count);
    let mut same_id = submissions.clone();
    same_id[1].submission_id = same_id[0].submission_id;
    let batch = freeze(&world, &mut same_id);
    assert_eq!(find(&same_id, &batch), RevealError::DuplicateId);
}

#[test]
fn verdicts_that_a_side_may_not_give_are_errors() {
    let mut world = World::new(5);
    let mut submissions = vec![world.submission(1), world.submission(2)];
    let batch = freeze(&world, &mut submissions);
    let terms = Arc::new(world.terms.clone());
    let leader = Leader::new(Arc::clone(&terms), world.computation_key.clone());
    let helper = Helper::new(terms, world.analyst.boxes.clone());
    let verdicts = helper
        .verify(0, &leader.prepare(0, &submissions).frame)
        .unwrap()
        .frame;
    let judge = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = verdicts.clone();
        change(&mut changed);
        leader
            .judge(leader.prepare(0, &submissions), &changed)
            .map(|page| page.frame)
    };
    assert!(judge(&|_| {}).is_ok());
    assert_eq!(judge(&|v| v[9] = 200), Err(RevealError::Verdict));
    let servers = Rejection::VerifierMessageRejected.code();
    assert_eq!(
        judge(&|v| v[9] = servers),
        Err(RevealError::Verdict),
        "the server's to give"
    );
    assert!(judge(&|v| v[9] = Rejection::ProofRejected.code()).is_ok());
    assert_eq!(judge(&|v| v[0] = 3), Err(RevealError::Frame));
    assert_eq!(judge(&|v| v[4] = 1), Err(RevealError::Frame), "page number");
    assert_eq!(judge(&|v| v[8] = 1), Err(RevealError::Frame), "count");
    assert_eq!(judge(&|v| v.truncate(10)), Err(RevealError::Frame));
    assert_eq!(judge(&Vec::clear), Err(RevealError::Frame));
    // A server that lets in what the analyst rejected, or rejects for a reason of the analyst's.
    for verdict in [0, Rejection::ProofRejected.code()] {
        let mut rejected = submissions.clone();
        rejected[0].analyst_box.0[0] ^= u8::from(verdict == 0);
        let prepared = leader.prepare(0, &rejected);
        let mut collection = Collection::new(helper.clone(), batch.clone());
        let page = helper.verify(0, &prepared.frame).unwrap();
        collection.verified(page).unwrap();
        let mut third = vec![3, 0, 0, 0, 0, 0, 0, 0, 2, verdict, 0];
        assert_eq!(collection.settled(&third), Err(RevealError::Verdict));
        third.clear();
        assert_eq!(collection.settled(&third), Err(RevealError::Frame));
    }
}

#[test]
fn a_released_share_belongs_to_one_commit_and_one_analyst() {
    let mut world = World::new(6);
    let scheme = &world.terms.scheme;
    let share = scheme.release(&scheme.aggregate_init(), &Population::whole(0));
    let (commit, other) = (Blob(vec![1]), Blob(vec![2]));
    let signing = &world.server.signing;
    let released = release(&world.terms, &commit, None, &share, signing, &mut world.rng);
    let agreed = Agreed::uncounted(Population::whole(0));
    let open = |commit, keys| open_release(&world.terms, commit, &agreed, &released, keys);
    assert_eq!(open(&commit, &world.analyst.boxes), Ok(share.clone()));
    assert_eq!(
        open(&other, &world.analyst.boxes),
        Err(OutcomeError::OtherCommit)
    );
    let stranger = World::new(7).analyst;
    assert_eq!(
        open(&commit, &stranger.boxes),
        Err(OutcomeError::Unopenable)
    );
    let len = Tag::AGGREGATE_SHARE.as_str().len() + 1 + 32 + 16 + SEAL_OVERHEAD;
    let release = released.open(world.server.signing.public()).unwrap();
    assert_eq!(release.sealed_share.0.len(), len);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_sum_is_that_of_the_plain_numbers(
        values in prop::collection::vec(0_i64..=i64::MAX, 1..40), page_len in 1_usize..20, seed in any::<u64>(),
    ) {
        let mut world = World::new(seed);
        let mut submissions: Vec<_> = values.iter().map(|value| world.submission(*value)).collect();
        let (commit, sum) = reveal(&mut world, &mut submissions, page_len);
        prop_assert_eq!(commit.counts.accepted, values.len() as u64);
        prop_assert_eq!(sum, values.iter().map(|value| i128::from(*value)).sum::<i128>());
    }

    #[test]
    fn no_frame_can_stop_either_side(noise in prop::collection::vec(any::<u8>(), 0..900), number in 0_u32..3) {
        let mut world = World::new(8);
        let terms = Arc::new(world.terms.clone());
        let leader = Leader::new(Arc::clone(&terms), world.computation_key.clone());
        let helper = Helper::new(terms, world.analyst.boxes.clone());
        let submission = world.submission(1);
        // Whatever comes is a verdict or an error.
        drop(helper.verify(number, &noise));
        drop(leader.judge(leader.prepare(number, &[submission]), &noise));
        let entry = 32 + 16 + 32 + Sizes::of(&world.terms).analyst_box + 1;
        let mut framed = vec![1, 0, 0, 0, 0, 0, 0, 0, 1];
        framed.extend(noise.iter().chain([&9]).cycle().take(entry));
        drop(helper.verify(0, &framed));
    }
}
