//! A party that picks a cohort which its invitation does not leave it.

use web_mpc::crypto::{Analyst, Identity, Party, SigningKeyPair};
use web_mpc::ids::PartyKey;
use web_mpc::invitation::{Admission, NewInvitation, invitation_keys, list_hash, lists};
use web_mpc::manifest::{Access, Action, Manifest, Notice};
use web_mpc::measurement::Measurement;
use web_mpc::protocol::{ClientMessage, ErrorCode, ServerMessage};
use web_mpc::record::Signed;
use web_mpc::submission::Submission;

use super::super::wire::{Hand, Place, rng, submit};
use super::survey::{TEAMS, answer, form, kind};

#[tokio::test(flavor = "multi_thread")]
async fn a_cohort_that_the_invitation_does_not_fix_is_refused() {
    let mut rng = rng(98);
    let place = Place::new();
    let served = place.serve().await;
    let analyst = Identity::<Analyst>::generate(&mut rng);
    let asking = |manifest: &mut Manifest| {
        manifest.kind = kind(&form(), &analyst, manifest);
        manifest.min_parties = 3;
        manifest.access = Access::Invited;
    };
    let mut hand = Hand::create(served.address, &analyst, &mut rng, asking).await;
    let terms = hand.terms.clone();

    // One for each team, and one that leaves the choice.
    let fixed = (0..TEAMS.len()).map(|team| vec![Some(u32::try_from(team).unwrap())]);
    let people: Vec<NewInvitation> = fixed
        .chain([vec![None]])
        .map(|cohorts| NewInvitation {
            cohorts,
            ..NewInvitation::default()
        })
        .collect();
    let made = lists(&terms, &analyst.boxes, 0, &people, &mut rng).unwrap();
    let [list] = &made[..] else {
        panic!("one list");
    };
    let action = Action::Invite {
        count: 4,
        list: list_hash(&list.write()),
    };
    let notice = Notice::following(terms.fingerprint, None, 1, action);
    let invite = ClientMessage::Invite {
        notice: Signed::sign(&notice, &analyst.signing),
        list: list.write(),
    };
    let ServerMessage::Computation(standing) = hand.wire.ask(&invite).await else {
        panic!("nobody was invited");
    };
    hand.standing = *standing;

    for invitation in 0..4_u64 {
        let keys = SigningKeyPair::<Party>::generate(&mut rng);
        let party = PartyKey::from(*keys.public());
        let ticket = invitation_keys(&analyst.boxes, &terms.fingerprint, invitation);
        let admission = Admission::sign(&ticket, &terms.fingerprint, &party);
        // The right one comes last: what was refused before it has left nothing behind.
        let right = usize::try_from(invitation).unwrap().min(2);
        let wrong = (0..TEAMS.len()).filter(|team| *team != right);
        for (team, sequence) in wrong.chain([right]).zip(1..) {
            let measurement = Measurement::Answers(Box::new(answer(team, 8)));
            let sealed = Submission::seal(&terms, &keys, sequence, &measurement, &mut rng);
            let sealed = sealed.unwrap().admitted(Some(admission));
            let found = submit(served.address, &sealed).await;
            if invitation == 3 || team == right {
                found.unwrap();
            } else {
                assert_eq!(found, Err(ErrorCode::CohortFixed), "{invitation}, {team}");
            }
        }
    }
    let batch = hand.freeze().await;
    assert_eq!(batch.parties, 4);
}
