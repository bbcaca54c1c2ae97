//! What is told while parties submit and once there is a result.

use std::sync::OnceLock;

use serde_json::Value;
use web_mpc::batch::{Commit, ResultRecord, commit_hash};
use web_mpc::crypto::{Analyst, BoxKeyPair, Entropy, Identity, Invitation, SigningKeyPair};
use web_mpc::ids::{Blob, Digest, KeyId, Nonce};
use web_mpc::invitation::invitation_keys;
use web_mpc::manifest::Terms;
use web_mpc::protocol::{Listed, ServerMessage, decode, encode, list_challenge};
use web_mpc::publication::{Content, Decided, Published, PublishedResult, open_published};
use web_mpc::record::{Countersigned, Record, Signed};
use web_mpc::tracking::Tracked;

use super::{identity, input, part, record, secret, world};

/// What an analyst may see beside the total.
pub fn tracked(data: &[u8]) {
    let Ok(tracked) = serde_json::from_slice::<Tracked>(data) else {
        return;
    };
    if let Some(used) = &tracked.used {
        let most = u64::try_from(data.len()).expect("a length") * 8;
        let numbers = (0..most).filter(|number| used.contains(*number));
        let count = u64::try_from(numbers.count()).expect("a few");
        assert_eq!(count, used.len());
        assert_eq!(used.is_empty(), count == 0);
        assert!(!used.contains(u64::MAX));
    }
    let message = ServerMessage::Tracked(tracked);
    assert_eq!(decode(&encode(&message)), Ok(message));
}

/// A computation whose result was published to the invited.
struct Told {
    terms: Terms,
    analyst: Identity<Analyst>,
    commit: Countersigned<Commit>,
    result: Signed<ResultRecord>,
    /// The key to which the result is sealed.
    pair: BoxKeyPair<Invitation>,
    invitation: SigningKeyPair<Invitation>,
    /// What the server has for that invitation.
    key: Blob,
}

fn told() -> &'static Told {
    static TOLD: OnceLock<Told> = OnceLock::new();
    TOLD.get_or_init(|| {
        let vectors = include_str!("../../tests/vectors/publications.json");
        let input = input(vectors, "published");
        let manifest = part(&input, "manifest");
        let terms = Terms::agreed(&manifest).expect("a valid manifest");
        let analyst: Identity<Analyst> = identity(&input, "analyst");
        let number = input["number"].as_u64().expect("an invitation");
        let invitation = invitation_keys(&analyst.boxes, &terms.fingerprint, number);
        let made = self::input(vectors, "publication");
        let random: Blob = part(&made, "random");
        let first = Value::from(data_encoding::BASE64URL_NOPAD.encode(&random.0[..32]));
        let pair = serde_json::json!({ "pair": first });
        Told {
            pair: BoxKeyPair::from_secret(secret(&pair, "pair")),
            commit: part(&input, "commit"),
            result: part(&input, "result"),
            key: part(&input, "key"),
            invitation,
            analyst,
            terms,
        }
    })
}

/// A published result: the record as its analyst signed it, what is sealed in it, and the keys.
pub fn publication(data: &[u8]) {
    let told = told();
    let commit = commit_hash(&told.commit.body);
    let keys = &told.analyst.signing;
    record::<PublishedResult>(data, keys);
    let read = |record: &Signed<PublishedResult>, key: &Blob| {
        let decided = Decided {
            commit: &told.commit,
            result: &told.result,
        };
        let opener = Some((&told.invitation, key));
        let found = open_published(&told.terms, decided, record, opener);
        if let Ok((commit, aggregate)) = found {
            // Nothing but what was recorded.
            assert_eq!(commit.fingerprint, told.terms.fingerprint);
            assert!(told.terms.scheme.summarise(&aggregate).parties > 0);
        }
        let published = Published {
            record: record.clone(),
            keys: key.clone(),
        };
        if published.fits(&told.terms, &commit, 1) {
            assert_eq!(key.0.len(), web_mpc::publication::KEY_LEN);
        }
    };
    let signature = keys.sign(PublishedResult::TAG, data);
    let signed = Signed::from_parts(Blob(data.to_vec()), signature);
    read(&signed, &told.key);
    read(&signed, &Blob(data.to_vec()));
    // The same bytes inside the box.
    let rng = &mut Entropy::seeded(1).rng();
    let content = Content::Sealed {
        result: Blob(told.pair.public().seal(data, rng)),
        keys: Digest::new([7; 32]),
    };
    let inside = PublishedResult {
        fingerprint: told.terms.fingerprint,
        commit,
        content,
    };
    read(&Signed::sign(&inside, keys), &told.key);
}

/// The list of an analyst's computations, and what is signed for it.
pub fn listing(data: &[u8]) {
    if let Ok(listed) = serde_json::from_slice::<Vec<Listed>>(data) {
        let message = ServerMessage::Computations(listed);
        assert_eq!(decode(&encode(&message)), Ok(message));
    }
    if let Some((id, rest)) = data.split_first_chunk::<32>()
        && let Some((ours, theirs)) = rest.split_first_chunk::<32>()
        && let Ok(theirs) = theirs.try_into()
    {
        let server = world().server.public();
        let (ours, theirs) = (Nonce::new(*ours), Nonce::new(theirs));
        let body = list_challenge(&server, &KeyId::new(*id), &ours, &theirs);
        assert!(body.ends_with(data));
    }
}
