//! The command line: arguments, output, exit codes. Only this module prints.

mod analyst;
mod arguments;
mod command;
mod config;
mod dates;
mod exit;
mod forms;
mod input_party;
mod output;
mod passphrase;
mod qr;
mod result;
mod server;
mod signals;
mod terminal;

use std::io::IsTerminal;
use std::num::NonZero;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tracing_subscriber::EnvFilter;

use self::exit::Failure;
use self::output::Output;

/// The command lines of `server`, `analyst` and `input-party`, for manual pages and completions.
#[must_use]
pub fn commands() -> [clap::Command; 3] {
    [
        arguments::Server::command(),
        arguments::Analyst::command(),
        arguments::InputParty::command(),
    ]
}

/// The `server` program.
#[must_use]
pub fn server() -> ExitCode {
    let output = Output::new(false);
    let arguments = match config::parse::<arguments::Server>() {
        Ok(arguments) => arguments,
        Err(failure) => {
            output.failure(&failure);
            return failure.exit.into();
        }
    };
    run(&output.clone(), "info", server::run(arguments, output))
}

/// The `analyst` program.
#[must_use]
pub fn analyst() -> ExitCode {
    let arguments = arguments::Analyst::parse();
    let output = Output::new(arguments.json);
    run(&output.clone(), "warn", analyst::run(arguments, output))
}

/// The `input-party` program.
#[must_use]
pub fn input_party() -> ExitCode {
    let arguments = arguments::InputParty::parse();
    let output = Output::new(arguments.json);
    run(&output.clone(), "warn", input_party::run(arguments, output))
}

/// Runs a program to its exit code.
fn run(
    output: &Output,
    log_level: &str,
    program: impl Future<Output = Result<(), Failure>>,
) -> ExitCode {
    let filter = match std::env::var("WEB_MPC_LOG") {
        Ok(wanted) => EnvFilter::try_new(wanted),
        Err(_) => EnvFilter::try_new(log_level),
    };
    let Ok(filter) = filter else {
        let failure = Failure::usage("WEB_MPC_LOG does not say what to log")
            .hint("for example: WEB_MPC_LOG=debug");
        output.failure(&failure);
        return failure.exit.into();
    };
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colours)
        .init();
    // Boxes are opened on threads of their own, one for each core (see `workers`). What is left is
    // moving bytes, which would only be slower if more threads handed it to each other.
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.div_ceil(2))
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(program),
        Err(error) => Err(Failure::failed(format!(
            "the runtime cannot start: {error}"
        ))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            failure.exit.into()
        }
    }
}
