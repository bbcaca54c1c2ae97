//! One client's connection: requests are answered one after the other; what a client waits for or
//! watches comes in between.

mod logged_in;

use std::error::Error;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::either::Either;

use self::logged_in::next_change;
use super::gate::Pass;
use super::live::{Seat, View};
use super::reveal::Reveal;
use super::socket::{Event, Gone, Socket};
use super::tls::Stream;
use super::{
    Shared, analyst, create, http, inclusion, invitations, list, publish, refusals, submit,
    withdraw,
};
use crate::crypto::{BoxKeyPair, Server};
use crate::ids::{Digest, Nonce};
use crate::manifest::VERSION;
use crate::protocol::{
    ClientMessage, ErrorCode, Refusal, ServerMessage, Which, decode, encode, limits,
};

/// Least time between two numbers for one who watches: a person cannot read faster.
const WATCH_PAUSE: Duration = Duration::from_millis(100);

/// Serves a client from its first byte to its last.
pub(super) async fn serve(shared: Arc<Shared>, stream: TcpStream, pass: Pass) {
    let deadlines = shared.limits.deadlines;
    let upgraded = tokio::select! {
        // Who has not come so far has nothing to lose.
        () = shared.stopping.cancelled() => return,
        upgraded = Box::pin(open(&shared, stream)) => upgraded,
    };
    let Some((stream, read)) = upgraded else {
        return;
    };
    let socket = Socket::new(stream, read, deadlines, &shared.room, pass).await;
    let nonce = Nonce::random(&mut shared.entropy.rng());
    let mut connection = Connection {
        shared,
        socket,
        nonce,
        stage: Stage::Fresh,
        pending_key: None,
        waiting: None,
        watching: None,
        parked: None,
    };
    let gone = connection.converse().await;
    if let Gone::Refused(refusal) = gone {
        tracing::debug!(code = %refusal.code, "hanging up");
        connection.shared.metrics.refused(refusal.code);
        Box::pin(connection.socket.close(refusal)).await;
    }
}

/// TLS where the server has it, then HTTP; each with the same deadline.
async fn open(shared: &Shared, stream: TcpStream) -> Option<(Stream, Bytes)> {
    let deadline = shared.limits.deadlines.handshake;
    let stream = match &shared.tls {
        Some(tls) => tls.accept(stream, deadline).await?,
        None => Either::Left(stream),
    };
    http::upgrade(stream, shared).await
}

/// How far a client has come.
#[derive(Debug)]
enum Stage {
    /// It has not said `hello`.
    Fresh,
    /// It has.
    Greeted,
    /// It is a computation's analyst.
    LoggedIn(Arc<Seat>),
    /// It has been through all pages of the batch.
    Prepared(Arc<Seat>, Box<Reveal>),
}

/// A lookup that is to be answered later: the future ends when the computation has appeared.
type Waiting = Pin<Box<dyn Future<Output = Which> + Send>>;

/// The next change for one who watches.
type Watching = Pin<Box<dyn Future<Output = Watcher> + Send>>;

/// One who watches how many parties a computation has.
struct Watcher {
    seat: Arc<Seat>,
    changes: watch::Receiver<()>,
    /// What was told last.
    told: u64,
}

struct Connection {
    shared: Arc<Shared>,
    socket: Socket,
    /// The server's part of a login challenge.
    nonce: Nonce,
    stage: Stage,
    /// The box key for a computation that this client may create.
    pending_key: Option<Box<BoxKeyPair<Server>>>,
    waiting: Option<Waiting>,
    watching: Option<Watching>,
    /// A request that came while another one waits, for as long as it likes: a short one.
    parked: Option<Event>,
}

/// What happened.
enum Step {
    Event(Event),
    Appeared(Which),
    Parties(Watcher),
}

/// What a request leads to.
pub(super) enum Answer {
    Text(Utf8Bytes),
    /// How a computation stands, in the text that everybody is told who asks.
    Standing(Arc<View>),
    /// A message for which so many bytes were read.
    Read(Box<ServerMessage>, usize),
    /// A text that is the last of a reveal.
    Last(Utf8Bytes),
    /// Pages first.
    Pages(Digest),
}

impl From<ServerMessage> for Answer {
    fn from(message: ServerMessage) -> Self {
        Self::Text(encode(&message).into())
    }
}

impl Connection {
    /// Until one of both hangs up.
    async fn converse(&mut self) -> Gone {
        let shared = Arc::clone(&self.shared);
        let mut stopping = pin!(shared.stopping.cancelled());
        loop {
            let step = tokio::select! {
                biased;
                () = &mut stopping => return refusals::shutting_down().into(),
                step = poll_fn(|cx| self.poll_step(cx)) => step,
            };
            let taken = match step {
                Ok(step) => self.take(step).await,
                Err(gone) => Err(gone),
            };
            if let Err(gone) = taken {
                return gone;
            }
        }
    }

