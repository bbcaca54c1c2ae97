//! The analyst's pages, from the analyst's own machine: on a loopback address they are served, the
//! key file is handed to them, the journal beside it is kept for them and the WebSocket is passed on
//! to the relay.
//!
//! Whoever may ask for more than the pages has shown a token that stands in the fragment of the
//! address once printed. It works once; what is given for it is known to that tab alone. A page of
//! another host, whose name may have been made to lead here, is refused by `Host` and `Origin`.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, HOST, HeaderValue, ORIGIN, SEC_WEBSOCKET_ACCEPT,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{ServerUrl, tls};
use crate::crypto::{Entropy, sha256_untagged};
use crate::files::atomic::{self, Readers};
use crate::files::journal::{Journal, JournalError};
use crate::ids::{Digest, Nonce};
use crate::protocol::limits;
use crate::web;

/// Longest key file, in bytes: a hundred times what is written.
const KEY_FILE: usize = 64 * 1024;

/// Longest line of the journal, in bytes: several times what a batch and a commit need.
const LINE: usize = 1024;

/// Connections at once: several times what a browser opens.
const CONNECTIONS: usize = 64;

/// Pause after the operating system refused a connection: trying again at once would only burn a
/// core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Where the page shows what it was given for the token.
const SESSION: &str = "x-web-mpc-session";

/// Below this path, with the session behind it, stands the relay.
const RELAY: &str = "/relay/";

/// What is served, and to whom.
#[derive(Debug)]
pub struct Pages {
    address: SocketAddr,
    relay: ServerUrl,
    host: web::Host,
    keys: PathBuf,
    /// Until it is used.
    token: Mutex<Option<Nonce>>,
    session: Nonce,
    /// How many connections are served at once.
    connections: usize,
    /// Time for the head of a request.
    patience: Duration,
}

impl Pages {
    /// Pages on that address in front of a relay, which parties find under `public`.
    #[must_use]
    pub fn new(
        address: SocketAddr,
        relay: ServerUrl,
        public: Option<String>,
        keys: PathBuf,
        entropy: &Entropy,
    ) -> Self {
        let mut rng = entropy.rng();
        Self {
            address,
            host: web::Host::Analyst {
                relay: public.unwrap_or_else(|| relay.page()),
            },
            relay,
            keys,
            token: Mutex::new(Some(Nonce::random(&mut rng))),
            session: Nonce::random(&mut rng),
            connections: CONNECTIONS,
            patience: limits::HANDSHAKE,
        }
    }

    /// The address to open, with the token in it; nothing once it was used.
    #[must_use]
    pub fn entrance(&self) -> Option<String> {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let token = token.as_ref()?;
        Some(format!("http://{}/#token={token}", self.address))
    }

    /// Serves until `shutdown`.
    pub async fn serve(self, listener: TcpListener, shutdown: CancellationToken) {
        let pages = Arc::new(self);
        let places = Arc::new(Semaphore::new(pages.connections));
        loop {
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await.ok()?;
                Some((listener.accept().await, place))
            };
            let accepted = tokio::select! {
                () = shutdown.cancelled() => return,
                accepted = accepted => accepted,
            };
            match accepted {
                // Nobody closes the semaphore.
                None => return,
                Some((Ok((stream, _)), place)) => {
                    tokio::spawn(Arc::clone(&pages).connection(stream, place));
                }
                // Who reveals would lose much more than the one connection that failed.
                Some((Err(error), _)) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// `place` is free again when the connection has ended, or is a WebSocket.
    async fn connection(self: Arc<Self>, stream: TcpStream, place: OwnedSemaphorePermit) {
        let service = service_fn(|request| {
            let pages = Arc::clone(&self);
            async move { Ok::<_, Infallible>(pages.respond(request).await) }
        });
        let served = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.patience)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
            .await;
        if let Err(error) = served {
            tracing::debug!(%error, "a page's connection ended");
        }
        drop(place);
    }

    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if !self.is_ours(&request) {
            return plain(
                StatusCode::FORBIDDEN,
                "Open the address that `analyst ui` printed.\n",
            );
        }
        let path = request.uri().path().to_owned();
        match (request.method(), path.as_str()) {
            (&Method::POST, "/local/enter") => self.enter(request).await,
            (method, "/local/keys") if *method == Method::PUT => self.keep_keys(request).await,
            (&Method::GET | &Method::HEAD, "/local/keys") => self.keys(&request).await,
            (&Method::POST, "/local/journal") => self.agree(request).await,
            (&Method::GET, path) if path.starts_with(RELAY) => {
                let session = path.get(RELAY.len()..).unwrap_or_default();
                if self.knows(session.as_bytes()) {
                    self.pass_on(request).await
                } else {
                    forbidden()
                }
            }
            (method, path) => web::answer(&self.host, method, path, request.headers())
                .unwrap_or_else(|| plain(StatusCode::NOT_FOUND, "There is nothing here.\n")),
        }
    }

