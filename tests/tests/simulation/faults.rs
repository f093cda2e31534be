//! What goes wrong, and how often it did: stores that fail on demand, and the count of each kind.

mod views;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{ObservationId, PageId, Position, Revision, StreamId, Timestamp};
use signalbook_proto::chain::Epoch;
use signalbook_proto::{EncodedManifest, Record};
use signalbook_store::evidence::{Found, Keeping, SharedEvidence, StoredDocument};
use signalbook_store::log::{Head, SharedLog};
use signalbook_store::{
    Append, AppendError, Appended, Checkpoint, Erasure, EventLog, Evidence, ManifestRow, PageRow,
    RestoreMark, RowVersion, StoreError,
};
use tokio::sync::watch;

use crate::breaks::{Break, stores};

pub(crate) use views::FaultyViews;

/// Every kind of fault; each has to fire often enough.
pub(crate) const KINDS: [&str; 59] = [
    "clock.ahead",
    "clock.behind",
    "clock.corrected",
    "crash.between_steps",
    "crash.before_fold",
    "crash.before_acknowledge",
    "crash.before_save",
    "crash.append_committed",
    "crash.append_not_committed",
    "crash.save_committed",
    "crash.save_not_committed",
    "answer_lost.append",
    "answer_lost.evidence",
    "answer_lost.save",
    "answer_lost.views",
    "failed.append",
    "failed.evidence",
    "failed.save",
    "failed.views",
    "observation.lost",
    "observation.overtaken",
    "observation.delayed",
    "observation.repeated",
    "document.disagrees",
    "document.half_readable",
    "document.history_failed_alone",
    "document.never_offered",
    "document.stale_alone",
    "document.stale_all",
    "document.report_broken",
    "document.component_broken",
    "document.part_of_report_broken",
    "poll.TimedOut",
    "poll.Lost",
    "poll.TooLarge",
    "poll.Refused",
    "poll.Redirected",
    "poll.Blocked",
    "poll.RateLimited",
    "poll.ServerError",
    "poll.NotFound",
    "poll.Html",
    "poll.Truncated",
    "poll.OtherShape",
    "poll.Empty",
    "page.disagreed",
    "page.removed",
    "page.returned",
    "pause.of_days",
    "report.end_inferred",
    "vendor.component_alone",
    "vendor.contradicting_update",
    "vendor.deleted",
    "vendor.indicator_alone",
    "vendor.rebuilt",
    "vendor.retro_filed",
    "vendor.unknown_word",
    "window.slid",
    "window.slid_past_open",
];

/// How often each kind of fault fired.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts(BTreeMap<String, u64>);

impl Counts {
    pub(crate) fn fired(&mut self, kind: &str) {
        self.fired_times(kind, 1);
    }

    pub(crate) fn fired_times(&mut self, kind: &str, times: u64) {
        *self.0.entry(kind.to_owned()).or_default() += times;
    }

    pub(crate) fn of(&self, kind: &str) -> u64 {
        self.0.get(kind).copied().unwrap_or_default()
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (kind, times) in &other.0 {
            self.fired_times(kind, *times);
        }
    }

    /// All of them in one line.
    pub(crate) fn line(&self) -> String {
        let words: Vec<String> = self.0.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
        words.join(", ")
    }
}

/// Where a call to a store fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Before anything was done.
    Before,
    /// After everything was done.
    After,
}

/// Trouble that waits for the next call.
#[derive(Clone, Default)]
pub(crate) struct Trap(Arc<Mutex<Option<Trouble>>>);

