//! Bytes of memory of one kind, counted over all connections.

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many bytes, and how many of them are taken. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Room {
    taken: Arc<AtomicUsize>,
    most: usize,
}

impl Room {
    pub(super) fn new(most: usize) -> Self {
        Self {
            taken: Arc::default(),
            most,
        }
    }

    /// How many bytes are taken.
    pub(super) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Whether all of it is taken.
    pub(super) fn is_full(&self) -> bool {
        self.taken() >= self.most
    }

    /// Takes so many bytes, if there are as many.
    pub(super) fn take(&self, bytes: usize) -> Option<Taken> {
        let mut taken = self.none();
        taken.grow(bytes).then_some(taken)
    }

    /// Counts so many bytes, even if there are not as many: for what is in memory already.
    pub(super) fn count(&self, bytes: usize) -> Taken {
        self.taken.fetch_add(bytes, Ordering::Relaxed);
        Taken {
            room: self.clone(),
            bytes,
        }
    }

    /// Nothing of it, to begin with.
    pub(super) fn none(&self) -> Taken {
        Taken {
            room: self.clone(),
            bytes: 0,
        }
    }
}

/// What somebody has of a room, until it is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    room: Room,
    bytes: usize,
}

impl Taken {
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Sees to it that so many bytes are taken, if there are as many.
    pub(super) fn grow(&mut self, bytes: usize) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        let most = self.room.most;
        let grown = |taken: usize| taken.checked_add(more).filter(|taken| *taken <= most);
        let room = &self.room.taken;
        let has_room = more == 0
            || room
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown)
                .is_ok();
        if has_room {
            self.bytes = self.bytes.max(bytes);
        }
        has_room
    }

    pub(super) fn give_back(&mut self) {
        let bytes = mem::take(&mut self.bytes);
        self.room.taken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_given_back() {
        let room = Room::new(10);
        let mut first = room.take(6).unwrap();
        assert!(room.take(5).is_none());
        assert!(first.grow(10) && room.is_full());
        assert!(!first.grow(11));
        first.give_back();
        assert_eq!(room.taken(), 0);
        // What is there counts, whether there was room for it or not.
        let counted = room.count(12);
        assert!(room.is_full() && room.take(1).is_none());
        drop((first, counted));
        assert_eq!(room.taken(), 0);
    }
}
