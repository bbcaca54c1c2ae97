//! Texts that are no messages.

use serde_json::{Value, json};
use web_mpc::protocol::{ClientMessage, ServerMessage, decode};

use super::{Input, Kinds};

pub(super) const KINDS: Kinds = &[
    ("bad_client_message", client),
    ("bad_server_message", server),
];

fn client(input: &Input<'_>) -> Result<Value, String> {
    let message = decode::<ClientMessage>(input.text("text"));
    message
        .map(|message| json!(message))
        .map_err(|_| String::new())
}

fn server(input: &Input<'_>) -> Result<Value, String> {
    let message = decode::<ServerMessage>(input.text("text"));
    message
        .map(|message| json!(message))
        .map_err(|_| String::new())
}
