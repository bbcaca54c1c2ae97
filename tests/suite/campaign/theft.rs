//! Who steals the server's database can neither submit nor withdraw, create, reveal nor pass for
//! somebody else: what is in it are public keys, signatures over one thing each, and sealed boxes.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use web_mpc::crypto::{Analyst, Identity, Invitation, Party, SigningKeyPair, Tag};
use web_mpc::ids::{Blob, Fingerprint, InvitationKey, Nonce, PartyKey, Signature, SubmissionId};
use web_mpc::invitation::{Admission, sign_lookup};
use web_mpc::manifest::{Action, Notice, Terms};
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage, Which};
use web_mpc::record::Signed;
use web_mpc::submission::{Submission, Withdrawal};

use super::super::harness::{Server, free_address};
use super::super::wire::{Hand, Wire, rng, seal_as};
use super::{Collection, by_way_of};

const VALUES: [u64; 3] = [20, 30, 40];

/// What a thief finds.
struct Loot {
    /// Of all invitations.
    invitations: Vec<InvitationKey>,
    admissions: Vec<(PartyKey, Admission)>,
    submissions: Vec<Submission>,
}

impl Loot {
    fn read(folder: &Path, fingerprint: Fingerprint) -> Self {
        let database = Connection::open(folder.join("web-mpc.db")).unwrap();
        let bytes = |row: &rusqlite::Row<'_>, column: usize| row.get::<_, Vec<u8>>(column).unwrap();
        let key = |bytes: Vec<u8>| PartyKey::from_slice(&bytes).unwrap();
        let mut statement = database.prepare("SELECT key FROM invitation").unwrap();
        let invitations = statement.query_map([], |row| Ok(bytes(row, 0))).unwrap();
        let invitations = invitations.map(|key| InvitationKey::from_slice(&key.unwrap()).unwrap());
        let invitations: Vec<_> = invitations.collect();
        let select = "SELECT party_key, invitation, signature FROM admission";
        let mut statement = database.prepare(select).unwrap();
        let admissions = statement.query_map([], |row| {
            let admission = Admission {
                key: InvitationKey::from_slice(&bytes(row, 1)).unwrap(),
                signature: Signature::from_slice(&bytes(row, 2)).unwrap(),
                takeover: None,
            };
            Ok((key(bytes(row, 0)), admission))
        });
        let admissions: Vec<_> = admissions.unwrap().map(Result::unwrap).collect();
        let select = "SELECT party_key, submission_id, sequence, signature, public_part, server_box, \
                      analyst_box FROM submission WHERE current = 1";
        let mut statement = database.prepare(select).unwrap();
        let submissions = statement.query_map([], |row| {
            let party_key = key(bytes(row, 0));
            let admission = admissions.iter().find(|(party, _)| *party == party_key);
            Ok(Submission {
                fingerprint,
                party_key,
                submission_id: SubmissionId::from_slice(&bytes(row, 1)).unwrap(),
                sequence: u64::try_from(row.get::<_, i64>(2).unwrap()).unwrap(),
                signature: Signature::from_slice(&bytes(row, 3)).unwrap(),
                public_part: Blob(bytes(row, 4)),
                server_box: Blob(bytes(row, 5)),
                analyst_box: Blob(bytes(row, 6)),
                invitation: admission.map(|(_, admission)| Box::new(*admission)),
            })
        });
        let submissions = submissions.unwrap().map(Result::unwrap).collect();
        Self {
            invitations,
            admissions,
            submissions,
        }
    }
}

