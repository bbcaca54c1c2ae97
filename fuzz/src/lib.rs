//! What the fuzz targets and `tests/suite/decoders.rs` do with bytes: every decoder of what comes
//! from outside, each with what must hold whenever it accepts.
//!
//! The computation that they work in is the first of `tests/vectors/computations.json`: its secrets
//! are known, so that bytes can be signed and sealed on their way to the decoder behind.

mod forms;
mod invitations;
mod rosters;
mod spreadsheets;
mod telling;
mod texts;

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde_json::Value;
use web_mpc::batch::{
    Accepted, Batch, Commit, Hiding, Presence, Release, ResultRecord, leaf, merkle,
};
use web_mpc::crypto::{
    Analyst, BoxKeyPair, Entropy, Identity, Passphrase, Role, Server, SigningKeyPair,
};
use web_mpc::files::{
    backup::Backup, computation_keys::ComputationKeys, journal::Journal, keyfile, ledger::Ledger,
    public_key, receipt,
};
use web_mpc::ids::{Blob, Digest, Fingerprint, InvitationKey, PartyKey, SubmissionId};
use web_mpc::manifest::{Manifest, Notice, Terms};
use web_mpc::measurement::Instance;
use web_mpc::protocol::{ClientMessage, Inclusion, Refusal, ServerMessage, decode, encode};
use web_mpc::record::{Countersigned, Record, Signed};
use web_mpc::reveal::frame::Layout;
use web_mpc::reveal::{Collection, Helper, Leader, rejection_of};
use web_mpc::session::fate;
use web_mpc::submission::{Binding, Receipt, Sizes, Submission, Withdrawal, WithdrawalReceipt};
use zeroize::Zeroizing;

pub use self::forms::{answers, form};
pub use self::invitations::invitations;
pub use self::rosters::roster;
pub use self::spreadsheets::spreadsheet;
pub use self::telling::{listing, publication, tracked};
pub use self::texts::{identifiers, numbers};

/// What is done with some bytes.
pub type Decoder = fn(&[u8]);

/// Every target, by the name of its corpus.
pub const DECODERS: [(&str, Decoder); 25] = [
    ("client_message", client_message),
    ("server_message", server_message),
    ("manifest", manifest),
    ("records", records),
    ("submission", submission),
    ("opened_share", opened_share),
    ("page", page),
    ("analyst_verdicts", analyst_verdicts),
    ("server_verdicts", server_verdicts),
    ("inclusion", inclusion),
    ("bitmap", bitmap),
    ("key_file", key_file),
    ("public_key_file", public_key_file),
    ("receipt_file", receipt_file),
    ("log_lines", log_lines),
    ("numbers", numbers),
    ("identifiers", identifiers),
    ("invitations", invitations),
    ("form", form),
    ("answers", answers),
    ("roster", roster),
    ("spreadsheet", spreadsheet),
    ("tracked", tracked),
    ("publication", publication),
    ("listing", listing),
];

/// The computation that all targets work in.
struct World {
    terms: Arc<Terms>,
    analyst: Identity<Analyst>,
    server: Identity<Server>,
    key: BoxKeyPair<Server>,
    /// Those of a whole batch, in its order.
    submissions: Vec<Submission>,
    batch: Batch,
    receipt: Signed<Receipt>,
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let computations = include_str!("../../tests/vectors/computations.json");
        let input = input(computations, "computation");
        let countersigned: Countersigned<Manifest> = part(&input, "manifest");
        let terms = Arc::new(Terms::agreed(&countersigned).expect("a valid manifest"));
        let reveals = include_str!("../../tests/vectors/reveal.json");
        let submissions: Vec<Submission> = part(&self::input(reveals, "reveal"), "submissions");
        let leaves: Vec<Digest> = submissions
            .iter()
            .map(|each| leaf(&each.party_key, &each.hash()))
            .collect();
        World {
            analyst: identity(&input, "analyst"),
            server: identity(&input, "server"),
            key: BoxKeyPair::from_secret(secret(&input, "computation_box_secret")),
            batch: Batch {
                fingerprint: terms.fingerprint,
                parties: u64::try_from(leaves.len()).expect("a few"),
                root: merkle::root(&leaves),
                invitations: None,
            },
            receipt: part(&self::input(reveals, "fate"), "receipt"),
            terms,
            submissions,
        }
    })
}

