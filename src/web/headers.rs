//! What browsers are told about everything that is served: nothing from elsewhere, nothing inline, no
//! frame around it, no trace of where a person came from.

use hyper::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};

use super::bundle::Encoding;

/// Where scripts, styles, connections come from: this origin alone. `wasm-unsafe-eval` is what
/// WebAssembly needs, and not `eval`. The one policy of Trusted Types is that which makes the worker
/// and loads the texts of a language.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'none'; \
    base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
    trusted-types web-mpc";

const ALWAYS: &[(&str, &str)] = &[
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// What is served, as far as the headers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A page of the bundle: its scripts must be those that it was built with.
    Page,
    /// A file whose name tells its content.
    Asset,
    /// Another file of the bundle.
    Other,
    /// What is true now.
    Fresh,
}

/// The headers of an answer of such a kind.
pub(super) fn write(headers: &mut HeaderMap, kind: Kind) {
    let caching = match kind {
        Kind::Page | Kind::Other => "no-cache",
        Kind::Asset => "public, max-age=31536000, immutable",
        Kind::Fresh => "no-store",
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    for (name, value) in ALWAYS {
        let name = HeaderName::from_static(name);
        headers.insert(name, HeaderValue::from_static(value));
    }
    if kind == Kind::Page {
        let name = HeaderName::from_static("integrity-policy");
        headers.insert(
            name,
            HeaderValue::from_static("blocked-destinations=(script)"),
        );
    }
}

/// How the bytes are encoded, and that it depends on what was asked.
pub(super) fn encoding(headers: &mut HeaderMap, encoding: Encoding) {
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    let name = match encoding {
        Encoding::Identity => return,
        Encoding::Brotli => "br",
        Encoding::Gzip => "gzip",
    };
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
}
