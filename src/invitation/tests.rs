use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;
use crate::crypto::Party;
use crate::fixtures::World;
use crate::ids::{Blob, PartyKey};
use crate::manifest::{Access, Terms, Tracking};

fn invited(tracking: Tracking) -> World {
    World::with(11, |manifest| {
        manifest.access = Access::Invited;
        manifest.tracking = tracking;
    })
}

fn people(count: usize) -> Vec<NewInvitation> {
    let person = |number| NewInvitation {
        label: Some(format!("Firm {number}").parse().unwrap()),
        email: Some(format!("{number}@example.org").parse().unwrap()),
        ..NewInvitation::default()
    };
    (0..count).map(person).collect()
}

#[test]
fn an_admission_holds_for_its_party_and_computation() {
    let mut rng = StdRng::seed_from_u64(3);
    let (one, other) = (Fingerprint::new([1; 32]), Fingerprint::new([2; 32]));
    let keys = SigningKeyPair::<Invitation>::generate(&mut rng);
    let party = PartyKey::new([7; 32]);
    let admission = Admission::sign(&keys, &one, &party);
    assert!(admission.holds(&one, &party));
    assert!(!admission.holds(&other, &party));
    assert!(!admission.holds(&one, &PartyKey::new([8; 32])));
    let mut forged = admission;
    forged.key = key_of(&SigningKeyPair::generate(&mut rng));
    assert!(!forged.holds(&one, &party));
}

#[test]
fn a_consent_holds_for_who_comes_with_that_invitation() {
    let mut rng = StdRng::seed_from_u64(4);
    let fingerprint = Fingerprint::new([1; 32]);
    let keys = SigningKeyPair::<Invitation>::generate(&mut rng);
    let old = SigningKeyPair::<Party>::generate(&mut rng);
    let next = PartyKey::new([7; 32]);
    let release = Handover::sign(&old, &fingerprint, &key_of(&keys), &next, 1);
    let asking = |release| {
        let admission = Admission::sign(&keys, &fingerprint, &next);
        admission.taking_over(Some(Takeover { release }))
    };
    assert!(asking(None).holds(&fingerprint, &next));
    assert!(asking(Some(release)).holds(&fingerprint, &next));
    let later = Handover {
        sequence: 2,
        ..release
    };
    assert!(!asking(Some(later)).holds(&fingerprint, &next));
    let for_another = Handover::sign(
        &old,
        &fingerprint,
        &key_of(&keys),
        &PartyKey::new([8; 32]),
        1,
    );
    assert!(!asking(Some(for_another)).holds(&fingerprint, &next));
    let own: PartyKey = (*old.public()).into();
    let to_itself = Handover::sign(&old, &fingerprint, &key_of(&keys), &own, 1);
    assert!(!to_itself.holds(&fingerprint, &key_of(&keys), &own));
}

#[test]
fn a_lookup_is_for_one_connection_to_one_server() {
    let mut world = invited(Tracking::Count);
    let keys = SigningKeyPair::generate(&mut world.rng);
    let server = world.server.public();
    let fingerprint = world.terms.fingerprint;
    let nonce = Nonce::new([5; 32]);
    let signature = sign_lookup(&keys, &server, &fingerprint, &nonce);
    let asks = |server: &PublicIdentity<Server>, fingerprint: &Fingerprint, nonce: &Nonce| {
        is_lookup(key_of(&keys), server, fingerprint, nonce, &signature)
    };
    assert!(asks(&server, &fingerprint, &nonce));
    assert!(!asks(&server, &fingerprint, &Nonce::new([6; 32])));
    assert!(!asks(&server, &Fingerprint::new([6; 32]), &nonce));
    let other = World::new(12).server.public();
    assert!(!asks(&other, &fingerprint, &nonce));
}

#[test]
fn a_list_says_what_the_server_may_know() {
    for (tracking, labelled) in [(Tracking::Labels, true), (Tracking::Count, false)] {
        let mut world = invited(tracking);
        let boxes = &world.analyst.boxes;
        let lists = lists(&world.terms, boxes, 3, &people(2), &mut world.rng).unwrap();
        let [list] = &lists[..] else {
            panic!("one list")
        };
        let text = String::from_utf8(list.write().0).unwrap();
        assert_eq!(text.contains("Firm 1"), labelled);
        assert!(!text.contains("example.org"));
        assert_eq!(
            InvitationList::read(&list.write(), &world.terms).as_ref(),
            Ok(list)
        );
        let known = list.people(boxes).unwrap();
        assert_eq!(known[1].label.as_ref().unwrap().as_str(), "Firm 1");
        assert_eq!(known[1].email.as_ref().unwrap().as_str(), "1@example.org");
        // The analyst's keys alone make the links again.
        let keys = invitation_keys(boxes, &world.terms.fingerprint, 4);
        assert_eq!(list.invitations[1].key, key_of(&keys));
    }
}

