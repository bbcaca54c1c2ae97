//! What decides privacy and meaning of a computation: its manifest, which both compute parties sign
//! before anything is submitted; the notices by which the analyst changes its state; the states.

mod dates;
mod notice;
mod policy;
pub mod room;

use serde::{Deserialize, Serialize};

pub use self::dates::{Dates, Outside};
pub use self::notice::{Action, Notice};
pub use self::policy::{
    Access, DEFAULT_TIME_GRAIN, MAX_TIME_GRAIN, MAX_TOLD, ParsePolicyError, ParseTimeGrainError,
    PolicyError, Publication, TimeGrain, Tracking,
};
use crate::crypto::{Analyst, BoxPublicKey, PublicIdentity, Server, Tag, sha256};
use crate::disclosure::Limits;
use crate::ids::{Blob, ComputationName, Fingerprint, Nonce, Signature};
use crate::measurement::{Kind, KindError, Scheme};
use crate::record::{Countersigned, JointRecord, Record, RecordError, Signed};

/// The protocol's version, in every manifest and in the first message of a connection.
pub const VERSION: u32 = 1;

/// Most parties that a computation may have: its accept bitmap fits one message.
pub const MAX_PARTIES: u64 = 4_000_000;

/// What a manifest allows when its analyst asks for nothing else.
pub const DEFAULT_MAX_PARTIES: u64 = 1_000_000;

/// Highest sequence number: more corrections than a person makes, and a limit to what one party can
/// make a server keep, which remembers every version until the purge.
pub const MAX_SEQUENCE: u64 = 1_000;

/// Most notices of a computation, the last ones kept for its end: all of them are shown to everybody
/// who asks for it.
pub const MAX_NOTICES: u64 = 1_000;

/// The server as a manifest names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerKeys {
    /// The keys that name it.
    pub identity: PublicIdentity<Server>,
    /// What shares are sealed to: made for this computation alone and destroyed when it is purged.
    pub computation_key: ComputationKey,
}

/// A box key that a server made for one computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComputationKey {
    /// The key.
    #[serde(rename = "box")]
    pub box_key: BoxPublicKey<Server>,
    /// The server's signature over it.
    pub signature: Signature,
}

/// Everything that decides privacy and meaning of a computation. Signed by the analyst under
/// `web-mpc/1/manifest`, then by the server under `web-mpc/1/manifest-countersignature`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`VERSION`].
    pub version: u32,
    /// Makes every fingerprint new.
    pub nonce: Nonce,
    /// For people.
    pub name: ComputationName,
    /// From 1; the next round of a name is a new computation.
    pub round: u32,
    /// What is computed.
    pub kind: Kind,
    /// The analyst.
    pub analyst: PublicIdentity<Analyst>,
    /// The server.
    pub server: ServerKeys,
    /// Fewest accepted submissions with which the result is revealed, at least 1.
    pub min_parties: u64,
    /// Most parties, at most [`MAX_PARTIES`].
    pub max_parties: u64,
    /// Most submissions that the analyst alone may reject; `null` for no limit in an open
    /// computation, and for a tenth of the batch in an invited one.
    pub max_rejected: Option<u64>,
    /// Who may submit.
    pub access: Access,
    /// What the analyst sees of who has submitted.
    pub tracking: Tracking,
    /// In steps of how many seconds it sees more than the total.
    pub time_grain: u32,
    /// Who is told the result.
    pub publication: Publication,
}

impl Record for Manifest {
    type Signer = Analyst;
    const TAG: Tag = Tag::MANIFEST;
}

impl JointRecord for Manifest {
    const SERVER_TAG: Tag = Tag::MANIFEST_COUNTERSIGNATURE;
}

/// A manifest cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not signed by the keys that it names, or not of the documented form.
    #[error("the manifest is invalid: {0}")]
    Record(#[from] RecordError),
    /// Longer than a manifest of its kind may be.
    #[error("the manifest has {found} bytes and may have {most}: shorten the texts of its form")]
    TooLong {
        /// How many bytes it has.
        found: usize,
        /// How many it may have.
        most: usize,
    },
    /// From another version of the protocol.
    #[error("the manifest has version {0}, this program knows version {VERSION}")]
    Version(u32),
    /// Zero, of low order, or the same for both compute parties.
    #[error("the manifest names keys that keep nothing secret")]
    WeakKeys,
    /// The box key was not signed by the server.
    #[error("the server's key for this computation is not signed by the server")]
    ComputationKey,
    /// The minimums and maximums contradict each other.
    #[error(
        "the numbers of parties must satisfy 1 <= minimum <= maximum <= {MAX_PARTIES}, \
         the round must be at least 1 and the time grain from 1 second to a week"
    )]
    Numbers,
    /// A form has a minimum that its analyst may raise, and not lower.
    #[error("the form asks for at least {least} parties, and {found} are fewer")]
    Minimum {
        /// The manifest's.
        found: u64,
        /// The form's.
        least: u64,
    },
    /// Parts of the policy contradict each other.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The parameters of the kind contradict each other.
    #[error(transparent)]
    Kind(#[from] KindError),
}

