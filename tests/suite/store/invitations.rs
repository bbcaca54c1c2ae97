//! Invitations, admissions, takeovers and withdrawals.

use web_mpc::ids::{Blob, InvitationKey, Signature};
use web_mpc::invitation::Handover;
use web_mpc::manifest::Phase;
use web_mpc::store::{
    InvitationTotals, Invited, NewAdmission, NewInvitations, NewTakeover, NewWithdrawal,
    NotAdmitted, Noticed, Revoked, Store, StoredDeparture, StoredInvitation, StoredList, Submitted,
    Withdrawn,
};

use super::{
    Backend, FINGERPRINT, MANY, freeze, opened, pages, party, record, submission, transition,
};

/// When everything happens.
const NOW: u64 = 1_000;

fn key(number: u8) -> InvitationKey {
    InvitationKey::new([number; 32])
}

fn invitation(number: u8) -> StoredInvitation {
    StoredInvitation {
        number: number.into(),
        key: key(number),
        label: None,
        cohorts: Vec::new(),
        expires: None,
        revoked: false,
    }
}

fn list(invitations: Vec<StoredInvitation>) -> NewInvitations {
    let first = invitations.first().map_or(0, |first| first.number);
    NewInvitations {
        list: Blob(vec![u8::try_from(first).unwrap(); 100]),
        invitations,
    }
}

fn admission(number: u8) -> NewAdmission {
    NewAdmission {
        key: key(number),
        signature: Signature::new([number; 64]),
        cohorts: Vec::new(),
        takeover: None,
        now: NOW,
    }
}

/// The consent of a party that has used that sequence number.
fn consent(from: u32, sequence: u64) -> Handover {
    Handover {
        party_key: party(from),
        sequence,
        signature: Signature::new([9; 64]),
    }
}

fn takeover(release: Option<u32>) -> NewTakeover {
    NewTakeover {
        release: release.map(|from| consent(from, 1)),
        due: NOW + 100,
        lapse: 50,
    }
}

async fn invite(store: &dyn Store, notice: u64, invitations: Vec<StoredInvitation>) -> Invited {
    let change = transition(notice, None, 0);
    let invited = store.invite(&FINGERPRINT, change, list(invitations)).await;
    invited.unwrap()
}

/// A party's version, with the id that its numbers make.
async fn submit(store: &dyn Store, of: u32, sequence: u64, admission: NewAdmission) -> Submitted {
    let content = u8::try_from(of * 16).unwrap() + u8::try_from(sequence).unwrap();
    let new = submission(of, content.into(), sequence, content);
    let submitted = store
        .submit_invited(&FINGERPRINT, new, MANY, admission)
        .await;
    submitted.unwrap()
}

async fn withdraw(store: &dyn Store, of: u32, sequence: u64) -> Withdrawn {
    let content = u8::try_from(sequence).unwrap();
    let withdrawal = NewWithdrawal {
        party_key: party(of),
        grain: None,
        sequence,
        record: record(content),
    };
    store.withdraw(&FINGERPRINT, withdrawal).await.unwrap()
}

fn stored(parties: u64) -> Submitted {
    Submitted::Stored { parties }
}

fn refused(why: NotAdmitted) -> Submitted {
    Submitted::NotAdmitted(why)
}

const APPLIED: Invited = Invited::Noticed(Noticed::Applied);

