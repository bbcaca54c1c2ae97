//! The arrows of `docs/ARCHITECTURE.md`: which module may name what. Every rule is a function from
//! sources to complaints, and each is shown sources that it must complain about.

#[path = "architecture/source.rs"]
mod source;

use std::fs;
use std::path::Path;

use self::source::{Source, first_names, without_tests};

/// Longest file under `src/bin`, in lines.
const BIN_LINES: usize = 40;

/// Who may name a crate, a macro or a type: `(what, the only modules that may, why)`.
const RESERVED: &[(&[&str], &[&str], &str)] = &[
    (
        &["sodiumoxide", "libsodium_sys"],
        &["crypto::sodium"],
        "one module replaces the backend",
    ),
    (
        &[
            "blake2",
            "curve25519_dalek",
            "ed25519_dalek",
            "poly1305",
            "salsa20",
        ],
        &["crypto::rustcrypto"],
        "one module replaces the backend of wasm32",
    ),
    (
        &["rusqlite", "tokio_postgres"],
        &["store"],
        "only the store knows SQL",
    ),
    (
        &[
            "println!",
            "print!",
            "eprintln!",
            "eprint!",
            "stdout",
            "stderr",
            "anstream",
            "indicatif",
        ],
        &["cli"],
        "only cli prints",
    ),
    (&["clap"], &["cli"], "only cli knows the command line"),
    (
        &["tokio_tungstenite", "tungstenite"],
        &["server", "client"],
        "transport",
    ),
    (
        &["rustls", "tokio_rustls", "rustls_native_certs"],
        &["server::tls", "client::tls", "files::pem", "files::roots"],
        "nothing else relies on TLS",
    ),
    (
        &["quick_xml", "ZipArchive"],
        &["spreadsheet"],
        "one module bounds what a file unpacks to",
    ),
    (
        &["SystemTime::now", "Timestamp::now", "Zoned::now"],
        &["server::clock", "cli::dates"],
        "whether a date has come is for the server's clock, and clients' clocks are for people",
    ),
];

/// Words that begin a statement in SQL.
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "PRAGMA ",
    "BEGIN IMMEDIATE",
];

/// What the store must never hold: secret keys and what is inside an opened box.
const SECRETS: &[&str] = &[
    "Identity",
    "BoxKeyPair",
    "SigningKeyPair",
    "Keyring",
    "InputShares",
    "OutputShare",
    "AggregateShare",
    "Aggregate",
    "Measurement",
    "open_batch",
    "decrypt",
];

/// What a module that compiles to wasm32 cannot have.
const NATIVE: &[&str] = &[
    "std::net",
    "std::fs",
    "std::env",
    "std::thread",
    "std::process",
    "Instant",
    "SystemTime",
    "tokio",
    "async fn",
    "rayon",
];

/// The modules of `lib.rs` in their order, and how many of them do without an operating system.
fn layout(lib: &str) -> (Vec<String>, usize) {
    let lib = without_tests(lib);
    let (mut order, mut portable, mut native) = (Vec::new(), 0, false);
    for line in lib.lines() {
        if line.starts_with("#[cfg(feature = \"native\")]") {
            native = true;
        } else if let Some(name) = line.strip_prefix("pub mod ") {
            order.push(name.trim_end_matches(';').to_owned());
            if !native {
                portable = order.len();
            }
        }
    }
    (order, portable)
}

/// A module imports only what stands above it.
fn upwards(order: &[String], source: &Source) -> Vec<String> {
    let place = |name: &str| order.iter().position(|module| module == name);
    let Some(own) = place(source.top()) else {
        return vec![format!("{} has no place in lib.rs", source.name())];
    };
    let imports = source.imports().into_iter();
    let below = imports.filter(|import| place(import).is_none_or(|place| place > own));
    below
        .map(|import| format!("{} imports {import}", source.name()))
        .collect()
}

/// Server and client never import each other.
fn apart(source: &Source) -> Vec<String> {
    let other = match source.top() {
        "server" => "client",
        "client" => "server",
        _ => return Vec::new(),
    };
    let imports = source.imports();
    let crossing = imports.iter().any(|import| import == other);
    crossing
        .then(|| format!("{} imports {other}", source.name()))
        .into_iter()
        .collect()
}

