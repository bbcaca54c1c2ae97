//! Whether a server serves the pages that it should: every file is fetched and compared with the list
//! of hashes, and the list with that of this program.

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::header::{CONNECTION, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::time::{Duration, timeout};

use super::{ClientError, ServerUrl, tls};
use crate::web;

/// Longest file, in bytes: ten times the largest.
const FILE: usize = 32 * 1024 * 1024;

/// Most files: ten times as many as there are.
const FILES: usize = 200;

/// Longest name of a file, in bytes.
const NAME: usize = 100;

/// Time to fetch one file.
const FETCH: Duration = Duration::from_secs(120);

/// Pages as they are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// SHA-256 of the list of files, as `sha256sum` shows it.
    pub bundle: String,
    /// How many files it has.
    pub files: usize,
    /// Files that are not what the list says.
    pub altered: Vec<String>,
    /// Whether the pages that open an analyst's key are served too.
    pub analyst_pages: bool,
}

/// Pages cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The server.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// There are no pages, or not ours.
    #[error("there is no list of pages at {0}")]
    NoList(ServerUrl),
    /// The list is none.
    #[error("the list of pages cannot be read")]
    BadList,
}

/// Fetches all pages of a server.
pub async fn served(url: &ServerUrl) -> Result<Served, SiteError> {
    let Some(list) = fetch(url, web::LIST).await? else {
        return Err(SiteError::NoList(url.clone()));
    };
    let text = std::str::from_utf8(&list).map_err(|_| SiteError::BadList)?;
    let lines: Option<Vec<_>> = text.lines().map(entry).collect();
    let lines = lines.filter(|lines| !lines.is_empty() && lines.len() <= FILES);
    let lines = lines.ok_or(SiteError::BadList)?;
    let (mut altered, mut analyst_pages) = (Vec::new(), false);
    for (hash, name) in &lines {
        let served = fetch(url, web::path_of(name)).await?;
        if *name == web::ANALYST_PAGE {
            // Served only where the operator wants it.
            analyst_pages = served.is_some();
            if served.is_none() {
                continue;
            }
        }
        if served.is_none_or(|bytes| web::hash_of(&bytes) != *hash) {
            altered.push((*name).to_owned());
        }
    }
    Ok(Served {
        bundle: web::hash_of(&list),
        files: lines.len(),
        altered,
        analyst_pages,
    })
}

/// A line of the list: the hash of a file, and its name.
fn entry(line: &str) -> Option<(&str, &str)> {
    line.split_once("  ").filter(|(_, name)| is_plain(name))
}

/// Whether a file may be called so: the name is asked for, and shown.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte);
    !name.is_empty() && name.len() <= NAME && name.bytes().all(plain)
}

/// A file, if there is one.
async fn fetch(url: &ServerUrl, path: &str) -> Result<Option<Bytes>, ClientError> {
    let unreachable = |reason: String| ClientError::Unreachable {
        url: url.clone(),
        reason,
    };
    let fetching = async {
        let stream = tls::open(url).await?;
        let shaken = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = shaken.map_err(|error| unreachable(error.to_string()))?;
        tokio::spawn(connection);
        let (host, port) = url.address();
        let request = Request::get(format!("/{path}"))
            .header(HOST, format!("{host}:{port}"))
            .header(CONNECTION, "close")
            .body(Empty::<Bytes>::new())
            .map_err(|error| unreachable(error.to_string()))?;
        let answer = sender.send_request(request).await;
        let answer = answer.map_err(|error| unreachable(error.to_string()))?;
        if answer.status() != StatusCode::OK {
            return Ok(None);
        }
        let body = Limited::new(answer.into_body(), FILE).collect().await;
        let body = body.map_err(|error| unreachable(error.to_string()))?;
        Ok(Some(body.to_bytes()))
    };
    timeout(FETCH, fetching)
        .await
        .unwrap_or(Err(ClientError::TimedOut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_files_and_nothing_else() {
        for name in ["index.html", "assets/party-x_1.js", "assets/a.wasm"] {
            assert!(is_plain(name), "{name}");
        }
        let long = "x".repeat(NAME + 1);
        for name in ["", "x#\u{1b}[2K\r", "a b", "a?b", "\u{202e}x", &long] {
            assert!(!is_plain(name), "{name:?}");
        }
    }
}
