//! Merkle trees, accept bitmaps, commits.

use serde_json::{Value, json};
use web_mpc::batch::{Accepted, Commit, commit_hash, leaf, merkle};
use web_mpc::disclosure::{Counts, Limits, MaxRejected, decide};
use web_mpc::ids::Digest;
use web_mpc::measurement::groups::Groups;
use web_mpc::measurement::merging::{MergeRule, Merging};
use web_mpc::record::Countersigned;

use super::{Input, Kinds, base64};

pub(super) const KINDS: Kinds = &[
    ("merkle", tree),
    ("accepted", accepted),
    ("outcome", outcome),
    ("outcome_of_invited", outcome_of_invited),
    ("commit", commit),
    ("bad_merkle", place),
    ("bad_accepted", accepted_bytes),
    ("bad_commit", commit),
];

fn tree(input: &Input<'_>) -> Result<Value, String> {
    let leaves: Vec<Digest> = input
        .items("leaves")
        .map(|each| leaf(&each.read("party_key"), &each.read("submission_hash")))
        .collect();
    let root = merkle::root(&leaves);
    let mut builder = merkle::RootBuilder::default();
    for leaf in &leaves {
        builder.push(*leaf);
    }
    assert_eq!(builder.finish().0, root);
    let count = u64::try_from(leaves.len()).unwrap();
    let paths: Vec<Vec<Digest>> = (0..leaves.len())
        .map(|index| merkle::path(&leaves, index))
        .collect();
    for ((index, leaf), path) in (0..).zip(&leaves).zip(&paths) {
        assert!(merkle::verify(leaf, index, count, path, &root));
    }
    Ok(json!({ "root": root, "paths": paths }))
}

fn place(input: &Input<'_>) -> Result<Value, String> {
    let holds = merkle::verify(
        &input.read("leaf"),
        input.number("index"),
        input.number("leaves"),
        &input.read::<Vec<Digest>>("path"),
        &input.read("root"),
    );
    holds.then_some(Value::Null).ok_or_else(String::new)
}

fn accepted(input: &Input<'_>) -> Result<Value, String> {
    let bits: Vec<bool> = input.read("bits");
    let mut accepted = Accepted::default();
    for bit in &bits {
        accepted.push(*bit);
    }
    let len = u64::try_from(bits.len()).unwrap();
    assert_eq!(
        Accepted::from_bits(accepted.bits().to_vec(), len),
        Some(accepted.clone())
    );
    for (index, bit) in (0..).zip(bits) {
        assert_eq!(accepted.get(index), Some(bit));
    }
    Ok(json!({ "bytes": base64(accepted.bits()), "hash": accepted.hash() }))
}

fn accepted_bytes(input: &Input<'_>) -> Result<Value, String> {
    let read = Accepted::from_bits(input.bytes("bytes"), input.number("parties"));
    read.map(|_| Value::Null).ok_or_else(String::new)
}

/// For each dimension what may be merged.
fn rules(input: &Input<'_>) -> Vec<Option<MergeRule>> {
    // Older vectors have none.
    let Some(rules) = input.0.get("merging") else {
        return Vec::new();
    };
    let rules: Vec<Option<(usize, Vec<usize>)>> = serde_json::from_value(rules.clone()).unwrap();
    rules
        .into_iter()
        .map(|rule| rule.map(|(into, options)| MergeRule { into, options }))
        .collect()
}

fn outcome(input: &Input<'_>) -> Result<Value, String> {
    decided(input, MaxRejected::Any)
}

fn outcome_of_invited(input: &Input<'_>) -> Result<Value, String> {
    decided(input, MaxRejected::Tenth)
}

/// `otherwise` is what `null` stands for.
fn decided(input: &Input<'_>, otherwise: MaxRejected) -> Result<Value, String> {
    let most: Option<u64> = input.read("max_rejected");
    let limits = Limits {
        min_cell: 1,
        merging: Merging::new(rules(input)),
        min_parties: input.number("min_parties"),
        max_rejected: most.map_or(otherwise, MaxRejected::AtMost),
        min_cohort: input.number("min_cohort"),
        groups: Groups::new(&input.read::<Vec<usize>>("dimensions")),
    };
    Ok(json!(decide(&limits, &input.read::<Counts>("counts"))))
}

fn commit(input: &Input<'_>) -> Result<Value, String> {
    let manifest = input.computation().terms.manifest;
    let commit: Countersigned<Commit> = input.read("commit");
    let keys = (
        &manifest.analyst.signing_key,
        &manifest.server.identity.signing_key,
    );
    let opened = commit.open(keys.0, keys.1);
    opened.map_err(|error| error.to_string())?;
    Ok(json!(commit_hash(&commit.body)))
}
