//! The computations that are in memory, loaded when somebody asks for them; and those who wait for
//! one that does not exist yet.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::live::{Live, Seat};
use super::memory::Room;
use super::safe::Shown;
use super::stored;
use super::waiting::Waiting;
use super::{Shared, freeze, purge, refusals};
use crate::batch::{Batch, commit_hash};
use crate::crypto::{Server, VerifyingKey};
use crate::ids::{ComputationName, Fingerprint};
use crate::manifest::{Manifest, Phase, Terms};
use crate::protocol::{ErrorCode, Refusal, Which};
use crate::record::Countersigned;
use crate::store::{NewComputation, StoredComputation, StoredFreeze};

/// What the log says of what the store holds and this server did not write.
const INVALID: &str = "a computation in the store is invalid";

/// How much of the memory computations may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Computations that are kept while nobody uses them.
    pub(super) kept: usize,
    /// Bytes that all may have together before those are dropped that nobody uses: a form of the
    /// largest sort has tens of megabytes.
    pub(super) kept_bytes: usize,
    /// Bytes with which none is loaded any more: only requests that are being answered, reveals and
    /// answers on their way can have as many, and they end.
    pub(super) most_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            kept: 256,
            kept_bytes: 128 << 20,
            most_bytes: 512 << 20,
        }
    }
}

/// A computation that is in memory.
#[derive(Debug)]
struct Kept {
    live: Arc<Live>,
    /// Rises with each time that somebody asked for one.
    asked: u64,
}

/// What is in memory.
#[derive(Debug, Default)]
struct Index {
    computations: HashMap<Fingerprint, Kept>,
    /// How often one was asked for.
    asked: u64,
    /// Those that somebody has, whether the computation is in memory or not.
    seats: HashMap<Fingerprint, Weak<Seat>>,
    /// The newest round of each name, where it is in memory.
    names: HashMap<ComputationName, Fingerprint>,
}

impl Index {
    fn find(&mut self, which: &Which) -> Option<Arc<Live>> {
        let fingerprint = match which {
            Which::Fingerprint(fingerprint) => fingerprint,
            Which::Name(name) => self.names.get(name)?,
        };
        let kept = self.computations.get_mut(fingerprint)?;
        self.asked = self.asked.saturating_add(1);
        kept.asked = self.asked;
        Some(Arc::clone(&kept.live))
    }

    fn keep(&mut self, live: &Arc<Live>) {
        self.asked = self.asked.saturating_add(1);
        let kept = Kept {
            live: Arc::clone(live),
            asked: self.asked,
        };
        self.computations.insert(live.seat.fingerprint, kept);
    }

    /// The only seat of a computation.
    fn seat(&mut self, fingerprint: Fingerprint) -> Arc<Seat> {
        let kept = self.seats.get(&fingerprint).and_then(Weak::upgrade);
        kept.unwrap_or_else(|| {
            let seat = Arc::new(Seat::new(fingerprint));
            self.seats.insert(fingerprint, Arc::downgrade(&seat));
            seat
        })
    }

    /// Takes out what nobody has asked for since the longest time, until so many bytes are free and
    /// so many places: who asks for very large ones must not drive all the others out. Two copies of
    /// one computation would not tell each other what changes, so only what nobody uses is taken.
    #[must_use = "what is dropped while the index is locked keeps everybody waiting"]
    fn take_unused(&mut self, bytes: usize, places: usize) -> Vec<Arc<Live>> {
        let unused = self.computations.iter();
        let unused = unused.filter(|(_, kept)| Arc::strong_count(&kept.live) == 1);
        let mut unused: Vec<(u64, Fingerprint)> = unused
            .map(|(fingerprint, kept)| (kept.asked, *fingerprint))
            .collect();
        unused.sort_unstable_by_key(|(asked, _)| *asked);
        let (mut freed, mut taken) = (0_usize, Vec::new());
        for (_, fingerprint) in unused {
            if freed >= bytes && taken.len() >= places {
                break;
            }
            if let Some(kept) = self.computations.remove(&fingerprint) {
                freed = freed.saturating_add(kept.live.footprint());
                taken.push(kept.live);
            }
        }
        self.seats.retain(|_, seat| seat.strong_count() > 0);
        let kept = &self.computations;
        self.names
            .retain(|_, fingerprint| kept.contains_key(fingerprint));
        taken
    }
}

