//! The server's side of a page.

use std::fmt;
use std::sync::Arc;

use super::frame::{FrameType, Layout, verdict_code};
use super::{JudgedPage, RevealError, Verdict, verdict};
use crate::crypto::{BoxKeyPair, Server};
use crate::manifest::Terms;
use crate::measurement::{Instance, LeaderState, OutputShare, Rejection};
use crate::submission::{Submission, sequence_hash};

/// What the server needs to work on the pages of one computation.
#[derive(Debug, Clone)]
pub struct Leader {
    terms: Arc<Terms>,
    keys: BoxKeyPair<Server>,
    layout: Layout,
}

/// A page that waits for the analyst's verdicts.
pub struct PreparedPage {
    number: u32,
    /// The first frame of the page.
    pub frame: Vec<u8>,
    states: Vec<Result<LeaderState, Rejection>>,
}

impl fmt::Debug for PreparedPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "PreparedPage({}, {} submissions)",
            self.number,
            self.states.len()
        )
    }
}

impl Leader {
    /// `keys` are those that the manifest names for this computation.
    #[must_use]
    pub fn new(terms: Arc<Terms>, keys: BoxKeyPair<Server>) -> Self {
        let layout = Layout::of(&terms);
        Self {
            terms,
            keys,
            layout,
        }
    }

    /// How many submissions a page holds.
    #[must_use]
    pub fn page_len(&self) -> usize {
        self.layout.submissions_per_page()
    }

    /// Opens the server's boxes of a page and writes the page's first frame.
    #[must_use]
    pub fn prepare(&self, number: u32, submissions: &[Submission]) -> PreparedPage {
        let boxes: Vec<&[u8]> = submissions.iter().map(|s| s.server_box.as_ref()).collect();
        let opened = self.keys.open_batch(&boxes);
        let mut frame = self
            .layout
            .write(FrameType::Page, number, submissions.len());
        let mut states = Vec::with_capacity(submissions.len());
        let no_share = vec![0; self.layout.verifier_share()];
        for (submission, opened) in submissions.iter().zip(&opened) {
            let started = submission.server_share(opened.as_ref()).and_then(|share| {
                let at = Instance {
                    fingerprint: &self.terms.fingerprint,
                    submission_id: &submission.submission_id,
                };
                let public_part = &submission.public_part.0;
                self.terms.scheme.leader_init(at, public_part, share)
            });
            let (state, verifier_share) = match started {
                Ok((state, verifier_share)) => (Ok(state), verifier_share),
                Err(reason) => (Err(reason), no_share.clone()),
            };
            frame.extend_from_slice(submission.party_key.as_bytes());
            frame.extend_from_slice(submission.submission_id.as_bytes());
            let s = sequence_hash(submission.sequence, submission.server_box.as_ref());
            frame.extend_from_slice(s.as_bytes());
            frame.extend_from_slice(submission.public_part.as_ref());
            frame.extend_from_slice(submission.analyst_box.as_ref());
            frame.push(verdict_code(verdict(&state)));
            frame.extend_from_slice(&verifier_share);
            states.push(state);
        }
        PreparedPage {
            number,
            frame,
            states,
        }
    }

    /// Reads the analyst's verdicts, gives the server's own, and adds up what both accepted.
    pub fn judge(
        &self,
        prepared: PreparedPage,
        analyst_verdicts: &[u8],
    ) -> Result<JudgedPage, RevealError> {
        let PreparedPage { number, states, .. } = prepared;
        let answers = self
            .layout
            .read(FrameType::AnalystVerdicts, number, analyst_verdicts)?;
        if answers.len() != states.len() {
            return Err(RevealError::Frame);
        }
        let mut frame = self
            .layout
            .write(FrameType::ServerVerdicts, number, states.len());
        let mut outputs = Vec::with_capacity(states.len());
        for (state, mut answer) in states.into_iter().zip(answers) {
            let analyst = answer.verdict()?;
            let message = answer.take(self.layout.verifier_message())?;
            let output = self.conclude(state, analyst, message)?;
            frame.push(verdict_code(verdict(&output)));
            outputs.push(output);
        }
        Ok(JudgedPage::new(&self.terms.scheme, number, frame, &outputs))
    }

    /// The end of one submission: whoever rejected first gives the reason.
    fn conclude(
        &self,
        state: Result<LeaderState, Rejection>,
        analyst: Verdict,
        message: &[u8],
    ) -> Result<Result<OutputShare, Rejection>, RevealError> {
        match (state, analyst) {
            (Ok(state), Ok(())) => {
                let fingerprint = &self.terms.fingerprint;
                Ok(self.terms.scheme.leader_next(fingerprint, state, message))
            }
            (Ok(_), Err(reason)) if reason.is_analysts() => Ok(Err(reason)),
            (Err(ours), Err(theirs)) if ours == theirs => Ok(Err(ours)),
            _ => Err(RevealError::Verdict),
        }
    }
}