/// Some things are for some modules only.
fn reserved(source: &Source) -> Vec<String> {
    let complaints = RESERVED.iter().flat_map(|(what, modules, why)| {
        let allowed = modules.iter().any(|module| source.is_in(module));
        let named = what
            .iter()
            .filter(move |what| !allowed && source.names(what));
        named.map(move |what| format!("{} names {what}: {why}", source.name()))
    });
    complaints.collect()
}

/// Statements of SQL stand in the store only.
fn sql(source: &Source) -> Vec<String> {
    let found = SQL
        .iter()
        .filter(|word| !source.is_in("store") && source.text.contains(**word));
    found
        .map(|word| format!("{} says {word}", source.name()))
        .collect()
}

/// The store never sees a secret key or an opened share.
fn blind(source: &Source) -> Vec<String> {
    let found = SECRETS
        .iter()
        .filter(|name| source.is_in("store") && source.names(name));
    found
        .map(|name| format!("{} names {name}", source.name()))
        .collect()
}

/// The domain does without an operating system.
fn pure(portable: &[String], source: &Source) -> Vec<String> {
    let domain = portable.iter().any(|module| module == source.top());
    // The entropy of the machine is the one door, and `crypto` has a backend for each target.
    let found = NATIVE.iter().filter(|name| domain && source.names(name));
    found
        .map(|name| format!("{} names {name}", source.name()))
        .collect()
}

/// A program is a few lines that call `cli`.
fn thin(source: &Source, lines: usize) -> Vec<String> {
    let mut complaints = Vec::new();
    if lines >= BIN_LINES {
        complaints.push(format!("{} has {lines} lines", source.name()));
    }
    let calls = source.code.match_indices("web_mpc::").map(|(at, found)| {
        let rest = source.code.get(at + found.len()..).unwrap_or_default();
        first_names(rest)
    });
    for name in calls.flatten().filter(|name| name != "cli") {
        complaints.push(format!("{} imports {name}", source.name()));
    }
    complaints
}

/// Everything under `src` that is no test, with its number of lines.
fn sources() -> Vec<(Source, usize)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut sources) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(&root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            let is_test = name
                .split('/')
                .any(|part| matches!(part, "tests" | "tests.rs"));
            if !is_test && name != "fixtures.rs" {
                let text = fs::read_to_string(&path).unwrap();
                sources.push((Source::new(&name, &text), text.lines().count()));
            }
        }
    }
    assert!(
        sources.len() > 50,
        "the sources are not where they should be"
    );
    sources
}

