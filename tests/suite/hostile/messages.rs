//! Texts that are no messages, and messages out of order.

use web_mpc::ids::{Fingerprint, PartyKey};
use web_mpc::protocol::{ClientMessage, ErrorCode, Which};

use super::super::wire::frame;
use super::{Case, Expect, Stage};

const POLICY: u16 = 1008;

pub(super) fn cases() -> Vec<Case> {
    let malformed = || Expect::HangUp(ErrorCode::MalformedMessage, POLICY);
    let deep = |open: &str, times: usize| open.repeat(times);
    let texts: Vec<(&str, String)> = vec![
        ("an empty text", String::new()),
        ("blanks", " ".repeat(60_000)),
        ("null", "null".into()),
        ("a number", "1e400".into()),
        ("an empty object", "{}".into()),
        ("an array", "[\"hello\",{\"version\":1}]".into()),
        ("a deep array", deep("[", 60_000)),
        ("a deep object", deep("{\"a\":", 10_000)),
        ("a deep field", format!("{{\"hello\":{{\"version\":{}", deep("[", 60_000))),
        ("a deep closed array", format!("{}{}", deep("[", 30_000), deep("]", 30_000))),
        ("an unknown message", "{\"goodbye\":{}}".into()),
        ("a message in capitals", "{\"Hello\":{\"version\":1}}".into()),
        ("an unknown field", "{\"hello\":{\"version\":1,\"admin\":true}}".into()),
        ("a field twice", "{\"hello\":{\"version\":2,\"version\":1}}".into()),
        ("two messages in one", "{\"hello\":{\"version\":1},\"watch\":{}}".into()),
        ("two messages in one text", "{\"hello\":{\"version\":1}}{\"watch\":{}}".into()),
        ("a message without its end", "{\"hello\":{\"version\":1}".into()),
        ("a missing field", "{\"hello\":{}}".into()),
        ("a negative version", "{\"hello\":{\"version\":-1}}".into()),
        ("a version that is no whole number", "{\"hello\":{\"version\":1.0}}".into()),
        ("a version of 33 bits", "{\"hello\":{\"version\":4294967297}}".into()),
        ("a version of a thousand digits", format!("{{\"hello\":{{\"version\":{}}}}}", "9".repeat(1000))),
        ("a byte order mark", "\u{feff}{\"hello\":{\"version\":1}}".into()),
        ("a zero byte", "{\"hello\":{\"version\":1}}\0".into()),
        ("a lone surrogate", "{\"\\ud800\":{}}".into()),
        ("a name in capitals", "{\"lookup\":{\"name\":\"WEB-MPC\",\"wait\":false}}".into()),
        ("a name that is a path", "{\"lookup\":{\"name\":\"../../etc/passwd\",\"wait\":false}}".into()),
        ("a name that is too long", format!("{{\"lookup\":{{\"name\":\"{}\",\"wait\":false}}}}", "a".repeat(65))),
        ("a name that is SQL", "{\"lookup\":{\"name\":\"'; DROP TABLE computation; --\",\"wait\":false}}".into()),
        ("a name and a fingerprint", "{\"lookup\":{\"name\":\"a\",\"fingerprint\":\"x\",\"wait\":false}}".into()),
        ("a fingerprint with padding", "{\"lookup\":{\"fingerprint\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"wait\":false}}".into()),
        ("a fingerprint with loose bits", "{\"lookup\":{\"fingerprint\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\",\"wait\":false}}".into()),
        ("a fingerprint that is too short", "{\"lookup\":{\"fingerprint\":\"AAAA\",\"wait\":false}}".into()),
        ("a message of the server", "{\"recorded\":{}}".into()),
    ];
    let mut cases: Vec<Case> = Vec::new();
    for (name, text) in &texts {
        cases.push(Case::new(
            name,
            Stage::Upgraded,
            frame::text(text),
            malformed(),
        ));
    }
    // The same after a greeting.
    for (name, text) in texts.iter().filter(|(name, _)| name.contains("deep")) {
        let name = format!("{name} after the greeting");
        cases.push(Case::new(
            &name,
            Stage::Greeted,
            frame::text(text),
            malformed(),
        ));
    }
    let hang_up = |name: &str, stage, message: &ClientMessage, code| {
        Case::new(
            name,
            stage,
            frame::message(message),
            Expect::HangUp(code, POLICY),
        )
    };
    let hello = |version| ClientMessage::Hello { version };
    let unknown = Fingerprint::new([7; 32]);
    let lookup = |which| ClientMessage::Lookup { which, wait: false };
    let by_name = Which::Name("nowhere".parse().unwrap());
    cases.extend([
        hang_up(
            "watching before hello",
            Stage::Upgraded,
            &ClientMessage::Watch {},
            ErrorCode::HelloExpected,
        ),
        hang_up(
            "asking before hello",
            Stage::Upgraded,
            &lookup(by_name.clone()),
            ErrorCode::HelloExpected,
        ),
        hang_up(
            "an unknown version",
            Stage::Upgraded,
            &hello(2),
            ErrorCode::UnsupportedVersion,
        ),
        hang_up(
            "version 0",
            Stage::Upgraded,
            &hello(0),
            ErrorCode::UnsupportedVersion,
        ),
        hang_up(
            "hello again",
            Stage::Greeted,
            &hello(1),
            ErrorCode::HelloRepeated,
        ),
        hang_up(
            "hello again in another version",
            Stage::Greeted,
            &hello(2),
            ErrorCode::HelloRepeated,
        ),
        Case::refused(
            "an unknown name",
            &lookup(by_name.clone()),
            ErrorCode::UnknownComputation,
        ),
        Case::refused(
            "an unknown fingerprint",
            &lookup(Which::Fingerprint(unknown)),
            ErrorCode::UnknownComputation,
        ),
        Case::refused(
            "a proof of an unknown computation",
            &ClientMessage::Inclusion {
                fingerprint: unknown,
                party_key: PartyKey::new([1; 32]),
            },
            ErrorCode::UnknownComputation,
        ),
    ]);
    let waiting = ClientMessage::Lookup {
        which: by_name,
        wait: true,
    };
    let crowd = frame::message(&waiting).repeat(500);
    cases.push(Case::new(
        "five hundred requests while one waits",
        Stage::Greeted,
        crowd,
        Expect::HangUp(ErrorCode::NotAllowed, POLICY),
    ));
    let lookups = frame::message(&lookup(Which::Fingerprint(unknown)));
    let many = [frame::message(&hello(1)), lookups.repeat(2_000)].concat();
    cases.push(Case::new(
        "two thousand requests in one go",
        Stage::Upgraded,
        many,
        Expect::Welcome,
    ));
    cases
}
