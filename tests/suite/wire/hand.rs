//! An analyst by hand: every step of the protocol apart, so that a test may leave one out, repeat it
//! or say something else.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

use rand::CryptoRng;
use tokio_tungstenite::tungstenite::Message;
use web_mpc::batch::{Accepted, Batch, Commit};
use web_mpc::crypto::{Analyst, Identity, PublicIdentity, Server, Tag};
use web_mpc::disclosure::{Counts, decide};
use web_mpc::ids::{ComputationName, Nonce};
use web_mpc::manifest::{
    Access, Action, ComputationKey, Manifest, Notice, Publication, ServerKeys, Terms, Tracking,
    VERSION,
};
use web_mpc::measurement::sum::SumParameters;
use web_mpc::measurement::{Kind, Population, Rejection};
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage, Standing, Which, challenge};
use web_mpc::record::{Countersigned, Signed};
use web_mpc::reveal::{Agreed, Helper, open_release};

use super::{Heard, Wire};

/// Bytes before the entries of a frame of a reveal.
pub(crate) const HEADER: usize = 9;

/// Bytes of a page's entry before its public part: party key, submission id, s.
const BEFORE_PUBLIC_PART: usize = 32 + 16 + 32;

/// A connection of an analyst that is logged in.
#[derive(Debug)]
pub(crate) struct Hand {
    pub(crate) identity: Identity<Analyst>,
    pub(crate) terms: Arc<Terms>,
    pub(crate) standing: Standing,
    pub(crate) wire: Wire,
}

/// What the pages of a run have shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tallied {
    pub(crate) batch: Batch,
    pub(crate) accepted: Accepted,
    pub(crate) counts: Counts,
    /// Every first frame, as it came.
    pub(crate) pages: Vec<Vec<u8>>,
}

impl Hand {
    /// Makes a computation whose manifest was changed before it was signed, and logs in.
    pub(crate) async fn create(
        address: SocketAddr,
        identity: &Identity<Analyst>,
        rng: &mut impl CryptoRng,
        change: impl FnOnce(&mut Manifest),
    ) -> Self {
        let (mut wire, server, nonce) = Wire::greeted(address).await;
        let key = Self::key(&mut wire).await;
        let manifest = Self::manifest(identity, server, key, rng, change);
        let answer = wire.ask(&ClientMessage::Create(manifest)).await;
        let ServerMessage::Computation(standing) = answer else {
            panic!("not created: {answer:?}");
        };
        Self::log_in(wire, identity, *standing, &nonce, rng).await
    }

