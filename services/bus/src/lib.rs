//! The port between the roles, and its in-process adapter.
//!
//! Two kinds of messages travel: polls that are due ([`PollJob`]) from the scheduler to whichever
//! poller is free, and observations ([`Observation`]) from the pollers to the aggregators.
//! Both are work queues: a message is delivered until it is acknowledged, so every consumer must
//! bear to see one twice; schedulers and aggregators do, by page and slot. A poll that could not be
//! made is acknowledged too, and brings no observation.
//!
//! Promises that every adapter keeps (see [`contract`]): what was acknowledged is not delivered
//! again; what was delivered and dropped is; at most one poll of a page waits, the newest, and at
//! most one is under way; the observations of one partition come strictly in order, one at a time;
//! a full queue makes the publisher wait.

#![warn(missing_docs)]

#[cfg(feature = "contract")]
pub mod contract;
pub mod memory;

use std::sync::Arc;

use async_trait::async_trait;
use signalbook_domain::PageId;
use signalbook_domain::observation::{Observation, PollJob};

pub use memory::MemoryBus;

/// The bus did not take or give a message.
#[derive(Debug, thiserror::Error)]
#[error("bus is not available while it should {doing}")]
pub struct BusError {
    /// What it was asked to do.
    pub doing: &'static str,
    /// Why it failed.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// How a message is acknowledged. Dropping it instead gives the message back.
#[async_trait]
pub trait Acker: Send {
    /// Says that the message is dealt with.
    async fn acknowledge(self: Box<Self>) -> Result<(), BusError>;
}

/// A message that is delivered again unless it is acknowledged.
pub struct Delivery<T> {
    /// The message.
    pub message: Arc<T>,
    acker: Box<dyn Acker>,
}

impl<T> Delivery<T> {
    /// A delivery that `settle` ends.
    pub fn new(message: Arc<T>, acker: Box<dyn Acker>) -> Self {
        Self { message, acker }
    }

    /// Says that the message is dealt with.
    pub async fn acknowledge(self) -> Result<(), BusError> {
        self.acker.acknowledge().await
    }
}

/// The bus between scheduler, pollers and aggregators.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Puts a poll on the bus. A waiting poll of the same page is replaced if it is of an older
    /// slot; one of the same or a newer slot stays.
    async fn publish_poll(&self, job: PollJob) -> Result<(), BusError>;

    /// Waits for the next poll. An adapter may let polls of a host that has several under way wait
    /// behind those of others.
    async fn next_poll(&self) -> Result<Delivery<PollJob>, BusError>;

    /// Puts an observation on the bus; waits while its partition is full.
    async fn publish_observation(&self, observation: Observation) -> Result<(), BusError>;

    /// Waits for the next observation of a partition, counted from 0.
    async fn next_observation(&self, partition: u32) -> Result<Delivery<Observation>, BusError>;

    /// How many partitions there are.
    fn partitions(&self) -> u32;
}

/// A bus that several roles share.
pub type SharedBus = Arc<dyn Bus>;

/// The partition that a page's observations go to.
pub fn partition_of(page: PageId, partitions: u32) -> u32 {
    let (high, low) = page.0.as_u64_pair();
    u32::try_from((high ^ low) % u64::from(partitions.max(1))).unwrap_or_default()
}
