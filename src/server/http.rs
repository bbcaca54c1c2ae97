//! The HTTP part of a connection: the upgrade to WebSocket, pages, and the few plain answers.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{
    CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN,
    SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::origin::Origin;
use super::socket::linger;
use super::tls::Stream;
use super::{Shared, monitor};
use crate::web;

/// Longest request head, in bytes; the least that hyper can work with.
const HEAD: usize = 8 * 1024;

/// Most headers of a request: a browser behind several proxies sends thirty.
const HEADERS: usize = 64;

/// Time to take a file of the pages: a slow telephone needs a minute for the largest.
const DOWNLOAD: Duration = Duration::from_secs(120);

/// The one version of RFC 6455.
const WEBSOCKET_VERSION: &str = "13";

/// Whose requests are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    Anybody,
    Operator,
}

/// Answers one request. If it asks for the upgrade, gives the stream and what was read of it beyond
/// the request.
pub(super) async fn upgrade(stream: Stream, shared: &Shared) -> Option<(Stream, Bytes)> {
    serve(stream, shared, Asking::Anybody).await
}

/// Answers one request of the operator's.
pub(super) async fn monitor(stream: Stream, shared: &Shared) {
    serve(stream, shared, Asking::Operator).await;
}

/// Within the deadline. Gives the stream if the answer was the upgrade.
async fn serve(stream: Stream, shared: &Shared, asking: Asking) -> Option<(Stream, Bytes)> {
    let deadline = shared.limits.deadlines.handshake;
    let (upgraded, answered) = (AtomicBool::new(false), Notify::new());
    let service = service_fn(|request: Request<Incoming>| {
        let (upgraded, answered) = (&upgraded, &answered);
        Box::pin(async move {
            let response = respond(&request, shared, asking).await;
            if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                upgraded.store(true, Ordering::Relaxed);
            }
            answered.notify_one();
            Ok::<_, Infallible>(response)
        })
    });
    let mut connection = http1::Builder::new()
        .max_buf_size(HEAD)
        .max_headers(HEADERS)
        // Who says all at once and ends its half still gets its answer.
        .half_close(true)
        // One deadline holds for all of it, and another for taking the answer.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    let served = poll_fn(|cx| connection.poll_without_shutdown(cx));
    let served = in_time(served, deadline, &answered).await;
    match &served {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "not HTTP"),
        Err(_) => tracing::debug!("no upgrade within its time"),
    }
    let parts = connection.into_parts();
    let stream = parts.io.into_inner();
    if matches!(served, Ok(Ok(()))) && upgraded.load(Ordering::Relaxed) {
        Some((stream, parts.read_buf))
    } else {
        linger(stream).await;
        None
    }
}

/// Waits for an answer to be sent: the request has the one time, its answer the longer of two.
async fn in_time<F: Future>(
    served: F,
    deadline: Duration,
    answered: &Notify,
) -> Result<F::Output, Elapsed> {
    let mut served = pin!(served);
    let asked = async {
        tokio::select! {
            biased;
            output = &mut served => Some(output),
            () = answered.notified() => None,
        }
    };
    if let Some(output) = timeout(deadline, asked).await? {
        return Ok(output);
    }
    timeout(deadline.max(DOWNLOAD), served).await
}

/// Tells a client, before it has said anything, that there are too many.
pub(super) async fn turn_away(mut stream: TcpStream) {
    const ANSWER: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
        Content-Type: text/plain; charset=utf-8\r\nContent-Length: 62\r\n\
        Retry-After: 1\r\nConnection: close\r\n\r\n\
        There are too many connections, in all or from your address.\r\n";
    if stream.write_all(ANSWER).await.is_ok() {
        linger(stream).await;
    }
}

async fn respond(
    request: &Request<Incoming>,
    shared: &Shared,
    asking: Asking,
) -> Response<Full<Bytes>> {
    match (asking, request.uri().path()) {
        // The server runs; whether it can do its work is the other question.
        (_, "/healthz") => text(StatusCode::OK, "ok\n"),
        (_, "/readyz") => monitor::readiness(shared).await,
        (Asking::Operator, "/metrics") => monitor::metrics(shared).await,
        (Asking::Anybody, "/" | "/ws") if asks_for_upgrade(request.headers()) => {
            accept(request, &shared.origins)
        }
        (Asking::Anybody, "/ws") => text(
            StatusCode::NOT_FOUND,
            "This is a web-mpc server. Talk to it with `analyst` and `input-party`.\n",
        ),
        (Asking::Anybody, path) => {
            let page = web::answer(&shared.pages, request.method(), path, request.headers());
            page.map_or_else(nothing, closing)
        }
        (Asking::Operator, _) => nothing(),
    }
}

