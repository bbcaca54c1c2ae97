//! Keys, hashes, sealed boxes, signatures.

use serde_json::{Value, json};
use web_mpc::crypto::{
    Analyst, BoxKeyPair, BoxPublicKey, Cost, Locked, Passphrase, PublicIdentity, Server,
    SigningKeyPair, Tag, VerifyingKey, hmac_sha256, sha256,
};
use web_mpc::ids::{Fingerprint, Nonce, Signature};
use web_mpc::protocol::{challenge, list_challenge};

use super::{Fixed, Input, Kinds, base64, identity};

pub(super) const KINDS: Kinds = &[
    ("key_id", key_id),
    ("hash", hash),
    ("hmac", hmac),
    ("box_key", box_key),
    ("signing_key", signing_key),
    ("sealed_box", sealed_box),
    ("signature", signature),
    ("login", login),
    ("list", list),
    ("bad_list", asked_for),
    ("locked", locked),
    ("bad_locked", unlock),
    ("bad_box_key", usable_key),
    ("bad_sealed_box", open),
    ("bad_signature", verify),
];

/// Every tag there is.
pub(super) const TAGS: [Tag; 51] = [
    Tag::KEY_ID,
    Tag::FINGERPRINT,
    Tag::MANIFEST,
    Tag::MANIFEST_COUNTERSIGNATURE,
    Tag::COMPUTATION_KEY,
    Tag::NOTICE,
    Tag::NOTICE_HASH,
    Tag::LOGIN,
    Tag::LOGIN_ANSWER,
    Tag::LIST,
    Tag::INPUT_SHARE,
    Tag::SUBMISSION_SEQUENCE,
    Tag::SUBMISSION_HASH,
    Tag::SUBMISSION,
    Tag::RECEIPT,
    Tag::WITHDRAWAL,
    Tag::WITHDRAWAL_HASH,
    Tag::WITHDRAWAL_RECEIPT,
    Tag::INVITATION_SEED,
    Tag::INVITATION,
    Tag::INVITATION_LOOKUP,
    Tag::INVITATION_LIST,
    Tag::REVOCATION_LIST,
    Tag::ROSTER,
    Tag::TAKEOVER,
    Tag::BATCH,
    Tag::ACCEPTED,
    Tag::COMMIT,
    Tag::COMMIT_COUNTERSIGNATURE,
    Tag::COMMIT_HASH,
    Tag::PRESENCE,
    Tag::PRESENCE_SHARE,
    Tag::HIDING,
    Tag::HIDING_HASH,
    Tag::HIDDEN,
    Tag::RELEASE,
    Tag::AGGREGATE_SHARE,
    Tag::RESULT,
    Tag::RESULT_KEY,
    Tag::RESULT_COMMITMENT,
    Tag::RESULT_BLOB,
    Tag::PUBLICATION,
    Tag::PUBLISHED_RESULT,
    Tag::PUBLICATION_BOX,
    Tag::PUBLICATION_KEYS,
    Tag::FORM_HASH,
    Tag::VERIFY_KEY,
    Tag::VERIFY_KEY_HASH,
    Tag::JIFF_SIGNING_SEED,
    Tag::LOCKED_KEYS,
    Tag::LOCKED_BACKUP,
];

fn tag(input: &Input<'_>) -> Tag {
    let text = input.text("tag");
    let known = TAGS.iter().find(|tag| tag.as_str() == text);
    *known.unwrap_or_else(|| panic!("there is no tag {text}"))
}

fn key_id(input: &Input<'_>) -> Result<Value, String> {
    let identity = PublicIdentity::<Server> {
        box_key: input.read("box"),
        signing_key: input.read("sign"),
    };
    Ok(json!(identity.key_id()))
}

fn hash(input: &Input<'_>) -> Result<Value, String> {
    Ok(json!(sha256(tag(input), &[&input.bytes("body")])))
}

fn hmac(input: &Input<'_>) -> Result<Value, String> {
    let mac = hmac_sha256(&input.array("key"), tag(input), &[&input.bytes("body")]);
    Ok(base64(*mac))
}

fn box_key(input: &Input<'_>) -> Result<Value, String> {
    let keys = BoxKeyPair::<Server>::from_secret(input.secret("secret"));
    Ok(json!(keys.public()))
}

fn signing_key(input: &Input<'_>) -> Result<Value, String> {
    let keys = SigningKeyPair::<Server>::from_seed(input.secret("seed"));
    Ok(json!(keys.public()))
}

