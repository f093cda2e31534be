//! The event log.
//!
//! Positions are given in commit order and without gaps, whoever appends: so a reader that asks
//! for what is after 41 can never miss a late 42, a subscriber can detect a gap, and "the log as
//! of then" is one integer.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use signalbook_domain::{ObservationId, PageId, Position, Revision, StreamId, Timestamp};
use signalbook_proto::chain::{Epoch, EpochId, Hash};
use signalbook_proto::{Draft, EncodedManifest, Record};
use tokio::sync::watch;
use uuid::Uuid;

use crate::erasure::Erasure;
use crate::error::{AppendError, StoreError};
use crate::page::{ConditionalPut, PageRow, RowVersion};

/// At most so many events are accepted in one append: a page's whole history at first sight
/// has some thousands.
pub const APPEND_EVENTS_MAX: usize = 50_000;

/// A stream that is appended to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its name.
    pub id: StreamId,
    /// The page that it belongs to.
    pub page: PageId,
    /// How many events it has, as the caller knows it.
    pub expected: Revision,
}

/// Events to be recorded together, and the page's row that goes with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Append {
    /// The streams, each once.
    pub streams: Vec<Stream>,
    /// The events in the order of their telling, each with the index of its stream.
    pub events: Vec<(usize, Draft)>,
    /// The page's row, if it changes.
    pub page: Option<ConditionalPut>,
    /// What the observation brought that the events name.
    pub manifest: Option<EncodedManifest>,
}

impl Append {
    /// Refuses what no adapter accepts, whatever is in its log.
    pub fn check(&self) -> Result<(), AppendError> {
        if self.events.len() > APPEND_EVENTS_MAX {
            let events = self.events.len();
            return Err(AppendError::TooLarge { events, max: APPEND_EVENTS_MAX });
        }
        let observation = self.manifest.as_ref().map(EncodedManifest::reference);
        let mut ids = HashSet::with_capacity(self.events.len());
        for (stream, draft) in &self.events {
            if *stream >= self.streams.len() {
                let reason = "its stream is not one of the append's".to_owned();
                let key = draft.id.to_string();
                return Err(StoreError::Invalid { table: "event", key, reason }.into());
            }
            if draft.observation.is_some() && draft.observation != observation {
                let reason = "it does not name the manifest that comes with it".to_owned();
                let key = draft.id.to_string();
                return Err(StoreError::Invalid { table: "event", key, reason }.into());
            }
            if !ids.insert(draft.id) {
                return Err(AppendError::Duplicate(draft.id));
            }
        }
        Ok(())
    }
}

/// What was appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The position of the last event; where there was none, the log's end.
    pub last: Position,
    /// Whether the events were in the log already, and nothing was changed.
    pub repeated: bool,
}

/// The end of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The identity of this log.
    pub log_id: Uuid,
    /// The last position.
    pub position: Position,
    /// The last hash.
    pub hash: Hash,
    /// When the last event was recorded.
    pub recorded_at: Timestamp,
    /// How many manifests there are.
    pub manifests: u64,
    /// The last hash of their chain.
    pub manifest_hash: Hash,
    /// The epoch that goes on.
    pub epoch: EpochId,
}

impl Head {
    /// The epoch `number` that continues the log from here, opened at `now`.
    pub fn opens(&self, number: u64, now: Timestamp) -> Epoch {
        let mut epoch = Epoch {
            number,
            after: self.position,
            opened_at: self.recorded_at.max(now),
            previous: self.hash,
            manifests: self.manifests,
            manifest_hash: self.manifest_hash,
            hash: Hash::default(),
        };
        epoch.hash = epoch.link_hash();
        epoch
    }
}

/// That a log is a copy, or goes on from one: what was recorded after it was made is missing, and
/// nothing may be appended until that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreMark {
    /// When it was noticed, or the copy made.
    pub marked_at: Timestamp,
    /// The highest number of an epoch that is known of.
    pub epoch: u64,
    /// How it is known, in words.
    pub reason: String,
}

