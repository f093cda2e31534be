//! The poller: takes polls from the bus.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use signalbook_bus::{BusError, Delivery, SharedBus};
use signalbook_domain::observation::{Observation, PollJob};
use signalbook_runtime::{Backoff, Check, Clock, Ids, Stop, chain};
use tokio::task::{JoinError, JoinSet};

use crate::fetch::Fetch;
use crate::lacking::{Lack, Lacking};
use crate::lanes::{Lanes, Place};
use crate::late::Late;
use crate::observe::Observer;

/// Carries out polls. Clones are the same one: they share its client, its places, and what it lacks.
#[derive(Clone)]
pub struct Poller {
    bus: SharedBus,
    observer: Arc<Observer>,
}

impl Poller {
    /// A poller that fetches with `client`.
    pub fn new(
        bus: SharedBus,
        client: impl Fetch + 'static,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        let observer = Observer {
            client: Arc::new(client),
            clock,
            ids,
            lanes: Lanes::new(),
            late: Late::default(),
            lacking: Lacking::default(),
        };
        Self { bus, observer: Arc::new(observer) }
    }

    /// Waits for a poll, carries it out, and puts its observation on the bus.
    pub async fn step(&self) -> Result<(), BusError> {
        let (delivery, place) = self.take().await?;
        self.clone().carry_out(delivery, place).await
    }

    /// Carries out one poll.
    pub async fn observe(&self, job: &PollJob) -> Result<Observation, Lack> {
        let mut place = self.observer.lanes.enter().await;
        self.observer.observe(&mut place, &Arc::new(job.clone())).await
    }

    /// How many polls lacked something of our own so far, with some of their documents or all.
    pub fn lacking_polls(&self) -> u64 {
        self.observer.lacking.polls()
    }

    async fn take(&self) -> Result<(Delivery<PollJob>, Place), BusError> {
        let place = self.observer.lanes.enter().await;
        Ok((self.bus.next_poll().await?, place))
    }

    /// Nothing is told of a poll that could not be made: the page's next slot comes as if it had
    /// been made.
    async fn carry_out(
        self,
        delivery: Delivery<PollJob>,
        mut place: Place,
    ) -> Result<(), BusError> {
        if let Ok(observation) = self.observer.observe(&mut place, &delivery.message).await {
            self.bus.publish_observation(observation).await?;
        }
        delivery.acknowledge().await
    }

    /// Takes polls and carries them out until told to stop, and lets `check` know whether they lack
    /// something; what is under way then is given up, and polled again later.
    pub async fn run(self, check: Check, stop: Stop) {
        self.observer.lacking.report_to(check);
        let backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(10));
        let (mut polls, mut failures) = (JoinSet::new(), 0);
        let mut taking = pin!(self.take());
        loop {
            let done = tokio::select! {
                biased;
                () = stop.stopped() => return,
                Some(ended) = polls.join_next() => ended.unwrap_or_else(unwind),
                taken = &mut taking => {
                    taking.set(self.take());
                    taken.map(|(delivery, place)| {
                        polls.spawn(self.clone().carry_out(delivery, place));
                    })
                }
            };
            let Err(error) = done else {
                failures = 0;
                continue;
            };
            failures += 1;
            tracing::warn!(error = chain(&error), failures, "polling failed");
            stop.wait_for(self.observer.clock.sleep(backoff.delay(failures))).await;
        }
    }
}

/// A poll that panics ends its role, as any role does.
fn unwind(error: JoinError) -> Result<(), BusError> {
    match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        // Nobody cancels a poll but who drops them all.
        Err(_) => Ok(()),
    }
}