impl Trap {
    pub(crate) fn set(&self, trouble: Option<Trouble>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// Takes it away. Answers whether it has sprung.
    pub(crate) fn unset(&self) -> bool {
        self.spring().is_none()
    }

    fn spring(&self) -> Option<Trouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn down(doing: &'static str) -> StoreError {
    StoreError::Unavailable { doing, source: "simulated".into() }
}

/// A log whose next append may fail.
pub(crate) struct FaultyLog {
    pub(crate) inner: SharedLog,
    pub(crate) trap: Trap,
    pub(crate) broken: Option<Break>,
}

#[async_trait]
impl EventLog for FaultyLog {
    async fn append(&self, append: Append, now: Timestamp) -> Result<Appended, AppendError> {
        let mut append = stores::appended(self.broken, append);
        stores::withdrawn_at_once(self.broken, &self.inner, &mut append).await?;
        match self.trap.spring() {
            None => self.inner.append(append, now).await,
            Some(Trouble::Before) => {
                if let Some(part) = stores::left_behind(self.broken, &append) {
                    self.inner.append(part, now).await?;
                }
                Err(down("append").into())
            }
            Some(Trouble::After) => {
                let again = stores::repeated(self.broken, &append);
                self.inner.append(append, now).await?;
                if let Some(again) = again {
                    self.inner.append(again, now).await?;
                }
                Err(down("append").into())
            }
        }
    }

    async fn read_after(&self, after: Position, limit: u32) -> Result<Vec<Record>, StoreError> {
        let records = self.inner.read_after(after, limit).await?;
        Ok(stores::batch(self.broken, records))
    }

    async fn read_page(
        &self,
        page: PageId,
        after: Position,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        self.inner.read_page(page, after, limit).await
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Revision,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        self.inner.read_stream(stream, after, limit).await
    }

    async fn manifests_by_id(
        &self,
        observations: &[ObservationId],
    ) -> Result<Vec<EncodedManifest>, StoreError> {
        self.inner.manifests_by_id(observations).await
    }

    async fn manifests_after(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<ManifestRow>, StoreError> {
        self.inner.manifests_after(after, limit).await
    }

    async fn epochs(&self) -> Result<Vec<Epoch>, StoreError> {
        self.inner.epochs().await
    }

    async fn erase(&self, erasure: &Erasure) -> Result<bool, AppendError> {
        self.inner.erase(erasure).await
    }

    async fn erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        self.inner.erasures().await
    }

    async fn restore_mark(&self) -> Result<Option<RestoreMark>, StoreError> {
        self.inner.restore_mark().await
    }

    async fn mark_restored(&self, mark: &RestoreMark) -> Result<(), StoreError> {
        self.inner.mark_restored(mark).await
    }

    async fn open_epoch(&self, number: u64, now: Timestamp) -> Result<Epoch, AppendError> {
        self.inner.open_epoch(number, now).await
    }

    async fn contradictions(&self) -> Result<Vec<String>, StoreError> {
        self.inner.contradictions().await
    }

    async fn head(&self) -> Result<Head, StoreError> {
        self.inner.head().await
    }

    fn appended(&self) -> watch::Receiver<Position> {
        self.inner.appended()
    }

    async fn pages_after(
        &self,
        mark: RowVersion,
    ) -> Result<(Vec<PageRow>, RowVersion), StoreError> {
        self.inner.pages_after(mark).await
    }

    async fn pages_by_id(&self, pages: &[PageId]) -> Result<Vec<PageRow>, StoreError> {
        self.inner.pages_by_id(pages).await
    }
}

/// Evidence that may fail to be kept the next time.
pub(crate) struct FaultyEvidence {
    pub(crate) inner: SharedEvidence,
    pub(crate) trap: Trap,
    pub(crate) broken: Option<Break>,
}

#[async_trait]
impl Evidence for FaultyEvidence {
    async fn keep(&self, keeping: &Keeping<'_>) -> Result<(), StoreError> {
        match self.trap.spring() {
            None if self.broken == Some(Break::EvidenceForgotten) => Ok(()),
            None => self.inner.keep(keeping).await,
            Some(Trouble::Before) => Err(down("keep evidence")),
            Some(Trouble::After) => {
                self.inner.keep(keeping).await?;
                Err(down("keep evidence"))
            }
        }
    }

    async fn manifest(&self, id: ObservationId) -> Result<Option<EncodedManifest>, StoreError> {
        self.inner.manifest(id).await
    }

    async fn documents_after(
        &self,
        after: Option<ContentHash>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError> {
        self.inner.documents_after(after, limit).await
    }

    async fn known(&self, hashes: &[ContentHash]) -> Result<BTreeSet<ContentHash>, StoreError> {
        self.inner.known(hashes).await
    }

    async fn erase(&self, hash: ContentHash) -> Result<bool, StoreError> {
        self.inner.erase(hash).await
    }

    async fn contradictions(&self) -> Result<Vec<String>, StoreError> {
        self.inner.contradictions().await
    }

    async fn document(&self, hash: ContentHash) -> Result<Option<StoredDocument>, StoreError> {
        self.inner.document(hash).await
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.inner.checkpoint().await
    }

    async fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        self.inner.save_checkpoint(checkpoint).await
    }
}
