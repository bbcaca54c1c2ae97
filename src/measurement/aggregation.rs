//! What output shares add up to, what is released of that, and what both sides' shares make
//! together.

use num_bigint::BigInt;
use zeroize::Zeroizing;

use super::form::Sums;
use super::groups::Groups;
use super::merging::Merging;
use super::population::Shape;
use super::share::{Output, Repr};
use super::{
    Aggregate, AggregateShare, OutputShare, Population, PresenceShare, Present, ReleasedShare,
    ResultOf, Scheme, Summary,
};
use crate::ids::Blob;

impl Scheme {
    /// The aggregate share of nothing.
    #[must_use]
    pub fn aggregate_init(&self) -> AggregateShare {
        match self {
            Self::Sum(sum) => AggregateShare(Repr::Residue(sum.zero())),
            Self::Form(_) => AggregateShare(Repr::Sums(Sums::default())),
        }
    }

    /// Adds one output share.
    pub fn accumulate(&self, aggregate: &mut AggregateShare, output: &OutputShare) {
        match (self, &mut aggregate.0, &output.0) {
            (Self::Sum(sum), Repr::Residue(to), Output::Sum(residue)) => sum.add(to, residue),
            (Self::Form(_), Repr::Sums(to), Output::Form(output)) => to.push(output),
            _ => {}
        }
    }

    /// Adds the aggregate share of another part of the batch.
    pub fn merge(&self, aggregate: &mut AggregateShare, other: &AggregateShare) {
        self.add(&mut aggregate.0, &other.0);
    }

    fn add(&self, to: &mut Repr, other: &Repr) {
        match (self, to, other) {
            (Self::Sum(sum), Repr::Residue(to), Repr::Residue(other)) => sum.add(to, other),
            (Self::Form(_), Repr::Sums(to), Repr::Sums(other)) => to.merge(other),
            _ => {}
        }
    }

    /// For each part that may be left empty how many of each cohort gave it, where every submission
    /// shows that; nothing where it must be counted, or is not asked.
    #[must_use]
    pub fn shown_presence(
        &self,
        share: &AggregateShare,
        population: &Population,
    ) -> Option<Vec<Vec<Present>>> {
        match (self, &share.0) {
            (Self::Form(form), Repr::Sums(cohorts)) => form.shown_presence(cohorts, population),
            _ => None,
        }
    }

    /// One side's share of how many gave each part that may be left empty, of each cohort that has
    /// enough parties.
    #[must_use]
    pub fn presence_share(&self, share: &AggregateShare, population: &Population) -> PresenceShare {
        PresenceShare(Blob(match (self, &share.0) {
            (Self::Form(form), Repr::Sums(cohorts)) => form.presence(cohorts, population),
            _ => Vec::new(),
        }))
    }

    /// For each part that may be left empty how many of each cohort gave it, from both sides'
    /// shares; nothing if they are not the shares of counts that are possible in the population.
    #[must_use]
    pub fn presence_counts(
        &self,
        ours: &PresenceShare,
        theirs: &PresenceShare,
        population: &Population,
    ) -> Option<Vec<Vec<Present>>> {
        match self {
            Self::Sum(_) => Some(Vec::new()),
            Self::Form(form) => form.presence_counts(&ours.0.0, &theirs.0.0, population),
        }
    }

    /// The sums of what is neither suppressed nor hidden.
    #[must_use]
    pub fn release(&self, share: &AggregateShare, population: &Population) -> ReleasedShare {
        ReleasedShare(match (self, &share.0) {
            (Self::Form(form), Repr::Sums(cohorts)) => {
                Repr::Sums(form.release(cohorts, population))
            }
            (_, whole) => whole.clone(),
        })
    }

