//! Where a program takes its randomness from.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand::SeedableRng;
use rand::rngs::StdRng;

/// A source of generators, each seeded afresh: by the operating system in every program, by one
/// seed in tests that compare whole runs byte for byte.
#[derive(Clone, Default)]
pub enum Entropy {
    /// The operating system.
    #[default]
    System,
    /// A sequence that a seed decides.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Entropy {
    /// A sequence that `seed` decides.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// The next generator.
    #[must_use]
    pub fn rng(&self) -> StdRng {
        match self {
            Self::System => StdRng::from_rng(&mut rand::rng()),
            Self::Seeded(rng) => {
                StdRng::from_rng(&mut *rng.lock().unwrap_or_else(PoisonError::into_inner))
            }
        }
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "Entropy::System",
            Self::Seeded(_) => "Entropy::Seeded(..)",
        })
    }
}
