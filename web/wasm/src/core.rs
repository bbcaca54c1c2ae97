//! What the two pages say to a server, and what they keep.

#[cfg(feature = "after")]
mod after;
#[cfg(feature = "analyst")]
mod analyst;
#[cfg(feature = "party")]
mod computation;
mod errors;
#[cfg(feature = "analyst")]
mod forms;
#[cfg(feature = "analyst")]
mod invitations;
#[cfg(feature = "analyst")]
mod keys;
#[cfg(any(feature = "party", feature = "after"))]
#[cfg_attr(
    feature = "after",
    expect(dead_code, reason = "it needs less of it than the module before it")
)]
mod link;
#[cfg(any(feature = "analyst", feature = "after"))]
mod outcome;
#[cfg(feature = "party")]
mod party;
#[cfg(feature = "analyst")]
mod reveal;
#[cfg(feature = "party")]
mod shelf;
#[cfg(feature = "party")]
mod takeover;
mod view;
#[cfg_attr(
    feature = "after",
    expect(dead_code, reason = "it needs less of it than the module before it")
)]
mod wire;
