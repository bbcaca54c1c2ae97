//! Telling a party whether its submission was counted, with the proof.

use std::sync::Arc;

use super::Shared;
use super::connection::Answer;
use super::freeze::{Blocks, hashes};
use super::live::Live;
use super::{refusals, stored};
use crate::batch::merkle;
use crate::ids::{Digest, Fingerprint, PartyKey};
use crate::invitation::{Admission, Takeover};
use crate::protocol::{Departure, Inclusion, Place, Refusal, ServerMessage};
use crate::reveal::rejection_of;
use crate::store::{Leaf, StoreError, StoredCommit, StoredDeparture};

/// Where a party stands in the batch of a computation.
pub(super) async fn inclusion(
    shared: &Arc<Shared>,
    fingerprint: &Fingerprint,
    party: PartyKey,
) -> Result<Answer, Refusal> {
    let live = shared.known(fingerprint).await?;
    let view = live.view();
    let (batch, commit) = (view.frozen()?.signed.clone(), view.bound()?.signed.clone());
    // Each holds a whole accept bitmap, which anybody may ask for.
    let _place = shared
        .reading
        .acquire()
        .await
        .map_err(|_| refusals::busy())?;
    let decided = shared.store.commit(fingerprint).await?;
    let decided = decided.ok_or_else(refusals::not_committed)?;
    let place = find(shared, &live, party, &decided).await?;
    let departure = match place {
        Some(_) => None,
        None => shared.store.departure(fingerprint, &party).await?,
    };
    let verdicts = decided.accepted.0.len();
    let read = verdicts.saturating_add(decided.rejected.0.len());
    let inclusion = Inclusion {
        batch,
        commit,
        accepted: decided.accepted,
        place,
        departure: departure.map(departed),
    };
    let message = ServerMessage::Inclusion(Box::new(inclusion));
    Ok(Answer::Read(Box::new(message), read))
}

fn departed(stored: StoredDeparture) -> Departure {
    match stored {
        StoredDeparture::Withdrawn(record) => Departure::Withdrawn(stored::signed(record)),
        StoredDeparture::Replaced {
            by,
            key,
            signature,
            release,
        } => Departure::Replaced {
            party_key: by,
            invitation: Admission {
                key,
                signature,
                takeover: Some(Takeover { release }),
            },
        },
    }
}

async fn find(
    shared: &Shared,
    live: &Live,
    party: PartyKey,
    decided: &StoredCommit,
) -> Result<Option<Place>, Refusal> {
    let fingerprint = &live.terms.fingerprint;
    let batch = shared.store.batch(fingerprint).await?;
    let batch = batch.ok_or_else(refusals::not_frozen)?;
    let blocks = Blocks::read(&batch.blocks);
    let blocks = blocks.ok_or_else(|| {
        shared.corrupt(*fingerprint, &StoreError::Corrupt("description of a batch"))
    })?;
    let Some((block, first)) = blocks.of(&party) else {
        return Ok(None);
    };
    let leaves = shared
        .store
        .leaves(fingerprint, before(&first), merkle::BLOCK)
        .await?;
    let Ok(index) = leaves.binary_search_by_key(&party, |leaf| leaf.party_key) else {
        return Ok(None);
    };
    let Some(&Leaf {
        submission_hash, ..
    }) = leaves.get(index)
    else {
        return Ok(None);
    };
    let path = shared
        .workers
        .run(move || path(&leaves, index, &blocks, block))
        .await?;
    let index = place(block, index).ok_or_else(refusals::internal)?;
    Ok(Some(Place {
        index,
        submission_hash,
        path,
        rejection: rejection_of(&decided.rejected, index),
    }))
}

/// First inside the block, then among the blocks.
fn path(leaves: &[Leaf], index: usize, blocks: &Blocks, block: usize) -> Vec<Digest> {
    let mut path = merkle::path(&hashes(leaves), index);
    path.extend(merkle::path(&blocks.roots(), block));
    path
}

fn place(block: usize, index: usize) -> Option<u64> {
    let first = block.checked_mul(merkle::BLOCK)?;
    u64::try_from(first.checked_add(index)?).ok()
}

/// The key before this one: the store gives what comes after a key.
fn before(key: &PartyKey) -> Option<PartyKey> {
    let mut bytes = *key.as_bytes();
    for byte in bytes.iter_mut().rev() {
        let (less, borrowed) = byte.overflowing_sub(1);
        *byte = less;
        if !borrowed {
            return Some(PartyKey::new(bytes));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_before_borrows() {
        let mut bytes = [0; 32];
        assert_eq!(before(&PartyKey::new(bytes)), None);
        bytes[30] = 1;
        let mut less = [0; 32];
        less[31] = 255;
        assert_eq!(before(&PartyKey::new(bytes)), Some(PartyKey::new(less)));
    }
}
