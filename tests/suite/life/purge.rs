//! What a purge deletes, what it leaves, and what all keys and backups together open after it.

use std::fs;
use std::path::Path;

use serde_json::Value;
use web_mpc::crypto::{Analyst as AnalystRole, BoxKeyPair, Entropy, Server as ServerRole};
use web_mpc::files::keyfile;
use web_mpc::ids::{Blob, Fingerprint};
use web_mpc::manifest::Terms;
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage, Which};
use web_mpc::store::{self, StoredSubmission};
use zeroize::Zeroizing;

use super::super::harness::{Finished, Launch, Place, Server};
use super::super::journey::Analyst;
use super::super::wire::{Hand, Wire, rng, seal};

/// A computation with three parties that was revealed, and the server's files.
struct Revealed {
    place: Place,
    server: Server,
    fingerprint: Fingerprint,
}

impl Revealed {
    fn new() -> Self {
        let place = Place::new();
        let server = place.server();
        let analyst = Analyst::start(&place, &server.url, &[]);
        for (value, receipt) in [("40", "one.json"), ("1", "two.json"), ("1", "three.json")] {
            let party = place.party(&server.url).args(["--receipt", receipt, value]);
            party.run().exits(0);
        }
        let early = place.analyst(&server.url).args(["purge", "--yes"]).run();
        early.exits(75).says("has no result yet in round 1");
        let fingerprint = analyst.fingerprint.parse().unwrap();
        analyst.reveal().sum(42);
        Self {
            place,
            server,
            fingerprint,
        }
    }

    fn analyst(&self, args: &[&str]) -> Finished {
        self.place.analyst(&self.server.url).args(args).run()
    }

    fn party(&self, args: &[&str]) -> Finished {
        self.place.party(&self.server.url).args(args).run()
    }

    /// The file with the server's key of the computation.
    fn key_file(&self) -> std::path::PathBuf {
        let keys = self.place.folder("server").join("server-keys.json.d");
        keys.join(format!("{}.json", self.fingerprint))
    }
}

/// What a database holds of a computation.
fn stored(database: &Path, fingerprint: &Fingerprint) -> Vec<StoredSubmission> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite:{}", database.display());
        let store = store::open_to_read(&url).await.unwrap().unwrap();
        let page = store.page(fingerprint, None, 10).await.unwrap();
        store.close().await;
        page
    })
}

/// Every box key in any file below a folder, whatever the file is called.
fn box_keys(folder: &Path) -> Vec<BoxKeyPair<ServerRole>> {
    let mut keys = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            keys.extend(box_keys(&path));
        } else if let Ok(text) = fs::read_to_string(&path)
            && let Ok(file) = serde_json::from_str::<Value>(&text)
            && let Some(secret) = file["box"].get("secret")
        {
            let secret: Blob = serde_json::from_value(secret.clone()).unwrap();
            let secret = Zeroizing::new(<[u8; 32]>::try_from(secret.0).unwrap());
            keys.push(BoxKeyPair::from_secret(secret));
        }
    }
    keys
}

fn holds(file: &Path, bytes: &[u8]) -> bool {
    let content = fs::read(file).unwrap_or_default();
    content.windows(bytes.len()).any(|window| window == bytes)
}

#[test]
fn after_a_purge_all_keys_and_backups_open_nothing() {
    let scene = Revealed::new();
    let folder = scene.place.folder("server");
    let backup = Launch::server(&folder).args(["backup", "saved.db"]).run();
    backup.exits(0);
    let saved = stored(&folder.join("saved.db"), &scene.fingerprint);
    assert_eq!(saved.len(), 3);
    let opens = |folder: &Path| {
        let keys = box_keys(folder);
        let boxes = saved.iter().map(|submission| &submission.server_box.0);
        let opened = boxes.filter(|sealed| keys.iter().any(|key| key.open(sealed).is_some()));
        (keys.len(), opened.count())
    };
    // The server's own, and the computation's.
    assert_eq!(opens(&folder), (2, 3));
    assert!(scene.key_file().exists());

    let declined = scene.place.analyst(&scene.server.url).args(["purge"]);
    let declined = declined.input("no\n").run().exits(1);
    declined
        .says("what 3 parties have submitted")
        .says("error: nothing was deleted");
    assert_eq!(opens(&folder), (2, 3));
    let purged = scene.place.analyst(&scene.server.url).args(["purge"]);
    let purged = purged.input("y\n").run().exits(0);
    assert_eq!(purged.stdout, "Computation web-mpc, round 1, is purged.\n");
    assert!(!scene.key_file().exists());

    // Whoever takes everything there is, the analyst's keys too.
    assert_eq!(opens(&folder), (1, 0));
    assert_eq!(opens(&scene.place.folder("analyst")), (1, 0));
    let database = folder.join("web-mpc.db");
    for row in stored(&database, &scene.fingerprint) {
        assert!(row.server_box.0.is_empty() && row.analyst_box.0.is_empty());
    }
    for submission in &saved {
        for sealed in [&submission.server_box.0, &submission.analyst_box.0] {
            assert!(
                holds(&folder.join("saved.db"), sealed),
                "a backup is as it was"
            );
            for file in ["web-mpc.db", "web-mpc.db-wal"] {
                assert!(!holds(&folder.join(file), sealed), "{file}");
            }
        }
    }
}

