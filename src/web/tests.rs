use http_body_util::BodyExt;
use hyper::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, VARY,
};

use super::*;

const RELAY: Host = Host::Relay {
    analyst_pages: false,
};
const HOSTING: Host = Host::Relay {
    analyst_pages: true,
};

fn asks(
    host: &Host,
    path: &str,
    asked: &[(hyper::header::HeaderName, &str)],
) -> Option<Response<Full<Bytes>>> {
    let pairs = asked
        .iter()
        .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()));
    answer(host, &Method::GET, path, &pairs.collect())
}

fn body(response: Response<Full<Bytes>>) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let collected = runtime.block_on(response.into_body().collect()).unwrap();
    collected.to_bytes().to_vec()
}

fn header(response: &Response<Full<Bytes>>, name: hyper::header::HeaderName) -> &str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

#[test]
fn whatever_is_served_has_the_policy() {
    for path in ["/", "/analyst", "/site.json", "/favicon.svg"] {
        let Some(response) = asks(&RELAY, path, &[]) else {
            assert!(!is_built() && path == "/favicon.svg", "{path}");
            continue;
        };
        assert_eq!(
            header(&response, CONTENT_SECURITY_POLICY),
            headers::POLICY,
            "{path}"
        );
        assert_ne!(header(&response, CACHE_CONTROL), "", "{path}");
    }
}

#[test]
fn a_policy_allows_nothing_inline_and_nothing_from_elsewhere() {
    for bad in [
        "unsafe-inline",
        "'unsafe-eval'",
        "http:",
        "https:",
        "*",
        "data:",
        "blob:",
    ] {
        assert!(!headers::POLICY.contains(bad), "{bad}");
    }
}

#[test]
fn without_the_bundle_there_is_a_page_that_says_how_to_get_it() {
    let response = unbuilt();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(
        String::from_utf8(body(response))
            .unwrap()
            .contains("make web")
    );
    if !is_built() {
        let response = asks(&RELAY, "/", &[]).unwrap();
        assert!(
            String::from_utf8(body(response))
                .unwrap()
                .contains("make web")
        );
    }
}

#[test]
fn a_relay_serves_the_pages_that_open_a_key_only_if_it_was_told_to() {
    let refused = asks(&RELAY, "/analyst", &[]).unwrap();
    let refused = (refused.status(), String::from_utf8(body(refused)).unwrap());
    if is_built() {
        assert_eq!(refused.0, StatusCode::NOT_FOUND);
        assert!(refused.1.contains("analyst ui"));
        let served = asks(&HOSTING, "/analyst", &[]).unwrap();
        assert_eq!(served.status(), StatusCode::OK);
    }
    for (host, told) in [(RELAY, false), (HOSTING, true)] {
        let site: serde_json::Value =
            serde_json::from_slice(&body(asks(&host, "/site.json", &[]).unwrap())).unwrap();
        assert_eq!(site["analyst_pages"], told);
        assert_eq!(site["role"], "relay");
    }
}

#[test]
fn pages_have_one_address_each() {
    for path in [
        "/index.html",
        "/analyst.html",
        "/..",
        "/assets",
        "/assets/",
        "//",
        "/.gitignore",
    ] {
        assert!(asks(&HOSTING, path, &[]).is_none(), "{path}");
    }
}

#[test]
fn other_methods_are_refused() {
    let refused = answer(&RELAY, &Method::POST, "/", &HeaderMap::new()).unwrap();
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&refused, ALLOW), "GET, HEAD");
    let head = answer(&RELAY, &Method::HEAD, "/", &HeaderMap::new()).unwrap();
    assert!(body(head).is_empty());
}

#[test]
fn every_file_is_served_in_each_encoding_and_is_the_same() {
    for file in bundle::files() {
        if [PARTY_PAGE, ANALYST_PAGE].contains(&file.name) {
            continue;
        }
        let path = format!("/{}", file.name);
        let plain = asks(&RELAY, &path, &[]).unwrap();
        assert_eq!(header(&plain, VARY), "accept-encoding");
        assert_eq!(header(&plain, CONTENT_ENCODING), "");
        let plain = body(plain);
        for (asked, encoding) in [("br", "br"), ("gzip", "gzip")] {
            let small = asks(&RELAY, &path, &[(ACCEPT_ENCODING, asked)]).unwrap();
            if header(&small, CONTENT_ENCODING) == encoding {
                assert!(body(small).len() <= plain.len(), "{path}");
            }
        }
    }
}

#[test]
fn what_a_browser_has_is_not_sent_again() {
    let Some(first) = asks(&RELAY, "/", &[]).filter(|_| is_built()) else {
        return;
    };
    let tag = header(&first, ETAG).to_owned();
    assert!(!tag.is_empty());
    let again = asks(&RELAY, "/", &[(IF_NONE_MATCH, &tag)]).unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert!(body(again).is_empty());
    let other = asks(&RELAY, "/", &[(IF_NONE_MATCH, "\"x\"")]).unwrap();
    assert_eq!(other.status(), StatusCode::OK);
}
