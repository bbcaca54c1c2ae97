//! Lists of invitations, what stands in a roster, admissions and links.

use std::sync::OnceLock;

use web_mpc::crypto::{Analyst, Entropy, Identity};
use web_mpc::ids::{Blob, PartyKey};
use web_mpc::invitation::{Admission, InvitationList, Link, lists};
use web_mpc::manifest::Terms;

use super::{identity, input, part, text};

/// A computation for the invited, and its analyst.
fn invited() -> &'static (Terms, Identity<Analyst>) {
    static INVITED: OnceLock<(Terms, Identity<Analyst>)> = OnceLock::new();
    INVITED.get_or_init(|| {
        let vectors = include_str!("../../tests/vectors/invitations.json");
        let input = input(vectors, "invitation_list");
        let manifest = part(&input, "manifest");
        let terms = Terms::agreed(&manifest).expect("a valid manifest");
        (terms, identity(&input, "analyst"))
    })
}

/// What is accepted is written and read again as the same, and has what every list has.
pub fn invitations(data: &[u8]) {
    let (terms, analyst) = invited();
    if let Ok(list) = InvitationList::read(&Blob(data.to_vec()), terms) {
        assert_eq!(InvitationList::read(&list.write(), terms), Ok(list.clone()));
        assert_eq!(list.fingerprint, terms.fingerprint);
        let people = list.people(&analyst.boxes);
        assert!(people.is_none_or(|people| people.len() == list.invitations.len()));
    }
    // The same bytes as what the analyst has sealed to itself.
    let rng = &mut Entropy::seeded(1).rng();
    let person = web_mpc::invitation::NewInvitation {
        label: Some("one".parse().expect("a label")),
        ..web_mpc::invitation::NewInvitation::default()
    };
    let made = lists(terms, &analyst.boxes, 0, &[person], rng).expect("one person");
    for mut list in made {
        list.roster = Blob(terms.manifest.analyst.box_key.seal(data, rng));
        let _any = list.people(&analyst.boxes);
    }
    if let Ok(admission) = serde_json::from_slice::<Admission>(data) {
        let _any = admission.holds(&terms.fingerprint, &PartyKey::new([7; 32]));
    }
    if let Some(link) = text(data).and_then(|text| text.parse::<Link>().ok()) {
        assert_eq!(link.to_string().parse(), Ok(link));
    }
}