#[test]
fn what_remains_after_a_purge_is_of_use() {
    let mut scene = Revealed::new();
    scene.analyst(&["purge", "--yes"]).exits(0);
    for _ in 0..2 {
        let status = scene.analyst(&["status"]).exits(0);
        assert!(
            status.stdout.contains("round 1: purged\n3 submitted"),
            "{status}"
        );
        scene.analyst(&["result"]).sum(42);
        scene.analyst(&["audit"]).exits(0);
        scene.party(&["verify", "one.json"]).exits(0);
        // Once more is no mistake.
        scene.analyst(&["purge"]).exits(0);
        let late = scene
            .party(&["--json", "--receipt", "two.json", "7"])
            .exits(1);
        assert!(late.stdout.contains(r#""code":"not_open""#), "{late}");
        scene.analyst(&["reveal"]).exits(1).says("is over");
        scene.server.kill();
        scene.server.restart();
    }
    let list = scene.analyst(&["list"]).exits(0);
    assert!(list.stdout.contains("purged        3"), "{list}");
    Analyst::start(&scene.place, &scene.server.url, &[]);
    let round_two = scene.party(&["5"]).exits(0);
    assert!(round_two.stdout.contains("round 2"), "{round_two}");
    scene.analyst(&["reveal"]).sum(5);
}

#[test]
fn a_purge_that_was_cut_off_is_finished_at_the_next_start() {
    let mut scene = Revealed::new();
    let key = fs::read(scene.key_file()).unwrap();
    scene.analyst(&["purge", "--yes"]).exits(0);
    scene.server.kill();
    // As if it had been killed between the database and the key.
    fs::write(scene.key_file(), &key).unwrap();
    scene.server.restart();
    scene.analyst(&["status"]).exits(0);
    assert!(!scene.key_file().exists());
    // Or by the analyst that comes again.
    fs::write(scene.key_file(), &key).unwrap();
    scene.analyst(&["purge"]).exits(0);
    assert!(!scene.key_file().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_handed_in_to_a_purged_computation() {
    let scene = tokio::task::spawn_blocking(Revealed::new).await.unwrap();
    let address = scene.server.address;
    let (mut wire, ..) = Wire::greeted(address).await;
    let lookup = ClientMessage::Lookup {
        which: Which::Fingerprint(scene.fingerprint),
        wait: false,
    };
    let ServerMessage::Computation(standing) = wire.ask(&lookup).await else {
        panic!("no computation");
    };
    let terms = Terms::agreed(&standing.manifest).unwrap();
    let late = ClientMessage::Submit(seal(&terms, 1, &mut rng(1)));
    assert_eq!(wire.code(&late).await, ErrorCode::NotOpen);
    let scene = tokio::task::spawn_blocking(|| {
        scene.analyst(&["purge", "--yes"]).exits(0);
        scene
    });
    let mut scene = scene.await.unwrap();
    for _ in 0..2 {
        let (mut wire, ..) = Wire::greeted(address).await;
        assert_eq!(wire.code(&late).await, ErrorCode::Purged);
        scene.server.kill();
        scene.server.restart();
    }
    // Nor revealed once more: the pages have nothing in them.
    let keys = keyfile::load_or_create::<AnalystRole>(
        &scene.place.folder("analyst").join("keys.json"),
        &Entropy::System,
    );
    let identity = keys.unwrap().identity;
    let hand = Hand::rejoin(address, &identity, &terms, &mut rng(2)).await;
    let mut hand = hand.unwrap();
    let batch = standing.batch.unwrap();
    let batch = batch
        .open(&terms.manifest.server.identity.signing_key)
        .unwrap();
    let pages = ClientMessage::Prepare { root: batch.root };
    assert_eq!(hand.wire.code(&pages).await, ErrorCode::Purged);
    scene.server.kill();
}
