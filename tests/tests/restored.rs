//! Views beside a log that is not the one they were built from: an earlier copy of it, or another
//! one. Nothing of the old log may stay on the pages, and nothing of the new one be passed over.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use signalbook_aggregator::{WatchedPage, reconcile};
use signalbook_domain::{Position, Timestamp};
use signalbook_projector::catch_up;
use signalbook_runtime::SeededIds;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use signalbook_store::{EventLog as _, Views as _};
use signalbook_store_sqlite::{Location, SqliteLog, SqliteViews};
use tempfile::TempDir;
use uuid::Uuid;

/// A log and views in the files of a folder.
struct Files {
    folder: TempDir,
    log: Arc<SqliteLog>,
    views: Arc<SqliteViews>,
    ids: SeededIds,
}

impl Files {
    async fn new() -> Self {
        Self::open(TempDir::new().unwrap(), 1, SeededIds::new(7)).await
    }

    async fn open(folder: TempDir, log_id: u128, ids: SeededIds) -> Self {
        let location = Location::File(path(folder.path()));
        let log = SqliteLog::open(&location, Uuid::from_u128(log_id)).await.unwrap();
        let views = SqliteViews::open(&location).await.unwrap();
        Self { folder, log: Arc::new(log), views: Arc::new(views), ids }
    }

    /// Closes the files and opens them again after `change`, as a new process does.
    async fn after(self, log_id: u128, change: impl FnOnce(&Path)) -> Self {
        let Self { folder, log, views, ids } = self;
        Arc::into_inner(log).unwrap().close().await;
        views.close().await;
        change(&path(folder.path()));
        Self::open(folder, log_id, ids).await
    }

    /// Records that exactly these providers have a page.
    async fn watch(&self, providers: &[&str]) {
        let page = |provider: &&str| WatchedPage {
            provider: provider.parse().unwrap(),
            name: provider.to_uppercase(),
            url: format!("https://status.{provider}.example"),
            interval: Duration::from_mins(1),
        };
        let pages: Vec<_> = providers.iter().map(page).collect();
        let now = Timestamp::from_seconds(1_770_000_000);
        let log: SharedLog = self.log.clone();
        reconcile(&log, &pages, &self.ids, now).await.unwrap();
    }

    /// Catches up, and answers at how many positions it stopped by.
    async fn catch_up(&self) -> usize {
        let (log, views): (SharedLog, SharedViews) = (self.log.clone(), self.views.clone());
        let mut steps = 0;
        catch_up(&log, &views, |_| steps += 1).await.unwrap();
        assert_eq!(self.reached().await, self.log.head().await.unwrap().position);
        steps
    }

    async fn reached(&self) -> Position {
        self.views.reached().await.unwrap()
    }

    async fn shown(&self) -> Vec<String> {
        let providers = self.views.providers().await.unwrap();
        providers.into_iter().map(|provider| provider.slug.to_string()).collect()
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("signalbook.db")
}

/// The files of the log at `path`, which is closed or about to be.
fn parts(path: &Path) -> [PathBuf; 2] {
    ["", "-wal"].map(|ending| format!("{}{ending}", path.display()).into())
}

fn remove(path: &Path) {
    for part in parts(path) {
        let _ = std::fs::remove_file(part);
    }
}

fn copy(from: &Path, to: &Path) {
    for (from, to) in parts(from).iter().zip(parts(to)) {
        let _ = std::fs::copy(from, to);
    }
}

#[tokio::test]
async fn views_that_fit_their_log_are_only_brought_up() {
    let files = Files::new().await;
    files.watch(&["a", "b"]).await;
    assert_eq!(files.catch_up().await, 1);
    let files = files.after(2, |_| {}).await;
    assert_eq!(files.catch_up().await, 0);
    files.watch(&["a", "b", "c"]).await;
    assert_eq!(files.catch_up().await, 1);
    assert_eq!(files.shown().await, ["a", "b", "c"]);
}

#[tokio::test]
async fn views_ahead_of_an_earlier_copy_of_their_log_are_built_anew() {
    let files = Files::new().await;
    files.watch(&["a"]).await;
    let kept = TempDir::new().unwrap();
    copy(&path(files.folder.path()), &path(kept.path()));
    files.watch(&["a", "b", "c"]).await;
    files.catch_up().await;
    let restore = |log: &Path| {
        remove(log);
        copy(&path(kept.path()), log);
    };
    let files = files.after(2, restore).await;
    files.catch_up().await;
    assert_eq!((files.reached().await, files.shown().await), (Position(1), vec!["a".to_owned()]));
}

#[tokio::test]
async fn views_of_a_log_that_went_on_differently_are_built_anew() {
    let files = Files::new().await;
    files.watch(&["a"]).await;
    let kept = TempDir::new().unwrap();
    copy(&path(files.folder.path()), &path(kept.path()));
    files.watch(&["a", "b"]).await;
    files.catch_up().await;
    let restore = |log: &Path| {
        remove(log);
        copy(&path(kept.path()), log);
    };
    let files = files.after(2, restore).await;
    // As far as before, and further: by its position alone it would pass for the same log.
    files.watch(&["a", "x", "y"]).await;
    files.catch_up().await;
    assert_eq!(files.shown().await, ["a", "x", "y"]);
}

#[tokio::test]
async fn views_of_another_log_are_built_anew() {
    let files = Files::new().await;
    files.watch(&["a", "b"]).await;
    files.catch_up().await;
    let files = files.after(2, remove).await;
    files.watch(&["x", "y", "z"]).await;
    files.catch_up().await;
    assert_eq!(files.shown().await, ["x", "y", "z"]);
    let files = files.after(3, remove).await;
    files.catch_up().await;
    assert_eq!(files.shown().await, Vec::<String>::new(), "an empty log has empty views");
}

#[tokio::test]
async fn views_that_fit_come_into_the_epoch_of_their_log() {
    let files = Files::new().await;
    files.watch(&["a", "b"]).await;
    files.catch_up().await;
    let epoch = files.log.open_epoch(2, Timestamp::from_seconds(1_770_000_000)).await.unwrap();
    assert_eq!(files.catch_up().await, 0, "nothing is built anew");
    let checkpoint = files.views.checkpoint().await.unwrap().unwrap();
    assert_eq!((checkpoint.epoch, checkpoint.position), (epoch.id(), epoch.after));
    assert_eq!(files.shown().await, ["a", "b"]);
}
