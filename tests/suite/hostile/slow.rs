//! Clients that are slow, silent or many. The server's deadlines are short here; what is tested is
//! that each one ends the connection, not when.

use std::net::SocketAddr;
use std::time::Duration;

use web_mpc::crypto::{Entropy, Identity};
use web_mpc::manifest::VERSION;
use web_mpc::protocol::{ClientMessage, ErrorCode, Which, encode};
use web_mpc::server::{Deadlines, Limits};

use super::super::wire::frame::{CONTINUATION, FIN, PING, TEXT, claim, masked, message};
use super::super::wire::{Ending, Hand, Place, Raw, rng, seal, submit};

/// Connections that this server takes at a time.
const MOST: usize = 48;

fn limits() -> Limits {
    let deadline = Duration::from_secs(2);
    Limits {
        max_connections: MOST,
        deadlines: Deadlines {
            handshake: deadline,
            hello: deadline,
            message: deadline,
            write: deadline,
            ping: Duration::from_secs(1),
            silence: Duration::from_secs(3),
            ..Deadlines::default()
        },
        ..Limits::default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    SaysNothing,
    DripsARequest,
    AsksOverAndOver,
    NeverGreets,
    PingsForAGreeting,
    StopsAmidAMessage,
    StopsAmidAHeader,
    DripsAMessage,
    DripsFragments,
    IsSilent,
    NeverReads,
    HalfCloses,
}

const CLIENTS: [Client; 12] = [
    Client::SaysNothing,
    Client::DripsARequest,
    Client::AsksOverAndOver,
    Client::NeverGreets,
    Client::PingsForAGreeting,
    Client::StopsAmidAMessage,
    Client::StopsAmidAHeader,
    Client::DripsAMessage,
    Client::DripsFragments,
    Client::IsSilent,
    Client::NeverReads,
    Client::HalfCloses,
];

#[tokio::test(flavor = "multi_thread")]
async fn no_slow_client_stays() {
    let place = Place::new();
    let mut served = place.serve_with(Entropy::System, limits()).await;
    let address = served.address;
    let mut rng = rng(7);
    let analyst = Identity::generate(&mut rng);
    let hand = Hand::create(address, &analyst, &mut rng, |_| {}).await;
    let known = hand.terms.fingerprint;
    let slow = CLIENTS.map(|client| tokio::spawn(async move { client.run(address, known).await }));
    // While they are there.
    for value in 0..20 {
        submit(address, &seal(&hand.terms, value, &mut rng))
            .await
            .unwrap();
    }
    let timed_out = Ending {
        errors: vec![ErrorCode::TimedOut],
        close: Some(1008),
    };
    let silent = Ending::default();
    for (client, slow) in CLIENTS.into_iter().zip(slow) {
        let ending = slow.await.unwrap();
        let expected = match client {
            Client::SaysNothing
            | Client::DripsARequest
            | Client::AsksOverAndOver
            | Client::NeverReads
            | Client::HalfCloses => &silent,
            _ => &timed_out,
        };
        assert_eq!(&ending, expected, "{client:?}");
        submit(address, &seal(&hand.terms, 1, &mut rng))
            .await
            .unwrap();
    }
    served.stop().await;
}

impl Client {
    /// Until the server ends it.
    async fn run(self, address: SocketAddr, known: web_mpc::ids::Fingerprint) -> Ending {
        let hello = ClientMessage::Hello { version: VERSION };
        let hello = encode(&hello);
        let mut raw = match self {
            Self::SaysNothing | Self::DripsARequest | Self::AsksOverAndOver => {
                Raw::connect(address).await
            }
            Self::NeverGreets | Self::PingsForAGreeting => Raw::upgraded(address).await,
            _ => Raw::greeted(address).await,
        };
        match self {
            Self::SaysNothing | Self::NeverGreets | Self::IsSilent => {}
            Self::DripsARequest => drip(&mut raw, b"GET / HTTP/1.1\r\nX: ", b"x").await,
            Self::AsksOverAndOver => {
                let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
                drip(&mut raw, b"", request).await;
                // Plain answers, and then the end.
                raw.rest().await;
            }
            Self::PingsForAGreeting => drip(&mut raw, b"", &masked(FIN | PING, b"")).await,
            Self::StopsAmidAMessage => {
                raw.write(&[&claim(FIN | TEXT, 1000)[..], hello.as_bytes()].concat())
                    .await;
            }
            Self::StopsAmidAHeader => raw.write(&claim(FIN | TEXT, 1000)[..5]).await,
            Self::DripsAMessage => drip(&mut raw, &claim(FIN | TEXT, 60_000), b" ").await,
            Self::DripsFragments => {
                let fragment = masked(CONTINUATION, b" ");
                drip(&mut raw, &masked(TEXT, b" "), &fragment).await;
            }
            Self::NeverReads => {
                let lookup = message(&ClientMessage::Lookup {
                    which: Which::Fingerprint(known),
                    wait: false,
                });
                // Until neither system takes more and the server gives up.
                while raw.write_all(&lookup.repeat(100)).await {}
                return Ending::default();
            }
            Self::HalfCloses => raw.half_close().await,
        }
        raw.ending().await
    }
}

/// Writes a little now and then until the server hangs up.
async fn drip(raw: &mut Raw, first: &[u8], then: &[u8]) {
    raw.write(first).await;
    while !raw.hung_up(Duration::from_millis(50)).await && raw.write_all(then).await {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_that_says_nothing_makes_room() {
    let place = Place::new();
    let mut served = place.serve_with(Entropy::System, limits()).await;
    let address = served.address;
    let mut rng = rng(8);
    let analyst = Identity::generate(&mut rng);
    let hand = Hand::create(address, &analyst, &mut rng, |_| {}).await;
    let terms = hand.terms.clone();
    hand.wire.close().await;
    let mut crowd = Vec::new();
    for _ in 0..4 * MOST {
        crowd.push(Raw::connect(address).await);
    }
    // The product's own client tries again until there is room.
    let party = super::super::wire::party(&served.url(), &terms, 5).await;
    assert!(party.is_ok(), "{party:?}");
    let mut turned_away = 0;
    for mut raw in crowd {
        let rest = raw.rest().await;
        let told = rest.starts_with(b"HTTP/1.1 503 ");
        assert!(told || rest.is_empty());
        turned_away += usize::from(told);
    }
    assert!(turned_away > 0);
    served.stop().await;
}
