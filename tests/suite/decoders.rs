//! Every decoder of bytes from outside, on the committed corpus and on random bytes: the entries of
//! the fuzz targets, without a fuzzer.

#[expect(
    clippy::indexing_slicing,
    unreachable_pub,
    clippy::expect_used,
    reason = "shared with the fuzz targets, which fail by panicking"
)]
#[path = "../../fuzz/src/lib.rs"]
mod entries;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use self::entries::DECODERS;

fn fuzz() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

/// The seeds of one target.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = fuzz().join("corpus").join(target);
    let mut seeds: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    seeds.sort();
    seeds.iter().map(|seed| fs::read(seed).unwrap()).collect()
}

#[test]
fn every_seed_is_decoded_or_refused() {
    for (target, decode) in DECODERS {
        let seeds = corpus(target);
        assert!(seeds.len() >= 3, "{target} has too few seeds");
        for seed in seeds {
            decode(&seed);
            for cut in 0..seed.len().min(64) {
                decode(&seed[..cut]);
            }
        }
    }
}

#[test]
fn every_decoder_has_a_target_and_a_corpus() {
    let known: BTreeSet<String> = DECODERS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let names = |folder: &str| -> BTreeSet<String> {
        fs::read_dir(fuzz().join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("fuzz_targets"), known);
    assert_eq!(names("corpus"), known);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for (_, decode) in DECODERS {
            decode(&bytes);
        }
    }

    #[test]
    fn random_texts_are_decoded_or_refused(text in r#"[\[\]{}":,a-z0-9_\\ -]{0,200}"#) {
        for (_, decode) in DECODERS {
            decode(text.as_bytes());
        }
    }

    /// One place of a seed is overwritten, cut out or doubled.
    #[test]
    fn changed_seeds_are_decoded_or_refused(
        seed in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 0..9), skip in 0_usize..9,
    ) {
        for (target, decode) in DECODERS {
            let seeds = corpus(target);
            let mut changed = seeds[seed.index(seeds.len())].clone();
            let at = at.index(changed.len() + 1);
            let end = changed.len().min(at + skip);
            changed.splice(at..end, bytes.iter().copied());
            decode(&changed);
        }
    }
}
