//! The receiver of events, as the settings name it.

use std::time::Duration;

use super::super::arguments::WebhookArguments;
use super::super::exit::{Exit, Failure};
use super::super::output::Output;
use crate::server::{Endpoint, Secrets, Webhook};

/// The receiver, if there is to be one, and how it may be named to a person.
pub(super) fn webhook(
    arguments: &WebhookArguments,
    output: &Output,
) -> Result<Option<(Webhook, String)>, Failure> {
    let (url, secrets) = match (&arguments.webhook, &arguments.webhook_secret_file) {
        (Some(url), Some(secrets)) => (url, secrets),
        (None, None) => return Ok(None),
        _ => {
            let message = "--webhook and --webhook-secret-file are needed both";
            return Err(Failure::usage(message));
        }
    };
    let endpoint = Endpoint::read(url, arguments.webhook_plain)
        .map_err(|error| Failure::usage(format!("--webhook: {error}")))?;
    let shown = endpoint.to_string();
    let unusable = |message: String| Failure::new(Exit::Failed, "webhook_unusable", message);
    let keys = Secrets::read(secrets).map_err(|error| unusable(error.to_string()))?;
    #[cfg(unix)]
    if is_open_to_others(secrets) {
        output.warning(&format!(
            "others can read {}, and sign as this server: chmod 600 it",
            secrets.display()
        ));
    }
    #[cfg(not(unix))]
    let _ = output;
    let pause = Duration::from_secs(arguments.webhook_pause);
    let ca_cert = arguments.webhook_ca_cert.as_deref();
    let webhook = Webhook::new(endpoint, keys, ca_cert, pause);
    let webhook = webhook.map_err(|error| {
        unusable(error.to_string())
            .hint("name a file of certificates in PEM with --webhook-ca-cert FILE")
    })?;
    Ok(Some((webhook, shown)))
}

#[cfg(unix)]
fn is_open_to_others(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = std::fs::metadata(path);
    metadata.is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}
