//! Frames that break RFC 6455, or that keep to it and are too many or too large.

use web_mpc::manifest::VERSION;
use web_mpc::protocol::{ClientMessage, ErrorCode, encode, limits};

use super::super::wire::frame::{
    self, BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, RSV1, RSV2, RSV3, TEXT, claim,
    close_payload, masked, unmasked,
};
use super::{Case, Expect, Stage};

/// Close codes of RFC 6455.
const NORMAL: u16 = 1000;
const PROTOCOL: u16 = 1002;
const UNSUPPORTED: u16 = 1003;
const TOO_LARGE: u16 = 1009;

pub(super) fn cases() -> Vec<Case> {
    let hello = encode(&ClientMessage::Hello { version: VERSION });
    let hello = hello.as_bytes();
    let invalid = Expect::HangUp(ErrorCode::InvalidFrame, PROTOCOL);
    let large = Expect::HangUp(ErrorCode::MessageTooLarge, TOO_LARGE);
    let binary = Expect::HangUp(ErrorCode::UnexpectedBinary, UNSUPPORTED);
    let limit = limits::CLIENT_MESSAGE;
    let repeat = |frame: Vec<u8>, times: usize| frame.repeat(times);
    let bytewise = || {
        let mut frames = Vec::new();
        for (index, byte) in hello.iter().enumerate() {
            let first = if index == 0 { TEXT } else { CONTINUATION };
            let last = if index + 1 == hello.len() { FIN } else { 0 };
            frames.extend(masked(first | last, &[*byte]));
            frames.extend(masked(FIN | PING, b"amid"));
        }
        frames
    };
    let table: Vec<(&str, Vec<u8>, Expect)> = vec![
        (
            "a frame without mask",
            unmasked(FIN | TEXT, hello),
            invalid.clone(),
        ),
        (
            "the flag of compression",
            masked(FIN | RSV1 | TEXT, hello),
            invalid.clone(),
        ),
        (
            "the second reserved bit",
            masked(FIN | RSV2 | TEXT, hello),
            invalid.clone(),
        ),
        (
            "the third reserved bit",
            masked(FIN | RSV3 | TEXT, hello),
            invalid.clone(),
        ),
        (
            "a reserved opcode",
            masked(FIN | 0x3, hello),
            invalid.clone(),
        ),
        (
            "a reserved control opcode",
            masked(FIN | 0xb, b""),
            invalid.clone(),
        ),
        (
            "a continuation of nothing",
            masked(FIN | CONTINUATION, hello),
            invalid.clone(),
        ),
        (
            "a text amid fragments",
            [masked(TEXT, b"{"), masked(FIN | TEXT, hello)].concat(),
            invalid.clone(),
        ),
        (
            "a ping in fragments",
            masked(PING, b"half"),
            invalid.clone(),
        ),
        (
            "a ping that is too long",
            masked(FIN | PING, &[0; 126]),
            invalid.clone(),
        ),
        (
            "a close of one byte",
            masked(FIN | CLOSE, &[3]),
            invalid.clone(),
        ),
        (
            "a close with a text that is not UTF-8",
            masked(FIN | CLOSE, &close_payload(1000, &[0xff, 0xfe])),
            invalid.clone(),
        ),
        (
            "a close without code",
            masked(FIN | CLOSE, &[]),
            Expect::End,
        ),
        (
            "a close with a code that may not be sent",
            masked(FIN | CLOSE, &close_payload(1006, b"")),
            Expect::Close(PROTOCOL),
        ),
        (
            "a close that is in order",
            masked(FIN | CLOSE, &close_payload(NORMAL, b"bye")),
            Expect::Close(NORMAL),
        ),
        (
            "a text that is not UTF-8",
            masked(FIN | TEXT, &[b'"', 0xff, 0xfe, b'"']),
            invalid.clone(),
        ),
        (
            "a text with half a surrogate",
            masked(FIN | TEXT, b"\"\xed\xa0\x80\""),
            invalid.clone(),
        ),
        (
            "a text with an overlong slash",
            masked(FIN | TEXT, b"\"\xc0\xaf\""),
            invalid.clone(),
        ),
        (
            "a text that is not UTF-8 across fragments",
            [
                masked(TEXT, b"\"\xe2\x82"),
                masked(FIN | CONTINUATION, b"\""),
            ]
            .concat(),
            invalid,
        ),
        (
            "binary for text",
            masked(FIN | BINARY, hello),
            binary.clone(),
        ),
        (
            "an empty binary frame",
            masked(FIN | BINARY, b""),
            binary.clone(),
        ),
        (
            "binary in fragments",
            [masked(BINARY, hello), masked(FIN | CONTINUATION, hello)].concat(),
            binary,
        ),
        (
            "a text one byte too long",
            masked(FIN | TEXT, &vec![b' '; limit + 1]),
            large.clone(),
        ),
        (
            "a claim of 2^63 - 1 bytes",
            claim(FIN | TEXT, u64::MAX >> 1),
            large.clone(),
        ),
        (
            "a claim of 2^64 - 1 bytes",
            claim(FIN | TEXT, u64::MAX),
            large.clone(),
        ),
        (
            "a claim of a gigabyte of binary",
            claim(FIN | BINARY, 1 << 30),
            large.clone(),
        ),
        (
            "fragments that are too long together",
            [
                masked(TEXT, &vec![b' '; limit / 2]),
                masked(CONTINUATION, &vec![b' '; limit]),
                masked(FIN | CONTINUATION, b" "),
            ]
            .concat(),
            large.clone(),
        ),
        (
            "small fragments without end",
            [
                masked(TEXT, b" "),
                repeat(masked(CONTINUATION, &[b' '; 1024]), limit / 1024 + 1),
            ]
            .concat(),
            large,
        ),
        (
            "a flood of pings",
            [
                repeat(masked(FIN | PING, &[7; 125]), 5_000),
                frame::text(std::str::from_utf8(hello).unwrap()),
            ]
            .concat(),
            Expect::Welcome,
        ),
        (
            "a flood of pongs that nobody asked for",
            [
                repeat(masked(FIN | PONG, &[7; 125]), 5_000),
                masked(FIN | TEXT, hello),
            ]
            .concat(),
            Expect::Welcome,
        ),
        (
            "a flood of empty fragments",
            [
                masked(TEXT, hello),
                repeat(masked(CONTINUATION, b""), 20_000),
                masked(FIN | CONTINUATION, b""),
            ]
            .concat(),
            Expect::Welcome,
        ),
        (
            "a message byte by byte with pings amid",
            bytewise(),
            Expect::Welcome,
        ),
        (
            "a length in eight bytes where one does",
            [
                claim(FIN | TEXT, hello.len() as u64),
                masked(FIN | TEXT, hello).split_off(6),
            ]
            .concat(),
            Expect::Welcome,
        ),
    ];
    let upgraded = table
        .into_iter()
        .map(|(name, bytes, expect)| Case::new(name, Stage::Upgraded, bytes, expect));
    upgraded.collect()
}
