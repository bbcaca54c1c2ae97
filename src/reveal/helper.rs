//! The analyst's side of a page, and what it checks of the batch as a whole.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::frame::{Entry, FrameType, Layout, verdict_code};
use super::{JudgedPage, RevealError, Tally, verdict};
use crate::batch::merkle::RootBuilder;
use crate::batch::{Batch, leaf};
use crate::crypto::{Analyst, BoxKeyPair, sha256_untagged};
use crate::ids::{Digest, PartyKey, SubmissionId};
use crate::manifest::Terms;
use crate::measurement::{Instance, OutputShare, Rejection};
use crate::submission::Binding;

/// What the analyst needs to work on the pages of one computation.
#[derive(Debug, Clone)]
pub struct Helper {
    terms: Arc<Terms>,
    keys: BoxKeyPair<Analyst>,
    layout: Layout,
}

/// A page that waits for the server's verdicts.
pub struct VerifiedPage {
    number: u32,
    /// The second frame of the page.
    pub frame: Vec<u8>,
    parties: Vec<PartyKey>,
    ids: Vec<SubmissionId>,
    leaves: Vec<Digest>,
    outputs: Vec<Result<OutputShare, Rejection>>,
}

impl fmt::Debug for VerifiedPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "VerifiedPage({}, {} submissions)",
            self.number,
            self.ids.len()
        )
    }
}

impl Helper {
    /// `keys` are those that the manifest names.
    #[must_use]
    pub fn new(terms: Arc<Terms>, keys: BoxKeyPair<Analyst>) -> Self {
        let layout = Layout::of(&terms);
        Self {
            terms,
            keys,
            layout,
        }
    }

    /// Whether a frame is a page, and not verdicts on one.
    #[must_use]
    pub fn is_page(frame: &[u8]) -> bool {
        frame.first() == Some(&(FrameType::Page as u8))
    }

    /// Opens the analyst's boxes of page `number`, recomputes every submission hash from the bytes
    /// that it opens, and writes the page's second frame.
    pub fn verify(&self, number: u32, page: &[u8]) -> Result<VerifiedPage, RevealError> {
        let entries: Vec<Entry<'_>> = self
            .layout
            .read(FrameType::Page, number, page)?
            .map(|entry| self.layout.submission(entry))
            .collect::<Result<_, _>>()?;
        let boxes: Vec<&[u8]> = entries.iter().map(|entry| entry.analyst_box).collect();
        let opened = self.keys.open_batch(&boxes);
        let mut verified = VerifiedPage {
            number,
            frame: self
                .layout
                .write(FrameType::AnalystVerdicts, number, entries.len()),
            parties: Vec::with_capacity(entries.len()),
            ids: Vec::with_capacity(entries.len()),
            leaves: Vec::with_capacity(entries.len()),
            outputs: Vec::with_capacity(entries.len()),
        };
        let no_message = vec![0; self.layout.verifier_message()];
        for (entry, opened) in entries.iter().zip(&opened) {
            let binding = Binding::new(
                self.terms.fingerprint,
                entry.party_key,
                entry.submission_id,
                entry.public_part,
            );
            let hash = binding.hash(&sha256_untagged(&[entry.analyst_box]), &entry.sequence_hash);
            verified.leaves.push(leaf(&entry.party_key, &hash));
            verified.parties.push(entry.party_key);
            verified.ids.push(entry.submission_id);
            let outcome = entry
                .leader
                .and_then(|()| binding.analyst_share(opened.as_ref()))
                .and_then(|share| {
                    let at = Instance {
                        fingerprint: &self.terms.fingerprint,
                        submission_id: &entry.submission_id,
                    };
                    let (public_part, theirs) = (entry.public_part, entry.verifier_share);
                    let scheme = &self.terms.scheme;
                    scheme.helper_verify(at, public_part, share, theirs)
                });
            let (output, message) = match outcome {
                Ok((output, message)) => (Ok(output), message),
                Err(reason) => (Err(reason), no_message.clone()),
            };
            verified.frame.push(verdict_code(verdict(&output)));
            verified.frame.extend_from_slice(&message);
            verified.outputs.push(output);
        }
        Ok(verified)
    }

