//! The arguments of those commands of the analyst that are about invitations.

use std::path::PathBuf;

use clap::Args;

use crate::cli::dates::When;
use crate::client::ServerUrl;
use crate::manifest::MAX_PARTIES;

/// `invite`
#[derive(Debug, Args)]
pub(in crate::cli) struct Invite {
    /// Make so many, for people without names
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..=MAX_PARTIES),
        required_unless_present = "roster",
        conflicts_with = "roster"
    )]
    pub(in crate::cli) count: Option<u64>,
    /// Make one for each line of a table: label, email, and the form's cohorts by their ids
    ///
    /// A CSV file whose first line names the columns; each may be left out. A label names a party to
    /// you. An e-mail address never leaves this machine but sealed to you. A cohort that is filled in
    /// is fixed.
    #[arg(long, value_name = "FILE.csv")]
    pub(in crate::cli) roster: Option<PathBuf>,
    /// Until when a link may be used for the first time; of a date without time, until the day ends
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) expires: Option<When>,
    #[command(flatten)]
    pub(in crate::cli) sending: Sending,
}

/// How links are written. With `--out` they go to a table for a mail merge.
#[derive(Debug, Args)]
pub(in crate::cli) struct Sending {
    /// The address in the links, as the parties reach the server [default: that of --server]
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) url: Option<ServerUrl>,
    /// A text to send, with {link}, {label} and other placeholders, instead of the standard one
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) message: Option<PathBuf>,
    /// Show each link as a code that a telephone reads, too
    #[arg(long)]
    pub(in crate::cli) qr: bool,
}