/// What the first vector of a kind gives.
fn input(file: &str, kind: &str) -> Value {
    let file: Value = serde_json::from_str(file).expect("a file of vectors");
    let vectors = file["vectors"].as_array().expect("vectors");
    let found = vectors.iter().find(|vector| vector["kind"] == kind);
    found.expect("a vector of that kind")["input"].clone()
}

fn part<T: DeserializeOwned>(input: &Value, name: &str) -> T {
    serde_json::from_value(input[name].clone()).expect("a vector of the documented form")
}

fn secret(input: &Value, name: &str) -> Zeroizing<[u8; 32]> {
    let bytes: Blob = part(input, name);
    Zeroizing::new(bytes.0.try_into().expect("32 bytes"))
}

fn identity<R: Role>(input: &Value, whose: &str) -> Identity<R> {
    Identity {
        boxes: BoxKeyPair::from_secret(secret(input, &format!("{whose}_box_secret"))),
        signing: SigningKeyPair::from_seed(secret(input, &format!("{whose}_seed"))),
    }
}

/// What is accepted is written and read again as the same.
pub fn client_message(data: &[u8]) {
    if let Some(message) = text(data).and_then(|text| decode::<ClientMessage>(text).ok()) {
        assert_eq!(decode(&encode(&message)), Ok(message));
    }
}

/// What is accepted is written and read again as the same.
pub fn server_message(data: &[u8]) {
    if let Some(message) = text(data).and_then(|text| decode::<ServerMessage>(text).ok()) {
        assert_eq!(decode(&encode(&message)), Ok(message));
    }
}

/// A manifest that both sides signed, whatever it says.
pub fn manifest(data: &[u8]) {
    let World {
        analyst, server, ..
    } = world();
    let signature = analyst.signing.sign(Manifest::TAG, data);
    let signed = Signed::<Manifest>::from_parts(Blob(data.to_vec()), signature);
    let Ok(terms) = Terms::proposed(&signed) else {
        return;
    };
    let manifest = &terms.manifest;
    assert!(1 <= manifest.min_parties && manifest.min_parties <= manifest.max_parties);
    assert_ne!(
        manifest.analyst.box_key.as_bytes(),
        manifest.server.identity.box_key.as_bytes()
    );
    assert!(Sizes::of(&terms).analyst_box < Sizes::of(&terms).server_box);
    assert!(Layout::of(&terms).submissions_per_page() >= 1);
    assert_eq!(terms.fingerprint.words(12).split(' ').count(), 12);
    let _caveat = terms.scheme.caveat(manifest.max_parties);
    let countersigned = Countersigned::countersign(&signed, &server.signing);
    let ours = manifest.server.identity.signing_key == *server.signing.public();
    assert_eq!(Terms::agreed(&countersigned).is_ok(), ours);
}

/// Every other record, signed by whom it should be.
pub fn records(data: &[u8]) {
    let World {
        analyst, server, ..
    } = world();
    record::<Notice>(data, &analyst.signing);
    record::<Commit>(data, &analyst.signing);
    record::<Hiding>(data, &analyst.signing);
    record::<ResultRecord>(data, &analyst.signing);
    record::<Receipt>(data, &server.signing);
    record::<WithdrawalReceipt>(data, &server.signing);
    record::<Withdrawal>(data, &SigningKeyPair::from_seed(Zeroizing::new([7; 32])));
    record::<Batch>(data, &server.signing);
    record::<Release>(data, &server.signing);
    record::<Presence>(data, &server.signing);
    if let Ok(commit) = serde_json::from_slice::<Commit>(data) {
        let _any = commit.counts.rejected.len();
    }
    let _any = serde_json::from_slice::<Refusal>(data);
}

/// What is read, signed anew, is read again as the same.
fn record<T: Record>(data: &[u8], keys: &SigningKeyPair<T::Signer>) {
    let signature = keys.sign(T::TAG, data);
    let signed = Signed::<T>::from_parts(Blob(data.to_vec()), signature);
    if let Ok(record) = signed.open(keys.public()) {
        let again = Signed::sign(&record, keys);
        let read = again.open(keys.public()).expect("what we wrote");
        assert_eq!(Signed::sign(&read, keys).body, again.body);
    }
}