    /// Logs in to a computation that there is.
    pub(crate) async fn rejoin(
        address: SocketAddr,
        identity: &Identity<Analyst>,
        terms: &Terms,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, ErrorCode> {
        let (mut wire, _, nonce) = Wire::greeted(address).await;
        let lookup = ClientMessage::Lookup {
            which: Which::Fingerprint(terms.fingerprint),
            wait: false,
        };
        match wire.ask(&lookup).await {
            ServerMessage::Computation(standing) => {
                Ok(Self::log_in(wire, identity, *standing, &nonce, rng).await)
            }
            ServerMessage::Error(refusal) => Err(refusal.code),
            other => panic!("neither a computation nor a refusal: {other:?}"),
        }
    }

    /// A box key for a computation that this connection may create.
    pub(crate) async fn key(wire: &mut Wire) -> ComputationKey {
        let answer = wire.ask(&ClientMessage::ComputationKey {}).await;
        let ServerMessage::ComputationKey(key) = answer else {
            panic!("no key: {answer:?}");
        };
        key
    }

    /// A manifest that a server would countersign, unless it was changed too much.
    pub(crate) fn manifest(
        identity: &Identity<Analyst>,
        server: PublicIdentity<Server>,
        computation_key: ComputationKey,
        rng: &mut impl CryptoRng,
        change: impl FnOnce(&mut Manifest),
    ) -> Signed<Manifest> {
        let mut manifest = Manifest {
            version: VERSION,
            nonce: Nonce::random(rng),
            name: ComputationName::default(),
            round: 1,
            kind: Kind::Sum(SumParameters::default()),
            analyst: identity.public(),
            server: ServerKeys {
                identity: server,
                computation_key,
            },
            min_parties: 1,
            max_parties: 1_000_000,
            max_rejected: None,
            access: Access::Open,
            tracking: Tracking::Count,
            time_grain: 3600,
            publication: Publication::None,
        };
        change(&mut manifest);
        Signed::sign(&manifest, &identity.signing)
    }

    async fn log_in(
        mut wire: Wire,
        identity: &Identity<Analyst>,
        standing: Standing,
        server_nonce: &Nonce,
        rng: &mut impl CryptoRng,
    ) -> Self {
        let mut terms = Terms::agreed(&standing.manifest).unwrap();
        let scheme = &terms.scheme;
        terms.scheme = scheme
            .for_analyst(&identity.boxes, &terms.manifest.nonce)
            .unwrap();
        let nonce = Nonce::random(rng);
        let server = terms.manifest.server.identity;
        let body = challenge(&server, &terms.fingerprint, &nonce, server_nonce);
        let login = ClientMessage::Login {
            fingerprint: terms.fingerprint,
            nonce,
            signature: identity.signing.sign(Tag::LOGIN, &body),
        };
        let answer = wire.ask(&login).await;
        let ServerMessage::LoggedIn { signature } = answer else {
            panic!("no login: {answer:?}");
        };
        assert!(
            server
                .signing_key
                .verify(Tag::LOGIN_ANSWER, &body, &signature)
        );
        Self {
            identity: identity.clone(),
            terms: Arc::new(terms),
            standing,
            wire,
        }
    }

    /// The notice that freezes the batch, changed before it was signed.
    pub(crate) fn notice(&self, change: impl FnOnce(&mut Notice)) -> ClientMessage {
        let last = self.standing.notices.last();
        let number = self.standing.notices.len() as u64 + 1;
        let mut notice = Notice::following(self.terms.fingerprint, last, number, Action::Freeze);
        change(&mut notice);
        ClientMessage::Notice(Signed::sign(&notice, &self.identity.signing))
    }

    /// Freezes, or shows what was frozen before.
    pub(crate) async fn freeze(&mut self) -> Batch {
        let notice = self.notice(|_| {});
        let answer = self.wire.ask(&notice).await;
        let ServerMessage::Frozen(batch) = answer else {
            panic!("not frozen: {answer:?}");
        };
        let server = self.terms.manifest.server.identity.signing_key;
        batch.open(&server).unwrap()
    }

    /// Goes through all pages; `verdict` may change what the analyst says of submission `index`.
    pub(crate) async fn pages(
        &mut self,
        batch: &Batch,
        verdict: impl Fn(u64, u8) -> u8,
    ) -> Tallied {
        self.wire
            .say(&ClientMessage::Prepare { root: batch.root })
            .await;
        let helper = Helper::new(Arc::clone(&self.terms), self.identity.boxes.clone());
        let mut tallied = Tallied {
            batch: batch.clone(),
            accepted: Accepted::default(),
            counts: Counts::new(&self.terms.scheme.groups()),
            pages: Vec::new(),
        };
        let (mut said, mut heard) = (0, 0);
        let mut cohorts = VecDeque::new();
        let answered = 1 + self.terms.scheme.lengths().verifier_message;
        while heard < batch.parties {
            let frame = match self.wire.hear().await {
                Heard::Frame(frame) => frame,
                other => panic!("no frame: {other:?}"),
            };
            if !Helper::is_page(&frame) {
                for code in &frame[HEADER..] {
                    let cohort = cohorts.pop_front().unwrap();
                    let verdict = Rejection::from_code(*code).map_or(Ok(cohort), Err);
                    tallied.accepted.push(verdict.is_ok());
                    tallied.counts.add(verdict);
                    heard += 1;
                }
                continue;
            }
            let number = u32::try_from(tallied.pages.len()).unwrap();
            let mut answer = helper.verify(number, &frame).unwrap().frame;
            for entry in answer[HEADER..].chunks_exact_mut(answered) {
                let code = verdict(said, entry[0]);
                if code != entry[0] {
                    entry.fill(0);
                    entry[0] = code;
                }
                said += 1;
            }
            cohorts.extend(self.cohorts(&frame));
            tallied.pages.push(frame.to_vec());
            self.wire.send(Message::binary(answer)).await;
        }
        tallied
    }

    /// The cohort of each submission of a page; 0 where there are none.
    fn cohorts(&self, page: &[u8]) -> Vec<usize> {
        let count = u32::from_be_bytes(page[HEADER - 4..HEADER].try_into().unwrap());
        let entries = &page[HEADER..];
        let len = entries.len() / usize::try_from(count).unwrap();
        let lengths = self.terms.scheme.lengths();
        let public_parts = entries
            .chunks_exact(len)
            .map(|entry| &entry[BEFORE_PUBLIC_PART..][..lengths.public_part]);
        public_parts
            .map(|part| self.terms.scheme.cohort(part))
            .map(|cohort| usize::try_from(cohort.unwrap()).unwrap())
            .collect()
    }

    /// The commit that follows from the pages, changed before it was signed.
    pub(crate) fn commit(
        &self,
        tallied: &Tallied,
        change: impl FnOnce(&mut Commit),
    ) -> Signed<Commit> {
        let mut commit = Commit {
            fingerprint: self.terms.fingerprint,
            root: tallied.batch.root,
            accepted: tallied.accepted.hash(),
            counts: tallied.counts.clone(),
            outcome: decide(&self.terms.limits(), &tallied.counts),
        };
        change(&mut commit);
        Signed::sign(&commit, &self.identity.signing)
    }

    /// Commits to what the pages have shown.
    pub(crate) async fn commit_to(&mut self, tallied: &Tallied) -> Countersigned<Commit> {
        let commit = self.commit(tallied, |_| {});
        match self.wire.ask(&ClientMessage::Commit(commit)).await {
            ServerMessage::Committed(commit) => commit,
            other => panic!("not committed: {other:?}"),
        }
    }

    /// What is released of a commit, whatever it is: the outputs of each group, as bytes.
    pub(crate) async fn released(&mut self, bound: &Countersigned<Commit>) -> Vec<Vec<u8>> {
        let answer = self.wire.ask(&ClientMessage::Release {}).await;
        let ServerMessage::Released(released) = answer else {
            panic!("nothing was released: {answer:?}");
        };
        let scheme = &self.terms.scheme;
        let groups = scheme.groups();
        let anything = Agreed::uncounted(Population {
            cohorts: vec![1; groups.cohorts()],
            ..Population::whole(1)
        });
        let boxes = &self.identity.boxes;
        let share = open_release(&self.terms, &bound.body, &anything, &released, boxes).unwrap();
        let bytes = scheme.encode_released(&share);
        let outputs = bytes.chunks_exact(bytes.len() / groups.len());
        outputs.map(<[u8]>::to_vec).collect()
    }
}
