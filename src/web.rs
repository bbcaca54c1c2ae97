//! The browser pages: what is answered under which path, and with which headers. The files are part
//! of the program where `make web` has made them before it was built.
//!
//! Nothing here is secret and nothing is read from a request but method, path and three headers.

mod bundle;
mod headers;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use hyper::{Method, Response, StatusCode};
use serde::Serialize;

pub use self::bundle::{ANALYST_PAGE, hash, hash_of, is_built};
use self::bundle::{File, PARTY_PAGE};
use self::headers::Kind;

/// The list of files with their hashes, in the form of `sha256sum`.
pub const LIST: &str = "bundle.txt";

/// Under which path a file of the list is served, without the slash it begins with.
#[must_use]
pub fn path_of(name: &str) -> &str {
    match name {
        PARTY_PAGE => "",
        ANALYST_PAGE => "analyst",
        name => name,
    }
}

/// Who serves the pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Host {
    /// A relay: pages for input parties; those that open an analyst's key only if it was told to.
    Relay {
        /// Whether it was.
        analyst_pages: bool,
    },
    /// The analyst's own machine, in front of the relay with that address.
    Analyst {
        /// Under which links lead to it: `https://host/`.
        relay: String,
    },
}

/// What pages ask about who serves them.
#[derive(Serialize)]
struct Site<'a> {
    format: &'static str,
    role: &'static str,
    analyst_pages: bool,
    relay: Option<&'a str>,
    version: &'static str,
    bundle: Option<String>,
}

/// The answer, if there is a page or a file under that path.
#[must_use]
pub fn answer(
    host: &Host,
    method: &Method,
    path: &str,
    asked: &HeaderMap,
) -> Option<Response<Full<Bytes>>> {
    let answer = found(host, path, asked)?;
    Some(if method == Method::GET {
        answer
    } else if method == Method::HEAD {
        answer.map(|_| Full::default())
    } else {
        let mut refused = page(StatusCode::METHOD_NOT_ALLOWED, "Only GET works here.\n");
        let methods = HeaderValue::from_static("GET, HEAD");
        refused.headers_mut().insert(ALLOW, methods);
        refused
    })
}

fn found(host: &Host, path: &str, asked: &HeaderMap) -> Option<Response<Full<Bytes>>> {
    let own = matches!(host, Host::Analyst { .. });
    match path {
        "/site.json" => Some(site(host)),
        "/" | "/analyst" if !is_built() => Some(unbuilt()),
        "/" if !own => Some(file(bundle::file(PARTY_PAGE)?, Kind::Page, asked)),
        "/" | "/analyst"
            if own
                || *host
                    == (Host::Relay {
                        analyst_pages: true,
                    }) =>
        {
            Some(file(bundle::file(ANALYST_PAGE)?, Kind::Page, asked))
        }
        "/analyst" => Some(page(
            StatusCode::NOT_FOUND,
            include_str!("web/elsewhere.html"),
        )),
        _ => {
            // Pages have one address each.
            let name = path.strip_prefix('/')?;
            let found = bundle::file(name).filter(|_| ![PARTY_PAGE, ANALYST_PAGE].contains(&name));
            let kind = if name.starts_with("assets/") {
                Kind::Asset
            } else {
                Kind::Other
            };
            Some(file(found?, kind, asked))
        }
    }
}

fn site(host: &Host) -> Response<Full<Bytes>> {
    let (role, analyst_pages, relay) = match host {
        Host::Relay { analyst_pages } => ("relay", *analyst_pages, None),
        Host::Analyst { relay } => ("analyst", true, Some(relay.as_str())),
    };
    let site = Site {
        format: "web-mpc-site-1",
        role,
        analyst_pages,
        relay,
        version: env!("CARGO_PKG_VERSION"),
        bundle: hash(),
    };
    // Texts and truths: it always has a JSON form.
    let json = serde_json::to_vec(&site).unwrap_or_default();
    let mut response = Response::new(Full::new(json.into()));
    headers::write(response.headers_mut(), Kind::Fresh);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Without the bundle there is one page, which says how to get it.
fn unbuilt() -> Response<Full<Bytes>> {
    page(StatusCode::OK, include_str!("web/unbuilt.html"))
}

/// A page without styles or scripts.
fn page(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    headers::write(response.headers_mut(), Kind::Fresh);
    let html = if text.starts_with('<') {
        "text/html; charset=utf-8"
    } else {
        "text/plain; charset=utf-8"
    };
    let html = HeaderValue::from_static(html);
    response.headers_mut().insert(CONTENT_TYPE, html);
    response
}

fn file(file: &'static File, kind: Kind, asked: &HeaderMap) -> Response<Full<Bytes>> {
    let (bytes, encoding) = file.encoded(asked);
    let mut response = Response::new(Full::new(Bytes::from_static(bytes)));
    let headers = response.headers_mut();
    headers::write(headers, kind);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type()));
    headers::encoding(headers, encoding);
    // Of pages, whose names stay while they change.
    let tag = (kind != Kind::Asset).then(|| file.tag(encoding));
    let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) else {
        return response;
    };
    let known = asked.get(IF_NONE_MATCH) == Some(&tag);
    headers.insert(ETAG, tag);
    if known {
        headers.remove(CONTENT_TYPE);
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Full::default();
    }
    response
}

#[cfg(test)]
mod tests;
