//! Clients that are too many or too loud, all of them from one address or from a few: they are held
//! back, and nobody else notices.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use web_mpc::crypto::Entropy;
use web_mpc::manifest::VERSION;
use web_mpc::protocol::{ClientMessage, ServerMessage, Which};
use web_mpc::server::{AddressLimits, Limits};

use super::harness::{PATIENCE, free_address};
use super::wire::frame::{FIN, TEXT, claim, message};
use super::wire::{Place, Process, Programs, UPGRADE, Wire, soon};

/// Where all the noise comes from.
const NOISY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// The most memory that a server may have taken.
const MEMORY: u64 = 200 << 20;

/// Slow connections.
const SLOW: usize = 5000;

/// A connection from an address of this machine.
async fn connect(from: Ipv4Addr, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((from, 0).into())?;
    socket.connect(to).await
}

/// Clients that go on until they are told to stop.
struct Crowd {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Crowd {
    fn new() -> Self {
        rlimit::increase_nofile_limit(rlimit::INFINITY).unwrap();
        Self {
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    fn join(&self, client: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = client => {}
            }
        });
    }

    async fn leave(self) {
        self.stop.cancel();
        self.tasks.close();
        soon(self.tasks.wait()).await;
    }
}

/// Begins a request and never ends it; comes again when it was hung up on.
async fn dawdle(from: Ipv4Addr, to: SocketAddr) {
    loop {
        if let Ok(mut stream) = connect(from, to).await {
            drop(stream.write_all(b"GET / HTTP/1.1\r\nX: ").await);
            let mut rest = Vec::new();
            drop(stream.read_to_end(&mut rest).await);
        }
        tokio::task::yield_now().await;
    }
}

/// Writes what is no protocol, over and over.
async fn babble(from: Ipv4Addr, to: SocketAddr) {
    let garbage: Vec<u8> = (0..=255).cycle().take(64 * 1024).collect();
    loop {
        if let Ok(mut stream) = connect(from, to).await {
            while stream.write_all(&garbage).await.is_ok() {}
        }
        tokio::task::yield_now().await;
    }
}

/// An address from which no noise comes, although this machine has it.
fn server(programs: &Programs, args: &[&str]) -> (Process, SocketAddr) {
    let address = free_address();
    let listen = ["--listen", &address.to_string()];
    let program = env!("CARGO_BIN_EXE_server");
    let server = programs.start(program, &[&listen[..], args].concat(), "");
    server.line_with("listening on ws://");
    (server, address)
}

