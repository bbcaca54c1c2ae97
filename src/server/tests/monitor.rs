//! What the operator's programs are told.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// What is answered to a request for that path: the status, and the text.
async fn asked(address: SocketAddr, path: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let reading = stream.read_to_string(&mut answer);
    timeout(PATIENCE, reading).await.unwrap().unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap();
    (status.to_owned(), body.to_owned())
}

fn sample(text: &str, name: &str) -> u64 {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(name));
    let value = lines.find_map(|rest| rest.strip_prefix(' '));
    value.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_counted_and_shown_to_the_operator_alone() {
    let directory = directory();
    let mut options = options(&directory, Limits::default(), false).await;
    let monitor = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let watched = monitor.local_addr().unwrap();
    options.monitor = Some(monitor);
    let store = Arc::clone(&options.store);
    let running = Running::serving(options).await;
    let mut world = running.create(1, |_| {}).await;
    let (mut client, _) = running.greeted().await;
    for value in [1, 2] {
        let submit = ClientMessage::Submit(world.submission(value));
        let answer = client.ask(&submit).await;
        assert!(matches!(answer, ServerMessage::Receipt(_)), "{answer:?}");
    }
    client.refused(&ClientMessage::Watch {}).await;

    let (status, text) = asked(watched, "/metrics").await;
    assert_eq!(status, "200");
    for (name, expected) in [
        ("web_mpc_submissions_total", 2),
        ("web_mpc_computations", 1),
        ("web_mpc_computations_created_total", 1),
        ("web_mpc_connections_total", 2),
        ("web_mpc_reveals_total", 0),
        // Hello twice, key, create, submit twice, watch.
        ("web_mpc_request_seconds_count", 7),
        ("web_mpc_refusals_total{code=\"not_logged_in\"}", 1),
    ] {
        assert_eq!(sample(&text, name), expected, "{name}");
    }
    let (name, fingerprint) = (world.terms.manifest.name.as_str(), world.terms.fingerprint);
    assert!(!text.contains(name) && !text.contains(&fingerprint.to_string()));

    for address in [running.address, watched] {
        assert_eq!(asked(address, "/healthz").await.0, "200");
        assert_eq!(
            asked(address, "/readyz").await,
            ("200".into(), "ready\n".into())
        );
    }
    assert_eq!(asked(running.address, "/metrics").await.0, "404");
    assert_eq!(asked(watched, "/").await.0, "404");

    // A server whose database is gone lives, and is not ready.
    store.close().await;
    for address in [running.address, watched] {
        assert_eq!(asked(address, "/healthz").await.0, "200");
        let (status, text) = asked(address, "/readyz").await;
        assert_eq!(
            (&*status, &*text),
            ("503", "The database does not answer.\n")
        );
    }
    assert_eq!(asked(watched, "/metrics").await.0, "503");
    running.stop().await;
}