#[test]
fn a_roster_belongs_to_its_list() {
    let mut world = invited(Tracking::Count);
    let boxes = &world.analyst.boxes;
    let list = |first, rng: &mut StdRng| {
        lists(&world.terms, boxes, first, &people(2), rng)
            .unwrap()
            .remove(0)
    };
    let (one, other) = (list(0, &mut world.rng), list(2, &mut world.rng));
    let mut swapped = one.clone();
    swapped.roster = other.roster;
    assert_eq!(swapped.people(boxes), None);
    let mut foreign = one.clone();
    foreign.invitations[0].key = InvitationKey::new([1; 32]);
    assert_eq!(foreign.people(boxes), None);
    assert_eq!(one.people(boxes).map(|all| all.len()), Some(2));
    assert_eq!(one.people(&World::new(12).analyst.boxes), None);
}

/// What is wrong with a list after a change.
fn wrong(
    terms: &Terms,
    list: &InvitationList,
    change: impl FnOnce(&mut InvitationList),
) -> ListError {
    let mut list = list.clone();
    change(&mut list);
    InvitationList::read(&list.write(), terms).unwrap_err()
}

#[test]
fn bad_lists_are_refused() {
    let mut world = invited(Tracking::Labels);
    let boxes = &world.analyst.boxes;
    let good = lists(&world.terms, boxes, 0, &people(3), &mut world.rng)
        .unwrap()
        .remove(0);
    let terms = &world.terms;
    let found = |change: fn(&mut InvitationList)| wrong(terms, &good, change);
    assert_eq!(found(|list| list.invitations.clear()), ListError::Count(0));
    assert_eq!(
        found(|list| list.fingerprint = Fingerprint::new([0; 32])),
        ListError::OtherComputation
    );
    assert_eq!(
        found(|list| list.invitations[2].key = list.invitations[0].key),
        ListError::KeyTwice(3)
    );
    assert_eq!(
        found(|list| list.invitations[1].label = list.invitations[0].label.clone()),
        ListError::LabelTwice(2)
    );
    assert_eq!(
        found(|list| list.invitations[1].label = None),
        ListError::Label(2)
    );
    assert_eq!(
        found(|list| list.invitations[0].cohorts = vec![Some(0)]),
        ListError::Cohort(1)
    );
    let long = found(|list| list.roster = Blob(vec![0; LIST_LEN]));
    assert!(matches!(long, ListError::TooLong(_)));
    let text = String::from_utf8(good.write().0).unwrap();
    for (from, to) in [
        ("{\"fingerprint\"", "{\"more\":1,\"fingerprint\""),
        ("Firm 1", "Firm\\n1"),
        ("\"first\":0", "\"first\":-1"),
    ] {
        let list = Blob(text.replacen(from, to, 1).into_bytes());
        assert_eq!(
            InvitationList::read(&list, terms),
            Err(ListError::Malformed),
            "{to}"
        );
    }
}

#[test]
fn many_people_come_in_several_lists() {
    let mut world = invited(Tracking::Count);
    let boxes = &world.analyst.boxes;
    let many = vec![NewInvitation::default(); INVITATIONS_PER_LIST + 1];
    let made = lists(&world.terms, boxes, 2, &many, &mut world.rng).unwrap();
    let sizes: Vec<_> = made
        .iter()
        .map(|list| (list.first, list.invitations.len()))
        .collect();
    let per_list = u64::try_from(INVITATIONS_PER_LIST).unwrap();
    assert_eq!(sizes, [(2, INVITATIONS_PER_LIST), (per_list + 2, 1)]);
    let long = NewInvitation {
        label: Some("\u{1d54f}".repeat(Label::MAX_LEN).parse().unwrap()),
        email: Some("\u{1d54f}".repeat(Email::MAX_LEN).parse().unwrap()),
        ..NewInvitation::default()
    };
    let many = vec![long; 1000];
    let made = lists(&world.terms, boxes, 0, &many, &mut world.rng).unwrap();
    assert!(made.len() > 1);
    assert!(made.iter().all(|list| list.write().0.len() <= LIST_LEN));
}

#[test]
fn cohorts_are_fixed_by_option() {
    let two = Groups::new(&[2, 3]);
    for good in [
        &[][..],
        &[None, None],
        &[Some(1), Some(2)],
        &[None, Some(0)],
    ] {
        assert!(can_be_fixed(good, &two), "{good:?}");
    }
    for bad in [
        &[Some(1)][..],
        &[Some(2), None],
        &[None, Some(3)],
        &[None; 3],
    ] {
        assert!(!can_be_fixed(bad, &two), "{bad:?}");
    }
    assert!(agrees(&[], &[1, 2]));
    assert!(agrees(&[None, Some(2)], &[1, 2]));
    assert!(!agrees(&[Some(0), Some(2)], &[1, 2]));
}

