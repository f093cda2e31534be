//! The roles that record: scheduler, poller, aggregators, and checkpoints of the log's end.

use std::sync::Arc;
use std::time::Duration;

use signalbook_aggregator::{Aggregator, WatchedPage};
use signalbook_bus::SharedBus;
use signalbook_outbound::Client;
use signalbook_poller::Poller;
use signalbook_runtime::{Clock, Health, Stop, Tasks, chain};
use signalbook_scheduler::{PollPolicy, Scheduler};
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::{Checkpoint, StoreError};

use super::{Sources, endless};
use crate::adapters::Store;
use crate::clock_guard::ClockGuard;

/// The shortest time between two checkpoints in the evidence: each costs a disk sync.
const NOTE_EVERY: Duration = Duration::from_millis(100);

/// The parts of the recording roles.
pub(super) struct Recording {
    pub(super) store: Store,
    pub(super) pages: Vec<WatchedPage>,
    pub(super) guard: ClockGuard,
    pub(super) bus: SharedBus,
    pub(super) client: Client,
    pub(super) pace: PollPolicy,
    pub(super) sources: Sources,
}

impl Recording {
    /// Spawns the roles on `tasks` until `stop`. Polling starts once the configured pages are
    /// recorded.
    pub(super) fn spawn(
        self,
        is_reconciled: bool,
        tasks: &mut Tasks,
        health: &Health,
        stop: &Stop,
    ) {
        let Store { log, evidence, .. } = &self.store;
        let (bus, Sources { clock, ids, .. }) = (&self.bus, &self.sources);
        let poller = Poller::new(bus.clone(), self.client.clone(), clock.clone(), ids.clone());
        let check = health.check("polling");
        tasks.spawn("poller", endless(poller.run(check, stop.clone())));
        for partition in 0..bus.partitions() {
            let (log, evidence) = (log.clone(), evidence.clone());
            let aggregator = Aggregator::new(log, evidence, bus.clone(), clock.clone(), partition);
            let check = health.check(format!("recording {}", partition + 1));
            tasks.spawn("aggregator", endless(aggregator.run(check, stop.clone())));
        }
        let noting = note_ends(log.clone(), evidence.clone(), clock.clone(), stop.clone());
        tasks.spawn("log's end", endless(noting));
        let scheduler = Scheduler::new(log.clone(), bus.clone(), clock.clone(), self.pace);
        let ending = stop.clone();
        let schedule = async move {
            if !is_reconciled {
                self.until_reconciled(&ending).await;
            }
            scheduler.run(ending).await;
        };
        tasks.spawn("scheduler", endless(schedule));
    }
}

/// Saves the log's end as a checkpoint in the evidence after appends, which reveals a later restore
/// of the log from a copy.
async fn note_ends(log: SharedLog, evidence: SharedEvidence, clock: Arc<dyn Clock>, stop: Stop) {
    let mut appended = log.appended();
    let mut is_failing = false;
    while !stop.is_stopped() {
        appended.mark_unchanged();
        match note_end(&log, &evidence).await {
            Ok(()) => is_failing = false,
            Err(error) => {
                if !std::mem::replace(&mut is_failing, true) {
                    let error = chain(&error);
                    tracing::warn!(error, "the log's end is not noted in the evidence");
                }
            }
        }
        let next = async {
            clock.sleep(NOTE_EVERY).await;
            // The sender is gone, so no appends follow.
            if appended.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        stop.wait_for(next).await;
    }
    // Covers the appends since the last checkpoint.
    let _ = note_end(&log, &evidence).await;
}

async fn note_end(log: &SharedLog, evidence: &SharedEvidence) -> Result<(), StoreError> {
    match Checkpoint::of_end(log.as_ref()).await? {
        Some(end) if evidence.checkpoint().await.ok().flatten() != Some(end) => {
            evidence.save_checkpoint(&end).await
        }
        Some(_) | None => Ok(()),
    }
}