    /// Whether a request is for this address, and from a page of it or from none.
    fn is_ours(&self, request: &Request<Incoming>) -> bool {
        let port = self.address.port();
        let names = [self.address.to_string(), format!("localhost:{port}")];
        let headers = request.headers();
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let host = host.filter(|host| names.iter().any(|name| name == host));
        let from = headers.get(ORIGIN).map(HeaderValue::as_bytes);
        host.is_some_and(|host| from.is_none_or(|from| from == format!("http://{host}").as_bytes()))
    }

    /// Compared by hash: how long it takes tells nothing.
    fn knows(&self, shown: &[u8]) -> bool {
        hashed(shown) == hashed(self.session.to_string().as_bytes())
    }

    fn is_entered(&self, request: &Request<Incoming>) -> bool {
        let shown = request.headers().get(SESSION);
        shown.is_some_and(|shown| self.knows(shown.as_bytes()))
    }

    /// Gives the session for the token, once.
    async fn enter(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let Ok(shown) = body(request, KEY_FILE).await else {
            return forbidden();
        };
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let right = token
            .as_ref()
            .is_some_and(|token| hashed(token.to_string().as_bytes()) == hashed(&shown));
        if !right {
            return forbidden();
        }
        *token = None;
        plain(StatusCode::OK, self.session.to_string())
    }

    async fn keys(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        if !self.is_entered(request) {
            return forbidden();
        }
        let keys = self.keys.clone();
        let read = tokio::task::spawn_blocking(move || std::fs::read(keys)).await;
        match read {
            Ok(Ok(bytes)) if bytes.len() <= KEY_FILE => plain(StatusCode::OK, bytes),
            _ => plain(StatusCode::NO_CONTENT, Bytes::new()),
        }
    }

    /// A key file where there is none; never over another one.
    async fn keep_keys(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if !self.is_entered(&request) {
            return forbidden();
        }
        let Ok(bytes) = body(request, KEY_FILE).await else {
            return plain(StatusCode::PAYLOAD_TOO_LARGE, "That is no key file.\n");
        };
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_ok();
        let keys = self.keys.clone();
        let kept = tokio::task::spawn_blocking(move || {
            is_json && matches!(atomic::create_new(&keys, &bytes, Readers::Owner), Ok(true))
        });
        if kept.await.unwrap_or(false) {
            plain(StatusCode::CREATED, "kept\n")
        } else {
            plain(StatusCode::CONFLICT, "There are keys already.\n")
        }
    }

