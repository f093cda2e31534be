//! The read models. A view and its checkpoint move in one transaction, so that each event is
//! applied exactly once; all of it can be thrown away and built again from the log.

pub mod component;
pub mod page;
pub mod passed_over;
mod provider;
pub mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use signalbook_domain::outage::{Interval, Window};
use signalbook_domain::{Impact, Position, ReportKind, Slug, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

pub use component::{ComponentView, StatusInterval};
pub use page::{DisagreementView, IndicatorView, PageView};
pub use passed_over::{PassedOver, RecordKind};
pub use provider::{OpenReport, ProviderView, UnwellComponent};
pub use report::{AffectedView, ReportView, UpdateView};

use crate::checkpoint::Checkpoint;
use crate::error::{SaveError, StoreError};

/// The keys of the rows that a batch of events touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Providers.
    pub providers: BTreeSet<Slug>,
    /// Incidents and maintenances.
    pub reports: BTreeSet<Uuid>,
    /// Components.
    pub components: BTreeSet<Uuid>,
    /// Kinds of events that are not known.
    pub passed_over: BTreeSet<RecordKind>,
}

/// Rows of all views.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Providers.
    pub providers: BTreeMap<Slug, ProviderView>,
    /// Incidents and maintenances.
    pub reports: BTreeMap<Uuid, ReportView>,
    /// Components.
    pub components: BTreeMap<Uuid, ComponentView>,
    /// Events of kinds that are not known.
    pub passed_over: BTreeMap<RecordKind, PassedOver>,
    /// Status intervals, by component and the position of the event that began them. Only ever
    /// saved, never loaded: a component's row knows its current one.
    pub intervals: BTreeMap<(Uuid, Position), StatusInterval>,
}

/// Where a list goes on: behind the row that began at `started_at` and has this id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When the last row of the page before began.
    pub started_at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// Which reports are asked for, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportQuery {
    /// Whose.
    pub provider: Slug,
    /// Incidents or maintenances.
    pub kind: ReportKind,
    /// Only those that touch this window.
    pub window: Window,
    /// Only those behind this one.
    pub after: Option<Cursor>,
    /// At most so many.
    pub limit: u32,
}

/// What outage arithmetic needs of one incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// From when to when.
    pub interval: Interval,
    /// How bad it is.
    pub impact: Impact,
}

/// The read models.
///
/// Promises that every adapter keeps (see `contract`): rows and checkpoint are saved together or
/// not at all; a save from another checkpoint than the current one is refused; a rebuild does
/// not disturb readers, and once adopted replaces everything at once; lists show a report
/// once that a page of a former address showed too; a row that is not as it was saved is never
/// answered with, but fails the call with [`StoreError::Damaged`].
#[async_trait]
pub trait Views: Send + Sync {
    /// What the views have reached; none as long as they are empty.
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError>;

    /// The position that they have reached.
    async fn reached(&self) -> Result<Position, StoreError> {
        Ok(self.checkpoint().await?.map_or(Position(0), |checkpoint| checkpoint.position))
    }

    /// The rows of `keys`, unknown ones left out.
    async fn load(&self, keys: &Keys) -> Result<Rows, StoreError>;

    /// Saves `rows` and moves the checkpoint from the position `from` to `to`.
    async fn save(&self, from: Position, to: &Checkpoint, rows: &Rows) -> Result<(), SaveError>;

    /// The position at this process's last save: a hint to look, never the truth.
    fn saved(&self) -> watch::Receiver<Position>;

    /// Every provider that ever had a page.
    async fn providers(&self) -> Result<Vec<ProviderView>, StoreError>;

    /// One provider.
    async fn provider(&self, slug: &Slug) -> Result<Option<ProviderView>, StoreError>;

    /// Incidents or maintenances of a provider, newest first.
    ///
    /// A page that is given a new address is another page with the same reports. So a report of a
    /// page that was removed is left out if a page of the same provider that is watched, or was
    /// removed later, has one of the same kind and vendor's id.
    async fn reports(&self, query: &ReportQuery) -> Result<Vec<ReportView>, StoreError>;

    /// One incident or maintenance.
    async fn report(&self, id: Uuid) -> Result<Option<ReportView>, StoreError>;

    /// Every incident of a provider that touches the window, for outage arithmetic; those that
    /// [`Views::reports`] leaves out are left out here too.
    async fn outages(&self, provider: &Slug, window: Window) -> Result<Vec<Outage>, StoreError>;

    /// A provider's components.
    async fn components(&self, provider: &Slug) -> Result<Vec<ComponentView>, StoreError>;

    /// How a component did, oldest first, the newest `limit` intervals.
    async fn intervals(
        &self,
        component: Uuid,
        limit: u32,
    ) -> Result<Vec<StatusInterval>, StoreError>;

    /// The kinds of events that were passed over, since whoever saved did not know them.
    async fn passed_over(&self) -> Result<Vec<PassedOver>, StoreError>;

    /// What of these views was first found damaged since they were built, in words; none if
    /// nothing was. Every call that meets damage tells it here.
    fn damaged(&self) -> watch::Receiver<Option<String>>;

    /// Reads everything, and fails with what is damaged if anything is, also where no other call
    /// would notice: a list does not know that a row is missing from it.
    async fn check(&self) -> Result<(), StoreError>;

    /// An empty set of views beside this one, to be built from the log.
    async fn begin_rebuild(&self) -> Result<Arc<dyn Views>, StoreError>;

    /// Replaces these views by those that were built beside them. `beside` must not be used
    /// afterwards.
    async fn promote(&self, beside: Arc<dyn Views>) -> Result<(), StoreError>;

    /// Itself, for an adapter that takes back what it handed out as [`Views::begin_rebuild`].
    fn into_any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync>;
}

/// Views that several roles share.
pub type SharedViews = Arc<dyn Views>;
