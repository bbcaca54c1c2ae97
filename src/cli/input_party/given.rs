//! What a person gives on the command line: a number, pins, a server.

use std::io::{BufRead, IsTerminal, Read};

use super::super::arguments::InputParty;
use super::super::command::command;
use super::super::exit::Failure;
use super::super::output::Output;
use crate::client::ServerUrl;
use crate::crypto::{Analyst, Role, Server};
use crate::files::public_key::{self, PublicKeyError};
use crate::files::receipt::StoredReceipt;
use crate::ids::KeyId;
use crate::measurement::Measurement;
use crate::measurement::sum::parse_number;
use crate::session::Pins;

/// Longest number that is read from standard input, in bytes.
const MAX_VALUE: u64 = 4096;

/// The number that was given; nothing of it is repeated in an error.
pub(super) fn value(text: &str, output: &Output) -> Result<Measurement, Failure> {
    let mut piped = zeroize::Zeroizing::new(String::new());
    let text = if text == "-" {
        let mut input = std::io::stdin().lock().take(MAX_VALUE + 1);
        if std::io::stdin().is_terminal() {
            output.note("Type the number, then press Enter:");
            input.read_line(&mut piped)
        } else {
            input.read_to_string(&mut piped)
        }
        .map_err(|error| Failure::failed(format!("cannot read standard input: {error}")))?;
        if piped.len() as u64 > MAX_VALUE {
            return Err(Failure::usage(
                "there is more on standard input than one number",
            ));
        }
        &piped
    } else {
        text
    };
    parse_number(text).map(Measurement::Number).map_err(|_| {
        Failure::usage("the value is not a whole number in decimal digits")
            .hint(format!("for example: {}", command("input-party", "42")))
    })
}

/// What the computation and its keys must be.
pub(super) fn pins(arguments: &InputParty) -> Result<Pins, Failure> {
    Ok(Pins {
        fingerprint: arguments.fingerprint.clone(),
        analyst: arguments
            .analyst_key
            .as_deref()
            .map(read_key::<Analyst>)
            .transpose()?,
        server: arguments
            .server_key
            .as_deref()
            .map(read_key::<Server>)
            .transpose()?,
        min_parties: arguments.min_parties,
    })
}

fn read_key<R: Role>(key_or_file: &str) -> Result<KeyId, Failure> {
    public_key::read::<R>(key_or_file)
        .map_err(|error: PublicKeyError| Failure::usage(error.to_string()).hint_if(error.hint()))
}

/// The server that the command names, or else the one that the receipt is from.
pub(super) fn server(stored: Option<&StoredReceipt>, arguments: &InputParty) -> ServerUrl {
    let stored = stored.and_then(|stored| stored.server.parse().ok());
    let url = arguments.server.clone().or(stored).unwrap_or_default();
    url.trusting(arguments.ca_cert.clone())
}
