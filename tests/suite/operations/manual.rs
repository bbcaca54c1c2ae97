//! Manual pages, completions, and the files for a system's own service manager.

#[path = "../../../examples/manual/pages.rs"]
mod pages;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::super::harness::{Launch, Place};

fn packaging(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging");
    fs::read_to_string(folder.join(file)).unwrap()
}

#[test]
fn every_flag_stands_in_the_manual_and_in_the_completions() {
    let files: HashMap<_, _> = pages::all().unwrap().into_iter().collect();
    for command in web_mpc::cli::commands() {
        let name = command.get_name();
        let text = |path: &str| String::from_utf8_lossy(&files[path]).into_owned();
        let man = text(&format!("man/{name}.1"));
        let scripts = [
            text(&format!("completions/{name}.bash")),
            text(&format!("completions/_{name}")),
            text(&format!("completions/{name}.fish")),
        ];
        let mut flags = 0;
        for flag in command.get_arguments().filter_map(|arg| arg.get_long()) {
            // roff writes a hyphen as `\-`.
            let dashed = format!("--{flag}").replace('-', "\\-");
            assert!(man.contains(&dashed), "{name}.1 lacks --{flag}");
            for script in &scripts {
                assert!(
                    script.contains(flag),
                    "a completion of {name} lacks --{flag}"
                );
            }
            flags += 1;
        }
        assert!(flags > 5, "{name} has {flags} flags");
        for subcommand in command.get_subcommands() {
            let page = format!("man/{name}-{}.1", subcommand.get_name());
            assert!(files.contains_key(&page), "there is no {page}");
        }
    }
}

#[test]
fn the_settings_that_are_shown_are_the_ones_that_hold_anyway() {
    let place = Place::new();
    let folder = place.folder("server");
    let text = packaging("server.toml");
    let settings: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("#"))
        .filter(|line| !line.starts_with(' ') && line.contains(" = "))
        .collect();
    fs::write(folder.join("server.toml"), settings.join("\n")).unwrap();
    let check = Launch::server(&folder).args(["--config", "server.toml", "check"]);
    // All but the certificates and the secret, which are nowhere here.
    check
        .run()
        .exits(1)
        .says("error: there is no file cert.pem\n");
    let elsewhere = ["tls-", "webhook"];
    let is_here = |line: &&&str| !elsewhere.iter().any(|start| line.starts_with(start));
    let here = settings.iter().filter(is_here);
    let here: Vec<_> = here.copied().collect();
    fs::write(folder.join("server.toml"), here.join("\n")).unwrap();
    let check = Launch::server(&folder).args(["--config", "server.toml", "check"]);
    check.run().exits(0);
    // Every flag is there.
    let server = &web_mpc::cli::commands()[0];
    let flags = server.get_arguments().filter_map(|arg| arg.get_long());
    for flag in flags.filter(|flag| !["config", "help", "version"].contains(flag)) {
        let setting = format!("{flag} = ");
        let shown = settings.iter().any(|line| line.starts_with(&setting));
        assert!(shown, "packaging/server.toml lacks {flag}");
    }
    // As it is, it says nothing.
    fs::write(folder.join("server.toml"), &text).unwrap();
    let check = Launch::server(&folder).args(["--config", "server.toml", "check"]);
    let shipped = check.run().exits(0);
    let plain = Launch::server(&folder).args(["check"]).run().exits(0);
    assert_eq!(shipped.stdout, plain.stdout);
}

#[test]
fn the_service_runs_what_there_is() {
    let unit = packaging("web-mpc.service");
    let commands = unit.lines().filter_map(|line| {
        let (key, command) = line.split_once('=')?;
        let path = command.strip_prefix("/opt/web-mpc/server")?;
        key.starts_with("Exec").then_some(path)
    });
    let commands: Vec<_> = commands.collect();
    let expected = [
        " --config /etc/web-mpc/server.toml check",
        " --config /etc/web-mpc/server.toml",
    ];
    assert_eq!(commands, expected);
}