    /// Writes what the page agrees to into the journal beside the key file, which the command line
    /// reads too. Whoever clears a browser, or takes another one, agrees to nothing else.
    async fn agree(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        if !self.is_entered(&request) {
            return forbidden();
        }
        let Ok(line) = body(request, LINE).await else {
            return plain(StatusCode::PAYLOAD_TOO_LARGE, NO_LINE);
        };
        let keys = self.keys.clone();
        let agreed = tokio::task::spawn_blocking(move || Journal::open(&keys)?.record_line(&line));
        match agreed.await {
            Ok(Ok(())) => plain(StatusCode::CREATED, "kept\n"),
            Ok(Err(JournalError::BadNews)) => plain(StatusCode::BAD_REQUEST, NO_LINE),
            Ok(Err(
                error @ (JournalError::OtherRoot { .. } | JournalError::OtherCommit { .. }),
            )) => plain(StatusCode::CONFLICT, format!("{error}\n")),
            Ok(Err(error)) => {
                tracing::error!(%error, "the journal cannot be kept");
                unkept()
            }
            Err(_) => unkept(),
        }
    }

    /// Joins the page's WebSocket with one to the relay, byte for byte.
    async fn pass_on(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let unreachable = || plain(StatusCode::BAD_GATEWAY, "The relay does not answer.\n");
        let Ok(Some(relay)) = timeout(limits::HANDSHAKE, self.dial(&request)).await else {
            return unreachable();
        };
        let accept = relay.headers().get(SEC_WEBSOCKET_ACCEPT).cloned();
        let (StatusCode::SWITCHING_PROTOCOLS, Some(accept)) = (relay.status(), accept) else {
            return unreachable();
        };
        tokio::spawn(async move {
            let joined = tokio::try_join!(hyper::upgrade::on(request), hyper::upgrade::on(relay));
            if let Ok((page, relay)) = joined {
                let (mut page, mut relay) = (TokioIo::new(page), TokioIo::new(relay));
                drop(copy_bidirectional(&mut page, &mut relay).await);
            }
        });
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        response
    }

    /// The opening handshake with the relay, with the page's own key and without its origin.
    async fn dial(&self, request: &Request<Incoming>) -> Option<Response<Incoming>> {
        let key = request.headers().get(SEC_WEBSOCKET_KEY)?.clone();
        let stream = tls::open(&self.relay).await.ok()?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .ok()?;
        tokio::spawn(connection.with_upgrades());
        let (host, port) = self.relay.address();
        let asking = Request::get(self.relay.path())
            .header(HOST, format!("{host}:{port}"))
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, key)
            .body(Empty::<Bytes>::new())
            .ok()?;
        sender.send_request(asking).await.ok()
    }
}

async fn body(
    request: Request<Incoming>,
    longest: usize,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let limited = Limited::new(request.into_body(), longest);
    let read = timeout(limits::MESSAGE, limited.collect()).await??;
    Ok(read.to_bytes().to_vec())
}

fn hashed(shown: &[u8]) -> Digest {
    sha256_untagged(&[shown])
}

fn forbidden() -> Response<Full<Bytes>> {
    plain(
        StatusCode::FORBIDDEN,
        "Open the address that `analyst ui` printed; it works once.\n",
    )
}

/// What is no line of a journal.
const NO_LINE: &str = "That is no line of a journal.\n";

fn unkept() -> Response<Full<Bytes>> {
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The journal cannot be kept.\n",
    )
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn who_is_silent_holds_a_place_for_so_long_only() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let relay = "ws://127.0.0.1:1".parse().unwrap();
        let keys = PathBuf::from("keys.json");
        let mut pages = Pages::new(address, relay, None, keys, &Entropy::System);
        (pages.connections, pages.patience) = (1, Duration::from_millis(200));
        let stop = CancellationToken::new();
        let serving = tokio::spawn(pages.serve(listener, stop.clone()));

        let mut silent = TcpStream::connect(address).await.unwrap();
        silent.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        let request = "GET /nothing HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n";
        second.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        second.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        // It was served after the first one's place was free.
        let mut silent = silent.into_std().unwrap();
        let ended = std::io::Read::read_to_end(&mut silent, &mut Vec::new());
        ended.expect("hung up, and not waited for");
        stop.cancel();
        serving.await.unwrap();
    }
}
