//! What either side accepts from the other: sizes, counts and times, each with its reason.

use std::time::Duration;

use crate::manifest::room;

/// Longest message from a client, in bytes: the submission, and the record of the result, of the
/// largest form.
pub const CLIENT_MESSAGE: usize = 4 * 1024 * 1024;

/// A message from a client up to so many bytes is always taken: a submission of any sum, and a page's
/// verdicts, fit several times. Longer ones share [`LARGE_MESSAGES`].
pub const SMALL_MESSAGE: usize = 64 * 1024;

/// Bytes of all longer messages together that are on their way at once, beyond the first
/// [`SMALL_MESSAGE`] of each.
pub const LARGE_MESSAGES: usize = 128 * 1024 * 1024;

/// Longest message from a server, in bytes: the accept bitmap of the largest batch, and what is
/// released of the largest form, as base64url.
pub const SERVER_MESSAGE: usize = room::ANSWER_LEN;

/// Most bytes of stored submissions that a page of a reveal is made of.
pub const PAGE_STORED: usize = 4 * 1024 * 1024;

/// Longest page of a reveal, in bytes: large enough that frames cost nothing beside opening boxes,
/// small enough that a few of them are no memory.
pub const PAGE: usize = 192 * 1024;

/// Most submissions in a page: one page is a few hundredths of a second of opening boxes, so that
/// both sides always have work and progress moves.
pub const SUBMISSIONS_PER_PAGE: usize = 1000;

/// Pages under way at once. Both sides open boxes at the same time, each on all of its cores.
pub const PAGES_IN_FLIGHT: usize = 6;

/// Signatures in one message of an audit.
pub const SIGNATURES_PER_MESSAGE: usize = 1000;

/// Computations in one message of a list.
pub const COMPUTATIONS_PER_MESSAGE: usize = 1000;

/// Most computations of one analyst that a client lists.
pub const COMPUTATIONS_LISTED: usize = 1_000_000;

/// Buffers of a WebSocket, in bytes: an idle connection costs two of them.
pub const WEBSOCKET_BUFFER: usize = 4 * 1024;

/// Time for the HTTP request that asks for the upgrade.
pub const HANDSHAKE: Duration = Duration::from_secs(10);

/// Time from the upgrade to `hello`.
pub const HELLO: Duration = Duration::from_secs(10);

/// Time for a message to arrive whole once its first byte has.
pub const MESSAGE: Duration = Duration::from_secs(30);

/// Time for the other side to take a message.
pub const WRITE: Duration = Duration::from_secs(30);

/// Time that the analyst has for the verdicts on a page before the reveal is given up: what the server
/// keeps of the page stays in memory for as long.
pub const VERDICTS: Duration = Duration::from_secs(300);

/// Silence after which the server asks whether the client is still there.
pub const PING_INTERVAL: Duration = Duration::from_secs(20);

/// Silence after which a connection is given up. Longer than [`ANSWER`]: nobody is asked for a sign of
/// life while a request is being answered.
pub const SILENCE: Duration = Duration::from_secs(90);

/// Time for the server to answer a request.
pub const ANSWER: Duration = Duration::from_secs(60);
