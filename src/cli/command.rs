//! Our programs' commands as a person would type them: in the form in which this one was started.

use std::env;
use std::path::{Component, Path};
use std::sync::OnceLock;

use crate::client::ServerUrl;
use crate::ids::ComputationName;

/// A command of one of our programs.
pub(super) fn command(program: &str, arguments: &str) -> String {
    static BUILT_BY_CARGO: OnceLock<bool> = OnceLock::new();
    let cargo =
        *BUILT_BY_CARGO.get_or_init(|| env::current_exe().is_ok_and(|path| is_built(&path)));
    form(cargo, program, arguments)
}

/// A command of the analyst about a computation at a server.
pub(super) fn analyst(url: &ServerUrl, name: &ComputationName, what: &str) -> String {
    let named = (*name != ComputationName::default()).then(|| format!("--computation {name}"));
    let words = reaching(url).into_iter().chain(named);
    let what = Some(what.to_owned()).filter(|what| !what.is_empty());
    command("analyst", &words.chain(what).collect::<Vec<_>>().join(" "))
}

/// What starts the server that should be at an address.
pub(super) fn server(url: &ServerUrl) -> String {
    let listen = url.listen().map(|address| format!("--listen {address}"));
    let tls = url
        .is_secure()
        .then(|| "--tls-cert FILE --tls-key FILE".to_owned());
    let arguments: Vec<_> = listen.into_iter().chain(tls).collect();
    command("server", &arguments.join(" "))
}

/// What the programs need to reach the server at an address: nothing where they find it anyway.
pub(super) fn reaching(url: &ServerUrl) -> Vec<String> {
    let server = (!url.is_default()).then(|| format!("--server {url}"));
    server.into_iter().chain(trusting(url)).collect()
}

/// What they need to believe it.
pub(super) fn trusting(url: &ServerUrl) -> Option<String> {
    let ca_cert = url.ca_cert().filter(|_| url.is_secure())?;
    Some(format!("--ca-cert {}", ca_cert.display()))
}

fn form(cargo: bool, program: &str, arguments: &str) -> String {
    match (cargo, arguments) {
        (true, "") => format!("cargo run --bin {program}"),
        (true, arguments) => format!("cargo run --bin {program} -- {arguments}"),
        (false, "") => program.to_owned(),
        (false, arguments) => format!("{program} {arguments}"),
    }
}

/// Whether a program lies where cargo puts what it builds.
fn is_built(path: &Path) -> bool {
    let folders: Vec<_> = path.components().collect();
    folders.windows(2).any(|pair| {
        let is = |at: usize, name: &str| {
            matches!(pair.get(at), Some(Component::Normal(folder)) if *folder == name)
        };
        is(0, "target") && (is(1, "debug") || is(1, "release"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_the_form_in_which_the_program_was_started() {
        for (path, built) in [
            ("/home/me/web-mpc/target/debug/server", true),
            ("/home/me/web-mpc/target/release/server", true),
            ("/usr/local/bin/server", false),
            ("/home/target/bin/server", false),
        ] {
            assert_eq!(is_built(Path::new(path)), built, "{path}");
        }
        assert_eq!(form(true, "analyst", ""), "cargo run --bin analyst");
        let reveal = form(true, "analyst", "reveal");
        assert_eq!(reveal, "cargo run --bin analyst -- reveal");
        assert_eq!(form(false, "analyst", ""), "analyst");
        assert_eq!(form(false, "analyst", "reveal"), "analyst reveal");
    }

    #[test]
    fn commands_lead_to_the_same_server() {
        let at = |url: &str| url.parse::<ServerUrl>().unwrap();
        let with_ca = |url: &str| at(url).trusting(Some("ca.pem".into()));
        assert!(reaching(&with_ca("ws://127.0.0.1:8080")).is_empty());
        assert_eq!(
            reaching(&with_ca("wss://a.example")),
            ["--server wss://a.example:443", "--ca-cert ca.pem"]
        );
        assert_eq!(
            reaching(&at("wss://a.example")),
            ["--server wss://a.example:443"]
        );
        assert!(
            server(&at("wss://a.example"))
                .ends_with("--listen 0.0.0.0:443 --tls-cert FILE --tls-key FILE")
        );
    }
}
