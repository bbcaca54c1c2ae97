//! Talking with a person at a terminal.

use std::io;

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::exit::Failure;
use crate::client::ClientError;

/// Lets a person type on a thread of its own, so that Ctrl-C still ends the program. `talk` must not
/// keep the screen locked while it waits: others have something to say then, too.
pub(super) async fn talk<T: Send + 'static>(
    talk: impl FnOnce() -> io::Result<T> + Send + 'static,
    stop: &CancellationToken,
) -> Result<T, Failure> {
    let (done, result) = oneshot::channel();
    std::thread::spawn(move || drop(done.send(talk())));
    tokio::select! {
        result = result => match result {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(Failure::failed(format!("cannot read the terminal: {error}"))),
            Err(_) => Err(Failure::failed("the terminal is gone")),
        },
        () = stop.cancelled() => Err(ClientError::Cancelled.into()),
    }
}
