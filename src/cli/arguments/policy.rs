//! Flags for what parties see of a computation before they submit.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::manifest::{Access, MAX_PARTIES, Publication, TimeGrain, Tracking};

/// Who may submit, what the analyst sees of it, who is told the result.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Policy {
    /// Who may submit: whoever reaches the server, or who holds an invitation [default: open]
    #[arg(
        long,
        env = "WEB_MPC_ACCESS",
        value_name = "WHO",
        value_parser = words(Access::WORDS).try_map(|word| word.parse::<Access>()),
        global = true
    )]
    pub(in crate::cli) access: Option<Access>,
    /// What you see before the reveal: nothing, how many have submitted, or who [default: count]
    ///
    /// More than the total is seen in steps of --time-grain, and of three parties at least.
    #[arg(
        long,
        env = "WEB_MPC_TRACKING",
        value_name = "WHAT",
        value_parser = words(Tracking::WORDS).try_map(|word| word.parse::<Tracking>()),
        global = true
    )]
    pub(in crate::cli) tracking: Option<Tracking>,
    /// Who is told the result beside you [default: none]
    #[arg(
        long,
        env = "WEB_MPC_PUBLISH",
        value_name = "TO",
        value_parser = words(Publication::WORDS).try_map(|word| word.parse::<Publication>()),
        global = true
    )]
    pub(in crate::cli) publish: Option<Publication>,
    /// In which steps of time you see more than the total: 1s to 7d [default: 1h]
    #[arg(long, env = "WEB_MPC_TIME_GRAIN", value_name = "TIME", global = true)]
    pub(in crate::cli) time_grain: Option<TimeGrain>,
    /// Most submissions that you alone may reject in a reveal [default: any; a tenth of the invited]
    #[arg(
        long,
        env = "WEB_MPC_MAX_REJECTED",
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(0..=MAX_PARTIES),
        global = true
    )]
    pub(in crate::cli) max_rejected: Option<u64>,
}

fn words(words: &'static [&'static str]) -> PossibleValuesParser {
    PossibleValuesParser::new(words)
}
