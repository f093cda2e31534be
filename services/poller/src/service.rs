//! The poller: takes polls from the bus.

use std::sync::Arc;
use std::time::Duration;

use signalbook_bus::{BusError, SharedBus};
use signalbook_domain::observation::{Observation, PollJob};
use signalbook_domain::{ObservationId, Timestamp};
use signalbook_outbound::Client;
use signalbook_runtime::{Backoff, Clock, Ids, Stop};

use crate::fetch::Poll;

/// Polls that one process carries out at the same time: so many that a few dozen pages which answer
/// as slowly as they may hold up no other. What they receive at once is bounded by the client.
pub const POLLS_UNDER_WAY: usize = 128;

/// Carries out polls. Clones share the client and its connections.
#[derive(Clone)]
pub struct Poller {
    bus: SharedBus,
    client: Client,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Poller {
    /// A poller that fetches with `client`.
    pub fn new(bus: SharedBus, client: Client, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { bus, client, clock, ids }
    }

    /// Waits for a poll, carries it out, and puts its observation on the bus.
    pub async fn step(&self) -> Result<(), BusError> {
        let delivery = self.bus.next_poll().await?;
        let observation = self.observe(&delivery.message).await;
        self.bus.publish_observation(observation).await?;
        delivery.acknowledge().await
    }

    /// Carries out one poll.
    pub async fn observe(&self, job: &PollJob) -> Observation {
        let outcome = Poll::new(&self.client, job, self.clock.now()).carry_out().await;
        let observed_at = Timestamp::from(self.clock.now());
        Observation {
            id: ObservationId::new(observed_at, self.ids.random_bytes()),
            page: job.page,
            provider: job.provider.clone(),
            slot: job.slot,
            observed_at,
            outcome,
        }
    }

    /// Steps until told to stop; what is under way then is given up, and polled again later.
    pub async fn run(self, stop: Stop) {
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        let mut failures = 0;
        while !stop.is_stopped() {
            let step = tokio::select! {
                () = stop.stopped() => return,
                step = self.step() => step,
            };
            match step {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        failures,
                        "polling failed"
                    );
                    self.clock.sleep(backoff.delay(failures)).await;
                }
            }
        }
    }
}