    /// The bytes that the server releases: of the same length whatever is suppressed.
    #[must_use]
    pub fn encode_released(&self, share: &ReleasedShare) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.encode(&share.0))
    }

    /// Reads what [`Self::encode_released`] wrote.
    #[must_use]
    pub fn decode_released(&self, bytes: &[u8]) -> Option<ReleasedShare> {
        self.decode(bytes).map(ReleasedShare)
    }

    /// Whether what the other side released has nothing of what is suppressed or hidden, and agrees
    /// with what it said of presence before, if it said anything.
    #[must_use]
    pub fn keeps(
        &self,
        share: &ReleasedShare,
        population: &Population,
        presence: Option<&PresenceShare>,
    ) -> bool {
        match (self, &share.0) {
            (Self::Form(form), Repr::Sums(sums)) => {
                let presence = presence.map(|share| share.0.0.as_slice());
                form.keeps(sums, population, presence)
            }
            // All of a sum is released.
            _ => true,
        }
    }

    /// Puts together what both sides released.
    #[must_use]
    pub fn unshard(
        &self,
        server: &ReleasedShare,
        analyst: &ReleasedShare,
        population: Population,
    ) -> Aggregate {
        let mut values = server.0.clone();
        self.add(&mut values, &analyst.0);
        if let Repr::Sums(sums) = &mut values {
            sums.forget_zeros();
        }
        Aggregate { population, values }
    }

    /// The population ([`Population`]) and the values. Always of the same length.
    #[must_use]
    pub fn encode_aggregate(&self, aggregate: &Aggregate) -> Zeroizing<Vec<u8>> {
        let population = &aggregate.population;
        let (groups, merging) = (self.groups(), self.merging());
        let mut bytes = Zeroizing::new(population.encode(&self.shape(&groups, &merging)));
        bytes.extend_from_slice(&Zeroizing::new(self.encode(&aggregate.values)));
        bytes
    }

    /// Reads what [`Self::encode_aggregate`] wrote.
    #[must_use]
    pub fn decode_aggregate(&self, bytes: &[u8]) -> Option<Aggregate> {
        let (groups, merging) = (self.groups(), self.merging());
        let (population, values) = Population::decode(bytes, &self.shape(&groups, &merging))?;
        Some(Aggregate {
            population,
            values: self.decode(values)?,
        })
    }

    /// For each part that may be left empty and each group 1 where it is hidden, and else 0.
    #[must_use]
    pub fn hidden_flags(&self, population: &Population) -> Vec<u8> {
        let (groups, merging) = (self.groups(), self.merging());
        population.hidden_flags(&self.shape(&groups, &merging))
    }

    fn shape<'a>(&self, groups: &'a Groups, merging: &'a Merging) -> Shape<'a> {
        Shape {
            groups,
            merging,
            parts: self.parts(),
        }
    }

    /// The sum, of a computation that is one.
    #[must_use]
    pub fn total(&self, aggregate: &Aggregate) -> Option<BigInt> {
        match (self, &aggregate.values) {
            (Self::Sum(sum), Repr::Residue(residue)) => Some(sum.interpret(residue)),
            _ => None,
        }
    }

    /// The result as people read it.
    #[must_use]
    pub fn summarise(&self, aggregate: &Aggregate) -> Summary {
        let parties = aggregate.population.parties;
        let result = match (self, &aggregate.values) {
            (Self::Form(form), Repr::Sums(sums)) => {
                ResultOf::Form(Box::new(form.report(sums, &aggregate.population)))
            }
            // Nothing makes an aggregate of another kind than its scheme.
            _ => ResultOf::Sum(self.total(aggregate).unwrap_or_default()),
        };
        Summary { parties, result }
    }

    /// What everybody should know about the result before relying on it.
    #[must_use]
    pub fn caveat(&self, max_parties: u64) -> Option<String> {
        match self {
            Self::Sum(sum) => sum.caveat(max_parties),
            Self::Form(form) => form.caveat(),
        }
    }

    fn encode(&self, values: &Repr) -> Vec<u8> {
        match (self, values) {
            (Self::Sum(sum), Repr::Residue(residue)) => sum.encode(residue),
            (Self::Form(form), Repr::Sums(sums)) => form.encode(sums),
            _ => Vec::new(),
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<Repr> {
        match self {
            Self::Sum(sum) => sum.decode(bytes).map(Repr::Residue),
            Self::Form(form) => form.decode(bytes).map(Repr::Sums),
        }
    }
}
