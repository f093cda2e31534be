//! The in-process bus.

mod observations;
mod polls;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use signalbook_domain::observation::{Observation, PollJob};
use tokio::sync::Notify;

use crate::{Acker, Bus, BusError, Delivery, partition_of};
use observations::Partition;
use polls::Polls;

/// The maximum number of observations in one partition.
pub const PARTITION_DEPTH: usize = 256;

/// The maximum bytes of documents in one partition. An empty partition accepts an observation of
/// any size; a page's documents have their own limit.
pub const PARTITION_BYTES: usize = 500_000;

/// The bus of the embedded form: in-memory queues. Their content is lost with the process, which
/// costs a poll but no event, since nothing counts until it is in the log.
pub struct MemoryBus {
    polls: Arc<Queue<Polls>>,
    partitions: Vec<Arc<Queue<Partition>>>,
}

/// A queue and the waiters at its two ends. Each insertion or removal wakes one waiter: dozens
/// wait, and a poll is for one of them.
struct Queue<T> {
    state: Mutex<T>,
    filled: Notify,
    room: Notify,
}

impl<T> Queue<T> {
    fn new(state: T) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(state), filled: Notify::new(), room: Notify::new() })
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `look` until it returns a value, again each time `changed` wakes it.
    async fn wait<R>(&self, changed: &Notify, mut look: impl FnMut(&mut T) -> Option<R>) -> R {
        loop {
            if let Some(found) = look(&mut self.lock()) {
                return found;
            }
            // `notify_one` stores a permit if nothing waits yet.
            changed.notified().await;
        }
    }
}

impl MemoryBus {
    /// Creates a bus with `partitions` partitions of observations, at least one.
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
        self.polls.lock().put(job);
        self.polls.filled.notify_one();
        Ok(())
    }

    async fn next_poll(&self) -> Result<Delivery<PollJob>, BusError> {
        let job = self.polls.wait(&self.polls.filled, Polls::take).await;
        // Two simultaneous polls may have woken only one waiter.
        if self.polls.lock().is_waiting() {
            self.polls.filled.notify_one();
        }
        let acker = PollTaken { queue: self.polls.clone(), job: job.clone(), done: false };
        Ok(Delivery::new(job, Box::new(acker)))
    }

    async fn publish_observation(&self, observation: Observation) -> Result<(), BusError> {
        let partition = self.partition(partition_of(observation.page, self.partitions()))?;
        let mut waiting = Some(Arc::new(observation));
        partition.wait(&partition.room, |partition| partition.put(&mut waiting)).await;
        partition.filled.notify_one();
        // Two simultaneous removals may have woken only one waiter.
        partition.room.notify_one();
        Ok(())
    }

    async fn next_observation(&self, partition: u32) -> Result<Delivery<Observation>, BusError> {
        let partition = self.partition(partition)?;
        let observation = partition.wait(&partition.filled, Partition::take).await;
        let acker = ObservationTaken { queue: partition.clone(), done: false };
        Ok(Delivery::new(observation, Box::new(acker)))
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
impl Acker for PollTaken {
    async fn acknowledge(mut self: Box<Self>) -> Result<(), BusError> {
        self.done = true;
        Ok(())
    }
}

impl Drop for PollTaken {
    fn drop(&mut self) {
        let (job, done) = (self.job.clone(), self.done);
        self.queue.lock().finish(job, done);
        // A newer poll of this page, or another of its host, may now start.
        self.queue.filled.notify_one();
    }
}

struct ObservationTaken {
    queue: Arc<Queue<Partition>>,
    done: bool,
}

#[async_trait]
impl Acker for ObservationTaken {
    async fn acknowledge(mut self: Box<Self>) -> Result<(), BusError> {
        self.done = true;
        Ok(())
    }
}

impl Drop for ObservationTaken {
    fn drop(&mut self) {
        let done = self.done;
        self.queue.lock().finish(done);
        self.queue.filled.notify_one();
        self.queue.room.notify_one();
    }
}
