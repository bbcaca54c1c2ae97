//! A server that has all of a server's keys and tells one lie.

#[path = "liar/groups.rs"]
mod groups;
#[path = "liar/lie.rs"]
mod lie;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use futures_util::{SinkExt, StreamExt};
use rand::rngs::StdRng;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};
use web_mpc::batch::{Batch, Commit, leaf, merkle};
use web_mpc::client::ServerUrl;
use web_mpc::crypto::{Analyst, BoxKeyPair, Identity, Server, Tag};
use web_mpc::ids::{Blob, Digest, Nonce, Signature};
use web_mpc::manifest::{Action, ComputationKey, Manifest, Notice, Phase, Terms, VERSION};
use web_mpc::measurement::Rejection;
use web_mpc::protocol::{
    ClientMessage, ErrorCode, Refusal, ServerMessage, Standing, challenge, decode, encode,
};
use web_mpc::record::{Countersigned, Signed};
use web_mpc::reveal::{Leader, Tally, release};
use web_mpc::submission::{Receipt, Submission};

pub(super) use self::groups::deceive;
pub(super) use self::lie::Lie;

use super::super::wire::{Hand, rng, seal};

/// What the lies are told with.
pub(super) struct Liar {
    pub(super) lie: Lie,
    pub(super) analyst: Identity<Analyst>,
    server: Identity<Server>,
    boxes: BoxKeyPair<Server>,
    manifest: Countersigned<Manifest>,
    pub(super) terms: Arc<Terms>,
    pub(super) submissions: Vec<Submission>,
    pub(super) phase: Phase,
    /// Shown with the computation.
    pub(super) batch: Option<Signed<Batch>>,
    pub(super) commit: Option<Countersigned<Commit>>,
}

/// A liar that listens.
pub(super) struct Lying {
    pub(super) url: ServerUrl,
    /// The types of all messages that came.
    heard: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Lying {
    /// Whether a message of that type came.
    pub(super) fn heard(&self, kind: &str) -> bool {
        self.times(kind) > 0
    }

    /// How many messages of that type came.
    pub(super) fn times(&self, kind: &str) -> usize {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|heard| *heard == kind).count()
    }
}

impl Drop for Lying {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Socket = WebSocketStream<TcpStream>;

impl Liar {
    /// About a sum.
    pub(super) fn new(lie: Lie, seed: u64) -> Self {
        let seal = |terms: &Terms, rng: &mut StdRng| {
            let submissions = super::VALUES.map(|value| seal(terms, value, rng));
            submissions.to_vec()
        };
        Self::with(lie, seed, |_, _| {}, seal)
    }

    fn with(
        lie: Lie,
        seed: u64,
        change: impl FnOnce(&Identity<Analyst>, &mut Manifest),
        seal: impl FnOnce(&Terms, &mut StdRng) -> Vec<Submission>,
    ) -> Self {
        let mut rng = rng(seed);
        let analyst = Identity::generate(&mut rng);
        let server = Identity::<Server>::generate(&mut rng);
        let boxes = BoxKeyPair::generate(&mut rng);
        let box_key = *boxes.public();
        let signature = server
            .signing
            .sign(Tag::COMPUTATION_KEY, box_key.as_bytes());
        let key = ComputationKey { box_key, signature };
        let change = |manifest: &mut Manifest| change(&analyst, manifest);
        let signed = Hand::manifest(&analyst, server.public(), key, &mut rng, change);
        let manifest = Countersigned::countersign(&signed, &server.signing);
        let mut terms = Terms::agreed(&manifest).unwrap();
        terms.scheme = terms.scheme.for_server(&boxes).unwrap();
        let mut submissions = seal(&terms, &mut rng);
        submissions.sort_by_key(|submission| submission.party_key);
        Self {
            lie,
            analyst,
            server,
            boxes,
            manifest,
            terms: Arc::new(terms),
            submissions,
            phase: Phase::Open,
            batch: None,
            commit: None,
        }
    }