pub(super) async fn lists_are_kept_as_they_came<B: Backend>(backend: B) {
    let store = opened(&backend).await;
    let labelled = |number, label: &str| StoredInvitation {
        label: Some(label.to_owned()),
        cohorts: vec![Some(0), None, Some(7)],
        expires: Some(u64::MAX),
        ..invitation(number)
    };
    let first = vec![labelled(0, "one"), labelled(1, "two")];
    assert_eq!(invite(&*store, 1, first.clone()).await, APPLIED);
    let again = invite(&*store, 1, first.clone()).await;
    assert_eq!(again, Invited::Noticed(Noticed::Repeated));
    let same_key = StoredInvitation {
        number: 2,
        ..labelled(0, "three")
    };
    assert_eq!(
        invite(&*store, 2, vec![same_key]).await,
        Invited::KeyTaken(2)
    );
    let same_label = invite(&*store, 2, vec![labelled(2, "one")]).await;
    assert_eq!(same_label, Invited::LabelTaken(2));
    let gap = invite(&*store, 3, vec![labelled(2, "three")]).await;
    assert_eq!(gap, Invited::Noticed(Noticed::OutOfOrder { last: 1 }));
    assert_eq!(
        invite(&*store, 2, vec![labelled(2, "three")]).await,
        APPLIED
    );
    let revoked = store.revoke(&FINGERPRINT, transition(3, None, 0), vec![key(1), key(9)]);
    assert_eq!(revoked.await.unwrap(), Revoked::Unknown(key(9)));
    let revoked = store.revoke(&FINGERPRINT, transition(3, None, 0), vec![key(1)]);
    assert_eq!(revoked.await.unwrap(), Revoked::Noticed(Noticed::Applied));

    store.close().await;
    let store = backend.open().await;
    let found = store.invitation(&FINGERPRINT, &key(0)).await.unwrap();
    assert_eq!(found.as_ref(), first.first());
    assert_eq!(store.invitation(&FINGERPRINT, &key(9)).await.unwrap(), None);
    let computation = store.computation(&FINGERPRINT).await.unwrap().unwrap();
    assert_eq!((computation.invitations, computation.notices.len()), (3, 3));
    let expected = [
        StoredList {
            notice: 1,
            list: list(first).list,
            revoked: vec![1],
        },
        StoredList {
            notice: 2,
            list: Blob(vec![2; 100]),
            revoked: Vec::new(),
        },
    ];
    for (room, shown) in [(1000, 2), (150, 1), (0, 1)] {
        let lists = store.lists(&FINGERPRINT, 0, room).await.unwrap();
        assert_eq!(lists, expected[..shown]);
    }
    assert_eq!(
        store.lists(&FINGERPRINT, 1, 0).await.unwrap(),
        expected[1..]
    );
    assert_eq!(store.lists(&FINGERPRINT, 2, 1000).await.unwrap(), []);
    freeze(&*store, 4).await;
    let late = invite(&*store, 5, vec![invitation(3)]).await;
    assert_eq!(late, Invited::Noticed(Noticed::NotAllowed(Phase::Frozen)));
}

pub(super) async fn an_invitation_admits_one_party<B: Backend>(backend: B) {
    let store = opened(&backend).await;
    let expires = |number, end| StoredInvitation {
        expires: Some(end),
        ..invitation(number)
    };
    let fixed = StoredInvitation {
        cohorts: vec![None, Some(4)],
        ..invitation(4)
    };
    let made = vec![
        invitation(0),
        invitation(1),
        expires(2, NOW),
        expires(3, NOW + 1),
        fixed,
    ];
    assert_eq!(invite(&*store, 1, made).await, APPLIED);
    let store = &*store;
    assert_eq!(submit(store, 1, 1, admission(0)).await, stored(1));
    assert_eq!(
        submit(store, 1, 1, admission(0)).await,
        Submitted::Repeated { invitations: 3 }
    );
    assert_eq!(
        submit(store, 2, 1, admission(0)).await,
        refused(NotAdmitted::InUse)
    );
    assert_eq!(
        submit(store, 2, 1, admission(9)).await,
        refused(NotAdmitted::Unknown)
    );
    assert_eq!(
        submit(store, 1, 2, admission(1)).await,
        refused(NotAdmitted::OtherInvitation)
    );
    assert_eq!(
        submit(store, 2, 1, admission(2)).await,
        refused(NotAdmitted::Expired)
    );
    assert_eq!(submit(store, 2, 1, admission(3)).await, stored(2));
    // Later it would be too late, but it is bound.
    let later = NewAdmission {
        now: NOW + 1000,
        ..admission(3)
    };
    assert_eq!(submit(store, 2, 2, later).await, stored(2));
    let wrong = NewAdmission {
        cohorts: vec![1, 3],
        ..admission(4)
    };
    assert_eq!(
        submit(store, 3, 1, wrong).await,
        refused(NotAdmitted::CohortFixed)
    );
    let right = NewAdmission {
        cohorts: vec![1, 4],
        ..admission(4)
    };
    assert_eq!(submit(store, 3, 1, right).await, stored(3));
    // Of those that are revoked, the used ones go on.
    let revoked = store.revoke(&FINGERPRINT, transition(2, None, 0), vec![key(0), key(1)]);
    assert_eq!(revoked.await.unwrap(), Revoked::Noticed(Noticed::Applied));
    assert_eq!(
        submit(store, 4, 1, admission(1)).await,
        refused(NotAdmitted::Revoked)
    );
    assert_eq!(submit(store, 1, 2, admission(0)).await, stored(3));
    assert_eq!(
        submit(store, 1, 2, admission(0)).await,
        Submitted::Repeated { invitations: 3 }
    );
    // Nobody else learns which those are.
    for takeover in [None, Some(takeover(None)), Some(takeover(Some(4)))] {
        let probe = |of, now| NewAdmission {
            takeover,
            now,
            ..admission(of)
        };
        for (of, now, why) in [
            (0, NOW, NotAdmitted::Revoked),
            (1, NOW, NotAdmitted::Revoked),
            (2, NOW, NotAdmitted::Expired),
            (3, NOW + 1, NotAdmitted::Expired),
        ] {
            assert_eq!(submit(store, 5, 1, probe(of, now)).await, refused(why));
        }
    }
    let expected = InvitationTotals {
        made: 5,
        revoked: 2,
        used: 3,
        withdrawn: 0,
        takeovers: 0,
    };
    let totals = store.invitation_totals(&FINGERPRINT).await.unwrap();
    assert_eq!(totals, expected);
}