/// A submission as it comes: only what a party signed and sealed is taken.
pub fn submission(data: &[u8]) {
    let World { terms, key, .. } = world();
    let Ok(submission) = serde_json::from_slice::<Submission>(data) else {
        return;
    };
    if let Ok(hash) = submission.check(terms, key) {
        assert_eq!(hash, submission.hash());
        assert_eq!(submission.fingerprint, terms.fingerprint);
    }
}

/// What stands in the boxes once they are open.
pub fn opened_share(data: &[u8]) {
    let World { terms, .. } = world();
    let (party_key, submission_id) = (PartyKey::new([7; 32]), SubmissionId::new([8; 16]));
    let binding = Binding::new(terms.fingerprint, party_key, submission_id, &[]);
    let opened = Zeroizing::new(data.to_vec());
    if let Ok(share) = binding.analyst_share(Some(&opened)) {
        assert!(data.ends_with(share));
    }
    for share in [
        data,
        data.get(data.len().saturating_sub(16)..)
            .unwrap_or_default(),
    ] {
        let id = &binding.submission_id;
        let at = Instance {
            fingerprint: &terms.fingerprint,
            submission_id: id,
        };
        let _leader = terms.scheme.leader_init(at, &[], share);
        let _helper = terms.scheme.helper_verify(at, &[], share, &[]);
        if let Some(aggregate) = terms.scheme.decode_released(share) {
            assert_eq!(terms.scheme.encode_released(&aggregate).as_slice(), share);
        }
    }
    if let Some(aggregate) = terms.scheme.decode_aggregate(data) {
        assert_eq!(terms.scheme.encode_aggregate(&aggregate).as_slice(), data);
        let _sum = terms.scheme.summarise(&aggregate);
    }
    // The same from inside a box.
    let sealed = terms
        .manifest
        .analyst
        .box_key
        .seal(data, &mut Entropy::seeded(1).rng());
    let opened = world()
        .analyst
        .boxes
        .open(&sealed)
        .expect("a box to the analyst");
    assert_eq!(opened.as_slice(), data);
    assert!(world().analyst.boxes.open(data).is_none());
}

/// The first frame of a page, on the analyst's side.
pub fn page(data: &[u8]) {
    let World {
        terms,
        analyst,
        batch,
        ..
    } = world();
    let helper = Helper::new(Arc::clone(terms), analyst.boxes.clone());
    let _kind = Helper::is_page(data);
    for number in [0, 1] {
        let Ok(verified) = helper.verify(number, data) else {
            continue;
        };
        let mut collection = Collection::new(helper.clone(), batch.clone());
        let Ok(mut verdicts) = collection.verified(verified) else {
            continue;
        };
        // The server agrees with everything.
        if let Some(kind) = verdicts.first_mut() {
            *kind = 3;
        }
        if collection.settled(&verdicts).is_ok() && collection.is_complete() {
            let _tally = collection.finish();
        }
    }
}

/// The second frame of a page, on the server's side.
pub fn analyst_verdicts(data: &[u8]) {
    let World {
        terms,
        key,
        submissions,
        ..
    } = world();
    let leader = Leader::new(Arc::clone(terms), key.clone());
    let prepared = leader.prepare(0, submissions);
    if let Ok(judged) = leader.judge(prepared, data) {
        assert_eq!(judged.frame.len(), data.len());
    }
}

/// The third frame of a page, on the analyst's side.
pub fn server_verdicts(data: &[u8]) {
    let World {
        terms,
        key,
        analyst,
        submissions,
        ..
    } = world();
    let page = Leader::new(Arc::clone(terms), key.clone())
        .prepare(0, submissions)
        .frame;
    let helper = Helper::new(Arc::clone(terms), analyst.boxes.clone());
    let verified = helper.verify(0, &page).expect("our own page");
    let _judged = helper.settle(verified, data);
}

/// What a server says of a party's place.
pub fn inclusion(data: &[u8]) {
    let World { terms, receipt, .. } = world();
    if let Ok(inclusion) = serde_json::from_slice::<Inclusion>(data) {
        let invitation = InvitationKey::new([7; 32]);
        let _fate = fate(terms, receipt, Some(&invitation), &inclusion);
    }
}

