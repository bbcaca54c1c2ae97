//! Numbers that are asked for: bounds, digits, and what is made of them.

use serde::{Deserialize, Serialize};

use super::{Decimal, is_default};

/// A number that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// Digits behind the point; 0 is a whole number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub decimals: u8,
    /// Least value.
    pub min: Decimal,
    /// Largest value.
    pub max: Decimal,
    /// A larger value is asked about again, and accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warn_above: Option<Decimal>,
    /// Whether it may be left empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optional: bool,
    /// For people, such as `USD`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// For people who fill it in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// What is made of it.
    pub statistics: Vec<Statistic>,
    /// Where the bins of the histogram begin, but for the first, which begins at `min`: rising.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bins: Vec<Decimal>,
}

/// What is made of a number, over all parties and over each cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// How many gave one.
    Count,
    /// Their sum.
    Sum,
    /// Sum / count.
    Mean,
    /// Root of the mean squared distance from the mean.
    PopulationDeviation,
    /// The same with count - 1 in place of count.
    SampleDeviation,
    /// How many are in each bin.
    Histogram,
    /// The middle value, as far as the histogram tells: interpolated within its bin.
    Median,
    /// The values below which a quarter and three quarters are, likewise.
    Quartiles,
}

impl Statistic {
    /// Whether the sum of the values is needed for it.
    #[must_use]
    pub fn needs_sum(self) -> bool {
        matches!(
            self,
            Self::Sum | Self::Mean | Self::PopulationDeviation | Self::SampleDeviation
        )
    }

    /// Whether the sum of the squares is needed for it.
    #[must_use]
    pub fn needs_squares(self) -> bool {
        matches!(self, Self::PopulationDeviation | Self::SampleDeviation)
    }

    /// Whether bins are needed for it.
    #[must_use]
    pub fn needs_bins(self) -> bool {
        matches!(self, Self::Histogram | Self::Median | Self::Quartiles)
    }
}

impl Number {
    /// Least and largest value, as whole numbers of the last digit.
    #[must_use]
    pub fn range(&self) -> Option<(i128, i128)> {
        Some((
            self.min.scaled(self.decimals)?,
            self.max.scaled(self.decimals)?,
        ))
    }

    /// Where each bin begins, from `min`, as whole numbers of the last digit.
    #[must_use]
    pub fn bin_starts(&self) -> Option<Vec<i128>> {
        let starts = [self.min].into_iter().chain(self.bins.iter().copied());
        starts.map(|start| start.scaled(self.decimals)).collect()
    }

    /// Least and largest value of each bin, as whole numbers of the last digit.
    #[must_use]
    pub fn bin_bounds(&self) -> Vec<(i128, i128)> {
        let starts = self.bin_starts().unwrap_or_default();
        let most = self.range().map_or(0, |(_, max)| max);
        let next = starts.iter().skip(1).map(|start| start.saturating_sub(1));
        let ends = next.chain([most]);
        starts.iter().copied().zip(ends).collect()
    }

    /// Whether one of its statistics is such.
    #[must_use]
    pub fn wants(&self, such: impl Fn(Statistic) -> bool) -> bool {
        self.statistics.iter().copied().any(such)
    }
}
