//! Published results: made, kept and read.

use serde_json::{Value, json};
use web_mpc::batch::{Commit, commit_hash};
use web_mpc::crypto::Analyst;
use web_mpc::ids::Blob;
use web_mpc::invitation::invitation_keys;
use web_mpc::manifest::Terms;
use web_mpc::publication::{Decided, PublicationError, Published, open_published, publish};
use web_mpc::record::Countersigned;

use super::{Fixed, Input, Kinds, base64, identity};

pub(super) const KINDS: Kinds = &[
    ("publication", publication),
    ("published", published),
    ("bad_published", published),
    ("kept", kept),
    ("bad_kept", kept),
];

fn terms(input: &Input<'_>) -> Terms {
    let manifest: Countersigned<_> = input.read("manifest");
    Terms::agreed(&manifest).unwrap()
}

fn publication(input: &Input<'_>) -> Result<Value, String> {
    let terms = terms(input);
    let analyst = identity::<Analyst>(input, "analyst");
    let commit: Countersigned<Commit> = input.read("commit");
    let decided = (&commit.body, &input.read("root"));
    let aggregate = terms.scheme.decode_aggregate(&input.bytes("values"));
    let aggregate = aggregate.unwrap();
    let mut rng = Fixed::new(input.bytes("random"));
    let invitations = input.number("invitations");
    let made = publish(&terms, decided, &aggregate, &analyst, invitations, &mut rng);
    let Published { record, keys } = made.unwrap();
    Ok(json!({ "record": record, "keys": keys }))
}

fn published(input: &Input<'_>) -> Result<Value, String> {
    let terms = terms(input);
    let analyst = identity::<Analyst>(input, "analyst");
    let decided = Decided {
        commit: &input.read("commit"),
        result: &input.read("result"),
    };
    let number: Option<u64> = input.read("number");
    let invitation =
        number.map(|number| invitation_keys(&analyst.boxes, &terms.fingerprint, number));
    let key: Option<Blob> = input.read("key");
    let opener = invitation.as_ref().zip(key.as_ref());
    let found = open_published(&terms, decided, &input.read("record"), opener);
    let name = |error| match error {
        PublicationError::Unproven => "unproven",
        PublicationError::InvitationNeeded => "invitation_needed",
        PublicationError::Unopenable => "unopenable",
        PublicationError::OtherResult => "other_result",
        PublicationError::ForAnalyst => "for_analyst",
    };
    let (_, aggregate) = found.map_err(|error| name(error).to_owned())?;
    Ok(base64(&*terms.scheme.encode_aggregate(&aggregate)))
}

fn kept(input: &Input<'_>) -> Result<Value, String> {
    let commit: Countersigned<Commit> = input.read("commit");
    let published = Published {
        record: input.read("record"),
        keys: input.read("keys"),
    };
    let (terms, commit) = (terms(input), commit_hash(&commit.body));
    let fits = published.fits(&terms, &commit, input.number("invitations"));
    fits.then_some(json!(true)).ok_or_else(String::new)
}
