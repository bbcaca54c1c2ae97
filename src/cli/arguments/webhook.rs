//! Flags for the receiver of events.

use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;

/// Who is told of what happens to computations.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct WebhookArguments {
    /// Tell this address (https://) what happens to computations: signed, in order, once or more
    #[arg(
        long,
        env = "WEB_MPC_WEBHOOK",
        value_name = "URL",
        hide_env_values = true,
        global = true
    )]
    pub(in crate::cli) webhook: Option<String>,
    /// The secret that signs what is sent: a line with `whsec_` and base64, or two
    #[arg(
        long,
        env = "WEB_MPC_WEBHOOK_SECRET_FILE",
        value_name = "FILE",
        global = true
    )]
    pub(in crate::cli) webhook_secret_file: Option<PathBuf>,
    /// Trust the certificates in this file (PEM) for it instead of the system's
    #[arg(
        long,
        env = "WEB_MPC_WEBHOOK_CA_CERT",
        value_name = "FILE",
        global = true
    )]
    pub(in crate::cli) webhook_ca_cert: Option<PathBuf>,
    /// Let http:// lead to another machine: whoever is on the way reads what is sent
    #[arg(long, env = "WEB_MPC_WEBHOOK_PLAIN", value_parser = BoolishValueParser::new(), global = true)]
    pub(in crate::cli) webhook_plain: bool,
    /// Longest pause in seconds before it is tried again
    #[arg(
        long,
        env = "WEB_MPC_WEBHOOK_PAUSE",
        default_value = "300",
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=86_400),
        global = true
    )]
    pub(in crate::cli) webhook_pause: u64,
}
