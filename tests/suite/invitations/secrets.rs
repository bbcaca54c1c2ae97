//! What is in a server's files after invitations were used: no secret of a link, no e-mail address, no
//! label that the manifest does not allow.

use std::fs;
use std::path::Path;

use web_mpc::ids::Blob;
use web_mpc::invitation::{Handover, NewInvitation, Takeover, key_of};
use web_mpc::manifest::Tracking;

use super::super::wire::submit;
use super::World;

const EMAIL: &str = "canary-address@example.org";
const LABEL: &str = "Canary Label Ltd";

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

async fn files_after(seed: u64, tracking: Tracking) -> (Vec<(String, Vec<u8>)>, Vec<Vec<u8>>) {
    let mut world = World::new(seed, |manifest| manifest.tracking = tracking).await;
    let person = NewInvitation {
        label: Some(LABEL.parse().unwrap()),
        email: Some(EMAIL.parse().unwrap()),
        ..NewInvitation::default()
    };
    world.invite(&[person]).await.unwrap();
    let (old, next) = (world.device(0), world.device(0));
    world.submit(&old, 1).await.unwrap();
    world.ask(&world.keys(0)).await.unwrap();
    let fingerprint = &world.hand.terms.fingerprint;
    let release = Handover::sign(
        &old.party,
        fingerprint,
        &key_of(&old.invitation),
        &next.key(),
        1,
    );
    let takeover = Some(Takeover {
        release: Some(release),
    });
    let taking = world.seal(&next, 1, takeover);
    submit(world.address(), &taking).await.unwrap();
    world.withdraw(&next.party, 2).await.unwrap();
    world.stop().await;
    let seeds = [old.invitation.seed(), old.party.seed(), next.party.seed()];
    let mut needles = Vec::new();
    for seed in seeds {
        needles.push(seed.to_vec());
        let text = serde_json::to_string(&Blob(seed.to_vec())).unwrap();
        needles.push(text.trim_matches('"').as_bytes().to_vec());
    }
    let mut found = Vec::new();
    files(world.place.path(), &mut found);
    (found, needles)
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_servers_files_hold_no_secret_of_a_link() {
    for (seed, tracking, labelled) in [(41, Tracking::Count, false), (42, Tracking::Labels, true)] {
        let (files, needles) = files_after(seed, tracking).await;
        assert!(
            files.iter().any(|(_, bytes)| bytes.len() > 10_000),
            "a database"
        );
        for (name, bytes) in &files {
            for needle in needles.iter().map(Vec::as_slice).chain([EMAIL.as_bytes()]) {
                assert!(!holds(bytes, needle), "{name} holds a secret");
            }
        }
        let known = files
            .iter()
            .any(|(_, bytes)| holds(bytes, LABEL.as_bytes()));
        assert_eq!(known, labelled, "labels only where the manifest says so");
    }
}