#[test]
fn the_arrows_hold() {
    let lib = include_str!("../../src/lib.rs");
    let (order, portable) = layout(lib);
    let portable = order.get(..portable).unwrap();
    let mut complaints = Vec::new();
    for (source, lines) in sources() {
        match source.top() {
            "bin" => complaints.extend(thin(&source, lines)),
            "" => {}
            _ => {
                complaints.extend(upwards(&order, &source));
                complaints.extend(apart(&source));
                complaints.extend(reserved(&source));
                complaints.extend(sql(&source));
                complaints.extend(blind(&source));
                complaints.extend(pure(portable, &source));
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
fn the_layout_is_read_from_the_library() {
    let (order, portable) = layout(include_str!("../../src/lib.rs"));
    assert_eq!(order.first().unwrap(), "ids");
    assert_eq!(order.last().unwrap(), "cli");
    assert_eq!(order.get(portable - 1).unwrap(), "session");
    assert!(!order.contains(&"fixtures".to_owned()));
}

#[test]
fn only_what_stands_above_may_be_imported() {
    let order = ["ids", "crypto", "store", "cli"].map(str::to_owned);
    let fails = |path: &str, text: &str| !upwards(&order, &Source::new(path, text)).is_empty();
    assert!(fails("ids.rs", "use crate::crypto::Tag;"));
    assert!(fails(
        "crypto/tag.rs",
        "fn f() { let x = crate::store::open(); }"
    ));
    assert!(fails(
        "crypto.rs",
        "use crate::{ids::{KeyId, Nonce}, cli::run};"
    ));
    assert!(fails("crypto/tag.rs", "use super::super::store::Store;"));
    assert!(fails("crypto.rs", "use super::store::Store;"));
    assert!(fails("unknown.rs", ""));
    assert!(!fails(
        "cli/exit.rs",
        "use super::super::store::Store; use crate::{ids, crypto};"
    ));
    assert!(!fails(
        "crypto/tag.rs",
        "use super::sodium::seal; use crate::crypto::Tag;"
    ));
    assert!(!fails(
        "ids.rs",
        "// use crate::cli;\nconst S: &str = \"crate::cli\";"
    ));
    assert!(!fails(
        "ids.rs",
        "#[cfg(test)]\nmod tests { use crate::cli; fn f() {} }"
    ));
    assert!(fails(
        "ids.rs",
        "#[cfg(test)]\nmod tests { fn f() {} }\nuse crate::cli;"
    ));
    assert!(fails(
        "ids.rs",
        "fn f<'a>(x: &'a str) -> char { '\\'' }\nuse crate::cli;"
    ));
}

#[test]
fn server_and_client_stay_apart() {
    let fails = |path: &str, text: &str| !apart(&Source::new(path, text)).is_empty();
    assert!(fails("server/http.rs", "use crate::client::ServerUrl;"));
    assert!(fails("client.rs", "use crate::server::Limits;"));
    assert!(!fails("cli/server.rs", "use crate::{client, server};"));
}

#[test]
fn what_is_reserved_is_reserved() {
    let fails = |path: &str, text: &str| !reserved(&Source::new(path, text)).is_empty();
    assert!(fails("crypto.rs", "use sodiumoxide::crypto::sign;"));
    assert!(fails("server.rs", "use rusqlite::Connection;"));
    assert!(fails("client/party.rs", "fn f() { println!(\"hello\"); }"));
    assert!(fails("files.rs", "fn f() { std::io::stderr().flush(); }"));
    assert!(fails("server.rs", "use clap::Parser;"));
    assert!(fails("cli.rs", "use zip::ZipArchive;"));
    assert!(fails("server/http.rs", "use tokio_rustls::TlsAcceptor;"));
    assert!(fails("cli.rs", "use tokio_tungstenite::WebSocketStream;"));
    assert!(fails("session.rs", "fn now() { SystemTime::now() }"));
    assert!(fails(
        "client/party.rs",
        "fn f() { jiff::Timestamp::now() }"
    ));
    assert!(!fails("cli/dates.rs", "fn now() { Timestamp::now() }"));
    assert!(!fails("crypto/sodium.rs", "use sodiumoxide::crypto::sign;"));
    assert!(!fails("store/sqlite/rows.rs", "use rusqlite::Row;"));
    assert!(!fails("cli/output.rs", "fn f() { println!(\"hello\"); }"));
    assert!(!fails(
        "server.rs",
        "/// never println!\nfn print_nothing() {}"
    ));
}

#[test]
fn sql_stands_in_the_store() {
    let text = "const Q: &str = \"SELECT 1 FROM computation\";";
    assert!(!sql(&Source::new("server.rs", text)).is_empty());
    assert!(sql(&Source::new("store/sqlite/rows.rs", text)).is_empty());
}

#[test]
fn the_store_is_blind() {
    let fails = |path: &str, text: &str| !blind(&Source::new(path, text)).is_empty();
    assert!(fails(
        "store.rs",
        "use crate::crypto::{BoxKeyPair, Server};"
    ));
    assert!(fails("store/sqlite.rs", "fn f(share: &AggregateShare) {}"));
    assert!(!fails("store.rs", "fn f(key: PublicIdentity) {}"));
    assert!(!fails("server.rs", "use crate::crypto::BoxKeyPair;"));
}

#[test]
fn the_domain_has_no_operating_system() {
    let portable = ["ids", "session"].map(str::to_owned);
    let fails = |path: &str, text: &str| !pure(&portable, &Source::new(path, text)).is_empty();
    assert!(fails("ids.rs", "use std::fs;"));
    assert!(fails(
        "session/party.rs",
        "use std::time::{Duration, Instant};"
    ));
    assert!(fails("session/party.rs", "pub async fn run() {}"));
    assert!(fails("ids.rs", "use tokio::sync::Mutex;"));
    assert!(!fails("ids.rs", "use std::time::Duration;"));
    assert!(!fails("client.rs", "use tokio::net::TcpStream;"));
}

#[test]
fn programs_are_thin() {
    let fails = |text: &str, lines| !thin(&Source::new("bin/server.rs", text), lines).is_empty();
    assert!(fails("fn main() { web_mpc::cli::server() }", 40));
    assert!(fails("use web_mpc::store;", 1));
    assert!(fails("use web_mpc::{cli, server};", 1));
    assert!(!fails(
        "fn main() -> ExitCode { web_mpc::cli::server() }",
        7
    ));
}