pub(super) async fn a_party_takes_the_place_of_another<B: Backend>(backend: B) {
    let mut store = opened(&backend).await;
    assert_eq!(invite(&*store, 1, vec![invitation(0)]).await, APPLIED);
    assert_eq!(submit(&*store, 1, 5, admission(0)).await, stored(1));
    let asking = |release, now| NewAdmission {
        takeover: Some(takeover(release)),
        now,
        ..admission(0)
    };
    let waiting = |seconds| refused(NotAdmitted::Waiting { seconds });
    let other = refused(NotAdmitted::TakeoverRefused);
    assert_eq!(
        submit(&*store, 2, 1, asking(Some(3), NOW)).await,
        other,
        "not its consent"
    );
    assert_eq!(submit(&*store, 2, 1, asking(None, NOW)).await, waiting(100));
    assert_eq!(
        submit(&*store, 2, 1, asking(None, NOW + 40)).await,
        waiting(60)
    );
    assert_eq!(
        submit(&*store, 3, 1, asking(None, NOW + 149)).await,
        other,
        "one at a time"
    );
    store.close().await;
    store = backend.open().await;
    // What the first one says ends the request.
    assert_eq!(submit(&*store, 1, 6, admission(0)).await, stored(1));
    assert_eq!(
        submit(&*store, 2, 1, asking(None, NOW + 50)).await,
        waiting(50)
    );
    // A claim that nobody follows up lapses.
    assert_eq!(
        submit(&*store, 3, 1, asking(None, NOW + 150)).await,
        waiting(0)
    );
    assert_eq!(
        submit(&*store, 3, 1, asking(None, NOW + 150)).await,
        stored(1)
    );
    assert_eq!(
        submit(&*store, 1, 7, admission(0)).await,
        refused(NotAdmitted::InUse)
    );
    assert_eq!(withdraw(&*store, 1, 7).await, Withdrawn::Nothing);
    store.close().await;
    store = backend.open().await;
    // Not back with the key that was replaced, whatever consent there is; on to the next.
    assert_eq!(
        submit(&*store, 1, 6, asking(Some(3), NOW)).await,
        Submitted::Repeated { invitations: 3 }
    );
    for release in [None, Some(3)] {
        assert_eq!(
            submit(&*store, 1, 7, asking(release, NOW)).await,
            refused(NotAdmitted::Replaced)
        );
    }
    assert_eq!(submit(&*store, 4, 1, asking(Some(3), NOW)).await, stored(1));
    // A consent covers what its party had sent, a withdrawal too.
    assert_eq!(submit(&*store, 4, 2, admission(0)).await, stored(1));
    assert_eq!(submit(&*store, 5, 1, asking(Some(4), NOW)).await, other);
    assert_eq!(withdraw(&*store, 4, 3).await, Withdrawn::Stored);
    for (sequence, expected) in [(2, other), (3, stored(1))] {
        let mut consented = asking(Some(4), NOW);
        consented.takeover.as_mut().unwrap().release = Some(consent(4, sequence));
        assert_eq!(submit(&*store, 5, 1, consented).await, expected);
    }
    let totals = store.invitation_totals(&FINGERPRINT).await.unwrap();
    assert_eq!((totals.used, totals.takeovers), (1, 3));
    freeze(&*store, 2).await;
    let keys: Vec<_> = pages(&*store, 10)
        .await
        .iter()
        .map(|each| each.party_key)
        .collect();
    assert_eq!(keys, [party(5)]);
    let replaced = |by, release: Option<Handover>| StoredDeparture::Replaced {
        by: party(by),
        key: key(0),
        signature: Signature::new([0; 64]),
        release,
    };
    for (of, expected) in [
        (1, Some(replaced(3, None))),
        (2, None),
        (3, Some(replaced(4, Some(consent(3, 1))))),
        (4, Some(replaced(5, Some(consent(4, 3))))),
        (5, None),
    ] {
        let found = store.departure(&FINGERPRINT, &party(of)).await.unwrap();
        assert_eq!(found, expected, "{of}");
    }
}

