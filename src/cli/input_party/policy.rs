//! What a party is told of a computation before anything leaves: who may submit, what the analyst
//! sees of it, who is told the result, and until when.

use crate::cli::dates;
use crate::manifest::{Access, Dates, Manifest, Publication, TimeGrain, Tracking};
use crate::session::Announced;

/// A line for each thing that is not as in every computation.
pub(super) fn lines(manifest: &Manifest, announced: &Announced) -> Vec<String> {
    let all = [
        invitations(manifest, announced),
        place(manifest),
        minimum(manifest),
        rounds(manifest),
        tracking(manifest),
        publication(manifest),
        when(announced.dates),
    ];
    all.into_iter().flatten().collect()
}

fn invitations(manifest: &Manifest, announced: &Announced) -> Option<String> {
    let made = announced.invitations;
    match manifest.access {
        Access::Open => None,
        Access::Invited if made == 1 => {
            Some("One invitation was made so far, by the analyst.".to_owned())
        }
        Access::Invited => Some(format!(
            "{made} invitations were made so far, by the analyst."
        )),
    }
}

/// Where links are made by somebody, that somebody can use them.
fn place(manifest: &Manifest) -> Option<String> {
    (manifest.access == Access::Invited).then(|| {
        "Whoever holds your link, and the analyst who made it, can ask for your place with another \
         device, and has it once the server's waiting time is over, unless you submit or withdraw \
         something meanwhile. You see it with `input-party verify` after the reveal."
            .to_owned()
    })
}

fn rounds(manifest: &Manifest) -> Option<String> {
    let round = manifest.round;
    (round > 1).then(|| {
        format!(
            "This is round {round}: if nearly the same people take part in two rounds, the difference \
             of the results is about those few who do not."
        )
    })
}

fn minimum(manifest: &Manifest) -> Option<String> {
    match (manifest.access, manifest.min_parties) {
        (Access::Open, _) => None,
        (Access::Invited, 0 | 1) => Some(
            "There is a result with one party already: then it is that party's own.".to_owned(),
        ),
        (Access::Invited, least) => Some(format!(
            "There is a result only if at least {least} parties count."
        )),
    }
}

fn tracking(manifest: &Manifest) -> Option<String> {
    let grain = TimeGrain::from_seconds(manifest.time_grain);
    let grain = grain.map_or_else(String::new, |grain| grain.to_string());
    match (manifest.access, manifest.tracking) {
        (Access::Open, _) => None,
        (Access::Invited, Tracking::None) => {
            Some("The analyst is not told before the reveal how many have submitted.".to_owned())
        }
        (Access::Invited, Tracking::Count) => {
            Some("The analyst is told how many have submitted, not who.".to_owned())
        }
        (Access::Invited, Tracking::Labels) => Some(format!(
            "The analyst and the server see by the label of your invitation that you have submitted \
             (the analyst in steps of {grain}), not what."
        )),
    }
}

fn publication(manifest: &Manifest) -> Option<String> {
    let who = match (manifest.access, manifest.publication) {
        (Access::Open, Publication::None) => return None,
        (Access::Invited, Publication::None) => "The result is told to the analyst alone.",
        (_, Publication::Parties) => "The result is told to everybody who is invited.",
        (_, Publication::Public) => {
            "The result is published: the server and everybody can read it."
        }
    };
    Some(who.to_owned())
}

fn when(dates: Dates) -> Option<String> {
    let until = dates::shown(dates.closes_at?);
    Some(format!("Submissions are taken until {until}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::World;
    use crate::manifest::Phase;

    #[test]
    fn a_party_is_told_what_is_not_as_everywhere() {
        let mut manifest = World::new(1).terms.manifest;
        let mut announced = Announced {
            phase: Phase::Open,
            invitations: 0,
            dates: Dates::default(),
        };
        assert!(lines(&manifest, &announced).is_empty());
        manifest.access = Access::Invited;
        let told = lines(&manifest, &announced);
        assert!(
            told.iter().any(|line| line.contains("how many")),
            "{told:?}"
        );
        assert!(told.iter().any(|line| line.contains("alone")), "{told:?}");
        manifest.tracking = Tracking::Labels;
        manifest.publication = Publication::Parties;
        announced.invitations = 40;
        announced.dates.closes_at = Some(0);
        let told = lines(&manifest, &announced);
        assert_eq!(told.len(), 6);
        assert!(told[0].starts_with("40 invitations"), "{told:?}");
        assert!(told[1].contains("the analyst who made it, can"), "{told:?}");
        assert!(told[3].contains("in steps of 1h"), "{told:?}");
        assert!(told[4].contains("everybody who is invited"), "{told:?}");
        assert!(
            told[5].starts_with("Submissions are taken until 1970-01-01"),
            "{told:?}"
        );
        manifest.round = 3;
        let told = lines(&manifest, &announced);
        assert_eq!(told.len(), 7);
        assert!(
            told[3].starts_with("This is round 3: if nearly the same"),
            "{told:?}"
        );
    }
}
