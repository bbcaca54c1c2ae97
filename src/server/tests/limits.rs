//! Sizes, times and numbers of connections.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::server::Deadlines;

/// The code of the refusal that comes last, before the server hangs up.
async fn last_words(client: &mut Client) -> ErrorCode {
    let code = client.hear_refusal().await.code;
    assert!(client.frame().await.is_none(), "the server hangs up");
    code
}

async fn http(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_protocol_is_refused_with_its_code() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let too_large = "x".repeat(crate::protocol::limits::CLIENT_MESSAGE + 1);
    let watch = encode(&ClientMessage::Watch {});
    let first = [
        (Message::Text("{}".into()), ErrorCode::MalformedMessage),
        (Message::Text(watch.into()), ErrorCode::HelloExpected),
        (
            Message::Text(r#"{"hello":{"version":2}}"#.into()),
            ErrorCode::UnsupportedVersion,
        ),
        (Message::Text(too_large.into()), ErrorCode::MessageTooLarge),
        (
            Message::Binary(vec![1, 2].into()),
            ErrorCode::UnexpectedBinary,
        ),
    ];
    for (frame, code) in first {
        let mut client = running.connect().await;
        client.send(frame).await;
        assert_eq!(last_words(&mut client).await, code);
    }
    let (mut client, _) = running.greeted().await;
    client.say(&ClientMessage::Hello { version: VERSION }).await;
    assert_eq!(last_words(&mut client).await, ErrorCode::HelloRepeated);
    // Masked text frames by hand: one that is not UTF-8, one with a reserved opcode.
    for frame in [
        &[0x81, 0x81, 0, 0, 0, 0, 0xff],
        &[0x83, 0x81, 0, 0, 0, 0, b'x'],
    ] {
        let mut client = running.connect().await;
        client.stream.get_mut().write_all(frame).await.unwrap();
        assert_eq!(last_words(&mut client).await, ErrorCode::InvalidFrame);
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_and_slowness_have_their_deadlines() {
    let directory = directory();
    let limits = Limits {
        deadlines: Deadlines {
            handshake: Duration::from_millis(300),
            hello: Duration::from_millis(300),
            message: Duration::from_millis(400),
            ping: Duration::from_millis(200),
            silence: Duration::from_millis(900),
            ..Deadlines::default()
        },
        ..Limits::default()
    };
    let running = Running::with(&directory, limits, false).await;
    let mut silent = running.connect().await;
    assert_eq!(last_words(&mut silent).await, ErrorCode::TimedOut);

    // Bytes of one frame that never ends, with pings in between: the pings do not help.
    let (mut slow, _) = running.greeted().await;
    let start = tokio::time::Instant::now();
    let raw = slow.stream.get_mut();
    raw.write_all(&[0x01, 0x81, 0, 0, 0, 0, b'{'])
        .await
        .unwrap();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        raw.write_all(&[0x89, 0x80, 0, 0, 0, 0]).await.unwrap();
    }
    assert_eq!(last_words(&mut slow).await, ErrorCode::TimedOut);
    assert!(
        start.elapsed() < Duration::from_millis(850),
        "not by silence"
    );

    // Who answers pings may say nothing for ever.
    let (mut patient, _) = running.greeted().await;
    let idle = timeout(Duration::from_millis(1500), patient.frame()).await;
    assert!(idle.is_err(), "{idle:?}");
    patient.say(&ClientMessage::Watch {}).await;
    assert_eq!(patient.hear_refusal().await.code, ErrorCode::NotLoggedIn);

    // Who does not is given up.
    let (mut deaf, _) = running.greeted().await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(last_words(&mut deaf).await, ErrorCode::TimedOut);
    // A request head that never ends.
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
    let mut rest = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    assert!(read.is_ok(), "the server hangs up");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_that_do_not_come_end_a_reveal() {
    let directory = directory();
    let limits = Limits {
        deadlines: Deadlines {
            verdicts: Duration::from_millis(300),
            ..Deadlines::default()
        },
        ..Limits::default()
    };
    let running = Running::with(&directory, limits, false).await;
    let mut world = running.create(1, |_| ()).await;
    let (mut party, _) = running.greeted().await;
    party
        .ask(&ClientMessage::Submit(world.submission(42)))
        .await;
    let mut analyst = running.logged_in(&world).await;
    let root = analyst.freeze(&world).await.root;
    // Whoever comes next may begin again.
    for _ in 0..2 {
        let mut analyst = running.logged_in(&world).await;
        analyst.say(&prepare(root)).await;
        assert!(!analyst.hear_frame().await.is_empty());
        assert_eq!(last_words(&mut analyst).await, ErrorCode::TimedOut);
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_so_many_connections_and_no_more() {
    let directory = directory();
    let limits = Limits {
        max_connections: 2,
        ..Limits::default()
    };
    let running = Running::with(&directory, limits, false).await;
    let (one, _) = running.greeted().await;
    let _two = running.greeted().await;
    let answer = http(running.address, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("too many connections"), "{answer}");
    drop(one);
    let free = async {
        loop {
            let answer = http(running.address, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
            if answer.starts_with("HTTP/1.1 200 ") {
                return;
            }
        }
    };
    timeout(PATIENCE, free).await.unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_requests_get_plain_answers() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let cases = [
        ("GET /healthz", String::new(), "200 "),
        ("GET /", String::new(), "200 "),
        ("GET /other", upgrade.to_owned(), "404 "),
        ("GET /ws", upgrade.to_owned(), "101 "),
        (
            "GET /ws",
            format!("{upgrade}Origin: https://evil.example\r\n"),
            "403 ",
        ),
        ("GET /", upgrade.replace("13", "12"), "426 "),
        ("POST /", upgrade.to_owned(), "400 "),
        ("GET /", format!("X: {}\r\n", "x".repeat(9000)), "431 "),
    ];
    for (line, headers, status) in cases {
        let request = format!("{line} HTTP/1.1\r\nHost: mpc.example\r\n{headers}\r\n");
        let answer = http(running.address, &request).await;
        let expected = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&expected), "{line} {headers}: {answer}");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_connected_is_told_that_the_server_stops() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let (mut client, _) = running.greeted().await;
    running.shutdown.cancel();
    assert_eq!(last_words(&mut client).await, ErrorCode::ShuttingDown);
    drop(client);
    assert_eq!(running.ended().await, Outcome::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_said_nothing_does_not_hold_up_the_end() {
    let directory = directory();
    let running = Running::start(&directory).await;
    let _silent = TcpStream::connect(running.address).await.unwrap();
    // Who came later is served: so the silent one was let in.
    let (client, _) = running.greeted().await;
    drop(client);
    let start = tokio::time::Instant::now();
    running.stop().await;
    assert!(start.elapsed() < Duration::from_secs(5));
}