/// A manifest with its place beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestRow {
    /// Its place, from 1 and without gaps.
    pub number: u64,
    /// The manifest.
    pub manifest: EncodedManifest,
    /// Its hash in the chain of manifests.
    pub hash: Hash,
}

/// An append-only, totally ordered, tamper-evident log, with one mutable row per page beside it.
///
/// Promises that every adapter keeps (see `contract`):
/// an append is visible whole or not at all, over all its streams and the page's row;
/// what was acknowledged survives a crash of the machine;
/// positions and revisions have no gaps; `recorded_at` never goes back;
/// appending the same events twice changes nothing;
/// a manifest is kept for ever, once, with the events that name it;
/// a log that is marked as restored takes no append until an epoch is opened;
/// the database itself refuses to change or remove an event, a manifest, an epoch or an erasure,
/// but for the payload of an event that is on record as erased.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Appends `append` at the moment `now`, if no stream and no page row has moved.
    async fn append(&self, append: Append, now: Timestamp) -> Result<Appended, AppendError>;

    /// Up to `limit` records after `after`, in order.
    async fn read_after(&self, after: Position, limit: u32) -> Result<Vec<Record>, StoreError>;

    /// Up to `limit` records after `after` of all streams that belong to `page`, in order.
    async fn read_page(
        &self,
        page: PageId,
        after: Position,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError>;

    /// Up to `limit` records of one stream after the revision `after`, in order.
    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Revision,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError>;

    /// The manifests of `observations`; those that are not there are left out.
    async fn manifests_by_id(
        &self,
        observations: &[ObservationId],
    ) -> Result<Vec<EncodedManifest>, StoreError>;

    /// Up to `limit` manifests after the number `after`, in order.
    async fn manifests_after(&self, after: u64, limit: u32)
    -> Result<Vec<ManifestRow>, StoreError>;

    /// The epochs after the first, in order.
    async fn epochs(&self) -> Result<Vec<Epoch>, StoreError>;

    /// What it is marked with as restored, if it is.
    async fn restore_mark(&self) -> Result<Option<RestoreMark>, StoreError>;

    /// Marks it as restored; a mark that is there already stays.
    async fn mark_restored(&self, mark: &RestoreMark) -> Result<(), StoreError>;

    /// Opens the epoch `number` at the moment `now`, and removes the mark. The number has to be
    /// higher than that of the epoch before.
    async fn open_epoch(&self, number: u64, now: Timestamp) -> Result<Epoch, AppendError>;

    /// Records `erasure`, and with it erases the payload if it is that of an event; the bytes of a
    /// document are evidence's to erase. Answers whether it was not on record before. Fails with
    /// [`StoreError::Invalid`] if there is no such event.
    async fn erase(&self, erasure: &Erasure) -> Result<bool, AppendError>;

    /// All erasures, in the order of their recording.
    async fn erasures(&self) -> Result<Vec<Erasure>, StoreError>;

    /// What beside the chain of hashes contradicts itself, in words; nothing in a sound log.
    async fn contradictions(&self) -> Result<Vec<String>, StoreError>;

    /// The end of the log.
    async fn head(&self) -> Result<Head, StoreError>;

    /// The last position at this process's last append: a hint to look, never the truth.
    fn appended(&self) -> watch::Receiver<Position>;

    /// The rows of pages that were written after `mark`, each as it is now and once, and the mark
    /// to go on from; also of pages that are no longer watched.
    async fn pages_after(&self, mark: RowVersion)
    -> Result<(Vec<PageRow>, RowVersion), StoreError>;

    /// Every page's row, also of pages that are no longer watched.
    async fn pages(&self) -> Result<Vec<PageRow>, StoreError> {
        Ok(self.pages_after(RowVersion::default()).await?.0)
    }

    /// The rows of `pages`; unknown ones are left out.
    async fn pages_by_id(&self, pages: &[PageId]) -> Result<Vec<PageRow>, StoreError>;

    /// One page's row.
    async fn page(&self, page: PageId) -> Result<Option<PageRow>, StoreError> {
        Ok(self.pages_by_id(&[page]).await?.into_iter().next())
    }
}

/// A log that several roles share.
pub type SharedLog = Arc<dyn EventLog>;
