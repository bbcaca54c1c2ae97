//! The module that every page loads.

mod analyst;
mod computation;
mod errors;
mod forms;
mod invitations;
mod keys;
mod link;
mod outcome;
mod party;
mod reveal;
mod view;
mod wire;
