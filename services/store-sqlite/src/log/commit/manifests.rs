//! Which manifests are already recorded.
//!
//! The index of manifests by observation lags behind, and the manifests that it lacks are cached
//! here. Observation ids are ordered by time, so almost every new one sorts after all indexed ones,
//! and the index is rarely queried.

use std::collections::HashMap;

use signalbook_domain::ObservationId;
use signalbook_proto::chain::Hash;
use signalbook_proto::{EncodedManifest, ObservationRef};
use signalbook_store::{Append, Head, StoreError};
use sqlx::sqlite::SqliteConnection;

use super::plan::PlannedManifest;
use crate::error::{Context as _, invalid};
use crate::log::{manifests_by_id, signed};
use crate::row;

/// The index grows in steps of this many manifests.
pub(in crate::log) const INDEX_STEP: u64 = 256;

/// How many of `count` manifests are in the index.
fn indexed(count: u64) -> u64 {
    count - count % INDEX_STEP
}

/// The manifests that are not indexed yet, and the last indexed observation.
#[derive(Default)]
pub(super) struct RecentManifests {
    /// The number and hash of each.
    recent: HashMap<ObservationId, (u64, Hash)>,
    last_indexed: Option<ObservationId>,
}

impl RecentManifests {
    /// Reads the manifests up to `head` that the index lacks.
    pub(super) async fn read(tx: &mut SqliteConnection, head: &Head) -> Result<Self, StoreError> {
        let rows = query!("log/manifests_after")
            .bind(signed(indexed(head.manifests)))
            .bind(signed(INDEX_STEP))
            .fetch_all(&mut *tx)
            .await
            .context("read manifests")?;
        let mut recent = HashMap::with_capacity(rows.len());
        for row in &rows {
            let row = row::numbered_manifest(row)?;
            let ObservationRef { id, hash } = row.manifest.reference();
            recent.insert(id, (row.number, hash));
        }
        let last = query!("log/last_indexed_observation")
            .fetch_one(&mut *tx)
            .await
            .context("read the index of manifests")?;
        let last_indexed = row::optional_uuid(&last, 0)
            .map_err(|error| invalid("manifest_by_observation", "?", error))?;
        Ok(Self { recent, last_indexed: last_indexed.map(ObservationId) })
    }

    /// Finds the manifests of `appends` that are already recorded.
    pub(super) async fn find<'a>(
        &self,
        tx: &mut SqliteConnection,
        appends: impl Iterator<Item = &'a Append>,
    ) -> Result<HashMap<ObservationId, Hash>, StoreError> {
        let (mut found, mut doubtful) = (HashMap::new(), Vec::new());
        for id in appends.filter_map(|append| Some(append.manifest.as_ref()?.observation())) {
            if let Some((_, hash)) = self.recent.get(&id) {
                found.insert(id, *hash);
            } else if self.last_indexed.is_some_and(|last| id <= last) {
                doubtful.push(id.0);
            }
        }
        if !doubtful.is_empty() {
            let recorded = manifests_by_id(tx, doubtful.iter()).await?;
            let recorded = recorded.iter().map(EncodedManifest::reference);
            found.extend(recorded.map(|recorded| (recorded.id, recorded.hash)));
        }
        Ok(found)
    }

    /// Adds the manifests from `before` to `after` to the index, as far as they complete its steps.
    pub(super) async fn index(
        tx: &mut SqliteConnection,
        before: &Head,
        after: &Head,
    ) -> Result<(), StoreError> {
        let (first, last) = (indexed(before.manifests), indexed(after.manifests));
        if first < last {
            query!("log/index_manifests")
                .bind(signed(first))
                .bind(signed(last))
                .execute(tx)
                .await
                .context("index manifests")?;
        }
        Ok(())
    }

    /// Caches manifests that were just recorded; they are the last of the log.
    pub(super) fn add(&mut self, recorded: &[PlannedManifest<'_>]) {
        for PlannedManifest { number, manifest, .. } in recorded {
            let ObservationRef { id, hash } = manifest.reference();
            self.recent.insert(id, (*number, hash));
        }
        let first = recorded.first().map_or(0, |first| first.number - 1);
        let last = recorded.last().map_or(0, |last| last.number);
        if indexed(first) < indexed(last) {
            let now_indexed = self.recent.extract_if(|_, (number, _)| *number <= indexed(last));
            self.last_indexed = now_indexed.map(|(id, _)| id).max().max(self.last_indexed);
        }
    }
}