    /// Lies to whoever connects.
    pub(super) async fn listen(self) -> Lying {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (shared, log) = (Arc::new(self), Arc::clone(&heard));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (liar, log) = (Arc::clone(&shared), Arc::clone(&log));
                stream.set_nodelay(true).unwrap();
                tokio::spawn(async move {
                    let socket = accept_async(stream).await.unwrap();
                    liar.converse(socket, &log).await;
                });
            }
        });
        let url = format!("ws://{address}").parse().unwrap();
        Lying { url, heard, task }
    }

    async fn converse(&self, mut socket: Socket, log: &Mutex<Vec<String>>) -> Option<()> {
        let mut rng = rng(1);
        let nonce = Nonce::random(&mut rng);
        let mut tally = None;
        let mut commit = None;
        loop {
            let Message::Text(text) = socket.next().await?.ok()? else {
                return None;
            };
            let kind = text.split('"').nth(1)?.to_owned();
            log.lock().unwrap().push(kind);
            let answer = match decode(&text).unwrap() {
                ClientMessage::Hello { .. } => ServerMessage::Welcome {
                    version: VERSION,
                    server: match self.lie {
                        Lie::AnotherIdentity => Identity::generate(&mut rng).public(),
                        _ => self.server.public(),
                    },
                    nonce,
                },
                ClientMessage::Lookup { .. } => self.standing(),
                ClientMessage::Login {
                    fingerprint,
                    nonce: theirs,
                    ..
                } => {
                    let body = challenge(&self.server.public(), &fingerprint, &theirs, &nonce);
                    let tag = match self.lie {
                        Lie::UnsignedLogin => Tag::LOGIN,
                        _ => Tag::LOGIN_ANSWER,
                    };
                    let signature = self.server.signing.sign(tag, &body);
                    ServerMessage::LoggedIn { signature }
                }
                ClientMessage::Notice(notice) => self.frozen(&notice),
                ClientMessage::Prepare { .. } => {
                    tally = Some(self.pages(&mut socket).await?);
                    continue;
                }
                ClientMessage::Commit(signed) => {
                    let answer = self.committed(&signed);
                    commit = Some(signed.body);
                    answer
                }
                ClientMessage::Release {} => self.released(commit.as_ref()?, tally.as_ref()?),
                ClientMessage::Result(_) => ServerMessage::Recorded {},
                ClientMessage::Submit(submission) => self.receipt(&submission),
                _ => return None,
            };
            socket.send(Message::text(encode(&answer))).await.ok()?;
        }
    }

    fn standing(&self) -> ServerMessage {
        let mut manifest = self.manifest.clone();
        let zero = Signature::new([0; 64]);
        match self.lie {
            Lie::UnsignedManifest => manifest.server_signature = zero,
            Lie::ManifestSignedByTheServerAlone => manifest.analyst_signature = zero,
            Lie::AnotherComputation => {
                let mut rng = rng(2);
                let key = self.terms.manifest.server.computation_key;
                let server = self.server.public();
                let other = Hand::manifest(&self.analyst, server, key, &mut rng, |manifest| {
                    manifest.name = "another".parse().unwrap();
                });
                manifest = Countersigned::countersign(&other, &self.server.signing);
            }
            _ => {}
        }
        // What the analyst said in an earlier run.
        let freeze = Notice::following(self.terms.fingerprint, None, 1, Action::Freeze);
        let notices = if self.phase.is_frozen() {
            vec![Signed::sign(&freeze, &self.analyst.signing)]
        } else {
            Vec::new()
        };
        ServerMessage::Computation(Box::new(Standing {
            manifest,
            phase: self.phase,
            notices,
            batch: self.batch.clone(),
            commit: self.commit.clone(),
            result: None,
        }))
    }

    /// What is frozen, in the order in which it is shown.
    fn shown(&self) -> Vec<Submission> {
        let mut shown = self.submissions.clone();
        let mut rng = rng(3);
        match self.lie {
            Lie::Dropped | Lie::DroppedAndCounted => drop(shown.remove(2)),
            Lie::Duplicated => shown.insert(2, shown[1].clone()),
            Lie::Reordered | Lie::Unsorted => shown.swap(1, 3),
            Lie::Swapped => {
                let mut other = seal(&self.terms, 1_000, &mut rng);
                other.party_key = shown[2].party_key;
                shown[2] = other;
            }
            Lie::Added => {
                shown.push(seal(&self.terms, 1_000, &mut rng));
                shown.sort_by_key(|submission| submission.party_key);
            }
            Lie::DuplicateId => {
                let id = shown[0].submission_id;
                shown[4].submission_id = id;
            }
            _ => {}
        }
        shown
    }

    fn root(submissions: &[Submission]) -> Digest {
        let leaves = submissions.iter().map(|s| leaf(&s.party_key, &s.hash()));
        merkle::root(&leaves.collect::<Vec<_>>())
    }

    /// The batch as it is signed.
    pub(super) fn signed_batch(&self) -> Signed<Batch> {
        let shown = self.shown();
        let fixed = match self.lie {
            // These lie about the batch itself.
            Lie::DroppedAndCounted | Lie::Unsorted | Lie::DuplicateId => &shown,
            _ => &self.submissions,
        };
        let parties = match self.lie {
            Lie::DroppedAndCounted => self.submissions.len(),
            _ => fixed.len(),
        };
        let fingerprint = match self.lie {
            Lie::BatchOfAnotherComputation => web_mpc::ids::Fingerprint::new([4; 32]),
            _ => self.terms.fingerprint,
        };
        let batch = Batch {
            fingerprint,
            parties: parties as u64,
            root: Self::root(fixed),
            invitations: None,
        };
        Signed::sign(&batch, &self.server.signing)
    }

    fn frozen(&self, _notice: &Signed<Notice>) -> ServerMessage {
        let mut signed = self.signed_batch();
        if self.lie == Lie::UnsignedBatch {
            signed.signature = Signature::new([0; 64]);
        }
        ServerMessage::Frozen(signed)
    }

    /// Pages of two submissions.
    async fn pages(&self, socket: &mut Socket) -> Option<Tally> {
        let leader = Leader::new(Arc::clone(&self.terms), self.boxes.clone());
        let mut tally = Tally::new(&self.terms.scheme);
        for (number, page) in self.shown().chunks(2).enumerate() {
            let number = u32::try_from(number).unwrap();
            let prepared = leader.prepare(number, page);
            let mut frame = prepared.frame.clone();
            match self.lie {
                Lie::ShortPage => drop(frame.pop()),
                Lie::VerdictsFirst => frame[0] = 3,
                Lie::TooManyPages => {
                    for _ in 0..40 {
                        socket.send(Message::binary(frame.clone())).await.ok()?;
                    }
                }
                Lie::PageTwice => socket.send(Message::binary(frame.clone())).await.ok()?,
                _ => {}
            }
            socket.send(Message::binary(frame)).await.ok()?;
            let Message::Binary(verdicts) = socket.next().await?.ok()? else {
                return None;
            };
            let verdicts = self.misread(page, &verdicts);
            let mut judged = leader.judge(prepared, &verdicts).ok()?;
            if let Some(verdict) = judged.frame.get_mut(9) {
                match self.lie {
                    Lie::VerdictOfTheAnalyst => *verdict = Rejection::ProofRejected.code(),
                    Lie::RejectsForAnotherReason => {
                        *verdict = Rejection::ServerBoxUnopenable.code();
                    }
                    Lie::UnknownVerdict => *verdict = 77,
                    Lie::AcceptsWhatWasRejected => judged.frame[9..].fill(0),
                    _ => {}
                }
            }
            let frame = judged.frame.clone();
            tally.add(&self.terms.scheme, &judged).ok()?;
            socket.send(Message::binary(frame)).await.ok()?;
        }
        Some(tally)
    }

    pub(super) fn countersign(&self, signed: &Signed<Commit>) -> Countersigned<Commit> {
        Countersigned::countersign(signed, &self.server.signing)
    }

    fn committed(&self, signed: &Signed<Commit>) -> ServerMessage {
        let mut commit = self.countersign(signed);
        match self.lie {
            Lie::NotCountersigned => {
                commit.server_signature = self.server.signing.sign(Tag::COMMIT, &commit.body.0);
            }
            Lie::AnotherCommit => {
                let other = Signed::from_parts(Blob(b"{}".to_vec()), signed.signature);
                commit = self.countersign(&other);
            }
            _ => {
                if let Some(other) = self.other_groups(signed) {
                    commit = self.countersign(&other);
                }
            }
        }
        ServerMessage::Committed(commit)
    }

    fn released(&self, commit: &Blob, tally: &Tally) -> ServerMessage {
        let mut rng = rng(5);
        let keys = &self.server.signing;
        let mut terms = (*self.terms).clone();
        let mut about = commit.clone();
        match self.lie {
            Lie::ShareOfAnotherCommit => about = Blob(b"another".to_vec()),
            Lie::ShareForAnother => {
                terms.manifest.analyst = Identity::generate(&mut rng).public();
            }
            _ => {}
        }
        let share = self.share(commit, tally);
        let mut released = release(&terms, &about, None, &share, keys, &mut rng);
        match self.lie {
            Lie::UnsignedShare => released.signature = Signature::new([0; 64]),
            Lie::ShareOutOfRange => {
                let mut record = released.open(keys.public()).unwrap();
                let plaintext = [
                    Tag::AGGREGATE_SHARE.as_str().as_bytes(),
                    &[0],
                    record.commit.as_bytes(),
                    &[0xff; 16],
                ]
                .concat();
                let key = self.terms.manifest.analyst.box_key;
                record.sealed_share = Blob(key.seal(&plaintext, &mut rng));
                released = Signed::sign(&record, keys);
            }
            _ => {}
        }
        ServerMessage::Released(released)
    }

    fn receipt(&self, submission: &Submission) -> ServerMessage {
        if self.lie == Lie::Busy {
            return ServerMessage::Error(Refusal::new(ErrorCode::Busy, "too busy"));
        }
        let mut receipt = Receipt {
            fingerprint: submission.fingerprint,
            party_key: submission.party_key,
            sequence: submission.sequence,
            submission_hash: submission.hash(),
            invitations: 0,
        };
        let other = &self.submissions[0];
        match self.lie {
            Lie::ReceiptOfAnotherSubmission => receipt.submission_hash = other.hash(),
            Lie::ReceiptOfAnotherParty => receipt.party_key = other.party_key,
            Lie::ReceiptOfAnotherSequence => receipt.sequence += 1,
            Lie::ReceiptOfAnotherComputation => {
                receipt.fingerprint = web_mpc::ids::Fingerprint::new([4; 32]);
            }
            _ => {}
        }
        let mut signed = Signed::sign(&receipt, &self.server.signing);
        if self.lie == Lie::UnsignedReceipt {
            signed.signature = Signature::new([0; 64]);
        }
        ServerMessage::Receipt(signed)
    }
}