/// All computations of a server.
#[derive(Debug)]
pub(super) struct Computations {
    bounds: Bounds,
    index: Mutex<Index>,
    /// Counts what is in memory, also of what was dropped here and is still used.
    pub(super) memory: Room,
    /// Held while a computation is loaded or created, so that each is in memory once and a name
    /// leads to its newest round.
    pub(super) loading: tokio::sync::Mutex<()>,
    pub(super) waiting: Waiting,
}

impl Computations {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            index: Mutex::default(),
            memory: Room::new(bounds.most_bytes),
            loading: tokio::sync::Mutex::default(),
            waiting: Waiting::default(),
        }
    }

    fn find(&self, which: &Which) -> Option<Arc<Live>> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index.find(which)
    }

    /// Sees to it that there is room for one more. The caller holds [`Self::loading`], so that what
    /// comes beyond the room is one or two.
    pub(super) fn make_room(&self) -> Result<(), Refusal> {
        let bytes = self.memory.taken().saturating_sub(self.bounds.kept_bytes);
        self.free(bytes, self.bounds.kept);
        if self.memory.is_full() {
            return Err(refusals::busy());
        }
        Ok(())
    }

    /// Frees so many bytes of what nobody uses, and sees to it that fewer than `most` stay.
    fn free(&self, bytes: usize, most: usize) {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        let places = index.computations.len().saturating_add(1);
        let places = places.saturating_sub(most);
        if bytes == 0 && places == 0 {
            return;
        }
        let unused = index.take_unused(bytes, places);
        drop(index);
        drop(unused);
    }

    /// Sees to it that a reveal may begin: it may last much longer than a request, so that reveals
    /// alone must not fill the room.
    pub(super) fn make_room_for_reveal(&self) -> Result<(), Refusal> {
        let most = self.bounds.most_bytes / 2;
        self.free(self.memory.taken().saturating_sub(most), usize::MAX);
        if self.memory.taken() > most {
            return Err(refusals::busy());
        }
        Ok(())
    }

    fn seat(&self, fingerprint: Fingerprint) -> Arc<Seat> {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index.seat(fingerprint)
    }

    fn keep(&self, live: &Arc<Live>, newest: bool) {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index.keep(live);
        let fingerprint = live.seat.fingerprint;
        if newest {
            let name = live.terms.manifest.name.clone();
            index.names.insert(name, fingerprint);
        }
    }
}

impl Shared {
    /// The computation that a client asks for; nothing if there is none yet.
    pub(super) async fn find(
        self: &Arc<Self>,
        which: &Which,
    ) -> Result<Option<Arc<Live>>, Refusal> {
        let found = match self.computations.find(which) {
            Some(live) => Some(live),
            // Most who ask for what is not in memory ask for what does not exist: they do not queue.
            None if self.read(which).await?.is_none() => return self.absent(which).await,
            None => {
                let _loading = self.computations.loading.lock().await;
                self.computations.make_room()?;
                self.load(which).await?
            }
        };
        if let Some(live) = &found {
            freeze::repair(self, live).await?;
        }
        Ok(found)
    }

    /// The computation with that fingerprint, which must exist.
    pub(super) async fn known(
        self: &Arc<Self>,
        fingerprint: &Fingerprint,
    ) -> Result<Arc<Live>, Refusal> {
        let found = self.find(&Which::Fingerprint(*fingerprint)).await?;
        found.ok_or_else(refusals::unknown_computation)
    }

    async fn read(&self, which: &Which) -> Result<Option<StoredComputation>, Refusal> {
        Ok(match which {
            Which::Name(name) => self.store.newest(name).await?,
            Which::Fingerprint(fingerprint) => self.store.computation(fingerprint).await?,
        })
    }

    /// There may have been one, in a database that is not this one.
    async fn absent(&self, which: &Which) -> Result<Option<Arc<Live>>, Refusal> {
        if let Which::Fingerprint(fingerprint) = which {
            self.safe.check(*fingerprint, Shown::default()).await?;
        }
        Ok(None)
    }

