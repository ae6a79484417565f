//! Randomness as an argument: the operating system's in production, a seed in tests.

use parking_lot::Mutex;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use std::sync::Arc;

/// A shared source of random bytes. Clones draw from the same stream.
#[derive(Clone)]
pub struct Rng(Arc<Mutex<ChaCha20Rng>>);

impl Rng {
    /// Seeded once by the operating system: unguessable.
    pub fn from_os() -> Self {
        let mut seed = [0_u8; 32];
        // The one place where randomness enters; everything else receives an `Rng`.
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where randomness enters"
        )]
        rand::rng().fill_bytes(&mut seed);
        Self(Arc::new(Mutex::new(ChaCha20Rng::from_seed(seed))))
    }

    /// The same bytes for the same seed; for tests and simulation.
    pub fn from_seed(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().fill_bytes(bytes);
    }

    /// A uniform 64-bit number.
    pub fn next_u64(&self) -> u64 {
        self.0.lock().next_u64()
    }
}

impl std::fmt::Debug for Rng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rng")
    }
}
