//! The roles that poll and record, each as it runs, and the clock that moves them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use signalbook_aggregator::{Aggregator, WatchedPage, reconcile};
use signalbook_bus::{MemoryBus, SharedBus};
use signalbook_domain::{Position, Timestamp};
use signalbook_poller::Poller;
use signalbook_runtime::{Clock as _, Health, ManualClock, SeededIds, Stop};
use signalbook_scheduler::{PollPolicy, Scheduler};
use signalbook_store::PageRow;
use signalbook_store::log::SharedLog;
use signalbook_store_sqlite::{Location, SqliteEvidence, SqliteLog};
use tokio::task::yield_now;
use uuid::Uuid;

use crate::vendors::Vendors;

/// How far the clock moves at once, unless a test says otherwise.
const STEP: Duration = Duration::from_millis(100);

/// Rows of quiet pages are written once in so many steps.
const SAVE_EVERY: u32 = 20;

pub(crate) struct Desk {
    pub(crate) vendors: Vendors,
    pub(crate) health: Health,
    pub(crate) poller: Poller,
    clock: ManualClock,
    log: SharedLog,
    bus: SharedBus,
    scheduler: Scheduler,
    aggregator: Aggregator,
    stop: Stop,
    steps: u32,
}

impl Desk {
    /// Watches a page at each host, every `interval`.
    pub(crate) async fn open(hosts: &[String], interval: Duration) -> Self {
        let clock =
            ManualClock::new("2026-03-01T00:00:00Z".parse::<jiff::Timestamp>().unwrap().into());
        let (shared, ids) = (Arc::new(clock.clone()), Arc::new(SeededIds::new(7)));
        let log: SharedLog =
            Arc::new(SqliteLog::open(&Location::Memory, Uuid::from_u128(1)).await.unwrap());
        let evidence = Arc::new(SqliteEvidence::open(&Location::Memory, 1 << 40).await.unwrap());
        let page = |(number, host): (usize, &String)| WatchedPage {
            provider: format!("vendor-{number}").parse().unwrap(),
            name: host.clone(),
            url: format!("https://{host}"),
            interval,
        };
        let pages: Vec<WatchedPage> = hosts.iter().enumerate().map(page).collect();
        reconcile(&log, &pages, ids.as_ref(), Timestamp::from(clock.now())).await.unwrap();
        let bus: SharedBus = Arc::new(MemoryBus::new(1));
        let vendors = Vendors::new(&clock);
        let poller = Poller::new(bus.clone(), vendors.clone(), shared.clone(), ids);
        let (health, stop) = (Health::new(), Stop::new());
        tokio::spawn(poller.clone().run(health.check("polling"), stop.clone()));
        Self {
            scheduler: Scheduler::new(
                log.clone(),
                bus.clone(),
                shared.clone(),
                PollPolicy::default(),
            ),
            aggregator: Aggregator::new(log.clone(), evidence, bus.clone(), shared, 0),
            vendors,
            health,
            poller,
            clock,
            log,
            bus,
            stop,
            steps: 0,
        }
    }

    /// Lets time pass, in which everybody does their work.
    pub(crate) async fn pass(&mut self, time: Duration) {
        self.pass_by(STEP, time).await;
    }

    /// Lets time pass in larger steps, for vendors that take none.
    pub(crate) async fn pass_by(&mut self, step: Duration, time: Duration) {
        let end = self.clock.monotonic() + time;
        while self.clock.monotonic() < end {
            self.scheduler.step().await.unwrap();
            while let Some(delivery) = settled(self.bus.next_observation(0)).await {
                let delivery = delivery.unwrap();
                self.aggregator.fold(&delivery.message).await.unwrap();
                delivery.acknowledge().await.unwrap();
            }
            if self.steps.is_multiple_of(SAVE_EVERY) {
                self.aggregator.flush().await.unwrap();
            }
            self.steps += 1;
            self.clock.advance(step);
        }
    }

    /// The row of the first page.
    pub(crate) async fn row(&self) -> PageRow {
        self.log.pages().await.unwrap().remove(0)
    }

    /// How many events of each kind were recorded so far.
    pub(crate) async fn told(&self) -> BTreeMap<&'static str, usize> {
        let (mut told, mut after) = (BTreeMap::new(), Position::default());
        loop {
            let records = self.log.read_after(after, 1_000).await.unwrap();
            let Some(last) = records.last() else { return told };
            after = last.position;
            for record in &records {
                *told.entry(record.kind.known().unwrap().name()).or_default() += 1;
            }
        }
    }

    /// How often one kind of event was recorded.
    pub(crate) async fn count(&self, kind: &str) -> usize {
        self.told().await.get(kind).copied().unwrap_or_default()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

/// What comes of `work` once everybody else has come to rest.
async fn settled<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    for _ in 0..100 {
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = yield_now() => {}
        }
    }
    None
}