/// Bitmaps, lists of rejections, paths.
pub fn bitmap(data: &[u8]) {
    let Some((head, bytes)) = data.split_first_chunk::<8>() else {
        return;
    };
    let number = u64::from_le_bytes(*head);
    let bits = u64::try_from(bytes.len()).unwrap_or(0).saturating_mul(8);
    let near = bits.saturating_sub(number % 8);
    for len in [number, near] {
        if let Some(accepted) = Accepted::from_bits(bytes.to_vec(), len) {
            let mut again = Accepted::default();
            for index in 0..len {
                again.push(accepted.get(index).expect("a bit"));
            }
            assert_eq!(again, accepted);
            assert_eq!(accepted.get(len), None);
        }
    }
    let _reason = rejection_of(&Blob(bytes.to_vec()), number);
    let path: Vec<Digest> = bytes
        .chunks_exact(32)
        .filter_map(Digest::from_slice)
        .collect();
    let (leaf, root) = (Digest::new([1; 32]), Digest::new([2; 32]));
    assert!(!merkle::verify(
        &leaf,
        number,
        number.saturating_add(near),
        &path,
        &root
    ));
}

/// Files that hold keys.
pub fn key_file(data: &[u8]) {
    with_file("keys.json", data, |path| {
        if let Ok(Some(loaded)) = keyfile::load::<Analyst>(path) {
            assert!(loaded.identity.boxes.public().is_usable());
        }
        let _server = keyfile::load::<Server>(path);
        if is_cheap(data) {
            let passphrase = Passphrase::new(Zeroizing::new("correct horse".to_owned()));
            let passphrase = passphrase.expect("a passphrase");
            let _keys = keyfile::unlock::<Analyst>(path, Some(&passphrase));
            if let Ok(backup) = Backup::open(path, &passphrase) {
                let _entries = backup.entries();
            }
        }
    });
    let fingerprint = Fingerprint::new([1; 32]);
    let file = format!("{fingerprint}.json");
    with_file(&file, data, |path| {
        let folder = path.parent().expect("a folder");
        let keys = folder.join("server-keys.json");
        let below = folder.join("server-keys.json.d");
        fs::create_dir_all(&below).expect("a folder");
        fs::write(below.join(&file), data).expect("a file");
        let keys = ComputationKeys::beside(&keys);
        let _loaded = keys.load(&fingerprint, world().key.public());
    });
}

/// Whether trying a passphrase on it is a matter of a moment.
fn is_cheap(data: &[u8]) -> bool {
    let document: Value = serde_json::from_slice(data).unwrap_or_default();
    let asks_little = |part: &str| {
        let least = |name: &str| document[part][name].as_u64().unwrap_or(0);
        least("passes") <= 2 && least("memory") <= 64
    };
    asks_little("encrypted") && asks_little("backup")
}

/// Files and texts that name a compute party.
pub fn public_key_file(data: &[u8]) {
    with_file("analyst.pub", data, |path| {
        let name = path.to_str().expect("a name in ASCII");
        let _analyst = public_key::read::<Analyst>(name);
        let _server = public_key::read::<Server>(name);
    });
}

/// Files of input parties.
pub fn receipt_file(data: &[u8]) {
    with_file("receipt.json", data, |path| {
        if let Ok(stored) = receipt::read(path) {
            assert!(!stored.versions.is_empty());
        }
    });
}

/// Lines of journals and ledgers.
pub fn log_lines(data: &[u8]) {
    let fingerprint = world().terms.fingerprint;
    with_file("keys.json.journal", data, |path| {
        if let Ok(journal) = Journal::open(&path.with_extension("")) {
            let _known = (journal.root(&fingerprint), journal.commit(&fingerprint));
        }
    });
    with_file("keys.json.ledger", data, |path| {
        if let Ok(mut ledger) = Ledger::open(&path.with_extension("")) {
            let _checked = ledger.check(fingerprint, None, None);
        }
    });
}

/// Runs with a file that holds `data`.
fn with_file(name: &str, data: &[u8], run: impl FnOnce(&PathBuf)) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    fs::write(&path, data).expect("a file");
    run(&path);
}

fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}