/// A collection from its beginning to its end, while others make noise.
fn collect(programs: &Programs, address: SocketAddr) {
    let analyst = programs.analyst(address, &[]);
    analyst.line_with("Hit enter");
    // Its input has ended: the computation stays open.
    assert!(analyst.wait().success(), "{}", analyst.stderr());
    for value in ["40", "2"] {
        let party = programs.party(address, &["--wait", "100"], value);
        assert!(party.wait().success(), "{}", party.stderr());
    }
    let revealed = programs.analyst(address, &["reveal"]);
    assert!(revealed.wait().success(), "{}", revealed.stderr());
    assert!(revealed.stdout().ends_with("SUM IS: 42\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_makes_noise_keeps_nobody_out() {
    let place = Place::new();
    let programs = Programs::new(place.path());
    let (server, address) = server(&programs, &["--count-loopback"]);
    let crowd = Crowd::new();
    for _ in 0..SLOW {
        crowd.join(dawdle(NOISY, address));
    }
    for _ in 0..50 {
        crowd.join(babble(NOISY, address));
    }
    // What they take is all that they may have.
    let full = async {
        while !turned_away(NOISY, address).await {
            tokio::task::yield_now().await;
        }
    };
    soon(full).await;
    let honest = {
        let programs = programs.clone();
        tokio::task::spawn_blocking(move || collect(&programs, address))
    };
    honest.await.unwrap();
    assert!(turned_away(NOISY, address).await, "the noise has gone on");
    crowd.leave().await;
    let peak = server.peak();
    assert!(peak < MEMORY, "{} MB", peak >> 20);
}

/// Whether a further connection from there is not let in.
async fn turned_away(from: Ipv4Addr, to: SocketAddr) -> bool {
    let Ok(mut stream) = connect(from, to).await else {
        return true;
    };
    let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    drop(stream.write_all(request).await);
    let mut answer = Vec::new();
    drop(soon(stream.read_to_end(&mut answer)).await);
    !answer.starts_with(b"HTTP/1.1 200 ")
}

/// Twenty addresses, each of which has a few less than it may: every connection is let in, says
/// `hello` and then stops amid a message.
#[tokio::test(flavor = "multi_thread")]
async fn thousands_who_are_let_in_take_little() {
    let place = Place::new();
    let programs = Programs::new(place.path());
    let args = ["--count-loopback", "--max-connection-rate", "0"];
    let (server, address) = server(&programs, &args);
    let crowd = Crowd::new();
    let arrived = Arc::new(AtomicUsize::new(0));
    for number in 0..SLOW {
        let last = u8::try_from(number % 20).unwrap();
        let (from, arrived) = (Ipv4Addr::new(127, 0, 1, last), Arc::clone(&arrived));
        crowd.join(async move {
            // So many at once are more than the system queues.
            let mut stream = loop {
                if let Ok(stream) = begin(from, address).await {
                    break stream;
                }
                tokio::task::yield_now().await;
            };
            arrived.fetch_add(1, Ordering::SeqCst);
            let mut rest = Vec::new();
            drop(stream.read_to_end(&mut rest).await);
        });
    }
    let deadline = Instant::now() + PATIENCE;
    while arrived.load(Ordering::SeqCst) < SLOW {
        assert!(Instant::now() < deadline, "{arrived:?} of {SLOW}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let honest = {
        let programs = programs.clone();
        tokio::task::spawn_blocking(move || collect(&programs, address))
    };
    honest.await.unwrap();
    crowd.leave().await;
    let peak = server.peak();
    assert!(peak < MEMORY, "{} MB", peak >> 20);
}

/// Says `hello`, hears the answer, and begins a message.
async fn begin(from: Ipv4Addr, to: SocketAddr) -> std::io::Result<TcpStream> {
    let mut stream = connect(from, to).await?;
    let hello = message(&ClientMessage::Hello { version: VERSION });
    stream.write_all(UPGRADE.as_bytes()).await?;
    stream.write_all(&hello).await?;
    let mut heard = Vec::new();
    while !heard.ends_with(b"}}") {
        if stream.read_buf(&mut heard).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    let begun = [&claim(FIN | TEXT, 4000)[..], &[b' '; 2000]].concat();
    stream.write_all(&begun).await?;
    Ok(stream)
}

fn limits(per_address: AddressLimits) -> Limits {
    Limits {
        per_address: AddressLimits {
            count_loopback: true,
            ..per_address
        },
        ..Limits::default()
    }
}

fn from(last: u8) -> SocketAddr {
    (Ipv4Addr::new(127, 0, 0, last), 0).into()
}

async fn greet(wire: &mut Wire) {
    let answer = wire.ask(&ClientMessage::Hello { version: VERSION }).await;
    assert!(matches!(answer, ServerMessage::Welcome { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_has_so_many_connections_and_no_more() {
    let place = Place::new();
    let limits = limits(AddressLimits {
        connections: NonZero::new(2),
        ..AddressLimits::default()
    });
    let mut served = place.serve_with(Entropy::System, limits).await;
    let address = served.address;
    let mut one = Wire::connect_from(from(2), address).await;
    let mut two = Wire::connect_from(from(2), address).await;
    assert!(turned_away(NOISY, address).await);
    let mut other = Wire::connect_from(from(3), address).await;
    for wire in [&mut one, &mut two, &mut other] {
        greet(wire).await;
    }
    one.close().await;
    let free = async {
        while turned_away(NOISY, address).await {
            tokio::task::yield_now().await;
        }
    };
    soon(free).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_much_is_answered_later_and_others_at_once() {
    let place = Place::new();
    // Those of five seconds come at once.
    let limits = limits(AddressLimits {
        request_rate: NonZero::new(1),
        ..AddressLimits::default()
    });
    let mut served = place.serve_with(Entropy::System, limits).await;
    let address = served.address;
    let lookup = ClientMessage::Lookup {
        which: Which::Name("none".parse().unwrap()),
        wait: false,
    };
    let start = Instant::now();
    let mut loud = Wire::connect_from(from(2), address).await;
    greet(&mut loud).await;
    // As long as a server of that rate takes for as many.
    let asking = async {
        for _ in 0..65 {
            loud.refused(&lookup).await;
        }
        start.elapsed()
    };
    let others = async {
        for last in 3..30 {
            let mut quiet = Wire::connect_from(from(last), address).await;
            greet(&mut quiet).await;
            quiet.refused(&lookup).await;
        }
    };
    tokio::select! {
        biased;
        () = others => {}
        took = asking => panic!("all of it was answered, after {took:?}"),
    }
    served.stop().await;
}
