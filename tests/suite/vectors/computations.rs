//! Manifests and notices.

use serde_json::{Value, json};
use web_mpc::crypto::{Tag, sha256};
use web_mpc::ids::Fingerprint;
use web_mpc::manifest::{Dates, Manifest, ManifestError, Notice, Terms};
use web_mpc::record::{Countersigned, Signed};
use web_mpc::reveal::frame::Layout;
use web_mpc::session::Announced;
use web_mpc::submission::Sizes;

use super::{Computation, Input, Kinds};

pub(super) const KINDS: Kinds = &[
    ("computation", computation),
    ("notices", notices),
    ("announced", announced),
    ("bad_manifest", manifest),
    ("bad_notices", notices),
    ("bad_announced", announced),
];

fn computation(input: &Input<'_>) -> Result<Value, String> {
    let Computation {
        terms,
        analyst,
        server,
        key,
    } = Computation::read(input);
    let manifest = &terms.manifest;
    assert_eq!(manifest.analyst, analyst.public());
    assert_eq!(manifest.server.identity, server.public());
    assert_eq!(manifest.server.computation_key.box_key, *key.public());
    let sizes = Sizes::of(&terms);
    Ok(json!({
        "fingerprint": terms.fingerprint,
        "six_words": terms.fingerprint.words(Fingerprint::WORDS_SHOWN),
        "twelve_words": terms.fingerprint.words(Fingerprint::WORDS_PINNED),
        "analyst_key_id": manifest.analyst.key_id(),
        "server_key_id": manifest.server.identity.key_id(),
        "public_part_bytes": sizes.public_part,
        "server_box_bytes": sizes.server_box,
        "analyst_box_bytes": sizes.analyst_box,
        "submissions_per_page": Layout::of(&terms).submissions_per_page(),
    }))
}

fn manifest(input: &Input<'_>) -> Result<Value, String> {
    let manifest: Countersigned<Manifest> = input.read("manifest");
    // What a server checks before it countersigns, then what everybody else does.
    let proposed = Terms::proposed(&manifest.analysts());
    let terms = proposed
        .and_then(|_| Terms::agreed(&manifest))
        .map_err(|error| match error {
            ManifestError::Record(_) => "record",
            ManifestError::TooLong { .. } => "length",
            ManifestError::Version(_) => "version",
            ManifestError::WeakKeys => "weak_keys",
            ManifestError::ComputationKey => "computation_key",
            ManifestError::Numbers => "numbers",
            ManifestError::Minimum { .. } => "minimum",
            ManifestError::Policy(_) => "policy",
            ManifestError::Kind(_) => "kind",
        })?;
    Ok(json!(terms.fingerprint))
}

/// What all notices together say.
fn announced(input: &Input<'_>) -> Result<Value, String> {
    let terms = input.computation().terms;
    let notices: Vec<Signed<Notice>> = input.read("notices");
    let announced = Announced::by(&terms, &notices).map_err(|error| error.to_string())?;
    let Dates {
        opens_at,
        closes_at,
    } = announced.dates;
    Ok(json!({ "state": announced.phase, "opens_at": opens_at, "closes_at": closes_at }))
}

/// Every notice must be the one that follows those before.
fn notices(input: &Input<'_>) -> Result<Value, String> {
    let terms = input.computation().terms;
    let notices: Vec<Signed<Notice>> = input.read("notices");
    let mut last: Option<&Signed<Notice>> = None;
    let mut hashes = Vec::new();
    for (number, signed) in (1..).zip(&notices) {
        let notice = signed
            .open(&terms.manifest.analyst.signing_key)
            .map_err(|error| error.to_string())?;
        if notice != Notice::following(terms.fingerprint, last, number, notice.action) {
            return Err("another notice is due".to_owned());
        }
        hashes.push(sha256(Tag::NOTICE_HASH, &[&signed.body.0]));
        last = Some(signed);
    }
    Ok(json!(hashes))
}
