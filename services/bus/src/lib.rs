//! The port between the roles and its in-process adapter.
//!
//! The bus carries two kinds of messages: due polls ([`PollJob`]) from the scheduler to any free
//! poller, and observations ([`Observation`]) from the pollers to the aggregators. Both are work
//! queues: a message is redelivered until it is acknowledged, so every consumer must tolerate
//! duplicates. Page and slot identify a duplicate. A poll that could not be made is acknowledged
//! too and yields no observation.
//!
//! Every adapter keeps these promises (see [`contract`]): an acknowledged message is not
//! redelivered; a dropped delivery is; at most one poll of a page waits, the newest, and at most
//! one is under way; the observations of a partition arrive in order, one at a time; a full queue
//! blocks the publisher.

#![warn(missing_docs)]

#[cfg(feature = "contract")]
pub mod contract;
pub mod memory;

use std::sync::Arc;

use async_trait::async_trait;
use signalbook_domain::PageId;
use signalbook_domain::observation::{Observation, PollJob};

pub use memory::MemoryBus;

/// The bus failed to accept or deliver a message.
#[derive(Debug, thiserror::Error)]
#[error("the bus is not available to {doing}")]
pub struct BusError {
    /// The requested operation, as an infinitive.
    pub doing: &'static str,
    /// The cause.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Acknowledges a message. Dropping the acker returns the message to the queue.
#[async_trait]
pub trait Acker: Send {
    /// Removes the message from the queue for good.
    async fn acknowledge(self: Box<Self>) -> Result<(), BusError>;
}

/// A message that is redelivered unless it is acknowledged.
pub struct Delivery<T> {
    /// The message.
    pub message: Arc<T>,
    acker: Box<dyn Acker>,
}

impl<T> Delivery<T> {
    /// Creates a delivery that `acker` settles.
    pub fn new(message: Arc<T>, acker: Box<dyn Acker>) -> Self {
        Self { message, acker }
    }

    /// Acknowledges the message, which is then not redelivered.
    pub async fn acknowledge(self) -> Result<(), BusError> {
        self.acker.acknowledge().await
    }
}

/// The bus between scheduler, pollers and aggregators.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Publishes a poll. It replaces a waiting poll of the same page only if that poll has an older
    /// slot.
    async fn publish_poll(&self, job: PollJob) -> Result<(), BusError>;

    /// Waits for the next poll. An adapter may delay the polls of a host that already has several
    /// under way.
    async fn next_poll(&self) -> Result<Delivery<PollJob>, BusError>;

    /// Publishes an observation; waits while its partition is full.
    async fn publish_observation(&self, observation: Observation) -> Result<(), BusError>;

    /// Waits for the next observation of a partition; partitions count from 0.
    async fn next_observation(&self, partition: u32) -> Result<Delivery<Observation>, BusError>;

    /// The number of partitions.
    fn partitions(&self) -> u32;
}

/// A bus shared by several roles.
pub type SharedBus = Arc<dyn Bus>;

/// The partition of a page's observations.
pub fn partition_of(page: PageId, partitions: u32) -> u32 {
    let (high, low) = page.0.as_u64_pair();
    u32::try_from((high ^ low) % u64::from(partitions.max(1))).unwrap_or_default()
}
