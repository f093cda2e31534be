//! The roles that record: from what is due to the end of the log.

use std::sync::Arc;
use std::time::Duration;

use signalbook_aggregator::{Aggregator, WatchedPage};
use signalbook_bus::SharedBus;
use signalbook_outbound::Client;
use signalbook_poller::Poller;
use signalbook_runtime::{Clock, Health, Stop, Tasks};
use signalbook_scheduler::{PollPolicy, Scheduler};
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::{Checkpoint, StoreError};

use super::{Sources, endless};
use crate::adapters::Store;
use crate::clock_guard::ClockGuard;

/// Between two notes of the log's end in the evidence: each costs the disk a sync.
const NOTE_EVERY: Duration = Duration::from_millis(100);

/// What the recording roles are built from.
pub(super) struct Recording {
    pub(super) store: Store,
    /// The configured pages.
    pub(super) pages: Vec<WatchedPage>,
    pub(super) guard: ClockGuard,
    pub(super) bus: SharedBus,
    pub(super) client: Client,
    pub(super) pace: PollPolicy,
    pub(super) sources: Sources,
}

impl Recording {
    /// Has `tasks` run them until `stop` says so. Nothing is polled before the configured pages are
    /// recorded, if they are not yet.
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

/// Notes the log's end in the evidence after each append. If the log is restored from a copy one
/// day, the evidence tells.
async fn note_ends(log: SharedLog, evidence: SharedEvidence, clock: Arc<dyn Clock>, stop: Stop) {
    let mut appended = log.appended();
    let mut is_failing = false;
    while !stop.is_stopped() {
        appended.mark_unchanged();
        match note_end(&log, &evidence).await {
            Ok(()) => is_failing = false,
            Err(error) => {
                if !std::mem::replace(&mut is_failing, true) {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "the log's end is not noted in the evidence");
                }
            }
        }
        let next = async {
            clock.sleep(NOTE_EVERY).await;
            // Without a hint there is nothing more to note.
            if appended.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        stop.wait_for(next).await;
    }
    // What was appended since the last note.
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
