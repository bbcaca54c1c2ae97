//! Lies about the groups of a survey.

use std::collections::BTreeSet;

use web_mpc::batch::{Batch, Commit};
use web_mpc::client::{ClientError, Found};
use web_mpc::crypto::{Analyst, Identity};
use web_mpc::disclosure::Outcome;
use web_mpc::form::{Answers, Form};
use web_mpc::ids::{Blob, Digest, PartyKey};
use web_mpc::manifest::{Manifest, Terms};
use web_mpc::measurement::merging::Merged;
use web_mpc::measurement::{Population, ReleasedShare};
use web_mpc::record::Signed;
use web_mpc::reveal::Tally;
use web_mpc::session::Purpose;
use web_mpc::submission::Submission;

use super::super::super::wire::hand::HEADER;
use super::super::{honest, survey};
use super::{Liar, Lie, Lying};

/// The honest analyst's whole run against a liar.
pub(in super::super) async fn deceive(liar: Liar) -> (Result<Found, ClientError>, Lying) {
    let keys = tempfile::tempdir().unwrap();
    let mut analyst = honest(&liar.analyst, &liar.terms, &keys);
    let lying = liar.listen().await;
    let run = async {
        let (mut connection, joined) = analyst.join(&lying.url, Purpose::Existing).await?;
        let batch = analyst.batch(&mut connection, &joined).await?;
        analyst.reveal_on(&mut connection, &joined, &batch).await
    };
    (run.await, lying)
}

impl Liar {
    /// About a form with teams.
    pub(in super::super) fn asking(lie: Lie, seed: u64) -> Self {
        Self::about(&survey::form(), &survey::everybody(), lie, seed)
    }

    /// About another form, to which all these are answers.
    pub(in super::super) fn about(form: &Form, all: &[Answers], lie: Lie, seed: u64) -> Self {
        let ask = |analyst: &Identity<Analyst>, manifest: &mut Manifest| {
            manifest.kind = survey::kind(form, analyst, manifest);
            manifest.min_parties = 3;
        };
        let seal = |terms: &Terms, rng: &mut _| {
            let sealed = all.iter().map(|answers| survey::seal(terms, answers, rng));
            sealed.collect()
        };
        Self::with(lie, seed, ask, seal)
    }

    /// The analyst's verdicts as this server takes them: a message that it spoils is one that it can
    /// reject, as if it had come so.
    pub(super) fn misread(&self, page: &[Submission], verdicts: &[u8]) -> Vec<u8> {
        let mut verdicts = verdicts.to_vec();
        let rejected = self.rejected();
        let len = 1 + self.terms.scheme.lengths().verifier_message;
        for (submission, entry) in page.iter().zip(verdicts[HEADER..].chunks_exact_mut(len)) {
            if rejected.contains(&submission.party_key) {
                entry[1..].iter_mut().for_each(|byte| *byte ^= 0xff);
            }
        }
        verdicts
    }

    /// Whom it rejects for nothing.
    fn rejected(&self) -> BTreeSet<PartyKey> {
        let all = self.submissions.iter();
        let team = |submission: &&Submission| {
            self.terms.scheme.cohort(&submission.public_part.0) == Some(0)
        };
        let key = |submission: &Submission| submission.party_key;
        match self.lie {
            Lie::RejectsTeam => all.filter(team).skip(2).map(key).collect(),
            Lie::RejectsAllButTwo => all.skip(2).map(key).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// Another commit about groups than the analyst sent, under the analyst's signature on its own.
    pub(super) fn other_groups(&self, signed: &Signed<Commit>) -> Option<Signed<Commit>> {
        let key = self.terms.manifest.analyst.signing_key;
        let mut commit = signed.open(&key).unwrap();
        let nothing = Outcome::without(Vec::new());
        let merging = |options: &[u32]| Outcome::Release {
            suppressed: Vec::new(),
            merged: Merged::new(vec![options.to_vec()]),
            hidden: None,
        };
        commit.outcome = match self.lie {
            Lie::HidesAnother => Outcome::Release {
                suppressed: Vec::new(),
                merged: Merged::nothing(),
                hidden: Some(Digest::new([9; 32])),
            },
            Lie::SuppressesLess => Outcome::without(vec![3]),
            Lie::SuppressesNothing | Lie::HidesNothing | Lie::MergesLess => nothing,
            Lie::CountsMoreInATeam => {
                commit.counts.cohorts = vec![4, 4, 3];
                nothing
            }
            Lie::CountsMore => {
                commit.counts.accepted = 12;
                commit.counts.cohorts = vec![5, 4, 3];
                nothing
            }
            Lie::MergesMore => merging(&[1, 2]),
            Lie::MergesAnother => merging(&[1]),
            _ => return None,
        };
        let body = serde_json::to_vec(&commit).unwrap();
        Some(Signed::from_parts(Blob(body), signed.signature))
    }

    /// What it releases.
    pub(super) fn share(&self, commit: &Blob, tally: &Tally) -> ReleasedShare {
        let scheme = &self.terms.scheme;
        let population = self.population(commit, tally);
        let share = scheme.release(tally.aggregate(), &population);
        if self.lie != Lie::ReleasesMergedApart {
            return share;
        }
        let unmerged = Population {
            merged: Merged::nothing(),
            ..population
        };
        let unmerged = scheme.release(tally.aggregate(), &unmerged);
        let [mut all, apart] = [share, unmerged].map(|share| scheme.encode_released(&share));
        let len = all.len() / scheme.groups().len();
        let blue = 3 * len..4 * len;
        all[blue.clone()].copy_from_slice(&apart[blue]);
        scheme.decode_released(&all).unwrap()
    }

    /// Whose sums it releases: those of the groups that the commit does not suppress, or of all.
    fn population(&self, commit: &Blob, tally: &Tally) -> Population {
        let commit: Commit = serde_json::from_slice(&commit.0).unwrap();
        let batch = Batch {
            fingerprint: commit.fingerprint,
            parties: tally.len(),
            root: commit.root,
            invitations: None,
        };
        let mut population = tally.decide(&self.terms, &batch).unwrap().population;
        match self.lie {
            Lie::ReleasesEverything => return Population::whole(commit.counts.accepted),
            Lie::ReleasesWhatIsHidden => population.hidden.iter_mut().for_each(Vec::clear),
            Lie::ReleasesOneMore => drop(population.hidden[0].pop()),
            Lie::ReleasesUnmerged => population.merged = Merged::nothing(),
            _ => {}
        }
        population
    }
}
