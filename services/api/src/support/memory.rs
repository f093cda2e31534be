//! Both ports in memory, read-only.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use signalbook_domain::outage::Window;
use signalbook_domain::{ObservationId, PageId, Position, Revision, Slug, StreamId, Timestamp};
use signalbook_proto::chain::{Epoch, EpochId};
use signalbook_proto::{EncodedManifest, Record};
use signalbook_store::views::{
    ComponentView, Cursor, Keys, Outage, PassedOver, ProviderView, ReportQuery, ReportView, Rows,
    StatusInterval,
};
use signalbook_store::{
    Append, AppendError, Appended, Checkpoint, Erasure, EventLog, Head, ManifestRow, PageRow,
    RestoreMark, RowVersion, SaveError, StoreError, Views,
};
use tokio::sync::watch;
use uuid::Uuid;

use super::at;

#[derive(Default)]
pub(super) struct Memory(Mutex<Data>);

#[derive(Default)]
pub(super) struct Data {
    pub(super) rows: Rows,
    pub(super) pages: Vec<PageRow>,
    pub(super) records: Vec<Record>,
    pub(super) position: u64,
    pub(super) reached: Option<u64>,
    pub(super) broken: bool,
    pub(super) damaged: BTreeSet<String>,
    pub(super) restores: u64,
}

impl Data {
    fn epoch(&self) -> EpochId {
        EpochId::new(self.restores + 1, &[7; 32])
    }

    /// Fails if one of `keys` belongs to a damaged row.
    fn sound(&self, mut keys: impl Iterator<Item = String>) -> Result<(), StoreError> {
        match keys.find(|key| self.damaged.contains(key)) {
            Some(key) => Err(StoreError::Damaged(format!("the secret row {key}"))),
            None => Ok(()),
        }
    }
}

impl Memory {
    pub(super) fn lock(&self) -> MutexGuard<'_, Data> {
        self.0.lock().unwrap()
    }

    fn read<T>(&self, read: impl FnOnce(&Data) -> T) -> Result<T, StoreError> {
        let data = self.lock();
        if data.broken {
            let source = "the secret disk is gone".into();
            return Err(StoreError::Unavailable { doing: "read", source });
        }
        Ok(read(&data))
    }

    fn records(
        &self,
        limit: u32,
        which: impl Fn(&Record) -> bool,
    ) -> Result<Vec<Record>, StoreError> {
        self.read(|data| {
            let records = data.records.iter().filter(|record| which(record));
            records.take(limit.try_into().unwrap()).cloned().collect()
        })
    }
}

fn now() -> Timestamp {
    at("2026-03-02T00:00:00Z")
}

#[async_trait]
impl EventLog for Memory {
    async fn append(&self, _: Append, _: Timestamp) -> Result<Appended, AppendError> {
        unreachable!("the api only reads")
    }

    async fn read_after(&self, after: Position, limit: u32) -> Result<Vec<Record>, StoreError> {
        self.records(limit, |record| record.position > after)
    }

    async fn read_page(&self, _: PageId, _: Position, _: u32) -> Result<Vec<Record>, StoreError> {
        unreachable!("the api reads no page's events")
    }

    async fn read_stream(
        &self,
        stream: &StreamId,
        after: Revision,
        limit: u32,
    ) -> Result<Vec<Record>, StoreError> {
        self.records(limit, |record| record.stream == *stream && record.revision > after)
    }

    async fn manifests_by_id(
        &self,
        _: &[ObservationId],
    ) -> Result<Vec<EncodedManifest>, StoreError> {
        self.read(|_| Vec::new())
    }

    async fn manifests_after(&self, _: u64, _: u32) -> Result<Vec<ManifestRow>, StoreError> {
        unreachable!("the api reads no list of manifests")
    }

    async fn epochs(&self) -> Result<Vec<Epoch>, StoreError> {
        unreachable!("the api knows the epoch that it is in")
    }

    async fn restore_mark(&self) -> Result<Option<RestoreMark>, StoreError> {
        unreachable!("whoever runs the api watches that")
    }

    async fn mark_restored(&self, _: &RestoreMark) -> Result<(), StoreError> {
        unreachable!("the api only reads")
    }

    async fn open_epoch(&self, _: u64, _: Timestamp) -> Result<Epoch, AppendError> {
        unreachable!("the api only reads")
    }

    async fn erase(&self, _: &Erasure) -> Result<bool, AppendError> {
        unreachable!("the api only reads")
    }

