//! The binary frames of a reveal. All entries of a page have the same length, which the manifest
//! implies: a frame's length alone tells whether it is whole.
//!
//! ```text
//! frame            = type (1) || page number (4) || entries (4) || entry ...
//! type 1, page     : party key (32) || submission id (16) || s (32) || public part || analyst's box
//!                    || verdict (1) || verifier share
//! type 2, analyst  : verdict (1) || verifier message
//! type 3, server   : verdict (1)
//! ```
//!
//! Numbers are big-endian. A verdict is 0, or the code of a [`Rejection`]; what belongs to a
//! submission that was accepted (verifier share, verifier message) is all zeros where it was not.

use super::{RevealError, Verdict};
use crate::ids::{Digest, PartyKey, SubmissionId};
use crate::manifest::Terms;
use crate::measurement::Rejection;
use crate::protocol::limits;
use crate::submission::{Sizes, Submission};

/// Length of what stands before the entries.
const HEADER: usize = 9;

/// Which of the three frames of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameType {
    Page = 1,
    AnalystVerdicts = 2,
    ServerVerdicts = 3,
}

/// Lengths in bytes of what stands in the entries of a computation's frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    public_part: usize,
    server_box: usize,
    analyst_box: usize,
    verifier_share: usize,
    verifier_message: usize,
    leader_state: usize,
}

impl Layout {
    /// The lengths that a manifest implies.
    #[must_use]
    pub fn of(terms: &Terms) -> Self {
        let (sizes, lengths) = (Sizes::of(terms), terms.scheme.lengths());
        Self {
            public_part: sizes.public_part,
            server_box: sizes.server_box,
            analyst_box: sizes.analyst_box,
            verifier_share: lengths.verifier_share,
            verifier_message: lengths.verifier_message,
            leader_state: lengths.leader_state,
        }
    }

    /// About how many bytes a submission has in the server's memory at most while its page is under
    /// way: it is read, opened and written into a frame, and what is needed to judge it stays.
    #[must_use]
    pub fn submission_footprint(self) -> usize {
        let read = size_of::<Submission>() + self.public_part + self.analyst_box + self.server_box;
        let opened = self.server_box + self.leader_state;
        read + opened + self.entry(FrameType::Page)
    }

    fn entry(self, frame: FrameType) -> usize {
        match frame {
            FrameType::Page => {
                PartyKey::LEN
                    + SubmissionId::LEN
                    + Digest::LEN
                    + self.public_part
                    + self.analyst_box
                    + 1
                    + self.verifier_share
            }
            FrameType::AnalystVerdicts => 1 + self.verifier_message,
            FrameType::ServerVerdicts => 1,
        }
    }

    /// How many submissions a page holds: both of its larger frames stay within their limits.
    #[must_use]
    pub fn submissions_per_page(self) -> usize {
        let page = (limits::PAGE - HEADER) / self.entry(FrameType::Page);
        let answer = (limits::SMALL_MESSAGE - HEADER) / self.entry(FrameType::AnalystVerdicts);
        let stored = limits::PAGE_STORED / (self.server_box + self.analyst_box + 1);
        page.min(answer)
            .min(stored)
            .clamp(1, limits::SUBMISSIONS_PER_PAGE)
    }

    /// Begins a frame.
    pub(super) fn write(self, frame: FrameType, number: u32, entries: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + entries * self.entry(frame));
        bytes.push(frame as u8);
        bytes.extend_from_slice(&number.to_be_bytes());
        bytes.extend_from_slice(&u32::try_from(entries).unwrap_or(u32::MAX).to_be_bytes());
        bytes
    }

    /// Checks a frame's header and length; gives its entries.
    pub(super) fn read(
        self,
        frame: FrameType,
        number: u32,
        bytes: &[u8],
    ) -> Result<impl ExactSizeIterator<Item = Reader<'_>>, RevealError> {
        let (header, entries) = bytes.split_at_checked(HEADER).ok_or(RevealError::Frame)?;
        let mut header = Reader(header);
        let (kind, page) = (header.byte()?, header.number()?);
        let count = usize::try_from(header.number()?).map_err(|_| RevealError::Frame)?;
        let len = self.entry(frame);
        let whole = count.checked_mul(len) == Some(entries.len()) && count >= 1;
        if kind != frame as u8 || page != number || !whole {
            return Err(RevealError::Frame);
        }
        Ok(entries.chunks_exact(len).map(Reader))
    }

    /// Reads one submission of a page.
    pub(super) fn submission(self, mut entry: Reader<'_>) -> Result<Entry<'_>, RevealError> {
        Ok(Entry {
            party_key: PartyKey::new(entry.array()?),
            submission_id: SubmissionId::new(entry.array()?),
            sequence_hash: Digest::new(entry.array()?),
            public_part: entry.take(self.public_part)?,
            analyst_box: entry.take(self.analyst_box)?,
            leader: entry.verdict()?,
            verifier_share: entry.take(self.verifier_share)?,
        })
    }

    /// Length of a verifier message.
    pub(super) fn verifier_message(self) -> usize {
        self.verifier_message
    }

    /// Length of a verifier share.
    pub(super) fn verifier_share(self) -> usize {
        self.verifier_share
    }
}

/// One submission as the analyst sees it.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) party_key: PartyKey,
    pub(super) submission_id: SubmissionId,
    pub(super) sequence_hash: Digest,
    pub(super) public_part: &'a [u8],
    pub(super) analyst_box: &'a [u8],
    pub(super) leader: Verdict,
    pub(super) verifier_share: &'a [u8],
}

/// The rest of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, len: usize) -> Result<&'a [u8], RevealError> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(RevealError::Frame)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const LEN: usize>(&mut self) -> Result<[u8; LEN], RevealError> {
        self.take(LEN)?.try_into().map_err(|_| RevealError::Frame)
    }

    fn byte(&mut self) -> Result<u8, RevealError> {
        self.array().map(|[byte]| byte)
    }

    fn number(&mut self) -> Result<u32, RevealError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn verdict(&mut self) -> Result<Verdict, RevealError> {
        match self.byte()? {
            0 => Ok(Ok(())),
            code => Rejection::from_code(code)
                .map(Err)
                .ok_or(RevealError::Verdict),
        }
    }
}

/// The byte of a verdict.
pub(super) fn verdict_code(verdict: Verdict) -> u8 {
    verdict.map_or_else(Rejection::code, |()| 0)
}
