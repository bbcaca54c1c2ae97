//! The pages of a reveal: read, opened, sent, answered, judged. Several are under way at once, so
//! that both sides always have boxes to open; what leaves and what is added up stays in order.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use futures_util::{FutureExt, StreamExt};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::live::Live;
use super::socket::{Event, Gone, Socket};
use super::{Shared, refusals};
use crate::ids::{Fingerprint, PartyKey};
use crate::protocol::{
    ClientMessage, ErrorCode, MalformedMessage, Refusal, ServerMessage, decode, encode, limits,
};
use crate::reveal::{JudgedPage, Leader, PreparedPage, RevealError, Tally};
use crate::store::{StoreError, StoredSubmission};
use crate::submission::Submission;

/// Frames that may wait for the client before no more of its own are read.
const OUTGOING: usize = 2 * limits::PAGES_IN_FLIGHT;

/// A frame on its way to the client.
enum Frame {
    Page(Vec<u8>),
    Message(Utf8Bytes),
}

/// What happened.
enum Step {
    Read(Result<Vec<StoredSubmission>, StoreError>),
    Prepared(Result<PreparedPage, Refusal>),
    Judged(Result<JudgedPage, Refusal>),
    Socket(Result<Event, Gone>),
}

/// All pages of one batch.
pub(super) struct Pages {
    shared: Arc<Shared>,
    live: Arc<Live>,
    leader: Arc<Leader>,
    /// The last party that was read, and whether there are more.
    after: Option<PartyKey>,
    exhausted: bool,
    next_number: u32,
    /// Pages that were begun and are not added up.
    unfinished: usize,
    reading: Option<BoxFuture<'static, Result<Vec<StoredSubmission>, StoreError>>>,
    preparing: FuturesOrdered<BoxFuture<'static, Result<PreparedPage, Refusal>>>,
    unanswered: VecDeque<PreparedPage>,
    /// When the last of them was answered, or the first one came to wait.
    answered: Instant,
    judging: FuturesOrdered<BoxFuture<'static, Result<JudgedPage, Refusal>>>,
    outgoing: VecDeque<Frame>,
    tally: Tally,
}

impl Pages {
    pub(super) fn new(shared: Arc<Shared>, live: Arc<Live>) -> Result<Self, Refusal> {
        let leader = Leader::new(Arc::clone(&live.terms), (*live.keys()?).clone());
        let tally = Tally::new(&live.terms.scheme);
        Ok(Self {
            shared,
            live,
            leader: Arc::new(leader),
            after: None,
            exhausted: false,
            next_number: 0,
            unfinished: 0,
            reading: None,
            preparing: FuturesOrdered::new(),
            unanswered: VecDeque::new(),
            answered: Instant::now(),
            judging: FuturesOrdered::new(),
            outgoing: VecDeque::new(),
            tally,
        })
    }

    /// Goes through all pages with the analyst.
    pub(super) async fn run(mut self, socket: &mut Socket) -> Result<Tally, Gone> {
        let shared = Arc::clone(&self.shared);
        let verdicts = shared.limits.deadlines.verdicts;
        let mut stopping = std::pin::pin!(shared.stopping.cancelled());
        loop {
            self.begin_reading();
            if !socket.is_flushing() {
                match self.outgoing.pop_front() {
                    Some(Frame::Page(bytes)) => socket.send_binary(bytes).await?,
                    Some(Frame::Message(text)) => socket.send(text).await?,
                    None if self.exhausted && self.unfinished == 0 => return Ok(self.tally),
                    None => {}
                }
            }
            let waits = !self.unanswered.is_empty();
            let step = tokio::select! {
                () = &mut stopping => return Err(refusals::shutting_down().into()),
                () = sleep_until(self.answered + verdicts), if waits => {
                    let message = "the verdicts on a page did not come in time";
                    return Err(Refusal::new(ErrorCode::TimedOut, message).into());
                }
                step = poll_fn(|cx| self.poll_step(cx, socket)) => step,
            };
            self.take(step)?;
        }
    }

    fn begin_reading(&mut self) {
        let room = self.unfinished < limits::PAGES_IN_FLIGHT;
        if self.exhausted || self.reading.is_some() || !room {
            return;
        }
        self.unfinished += 1;
        let (store, fingerprint) = (Arc::clone(&self.shared.store), self.live.terms.fingerprint);
        let (after, count) = (self.after, self.leader.page_len());
        let read = async move { store.page(&fingerprint, after, count).await };
        self.reading = Some(read.boxed());
    }

