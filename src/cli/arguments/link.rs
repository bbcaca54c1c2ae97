//! The arguments of an input party that are about its invitation.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use clap::Args;
use clap::builder::BoolishValueParser;

use crate::invitation::{Handover, Link, ParseLinkError};

/// What admits a party, and whose place it takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Invited {
    /// The link that the analyst has sent, which admits you; - reads it from standard input
    ///
    /// It names server and computation, so that nothing else is needed. Whoever sees it can use it:
    /// standard input and the environment keep it out of the shell's history and out of the list of
    /// programs that other users of the machine see.
    #[arg(
        long,
        env = "WEB_MPC_LINK",
        value_name = "URL",
        hide_env_values = true,
        conflicts_with_all = ["fingerprint", "analyst_key"]
    )]
    pub(in crate::cli) link: Option<GivenLink>,
    /// With a link that another device has used: take that device's place
    ///
    /// At once with its consent (--release), or else after the server's waiting time, during which the
    /// other device may object by submitting again.
    #[arg(long, env = "WEB_MPC_TAKE_OVER", value_parser = BoolishValueParser::new())]
    pub(in crate::cli) take_over: bool,
    /// The other device's consent to that: what `input-party release` has printed there
    #[arg(
        long,
        value_name = "CONSENT",
        allow_hyphen_values = true,
        hide_env_values = true
    )]
    pub(in crate::cli) release: Option<Handover>,
}

/// What was given as a link. Whether it is one is found out later: what is wrong with an argument is
/// told together with the argument, and a link is a secret.
#[derive(Clone)]
pub(in crate::cli) enum GivenLink {
    /// This text.
    Text(Result<Link, ParseLinkError>),
    /// The first line of standard input, which was not read yet.
    Input,
}

impl GivenLink {
    /// The link, if it is one.
    pub(in crate::cli) fn link(&self) -> Result<&Link, ParseLinkError> {
        match self {
            Self::Text(link) => link.as_ref().map_err(Clone::clone),
            Self::Input => Err(ParseLinkError::Malformed),
        }
    }
}

impl fmt::Debug for GivenLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GivenLink(..)")
    }
}

impl FromStr for GivenLink {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "-" => Self::Input,
            text => Self::Text(text.parse()),
        })
    }
}
