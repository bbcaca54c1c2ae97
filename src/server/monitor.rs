//! What the operator's own programs ask, on an address of its own: `/metrics`, `/healthz`, `/readyz`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::either::Either;

use super::{ACCEPT_PAUSE, Shared, http};
use crate::store::StoreError;

/// Clients at a time: a few programs that ask now and then.
const CLIENTS: usize = 16;

/// Time for the database to answer: longer, and a server does not serve.
const PATIENCE: Duration = Duration::from_secs(2);

/// Answers them for ever.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let places = Arc::new(Semaphore::new(CLIENTS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            let shared = Arc::clone(&shared);
            tokio::spawn(async move {
                http::monitor(Either::Left(stream), &shared).await;
                drop(place);
            });
        }
    }
}

/// Everything that was counted.
pub(super) async fn metrics(shared: &Shared) -> Response<Full<Bytes>> {
    let Ok((computations, events)) = ask(shared).await else {
        return unready();
    };
    let mut response = http::text(StatusCode::OK, shared.metrics.text(computations, events));
    let version = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, version);
    response
}

/// Whether requests can be answered now.
pub(super) async fn readiness(shared: &Shared) -> Response<Full<Bytes>> {
    match ask(shared).await {
        Ok(_) => http::text(StatusCode::OK, "ready\n"),
        Err(_) => unready(),
    }
}

fn unready() -> Response<Full<Bytes>> {
    let text = "The database does not answer.\n";
    http::text(StatusCode::SERVICE_UNAVAILABLE, text)
}

/// Questions that every database can answer that works: how many computations it has, and how many
/// events wait.
async fn ask(shared: &Shared) -> Result<(u64, u64), StoreError> {
    let answers = async {
        let computations = shared.store.computations().await?;
        Ok((computations, shared.store.events_waiting().await?))
    };
    let answer = timeout(PATIENCE, answers).await;
    answer.unwrap_or(Err(StoreError::Closed))
}
