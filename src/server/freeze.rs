//! Fixing a batch: its leaves are read in order, hashed into a root, and signed.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::OwnedMutexGuard;

use super::Shared;
use super::live::{Live, View};
use super::refusals;
use super::stored;
use crate::batch::{Batch, InvitationCounts, leaf, merkle};
use crate::ids::{Blob, Digest, PartyKey};
use crate::manifest::{Access, Phase, Terms};
use crate::protocol::Refusal;
use crate::record::Signed;
use crate::store::{Leaf, StoredBatch};

/// Blocks of leaves: what is kept of a batch so that one place in it can be proved.
///
/// ```text
/// blocks = (first party key (32) || root of the block (32)) ...
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Blocks(Vec<(PartyKey, Digest)>);

impl Blocks {
    const ENTRY: usize = PartyKey::LEN + Digest::LEN;

    /// Those of a stretch of leaves that begins with a block.
    fn of_leaves(leaves: &[Leaf]) -> Self {
        let blocks = leaves.chunks(merkle::BLOCK).filter_map(|block| {
            let first = block.first()?.party_key;
            Some((first, merkle::root(&hashes(block))))
        });
        Self(blocks.collect())
    }

    fn write(&self) -> Blob {
        let mut bytes = Vec::with_capacity(self.0.len() * Self::ENTRY);
        for (first, root) in &self.0 {
            bytes.extend_from_slice(first.as_bytes());
            bytes.extend_from_slice(root.as_bytes());
        }
        Blob(bytes)
    }

    pub(super) fn read(blob: &Blob) -> Option<Self> {
        let entries = blob.0.chunks(Self::ENTRY).map(|entry| {
            let (first, root) = entry.split_at_checked(PartyKey::LEN)?;
            Some((PartyKey::from_slice(first)?, Digest::from_slice(root)?))
        });
        entries.collect::<Option<_>>().map(Self)
    }

    /// Which block a party would stand in, and the first key of that block.
    pub(super) fn of(&self, party: &PartyKey) -> Option<(usize, PartyKey)> {
        let above = self.0.partition_point(|(first, _)| first <= party);
        let index = above.checked_sub(1)?;
        self.0.get(index).map(|(first, _)| (index, *first))
    }

    /// The roots of all blocks.
    pub(super) fn roots(&self) -> Vec<Digest> {
        self.0.iter().map(|(_, root)| *root).collect()
    }
}

/// The hashes of leaves.
pub(super) fn hashes(leaves: &[Leaf]) -> Vec<Digest> {
    let hash = |each: &Leaf| leaf(&each.party_key, &each.submission_hash);
    leaves.iter().map(hash).collect()
}

/// Describes a batch that was just frozen, in the database and then in the ledger. Where that was
/// done before, it changes nothing. `turn` is [`Seat::turn`](super::live::Seat::turn).
///
/// It is done in a task of its own, to its end: it may take longer than an answer may, and whoever
/// asks again waits for the same, not for another one from the beginning.
pub(super) async fn describe(
    shared: &Arc<Shared>,
    live: &Arc<Live>,
    turn: OwnedMutexGuard<()>,
) -> Result<Arc<View>, Refusal> {
    let (shared, live) = (Arc::clone(shared), Arc::clone(live));
    let described = tokio::spawn(async move {
        let view = read_and_record(&shared, &live).await;
        drop(turn);
        view
    });
    described
        .await
        .unwrap_or_else(|_| Err(refusals::internal()))
}

async fn read_and_record(shared: &Shared, live: &Live) -> Result<Arc<View>, Refusal> {
    let fingerprint = live.terms.fingerprint;
    let mut view = live.refresh(&*shared.store).await?;
    if view.batch.is_none() {
        let (batch, blocks) = read(shared, live).await?;
        let description = StoredBatch {
            statement: stored::stored(&Signed::sign(&batch, &shared.identity.signing)),
            blocks: blocks.write(),
        };
        shared.store.record_batch(&fingerprint, description).await?;
        view = live.refresh(&*shared.store).await?;
    }
    // A freeze may be repeated after the commit: the ledger has both then, and is shown both.
    shared.safe.record(fingerprint, view.shown()).await?;
    Ok(view)
}

