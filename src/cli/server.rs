//! The `server` program.

use super::arguments;
use super::exit::Failure;

pub(super) async fn run(_arguments: arguments::Server) -> Result<(), Failure> {
    Ok(())
}