    /// Reads a computation into memory. The caller holds [`Computations::loading`].
    pub(super) async fn load(&self, which: &Which) -> Result<Option<Arc<Live>>, Refusal> {
        if let Some(live) = self.computations.find(which) {
            return Ok(Some(live));
        }
        let Some(stored) = self.read(which).await? else {
            return Ok(None);
        };
        let by_name = matches!(which, Which::Name(_));
        let same = Which::Fingerprint(stored.fingerprint);
        if let Some(live) = self.computations.find(&same) {
            self.computations.keep(&live, by_name);
            return Ok(Some(live));
        }
        let live = Arc::new(self.revive(stored).await?);
        self.computations.keep(&live, by_name);
        Ok(Some(live))
    }

    async fn revive(&self, stored: StoredComputation) -> Result<Live, Refusal> {
        let fingerprint = stored.fingerprint;
        let manifest = stored::countersigned::<Manifest>(stored.manifest.clone());
        let terms = self.workers.run(move || Terms::agreed(&manifest)).await?;
        let terms = terms.map_err(|error| self.corrupt(fingerprint, &error))?;
        if terms.manifest.server.identity != self.identity.public() {
            return Err(refusals::another_server(&terms, &self.identity.public()));
        }
        let public = terms.manifest.server.computation_key.box_key;
        let keys = match stored.phase {
            Phase::Purged => None,
            _ => Some(self.safe.load_key(fingerprint, public).await?),
        };
        let seat = self.computations.seat(fingerprint);
        let live = Live::new(seat, terms, keys, stored, &self.computations.memory)
            .map_err(|error| self.corrupt(fingerprint, &error))?;
        self.safe.check(fingerprint, live.view().shown()).await?;
        Ok(live)
    }

    /// The store holds of a computation what this server did not write.
    pub(super) fn corrupt(
        &self,
        fingerprint: Fingerprint,
        error: &(dyn Error + 'static),
    ) -> Refusal {
        self.safe.report(fingerprint, INVALID, error);
        refusals::internal()
    }

    /// Stores a new computation and wakes those who wait for it; nothing if there is one with that
    /// name and round. The caller holds [`Computations::loading`].
    pub(super) async fn add(
        &self,
        terms: &Terms,
        manifest: &Countersigned<Manifest>,
    ) -> Result<Option<Arc<Live>>, Refusal> {
        let (name, fingerprint) = (&terms.manifest.name, terms.fingerprint);
        let new = NewComputation {
            fingerprint,
            name: name.clone(),
            round: terms.manifest.round,
            analyst: terms.manifest.analyst.key_id(),
            counted: terms.manifest.is_counted(),
            grain: terms.manifest.time_grain,
            manifest: stored::stored_jointly(manifest),
        };
        // Whether it was there before does not matter, as long as it is this one.
        self.store.create(new).await?;
        let live = self.load(&Which::Fingerprint(fingerprint)).await?;
        if let Some(live) = &live {
            self.computations.keep(live, true);
            self.computations.waiting.wake(name, &fingerprint);
        }
        Ok(live)
    }

    /// Adds to the ledger what the database has, and destroys the keys of what it has purged: a crash
    /// may have come between the two.
    pub(super) async fn reconcile(&self) -> Result<(), Refusal> {
        for stored in self.store.frozen().await? {
            let Some(shown) = shown(&stored, self.identity.signing.public()) else {
                // Made with other keys: it is refused when somebody asks for it.
                continue;
            };
            purge::repair(self, &stored).await?;
            match self.safe.record(stored.fingerprint, shown).await {
                // That computation is refused when somebody asks for it; the others are not.
                Err(refusal) if refusal.code == ErrorCode::RolledBack => {}
                outcome => outcome?,
            }
        }
        Ok(())
    }
}

/// What the ledger should have of a computation of this server.
pub(super) fn shown(stored: &StoredFreeze, server: &VerifyingKey<Server>) -> Option<Shown> {
    let batch = stored.batch.clone().map(stored::signed::<Batch>);
    let batch = batch.map(|batch| batch.open(server)).transpose().ok()?;
    let commit = stored.commit.as_ref();
    Some(Shown {
        root: batch.map(|batch| batch.root),
        commit: commit.map(|record| commit_hash(&record.body)),
    })
}
