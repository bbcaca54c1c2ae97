//! The README cannot rot: every command line in it is one that a test runs or checks.

use std::fs;
use std::path::Path;

use super::harness::{Finished, Launch, Place, Server, free_address};
use super::journey::Analyst;

/// What README.md must have, whatever else it has.
const REQUIRED: &[&str] = &[
    "make demo",
    "make test",
    "cargo run --bin server",
    "cargo run --bin analyst",
    "cargo run --bin input-party -- 42",
];

/// Commands that are no part of this suite, since everything that runs here went through them.
const BUILD: &[&str] = &["cargo build"];

fn root(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(path).unwrap()
}

/// Commands of the analyst that ask for a passphrase.
const CARE: &[&str] = &["protect", "backup", "restore"];

/// A block of a shell: its language and its lines.
struct Block {
    console: bool,
    lines: Vec<String>,
}

/// The `sh` and `console` blocks of a Markdown text.
fn blocks(markdown: &str) -> Vec<Block> {
    let (mut blocks, mut open) = (Vec::new(), None);
    let mut skipping = false;
    for line in markdown.lines() {
        let fence = line.trim_start().strip_prefix("```");
        match (fence, &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(_), None) if skipping => skipping = false,
            (Some(language @ ("sh" | "console")), None) => {
                let console = language == "console";
                let lines = Vec::new();
                open = Some(Block { console, lines });
            }
            (Some(_), None) => skipping = true,
            (None, Some(block)) => block.lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    blocks
}

/// The commands of a block, each with the output that is shown below it.
fn commands(block: &Block) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    for line in &block.lines {
        let command = match (block.console, line.strip_prefix("$ ")) {
            (true, Some(command)) => Some(command),
            (true, None) => None,
            (false, _) => Some(line.as_str()),
        };
        let Some(command) = command else {
            if let Some((_, output)) = commands.last_mut() {
                output.push(line.clone());
            }
            continue;
        };
        // A comment at the end is for the reader.
        let command = command.split(" #").next().unwrap_or_default().trim();
        if !command.is_empty() && !command.starts_with('#') {
            commands.push((command.to_owned(), Vec::new()));
        }
    }
    commands
}

fn all_commands(markdown: &str) -> Vec<(String, Vec<String>)> {
    blocks(markdown).iter().flat_map(commands).collect()
}

/// What a command line is, for this suite.
#[derive(Debug, PartialEq, Eq)]
enum Known {
    /// A target of the Makefile.
    Make(String),
    /// One of our programs with its arguments.
    Program(String, Vec<String>),
    /// Building.
    Build,
}

fn known(command: &str) -> Option<Known> {
    if BUILD.contains(&command) {
        return Some(Known::Build);
    }
    let mut words = command.split_whitespace().map(str::to_owned);
    let first = words.next()?;
    if first == "make" {
        let target = words.next()?;
        return words.next().is_none().then_some(Known::Make(target));
    }
    let rest = command.strip_prefix("cargo run --bin ")?;
    let (program, arguments) = rest.split_once(" -- ").unwrap_or((rest, ""));
    let ours = ["server", "analyst", "input-party"].contains(&program);
    let arguments = arguments.split_whitespace().map(str::to_owned).collect();
    ours.then(|| Known::Program(program.to_owned(), arguments))
}

/// A line of documented output fits a line that was printed: to the letter, but for words that are
/// different in every run.
fn fits(documented: &str, printed: &str) -> bool {
    // What stands before the random part must be the same.
    const RANDOM: &[&str] = &[
        "Fingerprint: ",
        "Input parties run: cargo run --bin input-party -- ",
        "Receipt: receipts/web-mpc-",
        "computation web-mpc: ",
        "listening on ws://127.",
        "server key id: ",
    ];
    let varying = RANDOM.iter().find(|start| documented.starts_with(**start));
    match varying {
        Some(start) => printed.starts_with(start),
        None => documented == printed,
    }
}

/// That every documented line was printed, in that order.
#[track_caller]
fn shows(ended: &Finished, documented: &[String]) {
    let printed = format!("{}{}", ended.stdout, ended.stderr);
    for line in documented.iter().filter(|line| !line.trim().is_empty()) {
        let found = printed.lines().any(|printed| fits(line, printed));
        assert!(
            found,
            "README.md says {line:?}, but this was printed:\n{ended}"
        );
    }
}

/// A new round has the settings of the last one, unless it is given others.
fn usual() -> [String; 2] {
    ["--signed=false", "--min-parties=1"].map(str::to_owned)
}

/// A server, an analyst and a folder in which the README's commands run.
struct Stage {
    place: Place,
    server: Server,
}

impl Stage {
    fn new() -> Self {
        let place = Place::new();
        let server = Server::start(&place.folder("clone"), free_address(), &[]);
        Self { place, server }
    }

