//! The event log.
//!
//! Positions are assigned in commit order and without gaps, whatever the number of appenders. A
//! reader that asks for what is after 41 never misses a late 42, a subscriber can detect a gap, and
//! a past state of the log is one integer.

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

/// The most events that one append may have. The whole history of a page, recorded at its first
/// poll, has a few thousand.
pub const APPEND_EVENTS_MAX: usize = 50_000;

/// A stream to append to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The identity of the stream.
    pub id: StreamId,
    /// The page that the stream belongs to.
    pub page: PageId,
    /// The number of events that the caller expects in the stream.
    pub expected: Revision,
}

/// Events to record together, with the page row that belongs to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Append {
    /// The streams, each once.
    pub streams: Vec<Stream>,
    /// The events in order, each with the index of its stream.
    pub events: Vec<(usize, Draft)>,
    /// The page row, if it changes.
    pub page: Option<ConditionalPut>,
    /// The manifest of the observation that the events name.
    pub manifest: Option<EncodedManifest>,
}

impl Append {
    /// Refuses an append that no adapter accepts, whatever its log contains.
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

/// The result of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The position of the last event, or the end of the log if there was none.
    pub last: Position,
    /// Whether the events were already in the log, so that nothing changed.
    pub repeated: bool,
}

/// The end of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The identity of the log.
    pub log_id: Uuid,
    /// The last position.
    pub position: Position,
    /// The last hash.
    pub hash: Hash,
    /// When the last event was recorded or the current epoch opened, whichever is later.
    pub recorded_at: Timestamp,
    /// The number of manifests.
    pub manifests: u64,
    /// The last hash of the manifest chain.
    pub manifest_hash: Hash,
    /// The current epoch.
    pub epoch: EpochId,
}

impl Head {
    /// The epoch `number` that continues the log from this head, opened at `now`.
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

/// Marks a log as a copy, or as the continuation of one. Events recorded after the copy was made
/// are missing, and nothing may be appended until the restore is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreMark {
    /// When the restore was noticed, or the copy made.
    pub marked_at: Timestamp,
    /// The highest known epoch number.
    pub epoch: u64,
    /// How the restore is known, as text.
    pub reason: String,
}

/// A manifest with its place in the manifest chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestRow {
    /// The place, counted from 1 without gaps.
    pub number: u64,
    /// The manifest.
    pub manifest: EncodedManifest,
    /// The hash in the manifest chain.
    pub hash: Hash,
}

/// An append-only, totally ordered, tamper-evident log, with one mutable row per page beside it.
///
/// Promises that every adapter keeps (see `contract`): an append is visible completely or not at
/// all, across all its streams and the page row; an acknowledged append survives a crash of the
/// machine; positions and revisions have no gaps; `recorded_at` never decreases; appending the same
/// events twice changes nothing; a manifest is stored permanently, once, together with the events
/// that name it; a log that is marked as restored takes no append until an epoch is opened; the
/// database itself refuses to change or remove an event, a manifest, an epoch or an erasure, except
/// for the payload of an event that is recorded as erased.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Appends `append` at the time `now`, unless a stream or the page row has moved.
    async fn append(&self, append: Append, now: Timestamp) -> Result<Appended, AppendError>;

    /// Up to `limit` records after `after`, in order.
    async fn read_after(&self, after: Position, limit: u32) -> Result<Vec<Record>, StoreError>;

    /// Up to `limit` records after `after` from all streams of `page`, in order.
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

    /// The manifests of `observations`; unknown ones are omitted.
    async fn manifests_by_id(
        &self,
        observations: &[ObservationId],
    ) -> Result<Vec<EncodedManifest>, StoreError>;

    /// Up to `limit` manifests after the number `after`, in order.
    async fn manifests_after(&self, after: u64, limit: u32)
    -> Result<Vec<ManifestRow>, StoreError>;

    /// The epochs after the first, in order.
    async fn epochs(&self) -> Result<Vec<Epoch>, StoreError>;

    /// The restore mark, if the log has one.
    async fn restore_mark(&self) -> Result<Option<RestoreMark>, StoreError>;

    /// Marks the log as restored; an existing mark stays.
    async fn mark_restored(&self, mark: &RestoreMark) -> Result<(), StoreError>;

    /// Opens the epoch `number` at the time `now`, and removes the restore mark. `number` must be
    /// higher than that of the current epoch.
    async fn open_epoch(&self, number: u64, now: Timestamp) -> Result<Epoch, AppendError>;

    /// Records `erasure` and, for an event, erases its payload; the bytes of a document are erased
    /// by [`Evidence`](crate::Evidence). Returns whether the erasure is new. Fails with
    /// [`StoreError::Invalid`] if the event does not exist.
    async fn erase(&self, erasure: &Erasure) -> Result<bool, AppendError>;

    /// All erasures, in the order in which they were recorded.
    async fn erasures(&self) -> Result<Vec<Erasure>, StoreError>;

    /// Contradictions outside the hash chain, one text each; empty in a sound log.
    async fn contradictions(&self) -> Result<Vec<String>, StoreError>;

    /// The end of the log.
    async fn head(&self) -> Result<Head, StoreError>;

    /// The last position that this process appended: a hint to read, not the actual state.
    fn appended(&self) -> watch::Receiver<Position>;

    /// The page rows written after the row version `mark`, each once and in its current state, and
    /// the row version to continue from. Includes pages that are no longer watched.
    async fn pages_after(&self, mark: RowVersion)
    -> Result<(Vec<PageRow>, RowVersion), StoreError>;

    /// All page rows, including those of pages that are no longer watched.
    async fn pages(&self) -> Result<Vec<PageRow>, StoreError> {
        Ok(self.pages_after(RowVersion::default()).await?.0)
    }

    /// The rows of `pages`; unknown ones are omitted.
    async fn pages_by_id(&self, pages: &[PageId]) -> Result<Vec<PageRow>, StoreError>;

    /// One page's row.
    async fn page(&self, page: PageId) -> Result<Option<PageRow>, StoreError> {
        Ok(self.pages_by_id(&[page]).await?.into_iter().next())
    }
}

/// A log shared by several roles.
pub type SharedLog = Arc<dyn EventLog>;
