//! Merkle trees of RFC 9162, section 2.1, built in blocks so that memory is bounded and one leaf's
//! place can be proved from one block of leaves and the roots of the others.

use crate::crypto::sha256_untagged;
use crate::ids::Digest;

/// Leaves in a block. A power of two: then a block's root is a node of the whole tree.
pub const BLOCK: usize = 1024;

/// SHA-256(0x00 || leaf)
#[must_use]
pub fn leaf(bytes: &[u8]) -> Digest {
    sha256_untagged(&[&[0], bytes])
}

/// SHA-256(0x01 || left || right)
fn node(left: &Digest, right: &Digest) -> Digest {
    sha256_untagged(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// The largest power of two below `len`, where RFC 9162 splits; `len` is at least 2.
fn split(len: usize) -> usize {
    1 << (usize::BITS - 1 - (len - 1).leading_zeros())
}

/// The root over the hashes of leaves, or of complete subtrees of one size of which only the last
/// may be smaller.
#[must_use]
pub fn root(hashes: &[Digest]) -> Digest {
    match hashes {
        [] => sha256_untagged(&[]),
        [only] => *only,
        _ => {
            let (left, right) = hashes.split_at(split(hashes.len()));
            node(&root(left), &root(right))
        }
    }
}

/// The path from hash `index` up to the root over `hashes`, nearest first.
#[must_use]
pub fn path(hashes: &[Digest], index: usize) -> Vec<Digest> {
    if hashes.len() < 2 {
        return Vec::new();
    }
    let (left, right) = hashes.split_at(split(hashes.len()));
    let (mut below, sibling) = match index.checked_sub(left.len()) {
        None => (path(left, index), root(right)),
        Some(index) => (path(right, index), root(left)),
    };
    below.push(sibling);
    below
}

/// Whether `path` leads from leaf `index` of `len` to `root` (RFC 9162, section 2.1.3.2).
#[must_use]
pub fn verify(leaf: &Digest, index: u64, len: u64, path: &[Digest], root: &Digest) -> bool {
    if index >= len {
        return false;
    }
    let (mut place, mut last) = (index, len - 1);
    let mut hash = *leaf;
    for sibling in path {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            hash = node(sibling, &hash);
            while place % 2 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Builds a root from leaves in order. Memory: one block, and 32 bytes for each block before.
#[derive(Debug, Default)]
pub struct RootBuilder {
    block: Vec<Digest>,
    blocks: Vec<Digest>,
}

impl RootBuilder {
    /// Appends the hash of a leaf.
    pub fn push(&mut self, leaf: Digest) {
        if self.block.len() == BLOCK {
            self.blocks.push(root(&self.block));
            self.block.clear();
        }
        self.block.push(leaf);
    }

    /// The root, and the roots of all blocks.
    #[must_use]
    pub fn finish(mut self) -> (Digest, Vec<Digest>) {
        if !self.block.is_empty() {
            self.blocks.push(root(&self.block));
        }
        (root(&self.blocks), self.blocks)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leaves(count: usize) -> Vec<Digest> {
        (0..count).map(|index| leaf(&index.to_be_bytes())).collect()
    }

    #[test]
    fn small_trees_are_those_of_the_rfc() {
        // The empty tree and the tree of one empty leaf, as Certificate Transparency lists them.
        let hex = |digest: Digest| data_encoding::HEXLOWER.encode(digest.as_bytes());
        assert_eq!(
            hex(root(&[])),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            hex(leaf(&[])),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        let l = leaves(3);
        assert_eq!(root(&l), node(&node(&l[0], &l[1]), &l[2]));
    }

    #[test]
    fn blocks_change_nothing() {
        for count in [
            0,
            1,
            2,
            BLOCK - 1,
            BLOCK,
            BLOCK + 1,
            3 * BLOCK,
            5 * BLOCK + 7,
        ] {
            let leaves = leaves(count);
            let mut builder = RootBuilder::default();
            for leaf in &leaves {
                builder.push(*leaf);
            }
            let (whole, blocks) = builder.finish();
            assert_eq!(whole, root(&leaves), "{count} leaves");
            let Some(index) = count.checked_sub(1) else {
                continue;
            };
            // A path inside the block and then among the blocks is the path in the whole tree.
            let block = leaves.chunks(BLOCK).nth(index / BLOCK).unwrap();
            let mut joined = path(block, index % BLOCK);
            joined.extend(path(&blocks, index / BLOCK));
            assert_eq!(joined, path(&leaves, index), "{count} leaves");
        }
    }

    proptest! {
        #[test]
        fn a_path_proves_its_leaf_and_no_other(count in 1_usize..200, at in any::<prop::sample::Index>()) {
            let leaves = leaves(count);
            let (index, root) = (at.index(count), root(&leaves));
            let path = path(&leaves, index);
            let (place, len) = (index as u64, count as u64);
            prop_assert!(verify(&leaves[index], place, len, &path, &root));
            prop_assert!(!verify(&leaf(b"other"), place, len, &path, &root));
            prop_assert!(!verify(&leaves[index], place + 1, len, &path, &root));
            prop_assert!(!verify(&leaves[index], place, len, &[&path[..], &[root]].concat(), &root));
            if !path.is_empty() {
                prop_assert!(!verify(&leaves[index], place, len, &path[1..], &root));
            }
        }
    }
}
