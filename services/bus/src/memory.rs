//! The bus inside one process.

mod observations;
mod polls;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use signalbook_domain::observation::{Observation, PollJob};
use tokio::sync::Notify;

use crate::{Bus, BusError, Delivery, Settle, partition_of};
use observations::Partition;
use polls::Polls;

/// Observations that may wait in one partition.
pub const PARTITION_DEPTH: usize = 256;

/// The bus of the embedded form: queues in memory. What is on it is lost with the process, which
/// costs a poll and no event, since nothing counts before it is in the log.
pub struct MemoryBus {
    polls: Arc<Queue<Polls>>,
    partitions: Vec<Arc<Queue<Partition>>>,
}

/// A queue whose waiters are woken when something changes.
struct Queue<T> {
    state: Mutex<T>,
    changed: Notify,
}

impl<T> Queue<T> {
    fn new(state: T) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(state), changed: Notify::new() })
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `take` finds something.
    async fn wait<R>(&self, mut take: impl FnMut(&mut T) -> Option<R>) -> R {
        loop {
            // Registered before looking, so that a change in between is not missed.
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(found) = take(&mut self.lock()) {
                return found;
            }
            changed.await;
        }
    }

    fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = change(&mut self.lock());
        self.changed.notify_waiters();
        result
    }
}

impl MemoryBus {
    /// A bus with so many partitions of observations.
    pub fn new(partitions: u32) -> Self {
        let partitions = (0..partitions.max(1)).map(|_| Queue::new(Partition::default())).collect();
        Self { polls: Queue::new(Polls::default()), partitions }
    }

    fn partition(&self, index: u32) -> Result<&Arc<Queue<Partition>>, BusError> {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        self.partitions.get(index).ok_or_else(|| BusError {
            doing: "find a partition",
            source: format!("there is no partition {index}, only {}", self.partitions.len()).into(),
        })
    }
}

#[async_trait]
impl Bus for MemoryBus {
    async fn publish_poll(&self, job: PollJob) -> Result<(), BusError> {
        self.polls.change(|polls| polls.put(job));
        Ok(())
    }

    async fn next_poll(&self) -> Result<Delivery<PollJob>, BusError> {
        let job = self.polls.wait(Polls::take).await;
        let settle = PollTaken { queue: self.polls.clone(), job: job.clone(), done: false };
        Ok(Delivery::new(job, Box::new(settle)))
    }

    async fn publish_observation(&self, observation: Observation) -> Result<(), BusError> {
        let partition = self.partition(partition_of(observation.page, self.partitions()))?;
        let mut waiting = Some(Arc::new(observation));
        partition.wait(|partition| partition.put(&mut waiting)).await;
        partition.changed.notify_waiters();
        Ok(())
    }

    async fn next_observation(&self, partition: u32) -> Result<Delivery<Observation>, BusError> {
        let partition = self.partition(partition)?;
        let observation = partition.wait(Partition::take).await;
        let settle = ObservationTaken { queue: partition.clone(), done: false };
        Ok(Delivery::new(observation, Box::new(settle)))
    }

    fn partitions(&self) -> u32 {
        u32::try_from(self.partitions.len()).unwrap_or(u32::MAX)
    }
}

struct PollTaken {
    queue: Arc<Queue<Polls>>,
    job: Arc<PollJob>,
    done: bool,
}

#[async_trait]
impl Settle for PollTaken {
    async fn acknowledge(mut self: Box<Self>) -> Result<(), BusError> {
        self.done = true;
        Ok(())
    }
}

impl Drop for PollTaken {
    fn drop(&mut self) {
        let (job, done) = (self.job.clone(), self.done);
        self.queue.change(|polls| polls.settle(job, done));
    }
}

struct ObservationTaken {
    queue: Arc<Queue<Partition>>,
    done: bool,
}

#[async_trait]
impl Settle for ObservationTaken {
    async fn acknowledge(mut self: Box<Self>) -> Result<(), BusError> {
        self.done = true;
        Ok(())
    }
}

impl Drop for ObservationTaken {
    fn drop(&mut self) {
        let done = self.done;
        self.queue.change(|partition| partition.settle(done));
    }
}
