//! Verifies the chain of a log link by link.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};
use signalbook_domain::Position;
use uuid::Uuid;

use super::{Epoch, Hash, genesis};
use crate::record::Record;

/// The first link that does not match the chain.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Broken {
    /// A position is missing or repeated.
    #[error("event {found} stands where event {expected} belongs")]
    Gap {
        /// The position expected next.
        expected: Position,
        /// The position found.
        found: Position,
    },
    /// The payload does not match the recorded hash.
    #[error("payload of event {0} is not the one that was recorded")]
    Payload(Position),
    /// Another field does not match the recorded hash, or an event or epoch before it is missing.
    #[error("event {0} is not the one that was recorded")]
    Event(Position),
    /// An epoch does not match its recorded hash or is in the wrong place.
    #[error("epoch {0} is not the one that was opened")]
    Epoch(u64),
}

/// Checks records in order, each against the previous hash.
#[derive(Clone, Debug)]
pub struct Verifier {
    position: Position,
    hash: Hash,
    /// The number of the current epoch.
    epoch: u64,
    epochs: VecDeque<Epoch>,
}

impl Verifier {
    /// Starts before the first event of the log `log_id`; `epochs` are its epochs after the first.
    pub fn new(log_id: Uuid, epochs: Vec<Epoch>) -> Self {
        Self { position: Position(0), hash: genesis(log_id), epoch: 1, epochs: epochs.into() }
    }

    /// The last checked position and the hash there.
    pub fn reached(&self) -> (Position, Hash) {
        (self.position, self.hash)
    }

    /// The number of the epoch reached.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Checks the next epoch, if it begins after the last checked position.
    pub fn open(&mut self) -> Result<Option<Epoch>, Broken> {
        let Some(epoch) = self.epochs.front().filter(|epoch| epoch.after == self.position) else {
            return Ok(None);
        };
        let follows = epoch.number > self.epoch && epoch.previous == self.hash;
        if !follows || epoch.hash != epoch.link_hash() {
            return Err(Broken::Epoch(epoch.number));
        }
        (self.epoch, self.hash) = (epoch.number, epoch.hash);
        Ok(self.epochs.pop_front())
    }

    /// Checks the next record and the epochs before it.
    pub fn check(&mut self, record: &Record) -> Result<(), Broken> {
        while self.open()?.is_some() {}
        let expected = self.position.next();
        if record.position != expected {
            return Err(Broken::Gap { expected, found: record.position });
        }
        let changed =
            |payload: &Vec<u8>| Hash::from(Sha256::digest(payload)) != record.payload_hash;
        if record.payload.as_ref().is_some_and(changed) {
            return Err(Broken::Payload(record.position));
        }
        let hash = record.link(&record.stream.to_string()).hash(&self.hash);
        if hash != record.hash {
            return Err(Broken::Event(record.position));
        }
        self.position = record.position;
        self.hash = hash;
        Ok(())
    }

    /// Checks the epochs after the last event, and fails if any epoch is left over. Returns the end
    /// of the log.
    pub fn finish(&mut self) -> Result<(Position, Hash), Broken> {
        while self.open()?.is_some() {}
        match self.epochs.front() {
            Some(epoch) => Err(Broken::Epoch(epoch.number)),
            None => Ok(self.reached()),
        }
    }
}
