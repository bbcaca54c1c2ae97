//! What one address may do: so many connections at the same time, and so many connections and
//! requests in a second. No address can keep the others out.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZero;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::protocol::limits;

/// What is allowed in so much time may be used at once: a person's programs connect and ask in
/// bursts, and so do people who share an address when a collection opens.
const BURST: Duration = Duration::from_secs(5);

/// Longest time for which an address is kept waiting with its next request. Its other connections
/// wait as well, so that this is a brake for all of them together.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Addresses that are remembered, whether they are connected or not: some 100 bytes each.
const REMEMBERED: usize = 65_536;

/// Bytes of long answers and of reveals that the connections of one address may keep in memory
/// together, beyond the first: two of the largest forms, and a small part of what all may keep.
const HELD_BYTES: usize = 64 << 20;

/// What one address may do. An address of IPv6 stands for its network of 2^64 addresses, which is
/// what one household or machine is given.
#[derive(Debug, Clone, Copy)]
pub struct AddressLimits {
    /// Connections at the same time.
    pub connections: Option<NonZero<u32>>,
    /// New connections in a second; those of five seconds may come at once.
    pub connection_rate: Option<NonZero<u32>>,
    /// Requests in a second; those of five seconds may come at once. Who sends more waits.
    pub request_rate: Option<NonZero<u32>>,
    /// Whether programs of this machine count as well.
    pub count_loopback: bool,
}

impl Default for AddressLimits {
    fn default() -> Self {
        Self {
            connections: NonZero::new(256),
            connection_rate: NonZero::new(100),
            request_rate: NonZero::new(1000),
            count_loopback: false,
        }
    }
}

/// Lets connections in. Clones share what they know.
#[derive(Debug, Clone)]
pub(super) struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: AddressLimits,
    guests: Mutex<Guests>,
}

/// One connection that was let in; it counts until it is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    gate: Gate,
    /// Nothing where the address does not count.
    origin: Option<Origin>,
    /// Bytes that it keeps in memory.
    held: usize,
}

/// An address, as far as one party cannot choose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Origin(IpAddr);

impl From<IpAddr> for Origin {
    fn from(address: IpAddr) -> Self {
        /// The part of an address that names the network.
        const NETWORK: u128 = u128::MAX << 64;
        Self(match address.to_canonical() {
            IpAddr::V6(address) if !address.is_loopback() => {
                Ipv6Addr::from_bits(address.to_bits() & NETWORK).into()
            }
            address => address,
        })
    }
}

impl Gate {
    pub(super) fn new(limits: AddressLimits) -> Self {
        Self(Arc::new(Inner {
            limits,
            guests: Mutex::new(Guests::new()),
        }))
    }

    /// Lets a connection in, unless its address has too many or makes them too fast.
    pub(super) fn admit(&self, address: IpAddr, now: Instant) -> Option<Pass> {
        let limits = &self.0.limits;
        let origin = Origin::from(address);
        let counts = limits.count_loopback || !origin.0.is_loopback();
        if counts && !self.guests().enter(origin, limits, now) {
            return None;
        }
        Some(Pass {
            gate: self.clone(),
            origin: counts.then_some(origin),
            held: 0,
        })
    }

    fn guests(&self) -> MutexGuard<'_, Guests> {
        let guests = self.0.guests.lock();
        guests.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// Counts a message of so many bytes; until when the next one must wait, if it must.
    pub(super) fn request(&self, bytes: usize, now: Instant) -> Option<Instant> {
        self.spend(cost(bytes).saturating_add(1), now)
    }

    /// Counts an answer for which so many bytes were read or are sent, in the same way; a short one
    /// was paid for with its request.
    pub(super) fn answered(&self, bytes: usize, now: Instant) -> Option<Instant> {
        match cost(bytes) {
            0 => None,
            cost => self.spend(cost, now),
        }
    }

    fn spend(&self, cost: u32, now: Instant) -> Option<Instant> {
        let rate = self.gate.0.limits.request_rate?;
        let origin = self.origin?;
        let mut guests = self.gate.guests();
        let guest = guests.known.get_mut(&origin)?;
        guest.requests.spend(cost, rate, now)
    }

