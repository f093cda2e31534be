//! The read models. A view and its checkpoint are saved in one transaction, so that each event is
//! applied exactly once. All views can be discarded and rebuilt from the log.

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
    /// Unknown kinds of events.
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
    /// Counts of events of unknown kinds.
    pub passed_over: BTreeMap<RecordKind, PassedOver>,
    /// Status intervals, by component and by the position of the event that started them. They are
    /// only saved, never loaded: the row of a component has its current interval.
    pub intervals: BTreeMap<(Uuid, Position), StatusInterval>,
}

/// Where a list continues: after the row with this start and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The start of the last row of the page before.
    pub started_at: Timestamp,
    /// The id of that row.
    pub id: Uuid,
}

/// A query for reports, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportQuery {
    /// The provider.
    pub provider: Slug,
    /// Incidents or maintenances.
    pub kind: ReportKind,
    /// Only reports that overlap this window.
    pub window: Window,
    /// Only reports after this one.
    pub after: Option<Cursor>,
    /// The most reports to return.
    pub limit: u32,
}

/// What outage arithmetic needs from one incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// When the incident counts.
    pub interval: Interval,
    /// The impact of the incident.
    pub impact: Impact,
}

/// The read models.
///
/// Promises that every adapter keeps (see `contract`): rows and checkpoint are saved together or
/// not at all; a save from another checkpoint than the current one is refused; a rebuild does not
/// disturb readers, and its promotion replaces everything at once; lists show a report once even if
/// a page at a former address also showed it; a row that differs from what was saved is never
/// returned, but fails the call with [`StoreError::Damaged`].
#[async_trait]
pub trait Views: Send + Sync {
    /// The checkpoint of the views; none while they are empty.
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError>;

    /// The position of the checkpoint; 0 while the views are empty.
    async fn reached(&self) -> Result<Position, StoreError> {
        Ok(self.checkpoint().await?.map_or(Position(0), |checkpoint| checkpoint.position))
    }

    /// The rows of `keys`; unknown ones are omitted.
    async fn load(&self, keys: &Keys) -> Result<Rows, StoreError>;

    /// Saves `rows` and moves the checkpoint from position `from` to `to`.
    async fn save(&self, from: Position, to: &Checkpoint, rows: &Rows) -> Result<(), SaveError>;

    /// The position of this process's last save: a hint to read, not the actual state.
    fn saved(&self) -> watch::Receiver<Position>;

    /// All providers that ever had a page.
    async fn providers(&self) -> Result<Vec<ProviderView>, StoreError>;

    /// One provider.
    async fn provider(&self, slug: &Slug) -> Result<Option<ProviderView>, StoreError>;

    /// The incidents or maintenances of a provider, newest first.
    ///
    /// A page with a changed address is a new page with the same reports. A report of a removed
    /// page is therefore omitted if a page of the same provider that is watched, or was removed
    /// later, has a report of the same kind and with the same vendor id.
    async fn reports(&self, query: &ReportQuery) -> Result<Vec<ReportView>, StoreError>;

    /// One incident or maintenance.
    async fn report(&self, id: Uuid) -> Result<Option<ReportView>, StoreError>;

    /// All incidents of a provider that overlap the window, for outage arithmetic. Omits the same
    /// reports as [`Views::reports`].
    async fn outages(&self, provider: &Slug, window: Window) -> Result<Vec<Outage>, StoreError>;

    /// A provider's components.
    async fn components(&self, provider: &Slug) -> Result<Vec<ComponentView>, StoreError>;

    /// The newest `limit` status intervals of a component, oldest first.
    async fn intervals(
        &self,
        component: Uuid,
        limit: u32,
    ) -> Result<Vec<StatusInterval>, StoreError>;

    /// The kinds of events that were passed over because the version that saved did not know them.
    async fn passed_over(&self) -> Result<Vec<PassedOver>, StoreError>;

    /// The first damage found since these views were built, as text; none if there is none. Every
    /// call that finds damage sets it.
    fn damaged(&self) -> watch::Receiver<Option<String>>;

    /// Reads everything and fails with the first damage. Also finds damage that no other call
    /// notices, such as a row that is missing from a list.
    async fn check(&self) -> Result<(), StoreError>;

    /// Creates an empty set of views beside this one, to be built from the log.
    async fn begin_rebuild(&self) -> Result<Arc<dyn Views>, StoreError>;

    /// Replaces these views by `beside`, which was built beside them and must not be used
    /// afterwards.
    async fn promote(&self, beside: Arc<dyn Views>) -> Result<(), StoreError>;

    /// The adapter itself; an adapter needs its own type back from [`Views::begin_rebuild`].
    fn into_any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync>;
}

/// Views shared by several roles.
pub type SharedViews = Arc<dyn Views>;
