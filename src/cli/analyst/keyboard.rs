//! Enter, from the moment it is pressed until it is answered.

use std::io::IsTerminal;

use tokio::sync::mpsc;

use super::super::signals;
use crate::batch::Batch;

/// What came from standard input.
pub(super) struct Keyboard {
    pub(super) lines: mpsc::Receiver<()>,
    /// There will be no more.
    pub(super) ended: bool,
    pub(super) enter: Enter,
    /// Whether the server was asked if the round is too near to another one.
    pub(super) compared: bool,
    /// Whether a person is there to be asked.
    pub(super) person: bool,
}

impl Keyboard {
    /// Listens, from now on.
    pub(super) fn new() -> Self {
        Self {
            lines: signals::lines(),
            ended: false,
            enter: Enter::Awaited,
            compared: false,
            person: std::io::stdin().is_terminal(),
        }
    }
}

/// What became of Enter.
pub(super) enum Enter {
    /// It was not pressed, or is answered.
    Awaited,
    /// The server was asked which round is near; perhaps the connection was lost.
    Comparing,
    /// The freeze was asked for; perhaps the connection was lost.
    Freezing,
    /// This is frozen, and the person is asked whether to reveal it nevertheless.
    Frozen(Batch),
}

impl Enter {
    /// Whether an answer is due.
    pub(super) fn is_asked(&self) -> bool {
        matches!(self, Self::Comparing | Self::Freezing)
    }
}