fn sealed_box(input: &Input<'_>) -> Result<Value, String> {
    let keys = BoxKeyPair::<Server>::from_secret(input.secret("recipient_secret"));
    let plaintext = input.bytes("plaintext");
    let mut rng = Fixed::new(input.bytes("ephemeral"));
    let sealed = keys.public().seal(&plaintext, &mut rng);
    assert_eq!(keys.open(&sealed).unwrap().as_slice(), plaintext);
    Ok(base64(sealed))
}

fn signature(input: &Input<'_>) -> Result<Value, String> {
    let keys = SigningKeyPair::<Server>::from_seed(input.secret("seed"));
    let (tag, body) = (tag(input), input.bytes("body"));
    let signature = keys.sign(tag, &body);
    assert!(keys.public().verify(tag, &body, &signature));
    Ok(json!(signature))
}

fn login(input: &Input<'_>) -> Result<Value, String> {
    let analyst = identity::<Analyst>(input, "analyst");
    let server = identity::<Server>(input, "server");
    let body = challenge(
        &server.public(),
        &input.read::<Fingerprint>("fingerprint"),
        &input.read::<Nonce>("analyst_nonce"),
        &input.read::<Nonce>("server_nonce"),
    );
    Ok(json!({
        "challenge": base64(&body),
        "login": analyst.signing.sign(Tag::LOGIN, &body),
        "login_answer": server.signing.sign(Tag::LOGIN_ANSWER, &body),
    }))
}

/// What an analyst signs to see its computations.
fn list_body(input: &Input<'_>) -> Vec<u8> {
    list_challenge(
        &identity::<Server>(input, "server").public(),
        &identity::<Analyst>(input, "analyst").public().key_id(),
        &input.read::<Nonce>("analyst_nonce"),
        &input.read::<Nonce>("server_nonce"),
    )
}

fn list(input: &Input<'_>) -> Result<Value, String> {
    let (analyst, body) = (identity::<Analyst>(input, "analyst"), list_body(input));
    Ok(json!({
        "challenge": base64(&body),
        "list": analyst.signing.sign(Tag::LIST, &body),
    }))
}

fn asked_for(input: &Input<'_>) -> Result<Value, String> {
    let analyst = identity::<Analyst>(input, "analyst").public();
    let signature: Signature = input.read("signature");
    let holds = analyst
        .signing_key
        .verify(Tag::LIST, &list_body(input), &signature);
    holds.then_some(Value::Null).ok_or_else(String::new)
}

fn passphrase(input: &Input<'_>) -> Passphrase {
    Passphrase::new(input.text("passphrase").to_owned().into()).unwrap()
}

fn given(input: &Input<'_>) -> Locked {
    Locked {
        cost: Cost {
            passes: input.read("passes"),
            memory: input.read("memory"),
        },
        salt: input.bytes("salt").try_into().unwrap(),
        nonce: input.bytes("nonce").try_into().unwrap(),
        sealed: input.bytes("sealed"),
    }
}

fn locked(input: &Input<'_>) -> Result<Value, String> {
    let (given, passphrase) = (given(input), passphrase(input));
    let opened = given.open(&passphrase, tag(input)).unwrap();
    let mut rng = Fixed::new([&given.salt[..], &given.nonce].concat());
    let made = Locked::new(&passphrase, given.cost, tag(input), &opened, &mut rng);
    assert_eq!(made.unwrap(), given);
    Ok(base64(opened))
}

fn unlock(input: &Input<'_>) -> Result<Value, String> {
    let opened = given(input).open(&passphrase(input), tag(input));
    opened.map(base64).map_err(|error| error.to_string())
}

fn usable_key(input: &Input<'_>) -> Result<Value, String> {
    let key: BoxPublicKey<Server> = input.read("public");
    key.is_usable()
        .then_some(Value::Null)
        .ok_or_else(String::new)
}

fn open(input: &Input<'_>) -> Result<Value, String> {
    let keys = BoxKeyPair::<Server>::from_secret(input.secret("recipient_secret"));
    let opened = keys.open(&input.bytes("sealed"));
    opened
        .map(|opened| base64(&*opened))
        .ok_or_else(String::new)
}

fn verify(input: &Input<'_>) -> Result<Value, String> {
    let key: VerifyingKey<Server> = input.read("public");
    let signature: Signature = input.read("signature");
    let holds = key.verify(tag(input), &input.bytes("body"), &signature);
    holds.then_some(Value::Null).ok_or_else(String::new)
}