fn nothing() -> Response<Full<Bytes>> {
    text(StatusCode::NOT_FOUND, "There is nothing here.\n")
}

fn asks_for_upgrade(headers: &HeaderMap) -> bool {
    lists(headers, &CONNECTION, "upgrade") && lists(headers, &UPGRADE, "websocket")
}

/// The opening handshake of RFC 6455, section 4.2.
fn accept(request: &Request<Incoming>, origins: &[Origin]) -> Response<Full<Bytes>> {
    let headers = request.headers();
    if !same_origin(headers) && !origins.iter().any(|origin| origin.asks(headers)) {
        return text(
            StatusCode::FORBIDDEN,
            "Pages of another origin may not connect.\n",
        );
    }
    if !lists(headers, &SEC_WEBSOCKET_VERSION, WEBSOCKET_VERSION) {
        let mut response = text(StatusCode::UPGRADE_REQUIRED, "WebSocket version 13 only.\n");
        let version = HeaderValue::from_static(WEBSOCKET_VERSION);
        response
            .headers_mut()
            .insert(SEC_WEBSOCKET_VERSION, version);
        return response;
    }
    let accepted = headers
        .get(SEC_WEBSOCKET_KEY)
        .filter(|_| request.method() == Method::GET && request.version() >= Version::HTTP_11)
        .and_then(|key| HeaderValue::try_from(derive_accept_key(key.as_bytes())).ok());
    let Some(accepted) = accepted else {
        return text(StatusCode::BAD_REQUEST, "Not a WebSocket handshake.\n");
    };
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accepted);
    response
}

/// Whether one of the comma-separated values of a header is `wanted`, in whatever case.
fn lists(headers: &HeaderMap, name: &HeaderName, wanted: &str) -> bool {
    let values = headers.get_all(name).iter();
    values.filter_map(|value| value.to_str().ok()).any(|value| {
        let mut items = value.split(',');
        items.any(|item| item.trim().eq_ignore_ascii_case(wanted))
    })
}

/// A browser says whose page wants to connect: only our own may. A program says nothing.
fn same_origin(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let page = origin.to_str().ok().and_then(|origin| {
        let (scheme, authority) = origin.split_once("://")?;
        Some((default_port(scheme)?, authority))
    });
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let (Some((port, page)), Some(host)) = (page, host) else {
        return false;
    };
    let without_port = |authority: &str| {
        let authority = authority.to_ascii_lowercase();
        authority
            .strip_suffix(port)
            .map_or_else(|| authority.clone(), str::to_owned)
    };
    without_port(page) == without_port(host)
}

/// What an authority leaves out when the port is the scheme's own.
fn default_port(scheme: &str) -> Option<&'static str> {
    match scheme {
        "http" => Some(":80"),
        "https" => Some(":443"),
        _ => None,
    }
}

/// An answer after which the connection ends.
pub(super) fn text(status: StatusCode, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    closing(response)
}

/// The last answer of its connection.
fn closing(mut response: Response<Full<Bytes>>) -> Response<Full<Bytes>> {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(CONNECTION, close);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let values = pairs.iter().cloned();
        values
            .map(|(name, value)| (name, HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn foreign_pages_may_not_connect() {
        let cases = [
            ("http://localhost:8080", "localhost:8080", true),
            ("http://LOCALHOST:8080", "localhost:8080", true),
            ("https://mpc.example", "mpc.example", true),
            ("https://mpc.example", "mpc.example:443", true),
            ("http://mpc.example:80", "mpc.example", true),
            ("http://[::1]:8080", "[::1]:8080", true),
            ("https://mpc.example", "mpc.example:80", false),
            ("http://localhost:8081", "localhost:8080", false),
            ("http://localhost", "localhost:8080", false),
            ("https://evil.example", "mpc.example", false),
            ("https://mpc.example.evil.example", "mpc.example", false),
            ("null", "mpc.example", false),
            ("file://", "mpc.example", false),
        ];
        for (origin, host, allowed) in cases {
            let headers = headers(&[(ORIGIN, origin), (HOST, host)]);
            assert_eq!(same_origin(&headers), allowed, "{origin} at {host}");
        }
        assert!(same_origin(&headers(&[(HOST, "mpc.example")])));
        assert!(!same_origin(&headers(&[(ORIGIN, "http://localhost")])));
    }

    #[test]
    fn lists_of_header_values_are_read_item_by_item() {
        let headers = headers(&[(CONNECTION, "keep-alive, Upgrade"), (UPGRADE, "WebSocket")]);
        assert!(asks_for_upgrade(&headers));
        assert!(!lists(&headers, &CONNECTION, "up"));
    }
}
