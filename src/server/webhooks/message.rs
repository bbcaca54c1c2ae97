//! What is sent of an event: never who it was, nor a version, a value or a label.

use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde::Serialize;

use crate::ids::{ComputationName, Fingerprint};
use crate::store::StoredEvent;

/// A message, the same at each try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// Names the event; a receiver that has seen it need do nothing.
    pub(super) id: String,
    pub(super) body: Bytes,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    happening: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    computation: &'a ComputationName,
    round: u32,
    fingerprint: &'a Fingerprint,
    #[serde(skip_serializing_if = "Option::is_none")]
    parties: Option<u64>,
}

impl Message {
    pub(super) fn of(event: &StoredEvent) -> Self {
        let body = Body {
            happening: event.happening.name(),
            timestamp: rfc3339(event.at),
            data: Data {
                computation: &event.name,
                round: event.round,
                fingerprint: &event.fingerprint,
                parties: event.parties,
            },
        };
        Self {
            id: format!("msg_{}", BASE64URL_NOPAD.encode(&event.id)),
            body: serde_json::to_vec(&body).unwrap_or_default().into(),
        }
    }
}

/// A moment in seconds since 1970; the beginning of that year stands for what no calendar has.
fn rfc3339(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).ok();
    let moment = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    moment.unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Happening;

    #[test]
    fn a_message_says_what_and_nothing_of_whom() {
        let mut event = StoredEvent {
            number: 7,
            id: [0xff; 16],
            happening: Happening::Submitted,
            at: 1_764_403_200,
            fingerprint: Fingerprint::new([0; 32]),
            name: "wages".parse().unwrap(),
            round: 2,
            parties: Some(35),
        };
        let message = Message::of(&event);
        assert_eq!(message.id, "msg______________________w");
        let zeros = "A".repeat(43);
        let expected = format!(
            r#"{{"type":"submitted","timestamp":"2025-11-29T08:00:00Z","data":{{"computation":"wages","round":2,"fingerprint":"{zeros}","parties":35}}}}"#
        );
        assert_eq!(message.body, expected);
        assert_eq!(rfc3339(u64::MAX), "1970-01-01T00:00:00Z");
        event.parties = None;
        event.happening = Happening::Created;
        let body = Message::of(&event).body;
        let body = str::from_utf8(&body).unwrap().to_owned();
        assert!(
            body.contains(r#""type":"created""#) && !body.contains("parties"),
            "{body}"
        );
    }
}