    fn launch(&self, program: &str, arguments: &[String]) -> Launch {
        let folder = self.place.folder("clone");
        let launch = match program {
            "server" => Launch::server(&folder),
            "analyst" => Launch::analyst(&folder),
            _ => Launch::input_party(&folder),
        };
        launch
            .env("WEB_MPC_SERVER", &self.server.url)
            .args(arguments)
    }

    /// Runs one command in the situation that it is made for.
    fn run(&self, program: &str, arguments: &[String], documented: &[String]) {
        match program {
            "server" => self.run_server(arguments, documented),
            "analyst"
                if CARE
                    .iter()
                    .any(|word| arguments.iter().any(|each| each == word)) =>
            {
                self.run_care(arguments, documented);
            }
            "analyst" => self.run_analyst(arguments, documented),
            _ => self.run_party(arguments, documented),
        }
    }

    /// On another port and another database than the server that is there already.
    fn run_server(&self, arguments: &[String], documented: &[String]) {
        if arguments
            .iter()
            .any(|word| word == "check" || word == "backup")
        {
            let beside = self.launch("server", arguments).run();
            return shows(&beside.exits(0), documented);
        }
        let mut arguments = arguments.to_vec();
        let listen = arguments.iter().position(|argument| argument == "--listen");
        if let Some(address) = listen.and_then(|at| arguments.get_mut(at + 1)) {
            let (host, _) = address.rsplit_once(':').unwrap();
            *address = format!("{host}:0");
        }
        let launch = Launch::server(&self.place.folder("second"))
            .env("WEB_MPC_LISTEN", &free_address().to_string())
            .args(&arguments);
        let process = launch.start();
        process.out("listening on ws://");
        process.signal("TERM");
        shows(&process.finish().exits(0), documented);
    }

    /// What asks for a passphrase gets one from a file here.
    fn run_care(&self, arguments: &[String], documented: &[String]) {
        fs::write(self.place.folder("clone").join("secret"), "correct horse\n").unwrap();
        let run = |arguments: &[String]| {
            let launch = self.launch("analyst", arguments);
            let launch = launch.env("WEB_MPC_PASSPHRASE_FILE", "secret");
            launch.run().exits(0)
        };
        shows(&run(arguments), documented);
        if arguments.iter().any(|word| word == "protect") {
            // The commands below have nobody who types it.
            run(&["keys", "protect", "--remove"].map(str::to_owned));
        }
    }

    /// A round with a few parties first, so that every subcommand has something to work on.
    fn run_analyst(&self, arguments: &[String], documented: &[String]) {
        let named = |flag: &str| {
            let at = arguments.iter().position(|argument| argument == flag)?;
            arguments.get(at + 1).cloned()
        };
        let name = named("--computation").unwrap_or_else(|| "web-mpc".to_owned());
        let parties = named("--min-parties").map_or(1, |count| count.parse().unwrap());
        let subcommand = arguments.iter().find(|argument| {
            let known = [
                "status", "reveal", "result", "audit", "keys", "schedule", "list", "purge",
            ];
            known.contains(&argument.as_str())
        });
        let open =
            |arguments: &[String]| Analyst::ready(self.launch("analyst", arguments).interactive());
        let here = ["--computation".to_owned(), name.clone()];
        // What a command before this one left open would have its settings.
        drop(self.launch("analyst", &here).args(["reveal"]).run());
        let analyst = match subcommand {
            None => open(arguments),
            Some(_) => open(&[&here, &usual()[..]].concat()),
        };
        for _ in 0..parties {
            let party = self.launch("input-party", &here).args(["42"]);
            party.run().exits(0);
        }
        match subcommand.map(String::as_str) {
            None => shows(&analyst.reveal().exits(0), documented),
            Some("result" | "audit" | "purge") => {
                analyst.reveal().exits(0);
                shows(
                    &self.launch("analyst", arguments).run().exits(0),
                    documented,
                );
            }
            Some(subcommand) => {
                shows(
                    &self.launch("analyst", arguments).run().exits(0),
                    documented,
                );
                if subcommand != "reveal" {
                    analyst.reveal().exits(0);
                }
            }
        }
    }

    fn run_party(&self, arguments: &[String], documented: &[String]) {
        let analyst = Analyst::ready(self.launch("analyst", &usual()).interactive());
        if let [verify, receipt] = arguments
            && verify == "verify"
        {
            let path = self.place.folder("clone").join(receipt);
            drop(fs::remove_file(path));
            let submit = ["--receipt", receipt, "42"].map(str::to_owned);
            self.launch("input-party", &submit).run().exits(0);
            analyst.reveal().exits(0);
            shows(
                &self.launch("input-party", arguments).run().exits(0),
                documented,
            );
            return;
        }
        let party = self.launch("input-party", arguments).input("42\n");
        shows(&party.run().exits(0), documented);
        // The round stays open: the next command may correct what this one submitted.
        drop(analyst);
    }
}

