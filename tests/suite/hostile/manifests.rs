//! Manifests that a server must not sign.

use web_mpc::crypto::{Analyst, BoxPublicKey, Identity, Server, Tag};
use web_mpc::ids::{Blob, Signature};
use web_mpc::manifest::room::MANIFEST_LEN;
use web_mpc::manifest::{Manifest, Publication, Tracking};
use web_mpc::protocol::{ClientMessage, ErrorCode};
use web_mpc::record::Signed;

use super::super::wire::{Hand, Wire, padded};
use super::{World, expect_code};

pub(super) async fn manifests(world: &mut World, wrong: &mut Vec<String>) -> usize {
    let address = world.address;
    let weak = BoxPublicKey::<Server>::new([0; 32]);
    let same: BoxPublicKey<Analyst> = BoxPublicKey::new([0; 32]);
    let changes: [(&str, &dyn Fn(&mut Manifest), ErrorCode); 15] = [
        (
            "another version",
            &|m| m.version = 2,
            ErrorCode::ManifestInvalid,
        ),
        (
            "no minimum",
            &|m| m.min_parties = 0,
            ErrorCode::ManifestInvalid,
        ),
        (
            "a minimum above the maximum",
            &|m| m.min_parties = 2_000_000,
            ErrorCode::ManifestInvalid,
        ),
        (
            "too large a maximum",
            &|m| m.max_parties = u64::MAX,
            ErrorCode::ManifestInvalid,
        ),
        ("round 0", &|m| m.round = 0, ErrorCode::ManifestInvalid),
        (
            "no time grain",
            &|m| m.time_grain = 0,
            ErrorCode::ManifestInvalid,
        ),
        (
            "a weak key of the server",
            &|m| m.server.computation_key.box_key = weak,
            ErrorCode::ManifestInvalid,
        ),
        (
            "a weak key of the analyst",
            &|m| m.analyst.box_key = same,
            ErrorCode::ManifestInvalid,
        ),
        (
            "the server's key for the analyst",
            &|m| m.analyst.box_key = BoxPublicKey::new(*m.server.identity.box_key.as_bytes()),
            ErrorCode::ManifestInvalid,
        ),
        (
            "a key that the server did not sign",
            &|m| m.server.computation_key.signature = Signature::new([0; 64]),
            ErrorCode::ManifestInvalid,
        ),
        (
            "labels of parties that nobody invites",
            &|m| m.tracking = Tracking::Labels,
            ErrorCode::ManifestInvalid,
        ),
        (
            "a publication to parties that nobody invites",
            &|m| m.publication = Publication::Parties,
            ErrorCode::ManifestInvalid,
        ),
        (
            "round 2 without round 1",
            &|m| m.round = 2,
            ErrorCode::RoundOutOfOrder,
        ),
        (
            "the largest round",
            &|m| m.round = u32::MAX,
            ErrorCode::RoundOutOfOrder,
        ),
        (
            "a name that is taken",
            &|m| m.name = "web-mpc".parse().unwrap(),
            ErrorCode::ComputationExists,
        ),
    ];
    let stranger = Identity::generate(&mut world.rng);
    for (name, change, code) in &changes {
        let (mut wire, server, _) = Wire::greeted(address).await;
        let key = Hand::key(&mut wire).await;
        let manifest = Hand::manifest(&stranger, server, key, &mut world.rng, |manifest| {
            manifest.name = "other".parse().unwrap();
            change(manifest);
        });
        expect_code(
            wrong,
            name,
            wire.code(&ClientMessage::Create(manifest)).await,
            *code,
        );
        world.submit(name).await;
    }

    let (mut wire, server, _) = Wire::greeted(address).await;
    let key = Hand::key(&mut wire).await;
    let name = |manifest: &mut Manifest| manifest.name = "other".parse().unwrap();
    let good = Hand::manifest(&stranger, server, key, &mut world.rng, name);
    let forged = Signed::from_parts(good.body.clone(), Signature::new([0; 64]));
    let foreign = Identity::<Server>::generate(&mut world.rng);
    let (box_key, signing) = (*foreign.boxes.public(), &foreign.signing);
    let theirs = web_mpc::manifest::ComputationKey {
        box_key,
        signature: signing.sign(Tag::COMPUTATION_KEY, box_key.as_bytes()),
    };
    let elsewhere = Hand::manifest(&stranger, foreign.public(), theirs, &mut world.rng, name);
    let named = good.open_with(|manifest| manifest.analyst.signing_key);
    let blanks = padded(&named.unwrap(), &stranger.signing, MANIFEST_LEN + 1);
    let texts: [(&str, Signed<Manifest>, ErrorCode); 5] = [
        (
            "a manifest that is mostly blanks",
            blanks,
            ErrorCode::ManifestInvalid,
        ),
        (
            "a manifest that nobody signed",
            forged,
            ErrorCode::ManifestInvalid,
        ),
        (
            "a manifest that is no JSON",
            Signed::from_parts(Blob(vec![b'{'; 999]), Signature::new([0; 64])),
            ErrorCode::ManifestInvalid,
        ),
        (
            "a manifest that is too deep",
            Signed::from_parts(Blob(vec![b'['; 40_000]), Signature::new([0; 64])),
            ErrorCode::ManifestInvalid,
        ),
        (
            "a manifest for another server",
            elsewhere,
            ErrorCode::ManifestForAnotherServer,
        ),
    ];
    for (name, manifest, code) in texts {
        expect_code(
            wrong,
            name,
            wire.code(&ClientMessage::Create(manifest)).await,
            code,
        );
    }
    let (mut other, _, _) = Wire::greeted(address).await;
    let code = other.code(&ClientMessage::Create(good)).await;
    expect_code(
        wrong,
        "a key of another connection",
        code,
        ErrorCode::ManifestForAnotherServer,
    );
    changes.len() + 6
}
