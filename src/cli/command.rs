//! Our programs' commands as a person would type them: in the form in which this one was started.

use std::env;
use std::path::{Component, Path};
use std::sync::OnceLock;

use crate::client::ServerUrl;

/// A command of one of our programs.
pub(super) fn command(program: &str, arguments: &str) -> String {
    static BUILT_BY_CARGO: OnceLock<bool> = OnceLock::new();
    let cargo =
        *BUILT_BY_CARGO.get_or_init(|| env::current_exe().is_ok_and(|path| is_built(&path)));
    form(cargo, program, arguments)
}

/// What starts the server that should be at an address.
pub(super) fn server(url: &ServerUrl) -> String {
    let arguments = url.listen().map(|address| format!("--listen {address}"));
    command("server", &arguments.unwrap_or_default())
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
}