    /// Keeps so many bytes in memory for this connection, in place of what it kept before; or
    /// changes nothing, where its address keeps too much.
    pub(super) fn hold(&mut self, bytes: usize) -> bool {
        let Some(origin) = self.origin else {
            return true;
        };
        let mut guests = self.gate.guests();
        let Some(guest) = guests.known.get_mut(&origin) else {
            return true;
        };
        let others = guest.held.saturating_sub(self.held);
        let all = others.saturating_add(bytes);
        if bytes > self.held && others > 0 && all > HELD_BYTES {
            return false;
        }
        (guest.held, self.held) = (all, bytes);
        true
    }
}

/// A long message is as much work as several.
fn cost(bytes: usize) -> u32 {
    u32::try_from(bytes / limits::SMALL_MESSAGE).unwrap_or(u32::MAX)
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(origin) = self.origin
            && let Some(guest) = self.gate.guests().known.get_mut(&origin)
        {
            guest.connections = guest.connections.saturating_sub(1);
            guest.held = guest.held.saturating_sub(self.held);
        }
    }
}

/// What is known of one address.
#[derive(Debug)]
struct Guest {
    connections: u32,
    held: usize,
    arrivals: Account,
    requests: Account,
}

impl Guest {
    /// Whether forgetting it would change nothing.
    fn is_forgettable(&self, now: Instant) -> bool {
        self.connections == 0 && self.arrivals.is_even(now) && self.requests.is_even(now)
    }
}

#[derive(Debug)]
struct Guests {
    known: HashMap<Origin, Guest>,
    /// How many there may be before some are forgotten.
    most: usize,
}

impl Guests {
    fn new() -> Self {
        Self {
            known: HashMap::new(),
            most: REMEMBERED,
        }
    }

    /// One more connection; whether it may come.
    fn enter(&mut self, origin: Origin, limits: &AddressLimits, now: Instant) -> bool {
        if !self.known.contains_key(&origin) && self.known.len() >= self.most {
            self.forget(now);
        }
        let guest = self.known.entry(origin).or_insert_with(|| Guest {
            connections: 0,
            held: 0,
            arrivals: Account::new(now),
            requests: Account::new(now),
        });
        let most = limits.connections.map_or(u32::MAX, NonZero::get);
        if guest.connections >= most {
            return false;
        }
        if let Some(rate) = limits.connection_rate
            && !guest.arrivals.take(rate, now)
        {
            return false;
        }
        guest.connections = guest.connections.saturating_add(1);
        true
    }

    /// Makes so much room that this is rarely done. Who makes tens of thousands of addresses speak
    /// within seconds is not held by the rates of each, but by the number of all connections.
    fn forget(&mut self, now: Instant) {
        self.known.retain(|_, guest| !guest.is_forgettable(now));
        if self.known.len() > self.most / 2 {
            self.known.retain(|_, guest| guest.connections > 0);
        }
        self.most = REMEMBERED.max(self.known.len().saturating_mul(2));
    }
}

/// What was used of a rate: the time at which all of it is made up for.
#[derive(Debug, Clone, Copy)]
struct Account(Instant);

impl Account {
    fn new(now: Instant) -> Self {
        Self(now)
    }

    fn is_even(&self, now: Instant) -> bool {
        self.0 <= now
    }

    /// Uses one, if there is one.
    fn take(&mut self, rate: NonZero<u32>, now: Instant) -> bool {
        let due = self.0.max(now) + Duration::from_secs(1) / rate.get();
        let allowed = due <= now + BURST;
        if allowed {
            self.0 = due;
        }
        allowed
    }

    /// Uses some, even if there are not as many: then until when to wait.
    fn spend(&mut self, count: u32, rate: NonZero<u32>, now: Instant) -> Option<Instant> {
        let spacing = Duration::from_secs(1) / rate.get();
        let due = self.0.max(now) + spacing.saturating_mul(count).min(BURST);
        self.0 = due.min(now + BURST + LONGEST_PAUSE);
        let wait = self.0.duration_since(now).saturating_sub(BURST);
        (!wait.is_zero()).then(|| now + wait)
    }
}

#[cfg(test)]
mod tests;
