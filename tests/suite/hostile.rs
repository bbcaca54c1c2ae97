//! Whatever a client sends ends in its documented refusal, and never keeps an honest party from
//! submitting to the same server.

#[path = "hostile/analysts.rs"]
mod analysts;
#[path = "hostile/forge.rs"]
pub(crate) mod forge;
#[path = "hostile/frames.rs"]
mod frames;
#[path = "hostile/http.rs"]
mod http;
#[path = "hostile/manifests.rs"]
mod manifests;
#[path = "hostile/messages.rs"]
mod messages;
#[path = "hostile/slow.rs"]
mod slow;
#[path = "hostile/submissions.rs"]
mod submissions;

use std::net::SocketAddr;
use std::sync::Arc;

use rand::rngs::StdRng;
use web_mpc::crypto::{Analyst, Identity};
use web_mpc::manifest::Terms;
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage, Which};
use web_mpc::submission::Submission;

use super::wire::{Ending, Hand, Place, Programs, Raw, frame, rng, seal, submit};

/// Most memory that a server may need through all of it.
const MEMORY: u64 = 100 << 20;

/// How far a client goes by the rules before it breaks them.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Connected,
    Upgraded,
    Greeted,
}

/// What it must get.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Expect {
    /// An HTTP answer with that status, and no WebSocket.
    Http(u16),
    /// No word, but the end of the connection.
    End,
    /// That code, a close frame with that code of its own, the end of the connection.
    HangUp(ErrorCode, u16),
    /// A close frame with that code and no other word.
    Close(u16),
    /// That code; the connection goes on.
    Refusal(ErrorCode),
    /// The answer that an honest client gets.
    Welcome,
}

/// A client that breaks one rule.
struct Case {
    name: String,
    stage: Stage,
    bytes: Vec<u8>,
    expect: Expect,
}

impl Case {
    fn new(name: &str, stage: Stage, bytes: impl Into<Vec<u8>>, expect: Expect) -> Self {
        Self {
            name: name.to_owned(),
            stage,
            bytes: bytes.into(),
            expect,
        }
    }

    /// A message that is refused on a connection that goes on.
    fn refused(name: &str, message: &ClientMessage, code: ErrorCode) -> Self {
        let bytes = frame::message(message);
        Self::new(name, Stage::Greeted, bytes, Expect::Refusal(code))
    }
}

/// A server with an honest computation, and what the cases need to know of it.
struct World {
    address: SocketAddr,
    analyst: Identity<Analyst>,
    terms: Arc<Terms>,
    /// Stored already.
    honest: Submission,
    rng: StdRng,
    /// What the honest parties have submitted so far.
    sum: i64,
    parties: u64,
}

impl World {
    async fn new(address: SocketAddr) -> Self {
        let mut rng = rng(6);
        let analyst = Identity::generate(&mut rng);
        let hand = Hand::create(address, &analyst, &mut rng, |_| {}).await;
        let honest = seal(&hand.terms, 1, &mut rng);
        submit(address, &honest).await.unwrap();
        Self {
            address,
            analyst,
            terms: hand.terms,
            honest,
            rng,
            sum: 1,
            parties: 1,
        }
    }

    /// One more honest party, on a connection of its own.
    async fn submit(&mut self, after: &str) {
        let value = i64::try_from(self.parties * 37 % 1009).unwrap();
        let submission = seal(&self.terms, value, &mut self.rng);
        let receipt = submit(self.address, &submission).await;
        assert!(receipt.is_ok(), "after {after}: {receipt:?}");
        self.sum += value;
        self.parties += 1;
    }
}

/// What a client that sent some bytes gets.
async fn outcome(address: SocketAddr, case: &Case, lookup: &ClientMessage) -> Expect {
    let mut raw = match case.stage {
        Stage::Connected => Raw::connect(address).await,
        Stage::Upgraded => Raw::upgraded(address).await,
        Stage::Greeted => Raw::greeted(address).await,
    };
    raw.write(&case.bytes).await;
    match &case.expect {
        Expect::Http(_) => {
            let head = raw.head().await;
            let status = head
                .split(' ')
                .nth(1)
                .and_then(|status| status.parse().ok());
            status.map_or(Expect::End, Expect::Http)
        }
        Expect::Refusal(_) => {
            let ServerMessage::Error(refusal) = raw.message().await else {
                return Expect::Welcome;
            };
            // The connection goes on.
            raw.write(&frame::message(lookup)).await;
            let answer = raw.message().await;
            assert!(
                matches!(answer, ServerMessage::Computation(_)),
                "{answer:?}"
            );
            Expect::Refusal(refusal.code)
        }
        Expect::Welcome => match raw.message().await {
            ServerMessage::Welcome { .. } => Expect::Welcome,
            ServerMessage::Error(refusal) => Expect::Refusal(refusal.code),
            other => panic!("{other:?}"),
        },
        Expect::End | Expect::HangUp(..) | Expect::Close(_) => {
            raw.half_close().await;
            match raw.ending().await {
                Ending { errors, close } if errors.is_empty() => {
                    close.map_or(Expect::End, Expect::Close)
                }
                Ending { errors, close } => {
                    assert_eq!(errors.len(), 1, "{errors:?}");
                    Expect::HangUp(errors[0], close.unwrap_or(0))
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hostile_client_keeps_an_honest_party_from_submitting() {
    let place = Place::new();
    let programs = Programs::new(place.path());
    let (server, address) = tokio::task::block_in_place(|| programs.server());
    let mut world = World::new(address).await;
    let lookup = ClientMessage::Lookup {
        which: Which::Fingerprint(world.terms.fingerprint),
        wait: false,
    };
    let mut cases = http::cases();
    cases.extend(frames::cases());
    cases.extend(messages::cases());
    cases.extend(submissions::cases(&mut world));
    cases.extend(analysts::strangers(&world));
    let mut wrong = Vec::new();
    for case in &cases {
        let found = outcome(address, case, &lookup).await;
        if found != case.expect {
            wrong.push(format!("{}: {found:?}, not {:?}", case.name, case.expect));
        }
        world.submit(&case.name).await;
    }
    let mut count = cases.len();
    count += submissions::dialogues(&mut world, &mut wrong).await;
    count += analysts::dialogues(&mut world, &mut wrong).await;
    println!("{count} hostile cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 60);

    assert!(server.status().is_none(), "{}", server.stderr());
    let peak = server.peak();
    println!("the server needed {} MB", peak >> 20);
    assert!(peak < MEMORY, "{peak} bytes");
    let sum = analysts::reveal(&world).await;
    assert_eq!(sum, (world.sum, world.parties));
    let said = server.stderr();
    assert!(!said.contains("panicked"), "{said}");
}

/// Compares a code with the one that is documented.
fn expect_code(wrong: &mut Vec<String>, name: &str, found: ErrorCode, expected: ErrorCode) {
    if found != expected {
        wrong.push(format!("{name}: {found}, not {expected}"));
    }
}