pub(super) async fn a_withdrawn_party_is_not_counted<B: Backend>(backend: B) {
    let mut store = opened(&backend).await;
    let plain = |of: u32, id: u32, sequence| submission(of, id, sequence, 1);
    for of in 1..4 {
        store
            .submit(&FINGERPRINT, plain(of, of, 1), 3)
            .await
            .unwrap();
    }
    assert_eq!(withdraw(&*store, 9, 1).await, Withdrawn::Nothing);
    assert_eq!(
        withdraw(&*store, 1, 1).await,
        Withdrawn::Stale { highest: 1 }
    );
    assert_eq!(withdraw(&*store, 1, 2).await, Withdrawn::Stored);
    assert_eq!(withdraw(&*store, 1, 2).await, Withdrawn::Repeated);
    assert_eq!(withdraw(&*store, 2, 2).await, Withdrawn::Stored);
    assert_eq!(store.parties(&FINGERPRINT).await.unwrap(), 1);
    store.close().await;
    store = backend.open().await;
    assert_eq!(store.parties(&FINGERPRINT).await.unwrap(), 1);
    assert_eq!(store.standing(&FINGERPRINT, &party(1)).await.unwrap(), None);
    // Its old versions and numbers stay known.
    let old = store.submit(&FINGERPRINT, plain(1, 1, 1), 3).await.unwrap();
    assert_eq!(old, Submitted::Repeated { invitations: 3 });
    let low = store
        .submit(&FINGERPRINT, plain(1, 11, 2), 3)
        .await
        .unwrap();
    assert_eq!(low, Submitted::Stale { highest: 2 });
    // There is room for others, and none for who comes back after them.
    assert_eq!(
        store.submit(&FINGERPRINT, plain(4, 4, 1), 3).await.unwrap(),
        stored(2)
    );
    assert_eq!(
        store
            .submit(&FINGERPRINT, plain(1, 13, 3), 3)
            .await
            .unwrap(),
        stored(3)
    );
    let full = store
        .submit(&FINGERPRINT, plain(2, 14, 3), 3)
        .await
        .unwrap();
    assert_eq!(full, Submitted::Full);
    // A pause does not keep anybody.
    let pause = store
        .transition(&FINGERPRINT, transition(1, Phase::Paused, 0))
        .await;
    assert_eq!(pause.unwrap(), Noticed::Applied);
    assert_eq!(withdraw(&*store, 4, 2).await, Withdrawn::Stored);
    freeze(&*store, 2).await;
    assert_eq!(withdraw(&*store, 4, 2).await, Withdrawn::Repeated);
    assert_eq!(
        withdraw(&*store, 3, 2).await,
        Withdrawn::NotOpen(Phase::Frozen)
    );
    let batch = pages(&*store, 10).await;
    let mut keys: Vec<_> = batch.iter().map(|each| each.party_key).collect();
    keys.sort_unstable();
    let mut expected = [party(1), party(3)];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    let departed = Some(StoredDeparture::Withdrawn(record(2)));
    for (of, expected) in [(1, None), (2, departed.clone()), (3, None), (4, departed)] {
        let found = store.departure(&FINGERPRINT, &party(of)).await.unwrap();
        assert_eq!(found, expected, "{of}");
    }
    let old = store.submit(&FINGERPRINT, plain(2, 2, 1), 3).await.unwrap();
    assert_eq!(
        old,
        Submitted::Repeated { invitations: 3 },
        "of who has left too"
    );
}
