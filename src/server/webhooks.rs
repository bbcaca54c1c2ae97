//! Tells a receiver of the operator's what happens to computations, as the Standard Webhooks
//! specification has it.
//!
//! An event is written in the transaction of what it tells of (`store`), where there is a webhook,
//! and deleted when the receiver has answered with a status of success. One task reads the oldest
//! and sends them one after the other: in order, once or more, whatever fails or is restarted. What
//! the receiver does, or leaves undone, is nothing that a submission waits for.

mod endpoint;
mod message;
mod secrets;
mod sender;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::endpoint::{Endpoint, EndpointError};
use self::message::Message;
pub use self::secrets::{Secrets, SecretsError};
use self::sender::{Sender, Undelivered};
use super::tls::Outgoing;
use super::{ServerError, Shared};
use crate::files::roots::RootsError;
use crate::store::{Announcements, StoreError};

/// Events that are read at a time.
const BATCH: usize = 32;

/// Pause after the first failure; each one after it is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Where events go, signed with what.
#[derive(Clone)]
pub struct Webhook {
    endpoint: Endpoint,
    secrets: Secrets,
    /// For `https`.
    tls: Option<Outgoing>,
    /// Longest pause between two tries.
    longest_pause: Duration,
}

impl Webhook {
    /// What is needed to send. Over `https`, certificates count that are in `ca_cert` or signed by
    /// one of them, or else those that this machine trusts.
    pub fn new(
        endpoint: Endpoint,
        secrets: Secrets,
        ca_cert: Option<&Path>,
        longest_pause: Duration,
    ) -> Result<Self, RootsError> {
        let secure = endpoint.secure;
        let tls = secure.then(|| Outgoing::new(ca_cert)).transpose()?;
        Ok(Self {
            endpoint,
            secrets,
            tls,
            longest_pause,
        })
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({:?})", self.endpoint)
    }
}

/// Why the task pauses.
enum Trouble {
    Receiver(Undelivered),
    Store(StoreError),
}

/// The task that delivers. It ends with its owner; what is not delivered waits for the next start.
pub(super) struct Delivering {
    tasks: TaskTracker,
    stop: CancellationToken,
    task: AbortHandle,
}

impl Delivering {
    /// Delivers what waits now, as long as that succeeds.
    pub(super) async fn finish(&self) {
        self.stop.cancel();
        self.tasks.wait().await;
    }
}

impl Drop for Delivering {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Has events written from now on, and delivered.
pub(super) async fn begin(
    webhook: Webhook,
    shared: &Arc<Shared>,
) -> Result<Delivering, ServerError> {
    let wake = Arc::new(Notify::new());
    let announcements = Announcements {
        clock: {
            let clock = shared.clock.clone();
            Arc::new(move || clock.now())
        },
        wake: Arc::clone(&wake),
        dropped: Arc::clone(&shared.metrics.events_dropped),
    };
    let announcing = shared.store.announce(announcements).await;
    announcing.map_err(|error| ServerError::Start(error.into()))?;
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let deliver = deliver(webhook, Arc::clone(shared), wake, stop.clone());
    let task = tasks.spawn(deliver).abort_handle();
    tasks.close();
    Ok(Delivering { tasks, stop, task })
}

/// Delivers events until the server stops, and then once more what waits, as long as that succeeds.
async fn deliver(
    webhook: Webhook,
    shared: Arc<Shared>,
    wake: Arc<Notify>,
    stop: CancellationToken,
) {
    let longest = webhook.longest_pause;
    let mut sender = Sender::new(webhook);
    let mut failures = 0_u32;
    loop {
        let stopping = stop.is_cancelled();
        match drain(&mut sender, &shared).await {
            Ok(()) if stopping => return,
            Ok(()) => {
                if failures > 0 {
                    tracing::info!("events are delivered again");
                }
                failures = 0;
                tokio::select! {
                    () = wake.notified() => {}
                    () = stop.cancelled() => {}
                }
            }
            Err(trouble) => {
                complain(&trouble, failures == 0);
                shared.metrics.events_failed.count();
                if stopping {
                    return;
                }
                let pause = pause(failures, longest);
                failures = failures.saturating_add(1);
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = stop.cancelled() => {}
                }
            }
        }
    }
}

/// Twice as long each time, up to the longest.
fn pause(failures: u32, longest: Duration) -> Duration {
    let factor = 2_u32.saturating_pow(failures);
    FIRST_PAUSE.saturating_mul(factor).min(longest)
}

fn complain(trouble: &Trouble, first: bool) {
    match trouble {
        Trouble::Store(error) => {
            let error: &dyn std::error::Error = error;
            tracing::error!(error, "events cannot be read");
        }
        Trouble::Receiver(why) if first => {
            tracing::warn!(%why, "events cannot be delivered, and wait");
        }
        Trouble::Receiver(why) => tracing::debug!(%why, "events cannot be delivered yet"),
    }
}

/// Sends until nothing waits, or something fails.
async fn drain(sender: &mut Sender, shared: &Shared) -> Result<(), Trouble> {
    loop {
        let events = shared.store.events(BATCH).await.map_err(Trouble::Store)?;
        let (mut last, mut failed) = (None, None);
        for event in &events {
            let message = Message::of(event);
            match sender.send(&message, shared.clock.now()).await {
                Ok(()) => last = Some(event.number),
                Err(why) => {
                    failed = Some(Trouble::Receiver(why));
                    break;
                }
            }
            shared.metrics.events_delivered.count();
        }
        if let Some(last) = last {
            let forgotten = shared.store.forget_events(last).await;
            forgotten.map_err(Trouble::Store)?;
        }
        match failed {
            Some(trouble) => return Err(trouble),
            None if events.is_empty() => return Ok(()),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest() {
        let longest = Duration::from_secs(300);
        let pauses = [0, 1, 2, 8, 9, 31, u32::MAX].map(|failures| pause(failures, longest));
        assert_eq!(
            pauses.map(|pause| pause.as_secs()),
            [1, 2, 4, 256, 300, 300, 300]
        );
        assert_eq!(
            pause(5, Duration::from_millis(100)),
            Duration::from_millis(100)
        );
    }
}
