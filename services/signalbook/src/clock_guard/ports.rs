//! The log, the bus and the clock behind the guard.

use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use signalbook_bus::{Bus, BusError, Delivery, SharedBus};
use signalbook_domain::observation::{Observation, PollJob};
use signalbook_domain::{ObservationId, PageId, Position, Revision, StreamId, Timestamp};
use signalbook_proto::chain::Epoch;
use signalbook_proto::{EncodedManifest, Record};
use signalbook_runtime::{Clock, Sleep, chain};
use signalbook_store::log::SharedLog;
use signalbook_store::{
    Append, AppendError, Appended, Erasure, EventLog, Head, ManifestRow, PageRow, RestoreMark,
    RowVersion, StoreError,
};
use tokio::sync::watch;

use super::ClockGuard;

/// A log that refuses appends at moments that are not believed.
pub(super) struct GuardedLog {
    pub(super) log: SharedLog,
    pub(super) guard: ClockGuard,
}

#[async_trait]
impl EventLog for GuardedLog {
    async fn append(&self, append: Append, now: Timestamp) -> Result<Appended, AppendError> {
        self.guard.accept(now).map_err(|error| AppendError::Clock(error.into()))?;
        self.log.append(append, now).await
    }

    async fn read_after(&self, after: Position, limit: u32) -> Result<Vec<Record>, StoreError> {
        self.log.read_after(after, limit).await
    }

    async fn read_page(
        &self,
        page: PageId,
        after: Position,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        self.log.read_page(page, after, limit).await
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Revision,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        self.log.read_stream(stream, after, limit).await
    }

    async fn manifests_by_id(
        &self,
        observations: &[ObservationId],
    ) -> Result<Vec<EncodedManifest>, StoreError> {
        self.log.manifests_by_id(observations).await
    }

    async fn manifests_after(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ManifestRow>, StoreError> {
        self.log.manifests_after(after, limit).await
    }

    async fn epochs(&self) -> Result<Vec<Epoch>, StoreError> {
        self.log.epochs().await
    }

    async fn restore_mark(&self) -> Result<Option<RestoreMark>, StoreError> {
        self.log.restore_mark().await
    }

    async fn mark_restored(&self, mark: &RestoreMark) -> Result<(), StoreError> {
        self.log.mark_restored(mark).await
    }

    async fn open_epoch(&self, number: u64, now: Timestamp) -> Result<Epoch, AppendError> {
        self.guard.accept(now).map_err(|error| AppendError::Clock(error.into()))?;
        self.log.open_epoch(number, now).await
    }

    async fn erase(&self, erasure: &Erasure) -> Result<bool, AppendError> {
        self.guard.accept(erasure.at).map_err(|error| AppendError::Clock(error.into()))?;
        self.log.erase(erasure).await
    }

    async fn erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        self.log.erasures().await
    }

    async fn contradictions(&self) -> Result<Vec<String>, StoreError> {
        self.log.contradictions().await
    }

    async fn head(&self) -> Result<Head, StoreError> {
        self.log.head().await
    }

    fn appended(&self) -> watch::Receiver<Position> {
        self.log.appended()
    }

    async fn pages_after(
        &self,
        mark: RowVersion,
    ) -> Result<(Vec<PageRow>, RowVersion), StoreError> {
        self.log.pages_after(mark).await
    }

    async fn pages_by_id(&self, pages: &[PageId]) -> Result<Vec<PageRow>, StoreError> {
        self.log.pages_by_id(pages).await
    }
}

/// A bus that refuses polls and drops observations of moments that are not believed.
pub(super) struct GuardedBus {
    pub(super) bus: SharedBus,
    pub(super) guard: ClockGuard,
}

#[async_trait]
impl Bus for GuardedBus {
    async fn publish_poll(&self, job: PollJob) -> Result<(), BusError> {
        if let Some(refusal) = self.guard.refusal() {
            return Err(BusError { doing: "take a poll", source: refusal.into() });
        }
        self.bus.publish_poll(job).await
    }

    async fn next_poll(&self) -> Result<Delivery<PollJob>, BusError> {
        self.bus.next_poll().await
    }

    async fn publish_observation(&self, observation: Observation) -> Result<(), BusError> {
        // No error, so that the poller does not retry at once: the page becomes due again on
        // schedule.
        if let Err(refusal) = self.guard.check(observation.observed_at) {
            let error = chain(&refusal);
            tracing::warn!(provider = %observation.provider, error, "a poll is forgotten");
            return Ok(());
        }
        self.bus.publish_observation(observation).await
    }

    async fn next_observation(&self, partition: u32) -> Result<Delivery<Observation>, BusError> {
        self.bus.next_observation(partition).await
    }

    fn partitions(&self) -> u32 {
        self.bus.partitions()
    }
}

/// Continues from the last believed moment while the real clock is not believed.
impl Clock for ClockGuard {
    fn now(&self) -> SystemTime {
        system_time(self.estimate())
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    fn boot(&self) -> Duration {
        self.clock.boot()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.clock.sleep(duration)
    }
}

fn system_time(at: Timestamp) -> SystemTime {
    let micros = Duration::from_micros(at.micros().unsigned_abs());
    let epoch = SystemTime::UNIX_EPOCH;
    if at < Timestamp::default() { epoch - micros } else { epoch + micros }
}
