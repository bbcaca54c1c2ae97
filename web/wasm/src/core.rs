//! What the two pages say to a server, and what they keep.

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
#[cfg(feature = "party")]
mod link;
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
mod wire;
