//! Randomness as an argument.
//!
//! A time-ordered id needs ten random bytes beside its timestamp. The domain builds the id.

use std::sync::{Mutex, PoisonError};

/// A source of the random part of new ids.
pub trait Ids: Send + Sync {
    /// Returns ten bytes that are unique with overwhelming probability.
    fn random_bytes(&self) -> [u8; 10];
}

/// The randomness of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn random_bytes(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        getrandom::fill(&mut bytes).expect("the operating system has a source of randomness");
        bytes
    }
}

/// A repeatable sequence for tests and simulations: the same seed gives the same bytes.
#[derive(Debug)]
pub struct SeededIds {
    sequence: Mutex<fastrand::Rng>,
}

impl SeededIds {
    pub fn new(seed: u64) -> Self {
        Self { sequence: Mutex::new(fastrand::Rng::with_seed(seed)) }
    }
}

impl Ids for SeededIds {
    fn random_bytes(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.sequence.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_sequence() {
        let (first, second) = (SeededIds::new(7), SeededIds::new(7));
        for _ in 0..5 {
            assert_eq!(first.random_bytes(), second.random_bytes());
        }
    }

    #[test]
    fn another_seed_or_another_call_gives_other_bytes() {
        let ids = SeededIds::new(7);
        let first = ids.random_bytes();
        assert_ne!(first, ids.random_bytes());
        assert_ne!(first, SeededIds::new(8).random_bytes());
    }

    #[test]
    fn the_system_never_repeats_itself() {
        let ids: &dyn Ids = &SystemIds;
        assert_ne!(ids.random_bytes(), ids.random_bytes());
    }
}
