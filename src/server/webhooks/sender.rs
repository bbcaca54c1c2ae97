//! One request of HTTP: bounded in time and in what is read of the answer, whoever answers.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use super::Webhook;
use super::message::Message;

/// Time for one request from the connection to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Addresses of one name that are tried.
const ADDRESSES: usize = 4;

/// Longest head of an answer, in bytes.
const HEAD: usize = 16 * 1024;

/// Most headers of an answer.
const HEADERS: usize = 64;

/// Most bytes of an answer's body that are read past, so that the connection can be used again.
const BODY: usize = 16 * 1024;

/// Why an event was not delivered, without a word of the receiver's or of its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Undelivered {
    #[error("the receiver cannot be reached")]
    Unreachable,
    #[error("`http` leads to another machine")]
    Exposed,
    #[error("the receiver's certificate is not accepted")]
    Untrusted,
    #[error("the receiver did not answer in time")]
    TimedOut,
    #[error("the receiver's answer is not HTTP")]
    Protocol,
    #[error("the receiver sends to another address, which is not followed ({0})")]
    Redirected(StatusCode),
    #[error("the receiver did not take it ({0})")]
    Refused(StatusCode),
}

/// An open connection. It ends with its owner.
struct Open {
    requests: SendRequest<Full<Bytes>>,
    _driver: AbortOnDropHandle<()>,
}

/// Sends one event after the other, over one connection as long as it lasts.
pub(super) struct Sender {
    webhook: Webhook,
    open: Option<Open>,
}

impl Sender {
    pub(super) fn new(webhook: Webhook) -> Self {
        let open = None;
        Self { webhook, open }
    }

    /// Sends an event; it is delivered when the receiver has answered that it took it.
    pub(super) async fn send(&mut self, message: &Message, now: u64) -> Result<(), Undelivered> {
        // A receiver may close a connection whenever nothing is under way: that is no failure yet.
        if let Some(open) = self.open.take()
            && !open.requests.is_closed()
            && let Some(outcome) = self.attempt(Some(open), message, now).await
        {
            return outcome;
        }
        let outcome = self.attempt(None, message, now).await;
        outcome.unwrap_or(Err(Undelivered::Unreachable))
    }

    /// Nothing if the connection was gone before the receiver answered.
    async fn attempt(
        &mut self,
        open: Option<Open>,
        message: &Message,
        now: u64,
    ) -> Option<Result<(), Undelivered>> {
        match timeout(PATIENCE, self.exchange(open, message, now)).await {
            Ok(outcome) => outcome,
            Err(_) => Some(Err(Undelivered::TimedOut)),
        }
    }

    async fn exchange(
        &mut self,
        open: Option<Open>,
        message: &Message,
        now: u64,
    ) -> Option<Result<(), Undelivered>> {
        let mut open = match open {
            Some(open) => open,
            None => match self.connect().await {
                Ok(open) => open,
                Err(why) => return Some(Err(why)),
            },
        };
        let request = self.request(message, now)?;
        let response = match open.requests.send_request(request).await {
            Ok(response) => response,
            Err(error) if error.is_parse() || error.is_parse_too_large() => {
                return Some(Err(Undelivered::Protocol));
            }
            Err(_) => return None,
        };
        let status = response.status();
        if read_past(response).await && open.requests.ready().await.is_ok() {
            self.open = Some(open);
        }
        Some(match status {
            status if status.is_success() => Ok(()),
            status if status.is_redirection() => Err(Undelivered::Redirected(status)),
            status => Err(Undelivered::Refused(status)),
        })
    }

    fn request(&self, message: &Message, now: u64) -> Option<Request<Full<Bytes>>> {
        let endpoint = &self.webhook.endpoint;
        let signature = self.webhook.secrets.sign(&message.id, now, &message.body);
        let request = Request::post(endpoint.target.clone())
            .header(HOST, &endpoint.authority)
            .header(USER_AGENT, concat!("web-mpc/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", now)
            .header("webhook-signature", signature)
            .body(Full::new(message.body.clone()));
        // It is made of parts that were checked, each of which can stand in a head.
        request.ok()
    }

    async fn connect(&self) -> Result<Open, Undelivered> {
        let endpoint = &self.webhook.endpoint;
        let stream = self.reach().await?;
        let Some(tls) = &self.webhook.tls else {
            return open(stream).await;
        };
        let secured = tls.connect(&endpoint.host, stream).await;
        open(secured.map_err(|error| undelivered(&error))?).await
    }

    async fn reach(&self) -> Result<TcpStream, Undelivered> {
        let endpoint = &self.webhook.endpoint;
        let found = lookup_host((endpoint.host.as_str(), endpoint.port)).await;
        let found = found.map_err(|_| Undelivered::Unreachable)?;
        // A name that should be this machine's may be made to mean another one.
        let must_be_local = !endpoint.secure && endpoint.is_local();
        let allowed = |address: &SocketAddr| !must_be_local || address.ip().is_loopback();
        let mut why = Undelivered::Unreachable;
        for address in found.take(ADDRESSES) {
            if !allowed(&address) {
                why = Undelivered::Exposed;
            } else if let Ok(stream) = TcpStream::connect(address).await {
                return Ok(stream);
            }
        }
        Err(why)
    }
}

/// What a failed handshake of TLS means.
fn undelivered(error: &io::Error) -> Undelivered {
    if error.kind() == io::ErrorKind::InvalidData {
        Undelivered::Untrusted
    } else {
        Undelivered::Unreachable
    }
}

async fn open(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> Result<Open, Undelivered> {
    let mut builder = Builder::new();
    builder.max_buf_size(HEAD).max_headers(HEADERS);
    let shaken = builder.handshake(TokioIo::new(stream)).await;
    let (requests, connection) = shaken.map_err(|_| Undelivered::Protocol)?;
    let driver = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "the connection to the receiver of events has ended");
        }
    });
    Ok(Open {
        requests,
        _driver: AbortOnDropHandle::new(driver),
    })
}

/// Reads an answer to its end; false if it is longer than an answer need be.
async fn read_past(response: Response<Incoming>) -> bool {
    let mut body = response.into_body();
    let mut left = BODY;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return false };
        let length = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(length) {
            Some(rest) => left = rest,
            None => return false,
        }
    }
    true
}
