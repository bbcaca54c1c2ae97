//! The `server` program; see [`web_mpc::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    web_mpc::cli::server()
}
