//! Manual pages and completions, made from the same definitions as the command lines themselves.

use std::io;

use clap_complete::{Generator, Shell};
use clap_mangen::Man;

/// The shells that are served.
const SHELLS: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell];

/// Each file with its path: `man/server.1`, `completions/_server` and so on.
pub(crate) fn all() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for mut command in web_mpc::cli::commands() {
        // Names its subcommands `server-check` and so on, and gives them what is global.
        command.build();
        let name = command.get_name().to_owned();
        for shell in SHELLS {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command, &name, &mut script);
            files.push((format!("completions/{}", shell.file_name(&name)), script));
        }
        write_man(&command, &mut files)?;
    }
    Ok(files)
}

fn write_man(command: &clap::Command, files: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    files.push((format!("man/{name}.1"), page));
    let subcommands = command.get_subcommands();
    for subcommand in subcommands.filter(|subcommand| subcommand.get_name() != "help") {
        write_man(subcommand, files)?;
    }
    Ok(())
}
