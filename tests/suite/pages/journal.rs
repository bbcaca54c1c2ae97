//! The journal that `analyst ui` keeps for its pages, beside the key file.

use super::super::harness::Place;
use super::{send, ui};

#[test]
fn the_analysts_pages_keep_the_journal_of_the_command_line() {
    let place = Place::new();
    let server = place.server();
    let Some(ui) = ui(&place, &server) else {
        return;
    };
    let journal = place.folder("analyst").join("keys.json.journal");
    let [name, one, two] = ["a", "b", "c"].map(|letter| format!("{}A", letter.repeat(42)));
    let root = |digest: &str| format!(r#"{{"fingerprint":"{name}","root":"{digest}"}}"#);
    let agree = |headers: &str, line: &str| send(ui.address, "POST /local/journal", headers, line);
    let wrong = format!("x-web-mpc-session: {one}\r\n");
    for headers in ["", wrong.as_str()] {
        assert_eq!(agree(headers, &root(&one)).status, 403);
    }
    assert!(!journal.exists());

    let entered = send(ui.address, "POST /local/enter", "", &ui.token).text();
    let session = format!("x-web-mpc-session: {entered}\r\n");
    assert_eq!(agree(&session, &root(&one)).status, 201);
    // It is on the disk when the answer comes.
    assert_eq!(
        std::fs::read_to_string(&journal).unwrap(),
        root(&one) + "\n"
    );
    assert_eq!(agree(&session, &root(&one)).status, 201);
    let other = agree(&session, &root(&two));
    assert_eq!(other.status, 409);
    assert!(other.text().contains("another batch"), "{}", other.text());
    let commit = |digest: &str| {
        let of = format!(r#"{{"server":"{two}","computation":"web-mpc","round":1}}"#);
        format!(r#"{{"fingerprint":"{name}","root":"{one}","commit":"{digest}","of":{of}}}"#)
    };
    assert_eq!(agree(&session, &commit(&one)).status, 201);
    assert_eq!(agree(&session, &commit(&one)).status, 201);
    assert_eq!(agree(&session, &commit(&two)).status, 409);
    for bad in ["", "{}", r#"{"restored":1764400000}"#, "\n"] {
        assert_eq!(agree(&session, bad).status, 400, "{bad}");
    }
    assert_eq!(agree(&session, &"x".repeat(2000)).status, 413);
    let expected = format!("{}\n{}\n", root(&one), commit(&one));
    assert_eq!(std::fs::read_to_string(&journal).unwrap(), expected);

    // Only from a page of its own address.
    let evil = format!("{session}Origin: https://evil.example\r\n");
    assert_eq!(agree(&evil, &root(&two)).status, 403);
    // What cannot be kept is said, and not taken for kept.
    std::fs::remove_file(&journal).unwrap();
    std::fs::create_dir(&journal).unwrap();
    assert_eq!(agree(&session, &root(&one)).status, 500);
}
