//! The life of a computation, from its first date to its purge, as real processes.

#[path = "life/dates.rs"]
mod dates;
#[path = "life/hints.rs"]
mod hints;
#[path = "life/links.rs"]
mod links;
#[path = "life/list.rs"]
mod list;
#[path = "life/publication.rs"]
mod publication;
#[path = "life/purge.rs"]
mod purge;
#[path = "life/rounds.rs"]
mod rounds;
#[path = "life/tracking.rs"]
mod tracking;
