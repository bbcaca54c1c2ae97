//! What both sides add up, page by page.

use super::RevealError;
use crate::batch::{Accepted, Batch, Commit};
use crate::crypto::{Tag, sha256};
use crate::disclosure::{self, Counts, Outcome};
use crate::ids::Blob;
use crate::manifest::Terms;
use crate::measurement::{AggregateShare, OutputShare, Population, Rejection, Scheme};

/// A page on which both sides have spoken.
#[derive(Debug)]
pub struct JudgedPage {
    number: u32,
    /// The third frame of the page, from the server; empty on the analyst's side.
    pub frame: Vec<u8>,
    /// Of which cohort, or why not.
    verdicts: Vec<Result<usize, Rejection>>,
    aggregate: AggregateShare,
}

impl JudgedPage {
    /// Adds up one page.
    pub(super) fn new(
        scheme: &Scheme,
        number: u32,
        frame: Vec<u8>,
        outputs: &[Result<OutputShare, Rejection>],
    ) -> Self {
        let mut aggregate = scheme.aggregate_init();
        for output in outputs.iter().flatten() {
            scheme.accumulate(&mut aggregate, output);
        }
        Self {
            number,
            frame,
            verdicts: outputs
                .iter()
                .map(|output| {
                    output
                        .as_ref()
                        .map(OutputShare::cohort)
                        .map_err(|reason| *reason)
                })
                .collect(),
            aggregate,
        }
    }
}

/// A, the counts and one side's aggregate share, of the pages so far.
#[derive(Debug)]
pub struct Tally {
    next_page: u32,
    len: u64,
    accepted: Accepted,
    counts: Counts,
    rejected: Vec<u8>,
    aggregate: AggregateShare,
}

/// Bytes of one entry of [`Tally::rejected`]: index (4, big-endian) and code of the reason.
const REJECTED_ENTRY: usize = 5;

impl Tally {
    /// Of no page.
    #[must_use]
    pub fn new(scheme: &Scheme) -> Self {
        Self {
            next_page: 0,
            len: 0,
            accepted: Accepted::default(),
            counts: Counts::new(&scheme.groups()),
            rejected: Vec::new(),
            aggregate: scheme.aggregate_init(),
        }
    }

    /// Adds the next page.
    pub fn add(&mut self, scheme: &Scheme, page: &JudgedPage) -> Result<(), RevealError> {
        if page.number != self.next_page {
            return Err(RevealError::Frame);
        }
        for verdict in &page.verdicts {
            self.accepted.push(verdict.is_ok());
            self.counts.add(*verdict);
            if let Err(reason) = verdict {
                let index = u32::try_from(self.len).map_err(|_| RevealError::Count)?;
                self.rejected.extend_from_slice(&index.to_be_bytes());
                self.rejected.push(reason.code());
            }
            self.len += 1;
        }
        self.next_page += 1;
        scheme.merge(&mut self.aggregate, &page.aggregate);
        Ok(())
    }

    /// Most bytes that the verdicts on so many submissions have in memory.
    #[must_use]
    pub fn most_bytes(submissions: u64) -> usize {
        let submissions = usize::try_from(submissions).unwrap_or(usize::MAX);
        let each = submissions.saturating_mul(REJECTED_ENTRY);
        each.saturating_add(submissions.div_ceil(8))
    }

    /// Bytes that the verdicts so far have in memory.
    #[must_use]
    pub fn footprint(&self) -> usize {
        let bits = self.accepted.bits().len();
        bits.saturating_add(self.rejected.len())
    }

    /// How many submissions are in.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether none is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A.
    #[must_use]
    pub fn accepted(&self) -> &Accepted {
        &self.accepted
    }

    /// Which were rejected and why, for [`rejection_of`].
    #[must_use]
    pub fn rejected(&self) -> Blob {
        Blob(self.rejected.clone())
    }

    /// This side's aggregate share.
    #[must_use]
    pub fn aggregate(&self) -> &AggregateShare {
        &self.aggregate
    }

    /// What both sides commit to once the whole batch is in; nothing before. With many cohorts and
    /// parts it is work for the pool.
    #[must_use]
    pub fn decide(&self, terms: &Terms, batch: &Batch) -> Option<Decision> {
        if self.len != batch.parties {
            return None;
        }
        let limits = terms.limits();
        let mut commit = Commit {
            fingerprint: terms.fingerprint,
            root: batch.root,
            accepted: self.accepted.hash(),
            counts: self.counts.clone(),
            outcome: disclosure::decide(&limits, &self.counts),
        };
        let mut population = commit.population(terms);
        let scheme = &terms.scheme;
        if let Outcome::Release { hidden, .. } = &mut commit.outcome
            && let Some(parts) = scheme.shown_presence(&self.aggregate, &population)
        {
            population.hidden = disclosure::hide_each(&limits, &population.suppressed, &parts);
            let flags = scheme.hidden_flags(&population);
            *hidden = Some(sha256(Tag::HIDDEN, &[&flags]));
        }
        Some(Decision { commit, population })
    }
}

/// What both sides come to, each by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What both sign.
    pub commit: Commit,
    /// Whose result it is about, and what of it is not shown: all of it, unless presence is counted
    /// after the commit.
    pub population: Population,
}

/// Why submission `index` was rejected, in what [`Tally::rejected`] wrote.
#[must_use]
pub fn rejection_of(rejected: &Blob, index: u64) -> Option<Rejection> {
    let index = u32::try_from(index).ok()?.to_be_bytes();
    let entry = rejected
        .0
        .chunks_exact(REJECTED_ENTRY)
        .find(|entry| entry.starts_with(&index))?;
    Rejection::from_code(*entry.last()?)
}
