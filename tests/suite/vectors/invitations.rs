//! Invitations, what admits a party, and how it may leave.

use serde_json::{Value, json};
use web_mpc::crypto::{Analyst, Identity, Party, Server, SigningKeyPair};
use web_mpc::ids::{Blob, InvitationKey, Nonce, PartyKey};
use web_mpc::invitation::{
    Admission, Handover, InvitationList, Link, ListError, invitation_keys, is_lookup, key_of,
    list_hash, revocation_hash, sign_lookup,
};
use web_mpc::manifest::{Action, Notice, Terms};
use web_mpc::record::{Countersigned, Signed};
use web_mpc::session::{Announced, Fate, Leaving, fate, fate_of_withdrawal};
use web_mpc::submission::{Withdrawal, WithdrawalReceipt};

use super::{Input, Kinds, identity};

pub(super) const KINDS: Kinds = &[
    ("invitation_key", key),
    ("admission", admission),
    ("handover", handover),
    ("admitted", admitted),
    ("bad_admission", admitted),
    ("invitation_lookup", lookup),
    ("invitation_list", list),
    ("bad_invitation_list", read_list),
    ("bad_roster", people),
    ("revocation_list", revocation),
    ("invite_notice", invite),
    ("withdrawal", withdrawal),
    ("bad_withdrawal", open_withdrawal),
    ("departure", departure),
    ("bad_withdrawal_receipt", departure),
];

fn terms(input: &Input<'_>) -> Terms {
    let manifest: Countersigned<_> = input.read("manifest");
    Terms::agreed(&manifest).unwrap()
}

fn analyst(input: &Input<'_>) -> Identity<Analyst> {
    identity::<Analyst>(input, "analyst")
}

fn keys(input: &Input<'_>) -> SigningKeyPair<web_mpc::crypto::Invitation> {
    let number = input.number("number");
    invitation_keys(&analyst(input).boxes, &terms(input).fingerprint, number)
}

fn key(input: &Input<'_>) -> Result<Value, String> {
    let (terms, keys) = (terms(input), keys(input));
    let seed = Blob(keys.seed().to_vec());
    let key = key_of(&keys);
    let (name, fingerprint) = (terms.manifest.name.clone(), terms.fingerprint);
    let link = Link::new("https://example.org", name, fingerprint, Some(keys)).unwrap();
    assert_eq!(link.to_string().parse(), Ok(link.clone()));
    Ok(json!({ "seed": seed, "key": key, "link": link.to_string() }))
}

fn admission(input: &Input<'_>) -> Result<Value, String> {
    let party: PartyKey = input.read("party_key");
    let admission = Admission::sign(&keys(input), &terms(input).fingerprint, &party);
    Ok(json!(admission))
}

fn handover(input: &Input<'_>) -> Result<Value, String> {
    let old = SigningKeyPair::<Party>::from_seed(input.secret("party_seed"));
    let invitation = key_of(&keys(input));
    let fingerprint = terms(input).fingerprint;
    Ok(json!(Handover::sign(
        &old,
        &fingerprint,
        &invitation,
        &input.read("next"),
        input.number("sequence"),
    )))
}

fn admitted(input: &Input<'_>) -> Result<Value, String> {
    let admission: Admission = input.read("admission");
    let holds = admission.holds(&terms(input).fingerprint, &input.read("party_key"));
    holds.then_some(json!(true)).ok_or_else(String::new)
}

fn lookup(input: &Input<'_>) -> Result<Value, String> {
    let (terms, keys) = (terms(input), keys(input));
    let (server, nonce) = (
        &terms.manifest.server.identity,
        input.read::<Nonce>("nonce"),
    );
    let signature = sign_lookup(&keys, server, &terms.fingerprint, &nonce);
    let key = key_of(&keys);
    assert!(is_lookup(
        key,
        server,
        &terms.fingerprint,
        &nonce,
        &signature
    ));
    Ok(json!(signature))
}

fn list(input: &Input<'_>) -> Result<Value, String> {
    let list: Blob = input.read("list");
    let read = InvitationList::read(&list, &terms(input)).unwrap();
    Ok(json!({ "hash": list_hash(&list), "people": read.people(&analyst(input).boxes) }))
}

fn read_list(input: &Input<'_>) -> Result<Value, String> {
    let read = InvitationList::read(&input.read("list"), &terms(input));
    let name = |error| match error {
        ListError::Malformed => "malformed",
        ListError::TooLong(_) => "too_long",
        ListError::OtherComputation => "other_computation",
        ListError::Count(_) => "count",
        ListError::KeyTwice(_) => "key_twice",
        ListError::LabelTwice(_) => "label_twice",
        ListError::Label(_) => "label",
        ListError::Cohort(_) => "cohort",
    };
    let read = read.map_err(|error| name(error).to_owned())?;
    Ok(json!(read))
}

fn people(input: &Input<'_>) -> Result<Value, String> {
    let read = InvitationList::read(&input.read("list"), &terms(input)).unwrap();
    let people = read.people(&analyst(input).boxes);
    people.map(|people| json!(people)).ok_or_else(String::new)
}

fn revocation(input: &Input<'_>) -> Result<Value, String> {
    let keys: Vec<InvitationKey> = input.read("keys");
    Ok(json!(revocation_hash(&keys)))
}

/// How many invitations a party sees from the notice.
fn invite(input: &Input<'_>) -> Result<Value, String> {
    let terms = terms(input);
    let signed: Signed<Notice> = input.read("notice");
    let notice = signed.open(&terms.manifest.analyst.signing_key).unwrap();
    let list = list_hash(&input.read("list"));
    assert!(matches!(notice.action, Action::Invite { list: said, .. } if said == list));
    let announced = Announced::by(&terms, &[signed]).map_err(|error| error.to_string())?;
    Ok(json!(announced.invitations))
}

fn withdrawal(input: &Input<'_>) -> Result<Value, String> {
    let server = identity::<Server>(input, "server");
    let keys = SigningKeyPair::<Party>::from_seed(input.secret("party_seed"));
    let signed = Leaving::sign(&terms(input), &keys, input.number("sequence"));
    let withdrawal = Withdrawal::open(&signed).unwrap();
    let receipt = WithdrawalReceipt::of(&withdrawal, &signed.body);
    let receipt = Signed::sign(&receipt, &server.signing);
    Ok(json!({ "withdrawal": signed, "receipt": receipt }))
}

fn open_withdrawal(input: &Input<'_>) -> Result<Value, String> {
    let opened = Withdrawal::open(&input.read("withdrawal"));
    opened.map(|opened| json!(opened)).ok_or_else(String::new)
}

fn departure(input: &Input<'_>) -> Result<Value, String> {
    let (terms, inclusion) = (terms(input), input.read("inclusion"));
    let found = if let Some(receipt) = input.optional("withdrawal_receipt") {
        fate_of_withdrawal(&terms, &receipt, &inclusion)
    } else {
        let invitation = input.optional("invitation");
        fate(
            &terms,
            &input.read("receipt"),
            invitation.as_ref(),
            &inclusion,
        )
    };
    Ok(match found.map_err(|error| error.to_string())? {
        Fate::Counted => json!("counted"),
        Fate::Rejected(reason) => json!({ "rejected": reason }),
        Fate::Replaced(_) => json!("replaced"),
        Fate::Missing(_) => json!("missing"),
        Fate::Withdrawn => json!("withdrawn"),
        Fate::Kept(_) => json!("kept"),
        Fate::TakenOver { by, released } => {
            json!({ "taken_over": { "by": by, "released": released } })
        }
    })
}