    fn poll_step(&mut self, cx: &mut Context<'_>) -> Poll<Result<Step, Gone>> {
        if let Some(waiting) = &mut self.waiting {
            if let Poll::Ready(which) = waiting.as_mut().poll(cx) {
                self.waiting = None;
                return Poll::Ready(Ok(Step::Appeared(which)));
            }
        } else if let Some(event) = self.parked.take() {
            return Poll::Ready(Ok(Step::Event(event)));
        }
        if let Some(watching) = &mut self.watching
            && let Poll::Ready(watcher) = watching.as_mut().poll(cx)
        {
            self.watching = None;
            return Poll::Ready(Ok(Step::Parties(watcher)));
        }
        // Always reading, so that a client that has left or fallen silent is noticed.
        self.socket
            .poll_next(cx, true)
            .map(|event| event.map(Step::Event))
    }

    async fn take(&mut self, step: Step) -> Result<(), Gone> {
        match step {
            Step::Event(Event::Flushed) => Ok(()),
            Step::Event(request) if self.waiting.is_some() || self.parked.is_some() => {
                if self.parked.is_some() || request.len() > limits::SMALL_MESSAGE {
                    let message = "while a lookup waits, only one short request more may be sent";
                    return Err(Refusal::new(ErrorCode::NotAllowed, message).into());
                }
                self.parked = Some(request);
                Ok(())
            }
            Step::Event(Event::Text(text)) => self.request(&text).await,
            Step::Event(Event::Binary(_)) => {
                let message = "a binary frame where none is due";
                Err(Refusal::new(ErrorCode::UnexpectedBinary, message).into())
            }
            Step::Appeared(which) => {
                let answer = in_time(Box::pin(self.look_up(which, true))).await;
                // It was told already that it waits.
                match answer {
                    Ok(_) if self.waiting.is_some() => Ok(()),
                    answer => self.say(answer).await,
                }
            }
            Step::Parties(watcher) => self.tell(watcher).await,
        }
    }

    /// Tells one who watches how many parties there are, if that is another number than before.
    async fn tell(&mut self, mut watcher: Watcher) -> Result<(), Gone> {
        let fingerprint = &watcher.seat.fingerprint;
        let counted = self.shared.store.parties(fingerprint).await;
        let before = watcher.told;
        match counted {
            Ok(parties) => watcher.told = parties,
            // It is told with the next change.
            Err(error) => tracing::warn!(error = &error as &dyn Error, "parties were not counted"),
        }
        let parties = watcher.told;
        self.watching = Some(next_change(watcher));
        if parties == before {
            return Ok(());
        }
        let message = ServerMessage::Submissions { parties };
        self.socket.send(encode(&message).into()).await
    }

    async fn request(&mut self, text: &str) -> Result<(), Gone> {
        let message = decode(text).map_err(refusals::malformed)?;
        let begun = Instant::now();
        let answer = in_time(self.answer(message)).await;
        self.shared.metrics.answered(begun.elapsed());
        self.say(answer).await
    }

    /// Sends an answer, or the refusal in its place.
    async fn say(&mut self, answer: Result<Answer, Refusal>) -> Result<(), Gone> {
        match answer {
            Ok(Answer::Text(text)) => self.give(text, 0).await,
            Ok(Answer::Read(message, read)) => self.give(encode(&*message).into(), read).await,
            Ok(Answer::Standing(view)) => {
                let text = view.answer.clone();
                self.socket.charge(text.len());
                self.offer(text).await
            }
            Ok(Answer::Last(text)) => {
                self.socket.send(text).await?;
                self.socket.flush().await?;
                self.shared.metrics.reveals.count();
                self.shared.revealed.cancel();
                Ok(())
            }
            Ok(Answer::Pages(root)) => Box::pin(self.prepare(root)).await,
            Err(refusal) if refusal.code.closes() => Err(refusal.into()),
            Err(refusal) => self.refuse(refusal).await,
        }
    }

    async fn refuse(&mut self, refusal: Refusal) -> Result<(), Gone> {
        tracing::debug!(code = %refusal.code, "refused");
        self.shared.metrics.refused(refusal.code);
        let message = ServerMessage::Error(refusal);
        self.socket.send(encode(&message).into()).await
    }

    /// Sends a text that was made for this client. A long one is in memory until the client has taken
    /// it, so that all of them together take of one room.
    async fn give(&mut self, text: Utf8Bytes, read: usize) -> Result<(), Gone> {
        self.socket.charge(text.len().max(read));
        let bytes = if Socket::is_long(&text) {
            text.len()
        } else {
            0
        };
        let Some(_taken) = self.shared.answers.take(bytes) else {
            return self.refuse(refusals::busy()).await;
        };
        self.offer(text).await
    }