impl Manifest {
    /// Everything that must hold whatever the parameters are.
    fn check(&self) -> Result<Scheme, ManifestError> {
        if self.version != VERSION {
            return Err(ManifestError::Version(self.version));
        }
        let key = &self.server.computation_key;
        let boxes = [
            *self.analyst.box_key.as_bytes(),
            *self.server.identity.box_key.as_bytes(),
            *key.box_key.as_bytes(),
        ];
        let usable = self.analyst.box_key.is_usable()
            && self.server.identity.box_key.is_usable()
            && key.box_key.is_usable();
        let [analyst, server, computation] = boxes;
        if !usable || analyst == server || analyst == computation {
            return Err(ManifestError::WeakKeys);
        }
        let numbers = self.round >= 1
            && 1 <= self.min_parties
            && self.min_parties <= self.max_parties
            && self.max_parties <= MAX_PARTIES
            && (1..=MAX_TIME_GRAIN).contains(&self.time_grain);
        if !numbers {
            return Err(ManifestError::Numbers);
        }
        self.check_policy()?;
        let scheme = Scheme::new(&self.kind)?;
        let (found, least) = (self.min_parties, self.kind.min_parties());
        if found < least {
            return Err(ManifestError::Minimum { found, least });
        }
        Ok(scheme)
    }
}

/// A manifest that was checked: signed by its analyst, its numbers in order, its keys usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What was signed.
    pub manifest: Manifest,
    /// Names it.
    pub fingerprint: Fingerprint,
    /// Its kind, ready to work.
    pub scheme: Scheme,
}

impl Terms {
    /// What a server checks before it countersigns.
    pub fn proposed(signed: &Signed<Manifest>) -> Result<Self, ManifestError> {
        let terms = Self::signed(signed)?;
        check_len(&signed.body, room::manifest_len(&terms.scheme))?;
        let ServerKeys {
            identity,
            computation_key: key,
            ..
        } = &terms.manifest.server;
        let signing_key = &identity.signing_key;
        if !signing_key.verify(Tag::COMPUTATION_KEY, key.box_key.as_bytes(), &key.signature) {
            return Err(ManifestError::ComputationKey);
        }
        Ok(terms)
    }

    /// What everybody else checks before using a computation. Whose key the computation key is need
    /// not be checked again: the server signed the manifest that names it.
    pub fn agreed(record: &Countersigned<Manifest>) -> Result<Self, ManifestError> {
        let terms = Self::signed(&record.analysts())?;
        if record.is_countersigned(&terms.manifest.server.identity.signing_key) {
            Ok(terms)
        } else {
            Err(RecordError::BadSignature.into())
        }
    }

    /// What decides whether the result is released, and how much of it.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let min_parties = self.manifest.min_parties;
        Limits {
            min_parties,
            max_rejected: self.manifest.most_rejected(),
            min_cohort: self.scheme.min_cohort().unwrap_or(min_parties),
            min_cell: self.scheme.min_cell().unwrap_or(1),
            groups: self.scheme.groups(),
            merging: self.scheme.merging(),
        }
    }

    /// Whether the analyst sees more than the total before the freeze: cohorts, or who has submitted.
    #[must_use]
    pub fn is_tracked(&self) -> bool {
        match self.manifest.tracking {
            Tracking::None => false,
            Tracking::Count => self.scheme.groups().has_cohorts(),
            Tracking::Labels => true,
        }
    }

    fn signed(signed: &Signed<Manifest>) -> Result<Self, ManifestError> {
        check_len(&signed.body, room::MANIFEST_LEN)?;
        let manifest = signed.open_with(|manifest| manifest.analyst.signing_key)?;
        let scheme = manifest.check()?;
        let fingerprint = Fingerprint::new(*sha256(Tag::FINGERPRINT, &[&signed.body.0]).as_bytes());
        Ok(Self {
            manifest,
            fingerprint,
            scheme,
        })
    }
}

fn check_len(body: &Blob, most: usize) -> Result<(), ManifestError> {
    let found = body.0.len();
    if found > most {
        return Err(ManifestError::TooLong { found, most });
    }
    Ok(())
}

/// The state of a computation. There is no way back from `Frozen`.
///
/// `Open | Paused | Closed -> Frozen -> Revealed | Ended -> Purged`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Submissions and corrections are taken.
    Open,
    /// Nothing is taken for the moment; the analyst will resume.
    Paused,
    /// Nothing is taken any more, by a notice or by the date; a later date or `resume` undoes it.
    Closed,
    /// The batch is fixed for ever; a reveal is due or under way.
    Frozen,
    /// Both sides committed and the analyst has recorded that it holds the result.
    Revealed,
    /// Both sides committed that the batch may not be revealed (too few accepted, say).
    Ended,
    /// The shares are gone.
    Purged,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Open,
        Self::Paused,
        Self::Closed,
        Self::Frozen,
        Self::Revealed,
        Self::Ended,
        Self::Purged,
    ];

    /// What it is called: in messages, in a database and for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Closed => "closed",
            Self::Frozen => "frozen",
            Self::Revealed => "revealed",
            Self::Ended => "ended",
            Self::Purged => "purged",
        }
    }

    /// Whether submissions are taken.
    #[must_use]
    pub fn takes_submissions(self) -> bool {
        self == Self::Open
    }

    /// Whether the batch is fixed.
    #[must_use]
    pub fn is_frozen(self) -> bool {
        matches!(
            self,
            Self::Frozen | Self::Revealed | Self::Ended | Self::Purged
        )
    }

    /// Whether nothing more will come of this round, so that the next one may begin.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Revealed | Self::Ended | Self::Purged)
    }

    /// Whether a computation in this state may go to `next`.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match next {
            Self::Open => matches!(self, Self::Paused | Self::Closed),
            Self::Paused | Self::Closed => !self.is_frozen() && self != next,
            Self::Frozen => !self.is_frozen(),
            Self::Revealed | Self::Ended => self == Self::Frozen,
            Self::Purged => matches!(self, Self::Revealed | Self::Ended),
        }
    }
}