/// A collection with invited parties, command after command, by one analyst with three parties.
fn collect(commands: &[(String, Vec<String>)]) {
    const PEOPLE: &str = "label,email\nAcme,a@acme.example\nBolt,\nCoil,\nDyne,\n";
    let stage = Stage::new();
    let folder = stage.place.folder("clone");
    fs::write(folder.join("people.csv"), PEOPLE).unwrap();
    let mut links = Vec::new();
    for (command, documented) in commands {
        let Some(Known::Program(program, mut arguments)) = known(command) else {
            panic!("README.md says `{command}`, which no test knows how to check");
        };
        if links.is_empty() && program == "input-party" {
            links = super::campaign::read_mailing(&folder.join("invitations.csv"));
            for other in &links[2..] {
                let place = stage.place.folder(&other.label);
                let party = Launch::input_party(&place).args(["--link", &other.link, "7"]);
                party.run().exits(0);
            }
        }
        let receipts = fs::read_dir(folder.join("receipts")).map_or(vec![], |entries| {
            entries.map(|entry| entry.unwrap().path()).collect()
        });
        for argument in &mut arguments {
            match argument.as_str() {
                "LINK" => argument.clone_from(&links[0].link),
                "RECEIPT" => receipts[0].to_str().unwrap().clone_into(argument),
                _ => {}
            }
        }
        let launch = match program.as_str() {
            "analyst" => Launch::analyst(&folder).env("WEB_MPC_SERVER", &stage.server.url),
            _ => Launch::input_party(&folder),
        };
        // What `-` stands for.
        let piped = links
            .first()
            .filter(|_| arguments.contains(&"-".to_owned()));
        let launch = match piped {
            Some(piped) => launch.input(&format!("{}\n", piped.link)),
            None => launch,
        };
        let withdrawn = arguments
            .first()
            .is_some_and(|argument| argument == "withdraw");
        shows(&launch.args(&arguments).run().exits(0), documented);
        if withdrawn {
            let again = Launch::input_party(&folder).args(["--link", &links[0].link, "44"]);
            again.run().exits(0);
        }
    }
}

#[test]
fn every_command_is_one_that_works() {
    let (readme, makefile) = (root("README.md"), root("Makefile"));
    for block in blocks(&readme) {
        // Consoles are terminals side by side: each shows the first run of a fresh clone. A list of
        // commands builds on itself.
        let mut stage = None;
        if let Some(first) = commands(&block).first()
            && first.0.contains("--access invited")
        {
            collect(&commands(&block));
            continue;
        }
        for (command, documented) in commands(&block) {
            match known(&command) {
                Some(Known::Make(target)) => {
                    let rule = format!("{target}:");
                    let exists = makefile.lines().any(|line| line.starts_with(&rule));
                    assert!(exists, "README.md says `{command}`: no such target");
                }
                Some(Known::Program(program, arguments)) => {
                    let stage = stage.get_or_insert_with(Stage::new);
                    stage.run(&program, &arguments, &documented);
                }
                Some(Known::Build) => {}
                None => panic!("README.md says `{command}`, which no test knows how to check"),
            }
        }
    }
}

#[test]
fn what_a_newcomer_needs_is_there() {
    let commands = all_commands(&root("README.md"));
    for required in REQUIRED {
        let found = commands.iter().any(|(command, _)| command == required);
        assert!(found, "README.md lacks `{required}`");
    }
}

#[test]
fn files_that_the_readme_links_to_exist() {
    let readme = root("README.md");
    let targets = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    for (target, _) in targets.filter(|(target, _)| !target.contains("://")) {
        let path = target.split('#').next().unwrap_or_default();
        let exists = Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists();
        assert!(exists, "README.md links to {target}");
    }
}

#[test]
fn commands_are_found_in_their_blocks() {
    let markdown = "text\n```sh\nmake demo  # all\n# only a comment\n```\n```text\nmake nothing\n```\n\
                    ```console\n$ cargo run --bin server\nlistening\n\n$ make x\n```\n";
    let expected = [
        ("make demo".to_owned(), vec![]),
        (
            "cargo run --bin server".to_owned(),
            vec!["listening".to_owned(), String::new()],
        ),
        ("make x".to_owned(), vec![]),
    ];
    assert_eq!(all_commands(markdown), expected);
    assert_eq!(known("make demo"), Some(Known::Make("demo".to_owned())));
    assert_eq!(known("rm -rf /"), None);
    assert_eq!(known("cargo run --bin other"), None);
    assert_eq!(known("make demo && rm x"), None);
    let five = Known::Program("input-party".to_owned(), vec!["5".to_owned()]);
    assert_eq!(known("cargo run --bin input-party -- 5"), Some(five));
    assert!(!fits("SUM IS: 42", "SUM IS: 43"));
    assert!(fits("Fingerprint: one two", "Fingerprint: three four"));
}