    async fn erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        Ok(Vec::new())
    }

    async fn contradictions(&self) -> Result<Vec<String>, StoreError> {
        unreachable!("the api checks nothing")
    }

    async fn head(&self) -> Result<Head, StoreError> {
        self.read(|data| Head {
            log_id: Uuid::from_u128(1),
            position: Position(data.position),
            hash: [0; 32],
            recorded_at: now(),
            manifests: 0,
            manifest_hash: [0; 32],
            epoch: data.epoch(),
        })
    }

    fn appended(&self) -> watch::Receiver<Position> {
        watch::channel(Position(0)).1
    }

    async fn pages_after(
        &self,
        mark: RowVersion,
    ) -> Result<(Vec<PageRow>, RowVersion), StoreError> {
        self.read(|data| (data.pages.clone(), mark))
    }

    async fn pages_by_id(&self, pages: &[PageId]) -> Result<Vec<PageRow>, StoreError> {
        self.read(|data| {
            data.pages.iter().filter(|page| pages.contains(&page.id)).cloned().collect()
        })
    }
}

#[async_trait]
impl Views for Memory {
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.read(|data| {
            let position = Position(data.reached.unwrap_or(data.position));
            let known = Checkpoint { epoch: data.epoch(), position, hash: [0; 32] };
            (position > Position(0)).then_some(known)
        })
    }

    async fn load(&self, keys: &Keys) -> Result<Rows, StoreError> {
        self.read(|data| {
            let mut rows = data.rows.clone();
            rows.providers.retain(|slug, _| keys.providers.contains(slug));
            rows.reports.retain(|id, _| keys.reports.contains(id));
            rows.components.retain(|id, _| keys.components.contains(id));
            rows.passed_over.retain(|kind, _| keys.passed_over.contains(kind));
            rows
        })
    }

    async fn save(&self, _: Position, _: &Checkpoint, _: &Rows) -> Result<(), SaveError> {
        unreachable!("the api only reads")
    }

    fn saved(&self) -> watch::Receiver<Position> {
        watch::channel(Position(0)).1
    }

    async fn passed_over(&self) -> Result<Vec<PassedOver>, StoreError> {
        self.read(|data| data.rows.passed_over.values().cloned().collect())
    }

    async fn providers(&self) -> Result<Vec<ProviderView>, StoreError> {
        self.read(|data| {
            data.sound(data.rows.providers.keys().map(Slug::to_string))?;
            Ok(data.rows.providers.values().cloned().collect())
        })?
    }

    async fn provider(&self, slug: &Slug) -> Result<Option<ProviderView>, StoreError> {
        self.read(|data| {
            data.sound([slug.to_string()].into_iter())?;
            Ok(data.rows.providers.get(slug).cloned())
        })?
    }

    async fn reports(&self, query: &ReportQuery) -> Result<Vec<ReportView>, StoreError> {
        self.read(|data| {
            let mut rows: Vec<ReportView> = data
                .rows
                .reports
                .values()
                .filter(|row| row.provider == query.provider && row.kind == query.kind)
                .filter(|row| query.window.touches(row.interval(), now()))
                .filter(|row| query.after.is_none_or(|after| is_behind(row, after)))
                .cloned()
                .collect();
            rows.sort_by_key(|row| std::cmp::Reverse((row.started_at(), row.id)));
            rows.truncate(query.limit.try_into().unwrap());
            data.sound(rows.iter().map(|row| row.id.to_string()))?;
            Ok(rows)
        })?
    }

    async fn report(&self, id: Uuid) -> Result<Option<ReportView>, StoreError> {
        self.read(|data| {
            data.sound([id.to_string()].into_iter())?;
            Ok(data.rows.reports.get(&id).cloned())
        })?
    }

    async fn outages(&self, provider: &Slug, window: Window) -> Result<Vec<Outage>, StoreError> {
        self.read(|data| {
            data.rows
                .reports
                .values()
                .filter(|row| row.provider == *provider && !row.kind.is_maintenance())
                .filter(|row| window.touches(row.interval(), now()))
                .map(|row| Outage { interval: row.interval(), impact: row.impact })
                .collect()
        })
    }

    async fn components(&self, provider: &Slug) -> Result<Vec<ComponentView>, StoreError> {
        self.read(|data| {
            let components = data.rows.components.values();
            components.filter(|component| component.provider == *provider).cloned().collect()
        })
    }

    async fn intervals(&self, _: Uuid, _: u32) -> Result<Vec<StatusInterval>, StoreError> {
        unreachable!("the api reads no intervals")
    }

    fn damaged(&self) -> watch::Receiver<Option<String>> {
        watch::channel(self.lock().damaged.first().cloned()).1
    }

    async fn check(&self) -> Result<(), StoreError> {
        unreachable!("the api leaves mending to others")
    }

    async fn begin_rebuild(&self) -> Result<Arc<dyn Views>, StoreError> {
        unreachable!("the api only reads")
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync> {
        self
    }

    async fn promote(&self, _: Arc<dyn Views>) -> Result<(), StoreError> {
        unreachable!("the api only reads")
    }
}

fn is_behind(row: &ReportView, cursor: Cursor) -> bool {
    (row.started_at(), row.id) < (cursor.started_at, cursor.id)
}