    fn poll_step(&mut self, cx: &mut Context<'_>, socket: &mut Socket) -> Poll<Step> {
        if let Some(reading) = &mut self.reading
            && let Poll::Ready(read) = reading.poll_unpin(cx)
        {
            self.reading = None;
            return Poll::Ready(Step::Read(read));
        }
        if let Poll::Ready(Some(judged)) = self.judging.poll_next_unpin(cx) {
            return Poll::Ready(Step::Judged(judged));
        }
        if let Poll::Ready(Some(prepared)) = self.preparing.poll_next_unpin(cx) {
            return Poll::Ready(Step::Prepared(prepared));
        }
        let reading = self.outgoing.len() < OUTGOING;
        socket.poll_next(cx, reading).map(Step::Socket)
    }

    fn take(&mut self, step: Step) -> Result<(), Gone> {
        match step {
            Step::Read(read) => self.prepare(read.map_err(Refusal::from)?)?,
            Step::Prepared(prepared) => {
                let mut prepared = prepared?;
                let frame = mem::take(&mut prepared.frame);
                self.outgoing.push_back(Frame::Page(frame));
                if self.unanswered.is_empty() {
                    self.answered = Instant::now();
                }
                self.unanswered.push_back(prepared);
            }
            Step::Judged(judged) => {
                let mut judged = judged?;
                let added = self.tally.add(&self.live.terms.scheme, &judged);
                added.map_err(Refusal::from)?;
                let frame = mem::take(&mut judged.frame);
                self.outgoing.push_back(Frame::Page(frame));
                self.unfinished = self.unfinished.saturating_sub(1);
            }
            Step::Socket(Ok(Event::Binary(verdicts))) => {
                self.answered = Instant::now();
                let page = self.unanswered.pop_front();
                self.judge(page.ok_or(Refusal::from(RevealError::Frame))?, verdicts);
            }
            Step::Socket(Ok(Event::Text(text))) => {
                let message = encode(&ServerMessage::Error(interrupted(&text)?));
                self.outgoing.push_back(Frame::Message(message.into()));
            }
            Step::Socket(Ok(Event::Flushed)) => {}
            Step::Socket(Err(gone)) => return Err(gone),
        }
        Ok(())
    }

    /// Opens the boxes of the page that was read.
    fn prepare(&mut self, page: Vec<StoredSubmission>) -> Result<(), Gone> {
        self.exhausted = page.len() < self.leader.page_len();
        let Some(last) = page.last() else {
            self.unfinished = self.unfinished.saturating_sub(1);
            return Ok(());
        };
        self.after = Some(last.party_key);
        let number = self.next_number;
        self.next_number = number.checked_add(1).ok_or_else(refusals::internal)?;
        let (shared, leader) = (Arc::clone(&self.shared), Arc::clone(&self.leader));
        let fingerprint = self.live.terms.fingerprint;
        let job = move || {
            let page = page.into_iter();
            let page: Vec<_> = page.map(|stored| submission(fingerprint, stored)).collect();
            leader.prepare(number, &page)
        };
        let prepared = async move { Ok(shared.workers.run(job).await?) };
        self.preparing.push_back(prepared.boxed());
        Ok(())
    }

    /// Puts the analyst's verdicts and the server's together.
    fn judge(&mut self, page: PreparedPage, verdicts: bytes::Bytes) {
        let (shared, leader) = (Arc::clone(&self.shared), Arc::clone(&self.leader));
        let job = move || leader.judge(page, &verdicts);
        let judged = async move { Ok(shared.workers.run(job).await??) };
        self.judging.push_back(judged.boxed());
    }
}

fn submission(fingerprint: Fingerprint, stored: StoredSubmission) -> Submission {
    Submission {
        fingerprint,
        party_key: stored.party_key,
        submission_id: stored.submission_id,
        sequence: stored.sequence,
        public_part: stored.public_part,
        server_box: stored.server_box,
        analyst_box: stored.analyst_box,
        signature: stored.signature,
        // Only the server and the party know it.
        invitation: None,
    }
}

/// What a request gets for an answer that comes amid the pages.
fn interrupted(text: &str) -> Result<Refusal, Gone> {
    match decode(text) {
        Ok(ClientMessage::Commit(_) | ClientMessage::Release {}) => Ok(refusals::not_prepared()),
        Ok(_) => Ok(Refusal::new(
            ErrorCode::NotAllowed,
            "the pages of the batch are under way on this connection",
        )),
        Err(error @ MalformedMessage) => Err(refusals::malformed(error).into()),
    }
}
