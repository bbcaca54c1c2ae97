//! Flags for when submissions are taken.

use clap::Args;

use crate::cli::dates::When;

/// From when until when.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct Dates {
    /// Take submissions from then on: a date, a local time such as "2026-12-01 08:00", or none
    ///
    /// Without a subcommand: of a new computation. Later: analyst schedule --opens-at DATE.
    #[arg(long, env = "WEB_MPC_OPENS_AT", value_name = "DATE", global = true)]
    pub(in crate::cli) opens_at: Option<When>,
    /// Take submissions until then; of a date without time, until the day ends
    #[arg(long, env = "WEB_MPC_CLOSES_AT", value_name = "DATE", global = true)]
    pub(in crate::cli) closes_at: Option<When>,
}
