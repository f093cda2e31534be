//! Views that fail on demand.

use std::sync::Arc;

use async_trait::async_trait;
use signalbook_domain::outage::Window;
use signalbook_domain::{Position, Slug};
use signalbook_store::views::{
    ComponentView, Keys, Outage, PassedOver, ProviderView, ReportQuery, ReportView, Rows,
    SharedViews, StatusInterval,
};
use signalbook_store::{Checkpoint, SaveError, StoreError, Views};
use tokio::sync::watch;
use uuid::Uuid;

use super::{Trap, Trouble, down};
use crate::breaks::{Break, stores};

/// Views whose next save may fail.
pub(crate) struct FaultyViews {
    pub(crate) inner: SharedViews,
    pub(crate) trap: Trap,
    pub(crate) broken: Option<Break>,
}

#[async_trait]
impl Views for FaultyViews {
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        self.inner.checkpoint().await
    }

    async fn reached(&self) -> Result<Position, StoreError> {
        Ok(stores::reached(self.broken, self.inner.reached().await?))
    }

    async fn load(&self, keys: &Keys) -> Result<Rows, StoreError> {
        self.inner.load(keys).await
    }

    async fn save(&self, from: Position, to: &Checkpoint, rows: &Rows) -> Result<(), SaveError> {
        let rows = stores::saved(self.broken, rows.clone());
        let from = match self.broken {
            Some(Break::ProjectorRepeats) => self.inner.reached().await?,
            _ => from,
        };
        match self.trap.spring() {
            None => self.inner.save(from, to, &rows).await,
            Some(Trouble::Before) => Err(down("save views").into()),
            Some(Trouble::After) => {
                self.inner.save(from, to, &rows).await?;
                Err(down("save views").into())
            }
        }
    }

    fn saved(&self) -> watch::Receiver<Position> {
        self.inner.saved()
    }

    async fn passed_over(&self) -> Result<Vec<PassedOver>, StoreError> {
        self.inner.passed_over().await
    }

    async fn providers(&self) -> Result<Vec<ProviderView>, StoreError> {
        self.inner.providers().await
    }

    async fn provider(&self, slug: &Slug) -> Result<Option<ProviderView>, StoreError> {
        self.inner.provider(slug).await
    }

    async fn reports(&self, query: &ReportQuery) -> Result<Vec<ReportView>, StoreError> {
        self.inner.reports(query).await
    }

    async fn report(&self, id: Uuid) -> Result<Option<ReportView>, StoreError> {
        self.inner.report(id).await
    }

    async fn outages(&self, provider: &Slug, window: Window) -> Result<Vec<Outage>, StoreError> {
        self.inner.outages(provider, window).await
    }

    async fn components(&self, provider: &Slug) -> Result<Vec<ComponentView>, StoreError> {
        self.inner.components(provider).await
    }

    async fn intervals(
        &self,
        component: Uuid,
        limit: u32,
    ) -> Result<Vec<StatusInterval>, StoreError> {
        self.inner.intervals(component, limit).await
    }

    fn damaged(&self) -> watch::Receiver<Option<String>> {
        self.inner.damaged()
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }

    async fn begin_rebuild(&self) -> Result<SharedViews, StoreError> {
        self.inner.begin_rebuild().await
    }

    async fn promote(&self, beside: SharedViews) -> Result<(), StoreError> {
        self.inner.promote(beside).await
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync> {
        self
    }
}