/// A crash may have come between the freeze and the description of the batch. Where somebody is at
/// it, there is nothing to do.
pub(super) async fn repair(shared: &Arc<Shared>, live: &Arc<Live>) -> Result<(), Refusal> {
    let view = live.view();
    if view.phase.is_frozen()
        && view.phase != Phase::Purged
        && view.batch.is_none()
        && let Ok(turn) = Arc::clone(&live.seat.turn).try_lock_owned()
    {
        describe(shared, live, turn).await?;
    }
    Ok(())
}

/// Leaves that are read at once: what is beside the hashing is then nothing.
const LEAVES: usize = 8 * merkle::BLOCK;

/// Reads that are being hashed at the same time: all cores have work, and memory stays small.
const HASHING: usize = 4;

async fn read(shared: &Shared, live: &Live) -> Result<(Batch, Blocks), Refusal> {
    let fingerprint = live.terms.fingerprint;
    let (mut blocks, mut parties, mut after) = (Blocks::default(), 0_u64, None);
    let mut hashing = VecDeque::with_capacity(HASHING);
    loop {
        let leaves = shared.store.leaves(&fingerprint, after, LEAVES).await?;
        let (count, last) = (leaves.len(), leaves.last());
        after = last.map(|leaf| leaf.party_key).or(after);
        parties = u64::try_from(count)
            .ok()
            .and_then(|count| parties.checked_add(count))
            .ok_or_else(refusals::internal)?;
        let workers = shared.workers.clone();
        // A task of its own, so that the pool starts on it while more is read.
        hashing.push_back(tokio::spawn(async move {
            workers.run(move || Blocks::of_leaves(&leaves)).await
        }));
        let more = count == LEAVES;
        while hashing.len() >= HASHING || !more {
            let Some(hashed) = hashing.pop_front() else {
                break;
            };
            let hashed = hashed.await.map_err(|_| refusals::internal())??;
            blocks.0.extend(hashed.0);
        }
        if !more {
            break;
        }
    }
    let root = merkle::root(&blocks.roots());
    let invited = live.terms.manifest.access == Access::Invited;
    let invitations = if invited {
        let totals = shared.store.invitation_totals(&fingerprint).await?;
        let near_round = near_round(shared, &live.terms).await?;
        Some(InvitationCounts {
            made: totals.made,
            revoked: totals.revoked,
            used: totals.used,
            withdrawn: totals.withdrawn,
            takeovers: totals.takeovers,
            near_round,
        })
    } else {
        None
    };
    let batch = Batch {
        fingerprint,
        parties,
        root,
        invitations,
    };
    Ok((batch, blocks))
}

/// An earlier round that this one must not be compared with.
pub(super) async fn near_round(shared: &Shared, terms: &Terms) -> Result<Option<u32>, Refusal> {
    let manifest = &terms.manifest;
    if !manifest.is_compared() {
        return Ok(None);
    }
    let least = manifest.min_parties;
    Ok(shared.store.near_round(&terms.fingerprint, least).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SubmissionHash;

    #[test]
    fn a_party_is_found_in_its_block() {
        let key = |number: u8| PartyKey::new([number; 32]);
        let leaves: Vec<Leaf> = [10, 20, 30]
            .map(|number| Leaf {
                party_key: key(number),
                submission_hash: SubmissionHash::new([number; 32]),
            })
            .to_vec();
        let blocks = leaves.iter().map(std::slice::from_ref);
        let blocks = Blocks(blocks.flat_map(|leaf| Blocks::of_leaves(leaf).0).collect());
        assert_eq!(blocks.of(&key(5)), None);
        assert_eq!(blocks.of(&key(10)), Some((0, key(10))));
        assert_eq!(blocks.of(&key(25)), Some((1, key(20))));
        assert_eq!(blocks.of(&key(99)), Some((2, key(30))));
        assert_eq!(blocks.roots(), hashes(&leaves));
        let written = blocks.write();
        assert_eq!(Blocks::read(&written), Some(blocks));
        assert_eq!(Blocks::read(&Blob(vec![0; 65])), None);
    }
}
