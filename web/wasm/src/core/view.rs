//! A computation as the pages show it: the members of `Computation` in `api.ts`.

use serde::Serialize;
use web_mpc::form::Form;
use web_mpc::ids::{Fingerprint, KeyId};
use web_mpc::manifest::{Access, Phase, Publication, Terms, Tracking};
use web_mpc::measurement::Kind;
use web_mpc::measurement::sum::SumParameters;
use web_mpc::session::Announced;

/// What everybody may know of a computation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct View<'a> {
    name: String,
    round: u32,
    fingerprint: Fingerprint,
    words: String,
    analyst: Somebody,
    server: Server<'a>,
    kind: KindView<'a>,
    form_version: Option<String>,
    min_parties: u64,
    max_parties: u64,
    min_cohort: Option<u64>,
    min_cell: Option<u64>,
    max_rejected: Option<u64>,
    access: Access,
    tracking: Tracking,
    time_grain: u32,
    publication: Publication,
    phase: Phase,
    opens_at: Option<u64>,
    closes_at: Option<u64>,
    invitations: Option<u64>,
    caveat: Option<String>,
}

/// A compute party's name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Somebody {
    key_id: KeyId,
    words: String,
}

impl Somebody {
    fn new(key_id: KeyId) -> Self {
        let words = words(&key_id);
        Self { key_id, words }
    }
}

#[derive(Debug, Serialize)]
struct Server<'a> {
    #[serde(flatten)]
    who: Somebody,
    url: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum KindView<'a> {
    Sum(&'a SumParameters),
    Form(&'a Form),
}

/// Six words of a key id, made like those of a fingerprint.
pub fn words(key_id: &KeyId) -> String {
    Fingerprint::new(*key_id.as_bytes()).words(Fingerprint::WORDS_SHOWN)
}

impl<'a> View<'a> {
    /// A computation at a server.
    pub fn new(terms: &'a Terms, phase: Phase, announced: &Announced, url: &'a str) -> Self {
        let manifest = &terms.manifest;
        let scheme = &terms.scheme;
        let has_cohorts = scheme.groups().has_cohorts();
        Self {
            name: manifest.name.to_string(),
            round: manifest.round,
            fingerprint: terms.fingerprint,
            words: terms.fingerprint.words(Fingerprint::WORDS_SHOWN),
            analyst: Somebody::new(manifest.analyst.key_id()),
            server: Server {
                who: Somebody::new(manifest.server.identity.key_id()),
                url,
            },
            kind: match &manifest.kind {
                Kind::Sum(parameters) => KindView::Sum(parameters),
                Kind::Form(parameters) => KindView::Form(&parameters.form),
            },
            form_version: scheme.form().map(|form| form.hash().to_string()),
            min_parties: manifest.min_parties,
            max_parties: manifest.max_parties,
            min_cohort: scheme.min_cohort().filter(|_| has_cohorts),
            min_cell: scheme.min_cell(),
            max_rejected: manifest.max_rejected,
            access: manifest.access,
            tracking: manifest.tracking,
            time_grain: manifest.time_grain,
            publication: manifest.publication,
            phase,
            opens_at: announced.dates.opens_at,
            closes_at: announced.dates.closes_at,
            invitations: (manifest.access == Access::Invited).then_some(announced.invitations),
            caveat: scheme.caveat(manifest.max_parties),
        }
    }
}
