//! Ctrl-C, SIGTERM and the lines of standard input.

use std::io::BufRead;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::output::Output;

/// A token that the first Ctrl-C or SIGTERM cancels, from when this returns.
pub(super) fn stop(output: &Output) -> CancellationToken {
    let token = CancellationToken::new();
    let stopped = token.clone();
    let (signalled, output) = (signalled(), output.clone());
    tokio::spawn(async move {
        signalled.await;
        output.interrupted();
        stopped.cancel();
    });
    token
}

/// The first Ctrl-C or SIGTERM, from when this is called.
#[cfg(unix)]
pub(super) fn signalled() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    async fn next(listener: Option<tokio::signal::unix::Signal>) {
        match listener {
            Some(mut listener) => drop(listener.recv().await),
            None => std::future::pending().await,
        }
    }
    // Here, not in the task: a signal that comes before the task runs counts too.
    let interrupted = signal(SignalKind::interrupt()).ok();
    let terminated = signal(SignalKind::terminate()).ok();
    async {
        tokio::select! {
            () = next(interrupted) => {}
            () = next(terminated) => {}
        }
    }
}

#[cfg(not(unix))]
pub(super) async fn signalled() {
    drop(tokio::signal::ctrl_c().await);
}

/// What to do at every SIGHUP, from when this returns; it may block. Without it, that signal ends a
/// program.
#[cfg(unix)]
pub(super) fn at_hangup(work: impl Fn() + Send + Sync + 'static) {
    use tokio::signal::unix::{SignalKind, signal};
    let work = std::sync::Arc::new(work);
    if let Ok(mut hangups) = signal(SignalKind::hangup()) {
        tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                let work = std::sync::Arc::clone(&work);
                // One after the other.
                drop(tokio::task::spawn_blocking(move || work()).await);
            }
        });
    }
}

#[cfg(not(unix))]
pub(super) fn at_hangup(_work: impl Fn() + Send + Sync + 'static) {}

/// One item for each line of standard input; the channel closes at its end.
///
/// A thread of its own: reading cannot be interrupted, and must not keep the program from ending.
pub(super) fn lines() -> mpsc::Receiver<()> {
    let (sender, receiver) = mpsc::channel(16);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        // Lines are only counted: one byte is looked at a time, whatever their length.
        while let Ok(consumed) = skip_line(&mut input) {
            if !consumed || sender.blocking_send(()).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Reads to the end of a line; whether there was one.
fn skip_line(input: &mut impl BufRead) -> std::io::Result<bool> {
    let mut any = false;
    loop {
        let (len, end) = {
            let buffer = input.fill_buf()?;
            match buffer.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at.saturating_add(1), true),
                None => (buffer.len(), buffer.is_empty()),
            }
        };
        any |= len > 0;
        input.consume(len);
        if end {
            return Ok(any);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_whatever_their_length() {
        let text = format!("\n{}\nlast", "x".repeat(100_000));
        let mut input = std::io::BufReader::with_capacity(16, text.as_bytes());
        let mut count = 0;
        while skip_line(&mut input).unwrap() {
            count += 1;
        }
        assert_eq!(count, 3);
    }
}
