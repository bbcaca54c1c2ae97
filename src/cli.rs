//! The command line: arguments, output, exit codes. Only this module prints.

mod analyst;
mod arguments;
mod exit;
mod input_party;
mod output;
mod result;
mod server;
mod signals;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use self::exit::Failure;
use self::output::Output;

/// The `server` program.
#[must_use]
pub fn server() -> ExitCode {
    let arguments = arguments::Server::parse();
    run(&Output::new(false), "info", server::run(arguments))
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
    let filter = EnvFilter::try_from_env("WEB_MPC_LOG").unwrap_or_else(|_| log_level.into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
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