#[test]
fn links_are_read_as_they_are_written() {
    let world = invited(Tracking::Count);
    let fingerprint = world.terms.fingerprint;
    let name: crate::ids::ComputationName = "wages-2026".parse().unwrap();
    let keys = invitation_keys(&world.analyst.boxes, &fingerprint, 0);
    for invitation in [None, Some(keys)] {
        for origin in [
            "http://127.0.0.1:8080",
            "https://example.org",
            "http://[::1]:9",
        ] {
            let link = Link::new(origin, name.clone(), fingerprint, invitation.clone()).unwrap();
            let text = link.to_string();
            assert_eq!(text.parse(), Ok(link), "{text}");
            assert!(text.starts_with(&format!("{origin}/#wages-2026.{fingerprint}")));
        }
    }
}

#[test]
fn other_links_are_refused_and_not_repeated() {
    let world = invited(Tracking::Count);
    let fingerprint = world.terms.fingerprint;
    let (seed, short) = ("A".repeat(43), "A".repeat(42));
    for (text, expected) in [
        (
            format!("ftp://host/#x.{fingerprint}"),
            ParseLinkError::Scheme,
        ),
        (
            format!("ws://host/#x.{fingerprint}"),
            ParseLinkError::Scheme,
        ),
        (
            format!("http://host/page#x.{fingerprint}"),
            ParseLinkError::Path,
        ),
        (
            format!("http://host/?q=1#x.{fingerprint}"),
            ParseLinkError::Path,
        ),
        (
            format!("http://user@host/#x.{fingerprint}"),
            ParseLinkError::Malformed,
        ),
        (
            format!("http:///#x.{fingerprint}"),
            ParseLinkError::Malformed,
        ),
        ("http://host/".to_owned(), ParseLinkError::Malformed),
        ("http://host/#x".to_owned(), ParseLinkError::Malformed),
        (
            format!("http://host/#x.{fingerprint}.{seed}."),
            ParseLinkError::Malformed,
        ),
        (
            format!("http://host/#x.{fingerprint}.{short}"),
            ParseLinkError::Secret,
        ),
        (
            format!("http://host/#x.{fingerprint}."),
            ParseLinkError::Secret,
        ),
    ] {
        let refused = text.parse::<Link>().unwrap_err();
        assert_eq!(refused, expected, "{text}");
        assert!(!refused.to_string().contains(&short));
    }
    let bad = format!("http://host/#X.{fingerprint}").parse::<Link>();
    assert!(matches!(bad, Err(ParseLinkError::Name(_))));
    let bad = "http://host/#x.abc".parse::<Link>();
    assert!(matches!(bad, Err(ParseLinkError::Fingerprint(_))));
}

#[test]
fn debug_shows_neither_secrets_nor_people() {
    let world = invited(Tracking::Count);
    let keys = invitation_keys(&world.analyst.boxes, &world.terms.fingerprint, 0);
    let seed = data_encoding::BASE64URL_NOPAD.encode(&**keys.seed());
    let name = crate::ids::ComputationName::default();
    let link = Link::new("http://host", name, world.terms.fingerprint, Some(keys)).unwrap();
    assert!(link.to_string().contains(&seed));
    assert!(!format!("{link:?}").contains(&seed));
    assert!(!format!("{:?}", people(1)).contains("Firm"));
}

#[test]
fn labels_are_short_and_plain() {
    for good in ["a", "Müller & Söhne", &"x".repeat(120)] {
        assert!(good.parse::<Label>().is_ok(), "{good}");
    }
    for bad in ["", " a", "a ", "a\tb", "a\u{7}", &"x".repeat(121)] {
        assert!(bad.parse::<Label>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_consent_is_one_word() {
    let keys = SigningKeyPair::<Party>::generate(&mut StdRng::seed_from_u64(5));
    let fingerprint = Fingerprint::new([1; 32]);
    let (invitation, next) = (InvitationKey::new([2; 32]), PartyKey::new([3; 32]));
    let consent = Handover::sign(&keys, &fingerprint, &invitation, &next, 7);
    let word = consent.to_string();
    assert_eq!(word.len(), 133);
    assert_eq!(word.parse(), Ok(consent));
    for cut in [
        "",
        word.get(..43).unwrap(),
        word.get(..132).unwrap(),
        &format!("{word}A"),
        &word.replacen("0007", "+007", 1),
        &word.replace('A', "+"),
    ] {
        let whole = cut == word;
        assert_eq!(cut.parse::<Handover>().is_ok(), whole, "{cut}");
    }
    assert_eq!("ä".repeat(67).parse::<Handover>(), Err(ParseHandoverError));
}