async fn look_up(wire: &mut Wire) -> Terms {
    let which = Which::Name("web-mpc".parse().unwrap());
    let lookup = ClientMessage::Lookup { which, wait: false };
    let ServerMessage::Computation(standing) = wire.ask(&lookup).await else {
        panic!("no computation");
    };
    Terms::agreed(&standing.manifest).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_database_lets_nobody_in() {
    let mut collection = Collection::open(&[], &["--tracking", "labels"], &[]);
    let people = collection.invite("label,email\nA,a@x.example\nB,\nC,\nD,\n", &[]);
    for (person, value) in people.iter().zip(VALUES) {
        let device = collection.device(&person.label);
        let args = ["--link", &person.link, "--receipt", "mine.json"];
        device.args(args).args([value.to_string()]).run().exits(0);
    }
    let stolen = collection.place.folder("thief");
    for name in ["web-mpc.db", "web-mpc.db-wal", "web-mpc.db-shm"] {
        let from = collection.place.folder("server").join(name);
        fs::copy(from, stolen.join(name)).unwrap();
    }
    let address = collection.server.address;
    let (mut wire, server, nonce) = Wire::greeted(address).await;
    let terms = look_up(&mut wire).await;
    let loot = Loot::read(&stolen, terms.fingerprint);
    assert_eq!((loot.invitations.len(), loot.submissions.len()), (4, 3));

    let mut rng = rng(911);
    let thief = SigningKeyPair::<Party>::generate(&mut rng);
    let forged = seal_as(&terms, &thief, 9, 1_000_000, &mut rng);
    let fingerprint = terms.fingerprint;
    // A signature of an invitation is for one party key.
    for (_, admission) in &loot.admissions {
        let submit = forged.clone().admitted(Some(*admission));
        let code = wire.code(&ClientMessage::Submit(submit)).await;
        assert_eq!(code, ErrorCode::InvitationInvalid);
    }
    // Nobody but its holder can sign for an invitation, used or not.
    let own = SigningKeyPair::<Invitation>::generate(&mut rng);
    for key in &loot.invitations {
        let made = Admission::sign(&own, &fingerprint, &forged.party_key);
        let submit = forged
            .clone()
            .admitted(Some(Admission { key: *key, ..made }));
        let code = wire.code(&ClientMessage::Submit(submit)).await;
        assert_eq!(code, ErrorCode::InvitationInvalid);
        let lookup = ClientMessage::Invitation {
            fingerprint,
            key: *key,
            signature: sign_lookup(&own, &server, &fingerprint, &nonce),
        };
        assert_eq!(wire.code(&lookup).await, ErrorCode::InvitationUnknown);
    }
    for victim in &loot.submissions {
        // In a victim's name.
        let submit = Submission {
            party_key: victim.party_key,
            ..forged
                .clone()
                .admitted(victim.invitation.as_deref().copied())
        };
        let code = wire.code(&ClientMessage::Submit(submit)).await;
        assert_eq!(code, ErrorCode::SubmissionBadSignature);
        let withdrawal = Withdrawal {
            fingerprint,
            party_key: victim.party_key,
            sequence: 2,
        };
        let withdraw = ClientMessage::Withdraw(Signed::sign(&withdrawal, &thief));
        let answer = wire.ask(&withdraw).await;
        assert!(matches!(answer, ServerMessage::Error(_)), "{answer:?}");
        // What it submitted, once more: nothing changes by it.
        let again = wire.ask(&ClientMessage::Submit(victim.clone())).await;
        assert!(matches!(again, ServerMessage::Receipt(_)), "{again:?}");
    }
    against_the_analyst(&mut wire, &terms, nonce).await;
    wire.close().await;
    let folder = stolen.clone();
    let link = people[3].link.clone();
    let blocking = tokio::task::spawn_blocking(move || {
        in_the_servers_place(&collection, &folder, &link);
        let revealed = collection.analyst(&["reveal"]);
        revealed.sum(VALUES.iter().sum::<u64>());
    });
    blocking.await.unwrap();
}

/// What only the analyst may do.
async fn against_the_analyst(wire: &mut Wire, terms: &Terms, server_nonce: Nonce) {
    let mut rng = rng(912);
    let thief = Identity::<Analyst>::generate(&mut rng);
    let fingerprint = terms.fingerprint;
    let nonce = Nonce::random(&mut rng);
    let server = terms.manifest.server.identity;
    let body = web_mpc::protocol::challenge(&server, &fingerprint, &nonce, &server_nonce);
    let login = ClientMessage::Login {
        fingerprint,
        nonce,
        signature: thief.signing.sign(Tag::LOGIN, &body),
    };
    assert_eq!(wire.code(&login).await, ErrorCode::LoginRefused);
    let freeze = Notice::following(fingerprint, None, 2, Action::Freeze);
    let freeze = ClientMessage::Notice(Signed::sign(&freeze, &thief.signing));
    for message in [
        freeze,
        ClientMessage::Roster { after: 0 },
        ClientMessage::Watch {},
    ] {
        assert_eq!(wire.code(&message).await, ErrorCode::NotLoggedIn);
    }
    // In the analyst's name.
    let key = Hand::key(wire).await;
    let analyst = terms.manifest.analyst;
    let made = Hand::manifest(&thief, server, key, &mut rng, |manifest| {
        manifest.name = "another".parse().unwrap();
        manifest.analyst = analyst;
    });
    let code = wire.code(&ClientMessage::Create(made)).await;
    assert_eq!(code, ErrorCode::ManifestInvalid);
}

/// A server with the stolen database, and keys of its own.
fn in_the_servers_place(collection: &Collection, stolen: &Path, link: &str) {
    let place = &collection.place;
    let server = Server::start(stolen, free_address(), &[]);
    let wait = ["--wait", "1"];
    let new = ["--link", &by_way_of(link, &server.url), "42"];
    let new = collection.device("D").args(new).args(wait).run();
    assert_ne!(new.code, Some(0), "{new}");
    let file = place.folder("A").join("mine.json");
    let correct = ["--server", &server.url, "--receipt", "mine.json", "42"];
    let correct = collection.device("A").args(correct).args(wait).run();
    assert_ne!(correct.code, Some(0), "{correct}");
    let verify = ["--server", &server.url, "verify", "mine.json"];
    let verify = collection.device("A").args(verify).run();
    assert_ne!(verify.code, Some(0), "{verify}");
    let kept = fs::read_to_string(file).unwrap();
    assert!(
        kept.contains("\"receipt\""),
        "the true server's receipt is kept"
    );
    let status = place.analyst(&server.url).args(["status"]).run();
    assert_ne!(status.code, Some(0), "{status}");
}
