//! Randomness as an argument.
//!
//! Ten bytes are what a time-ordered id needs beside its timestamp. Turning them into one is the
//! domain's business.

use std::sync::{Mutex, PoisonError};

/// A source of the random part of new ids.
pub trait Ids: Send + Sync {
    /// Returns ten bytes that were never returned before, as far as chance allows.
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

/// A repeatable sequence: the same seed gives the same ids, for tests and simulations.
#[derive(Debug)]
pub struct SeededIds {
    sequence: Mutex<fastrand::Rng>,
}

impl SeededIds {
    /// Creates the sequence that belongs to `seed`.
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
