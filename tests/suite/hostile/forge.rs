//! Submissions whose parts were made by hand.

use rand::CryptoRng;
use web_mpc::crypto::{Analyst, BoxPublicKey, Party, Server, SigningKeyPair, Tag, sha256_untagged};
use web_mpc::ids::{Blob, Digest, Fingerprint, PartyKey, Signature, SubmissionId};
use web_mpc::manifest::Terms;
use web_mpc::submission::Submission;

/// What the two headers say, and the shares behind them.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub(crate) tag: String,
    pub(crate) role: u8,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) party_key: PartyKey,
    pub(crate) submission_id: SubmissionId,
    pub(crate) public_hash: Digest,
    pub(crate) cohort: u32,
    pub(crate) sequence: u64,
    pub(crate) box_hash: Digest,
    pub(crate) share: Vec<u8>,
}

/// A submission in which a header may say something else than the outside.
#[derive(Debug)]
pub(crate) struct Forge<'a, R> {
    pub(crate) terms: &'a Terms,
    pub(crate) keys: SigningKeyPair<Party>,
    pub(crate) submission_id: SubmissionId,
    pub(crate) sequence: u64,
    pub(crate) rng: &'a mut R,
}

impl<'a, R: CryptoRng> Forge<'a, R> {
    pub(crate) fn new(terms: &'a Terms, rng: &'a mut R) -> Self {
        Self {
            terms,
            keys: SigningKeyPair::generate(rng),
            submission_id: SubmissionId::random(rng),
            sequence: 1,
            rng,
        }
    }

    /// Both headers honest until they are changed.
    pub(crate) fn make(
        &mut self,
        analyst: impl FnOnce(&mut Header),
        server: impl FnOnce(&mut Header),
    ) -> Submission {
        let mut header = self.header();
        analyst(&mut header);
        let key: BoxPublicKey<Analyst> = self.terms.manifest.analyst.box_key;
        let analyst_box = key.seal(&header.common(), self.rng);
        self.seal(analyst_box, server)
    }

    /// Any box for the analyst, correctly bound in the server's.
    pub(crate) fn with_box(&mut self, analyst_box: Vec<u8>) -> Submission {
        self.seal(analyst_box, |_| {})
    }

    fn header(&self) -> Header {
        Header {
            tag: Tag::INPUT_SHARE.as_str().to_owned(),
            role: 2,
            fingerprint: self.terms.fingerprint,
            party_key: (*self.keys.public()).into(),
            submission_id: self.submission_id,
            public_hash: sha256_untagged(&[&[]]),
            cohort: 0,
            sequence: self.sequence,
            box_hash: sha256_untagged(&[]),
            share: vec![0; self.terms.scheme.lengths().server_share],
        }
    }

    fn seal(&mut self, analyst_box: Vec<u8>, change: impl FnOnce(&mut Header)) -> Submission {
        let mut header = self.header();
        header.role = 1;
        header.box_hash = sha256_untagged(&[&analyst_box]);
        change(&mut header);
        let key: BoxPublicKey<Server> = self.terms.manifest.server.computation_key.box_key;
        let server_box = key.seal(&header.whole(), self.rng);
        self.sign(server_box, analyst_box)
    }

    /// Signs whatever boxes.
    pub(crate) fn sign(&self, server_box: Vec<u8>, analyst_box: Vec<u8>) -> Submission {
        let mut submission = Submission {
            fingerprint: self.terms.fingerprint,
            party_key: (*self.keys.public()).into(),
            submission_id: self.submission_id,
            sequence: self.sequence,
            public_part: Blob::default(),
            server_box: Blob(server_box),
            analyst_box: Blob(analyst_box),
            signature: Signature::new([0; 64]),
            invitation: None,
        };
        resign(&mut submission, &self.keys);
        submission
    }
}

/// Makes the signature that of a key.
pub(crate) fn resign(submission: &mut Submission, keys: &SigningKeyPair<Party>) {
    let hash = submission.hash();
    submission.signature = keys.sign(Tag::SUBMISSION, hash.as_bytes());
}

impl Header {
    /// As the analyst's plaintext.
    fn common(&self) -> Vec<u8> {
        [&self.header()[..], &self.share].concat()
    }

    /// As the server's plaintext.
    fn whole(&self) -> Vec<u8> {
        [
            &self.header()[..],
            &self.sequence.to_be_bytes(),
            self.box_hash.as_bytes(),
            &self.share,
        ]
        .concat()
    }

    fn header(&self) -> Vec<u8> {
        [
            self.tag.as_bytes(),
            &[0, self.role],
            self.fingerprint.as_bytes(),
            self.party_key.as_bytes(),
            self.submission_id.as_bytes(),
            self.public_hash.as_bytes(),
            &self.cohort.to_be_bytes(),
        ]
        .concat()
    }
}