    /// Reads the server's verdicts on a page and adds up what both accepted.
    pub fn settle(&self, page: VerifiedPage, verdicts: &[u8]) -> Result<JudgedPage, RevealError> {
        let answers = self
            .layout
            .read(FrameType::ServerVerdicts, page.number, verdicts)?;
        if answers.len() != page.outputs.len() {
            return Err(RevealError::Frame);
        }
        let mut outputs = Vec::with_capacity(page.outputs.len());
        for (output, mut answer) in page.outputs.into_iter().zip(answers) {
            outputs.push(match (output, answer.verdict()?) {
                (Ok(output), Ok(())) => Ok(output),
                (Ok(_), Err(Rejection::VerifierMessageRejected)) => {
                    Err(Rejection::VerifierMessageRejected)
                }
                (Err(ours), Err(theirs)) if ours == theirs => Err(ours),
                _ => return Err(RevealError::Verdict),
            });
        }
        Ok(JudgedPage::new(
            &self.terms.scheme,
            page.number,
            Vec::new(),
            &outputs,
        ))
    }
}

/// Everything that the analyst gathers in page order: whether the pages are the frozen batch, and
/// the tally. Memory: 16 bytes for each submission, and the pages under way.
#[derive(Debug)]
pub struct Collection {
    helper: Helper,
    batch: Batch,
    tally: Tally,
    root: RootBuilder,
    last_key: Option<PartyKey>,
    ids: Vec<SubmissionId>,
    waiting: VecDeque<VerifiedPage>,
}

impl Collection {
    /// Begins with nothing.
    #[must_use]
    pub fn new(helper: Helper, batch: Batch) -> Self {
        Self {
            tally: Tally::new(&helper.terms.scheme),
            helper,
            batch,
            root: RootBuilder::default(),
            last_key: None,
            ids: Vec::new(),
            waiting: VecDeque::new(),
        }
    }

    /// Takes a page that was verified; gives the frame that goes to the server.
    pub fn verified(&mut self, mut page: VerifiedPage) -> Result<Vec<u8>, RevealError> {
        for party in &page.parties {
            if self.last_key.is_some_and(|last| last >= *party) {
                return Err(RevealError::Order);
            }
            self.last_key = Some(*party);
        }
        self.ids.append(&mut page.ids);
        if self.ids.len() as u64 > self.batch.parties {
            return Err(RevealError::Count);
        }
        for leaf in page.leaves.drain(..) {
            self.root.push(leaf);
        }
        let frame = std::mem::take(&mut page.frame);
        self.waiting.push_back(page);
        Ok(frame)
    }

    /// Takes the server's verdicts on the oldest page that waits for them; tells how many
    /// submissions are done.
    pub fn settled(&mut self, verdicts: &[u8]) -> Result<u64, RevealError> {
        let page = self.waiting.pop_front().ok_or(RevealError::Frame)?;
        let judged = self.helper.settle(page, verdicts)?;
        self.tally.add(&self.helper.terms.scheme, &judged)?;
        Ok(self.tally.len())
    }

    /// Whether every submission of the batch is done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.tally.len() == self.batch.parties
    }

    /// Checks that what was shown is what was frozen, whole and nothing twice.
    pub fn finish(mut self) -> Result<Tally, RevealError> {
        if !self.is_complete() {
            return Err(RevealError::Count);
        }
        let (root, _) = self.root.finish();
        if root != self.batch.root {
            return Err(RevealError::Root);
        }
        self.ids.sort_unstable();
        if self
            .ids
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a == b))
        {
            return Err(RevealError::DuplicateId);
        }
        Ok(self.tally)
    }
}