    async fn offer(&mut self, text: Utf8Bytes) -> Result<(), Gone> {
        if self.socket.offer(text).await? {
            Ok(())
        } else {
            self.refuse(refusals::busy()).await
        }
    }

    /// The two requests of a party first; the rare ones live on the heap while they last.
    async fn answer(&mut self, message: ClientMessage) -> Result<Answer, Refusal> {
        let fresh = matches!(self.stage, Stage::Fresh);
        match message {
            ClientMessage::Hello { version } if fresh => self.greet(version),
            ClientMessage::Hello { .. } => Err(Refusal::new(
                ErrorCode::HelloRepeated,
                "`hello` was said already",
            )),
            _ if fresh => Err(Refusal::new(
                ErrorCode::HelloExpected,
                "the first message must be `hello`",
            )),
            ClientMessage::Lookup { which, wait } => Box::pin(self.look_up(which, wait)).await,
            ClientMessage::Submit(submission) => Box::pin(submit::submit(&self.shared, submission))
                .await
                .map(Answer::Text),
            message => Box::pin(self.answer_rare(message)).await,
        }
    }

    async fn answer_rare(&mut self, message: ClientMessage) -> Result<Answer, Refusal> {
        let shared = Arc::clone(&self.shared);
        Ok(match message {
            ClientMessage::Withdraw(withdrawal) => {
                withdraw::withdraw(&shared, withdrawal).await?.into()
            }
            ClientMessage::Invitation {
                fingerprint,
                key,
                signature,
            } => {
                let nonce = self.nonce;
                let standing = invitations::invitation(&shared, nonce, fingerprint, key, signature);
                standing.await?.into()
            }
            ClientMessage::Inclusion {
                fingerprint,
                party_key,
            } => inclusion::inclusion(&shared, &fingerprint, party_key).await?,
            ClientMessage::ComputationKey {} => {
                let (pair, key) = create::computation_key(&shared).await?;
                self.pending_key = Some(Box::new(pair));
                ServerMessage::ComputationKey(key).into()
            }
            ClientMessage::Create(manifest) => {
                let live = create::create(&shared, manifest, self.pending_key.as_deref()).await?;
                self.pending_key = None;
                Answer::Standing(live.view())
            }
            ClientMessage::Login {
                fingerprint,
                nonce,
                signature,
            } => {
                let login = analyst::login(&shared, &self.nonce, &fingerprint, &nonce, signature);
                let (live, answer) = login.await?;
                self.watching = None;
                self.stage = Stage::LoggedIn(Arc::clone(&live.seat));
                // What the reveal of another computation kept is gone.
                self.socket.keep(0);
                answer.into()
            }
            ClientMessage::Publication {
                fingerprint,
                invitation,
            } => publish::publication(&shared, &fingerprint, invitation).await?,
            ClientMessage::List {
                analyst,
                nonce,
                signature,
                after,
            } => {
                let proof = list::Proof {
                    analyst,
                    nonce,
                    signature,
                };
                list::list(&shared, &self.nonce, proof, after).await?.into()
            }
            message => self.answer_analyst(message).await?,
        })
    }

    fn greet(&mut self, version: u32) -> Result<Answer, Refusal> {
        if version != VERSION {
            let message = format!("this server speaks version {VERSION}, not {version}");
            let refusal = Refusal::new(ErrorCode::UnsupportedVersion, message);
            return Err(refusal.counting(version.into(), VERSION.into()));
        }
        self.stage = Stage::Greeted;
        self.socket.greeted();
        Ok(ServerMessage::Welcome {
            version: VERSION,
            server: self.shared.identity.public(),
            nonce: self.nonce,
        }
        .into())
    }

    async fn look_up(&mut self, which: Which, wait: bool) -> Result<Answer, Refusal> {
        // Before looking, so that nothing appears unseen between the two.
        let waiter = wait.then(|| self.shared.computations.waiting.enter(&which));
        if let Some(live) = self.shared.find(&which).await? {
            return Ok(Answer::Standing(live.view()));
        }
        let mut waiter = waiter.ok_or_else(refusals::unknown_computation)?;
        self.waiting = Some(Box::pin(async move {
            waiter.appeared().await;
            which
        }));
        Ok(ServerMessage::Waiting {}.into())
    }
}

/// An answer, or that the server is too busy for it.
async fn in_time(answer: impl Future<Output = Result<Answer, Refusal>>) -> Result<Answer, Refusal> {
    let answer = timeout(limits::ANSWER, answer).await;
    answer.unwrap_or_else(|_| Err(refusals::busy()))
}
