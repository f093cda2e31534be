//! Views that something damaged are built anew from the log without anybody's doing: at the start,
//! and under a projector that runs.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use signalbook_aggregator::{WatchedPage, reconcile};
use signalbook_domain::{Slug, Timestamp};
use signalbook_projector::{Projector, catch_up};
use signalbook_runtime::{Health, ManualClock, Readiness, SeededIds, Stop};
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use signalbook_store_sqlite::{Location, SqliteLog, SqliteViews};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use uuid::Uuid;

const DAMAGE: &str =
    "update provider_view set document = replace(document, 'ACME', 'ACNE') where slug = 'acme'";

/// A log with two providers, and its views.
struct Files {
    folder: TempDir,
    log: SharedLog,
    views: SharedViews,
    ids: SeededIds,
}

impl Files {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let location = Location::File(folder.path().join("signalbook.db"));
        let log = SqliteLog::open(&location, Uuid::from_u128(1)).await.unwrap();
        let views = SqliteViews::open(&location).await.unwrap();
        let (log, views) = (Arc::new(log), Arc::new(views));
        let files = Self { folder, log, views, ids: SeededIds::new(7) };
        files.watch(&["acme", "other"]).await;
        files.catch_up().await;
        files
    }

    async fn watch(&self, providers: &[&str]) {
        let page = |provider: &&str| WatchedPage {
            provider: provider.parse().unwrap(),
            name: provider.to_uppercase(),
            url: format!("https://status.{provider}.example"),
            interval: Duration::from_mins(1),
        };
        let pages: Vec<_> = providers.iter().map(page).collect();
        let now = Timestamp::from_seconds(1_770_000_000);
        reconcile(&self.log, &pages, &self.ids, now).await.unwrap();
    }

    async fn catch_up(&self) {
        catch_up(&self.log, &self.views, |_| ()).await.unwrap();
    }

    async fn damage(&self, statement: &'static str) {
        let views = self.folder.path().join("signalbook-views.db");
        let mut stranger = SqliteConnectOptions::new().filename(views).connect().await.unwrap();
        sqlx::raw_sql(statement).execute(&mut stranger).await.unwrap();
        stranger.close().await.unwrap();
    }

    async fn name(&self, provider: &str) -> Option<String> {
        let slug: Slug = provider.parse().unwrap();
        self.views.provider(&slug).await.ok()?.map(|view| view.name)
    }

    fn blocked(&self) -> PathBuf {
        self.folder.path().join("signalbook-views-rebuild-0.db")
    }
}

/// A projector that runs.
struct Running {
    clock: ManualClock,
    health: Health,
    stop: Stop,
    task: JoinHandle<()>,
}

impl Running {
    fn start(files: &Files) -> Self {
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
        let (health, stop) = (Health::new(), Stop::new());
        let check = health.check("projecting");
        let projector = Projector::new(files.log.clone(), files.views.clone());
        let task = tokio::spawn(projector.run(Arc::new(clock.clone()), check, stop.clone()));
        Self { clock, health, stop, task }
    }

    /// Lets time pass until `done`.
    async fn until(&self, mut done: impl AsyncFnMut() -> bool) {
        while !done().await {
            self.clock.advance(Duration::from_millis(100));
            tokio::task::yield_now().await;
        }
    }

    fn said(&self) -> Readiness {
        self.health.report().remove(0).1
    }

    async fn end(self) {
        self.stop.stop();
        self.task.await.unwrap();
    }
}

fn exists(path: &Path) -> bool {
    path.try_exists().unwrap()
}

#[tokio::test]
async fn a_start_builds_damaged_views_anew() {
    for statement in [DAMAGE, "update checkpoint set position = 1", "delete from checkpoint"] {
        let files = Files::new().await;
        files.damage(statement).await;
        files.watch(&["acme", "other", "acme-two"]).await;
        // What is removed and added again touches the row.
        files.watch(&["other"]).await;
        files.watch(&["acme", "other"]).await;
        files.catch_up().await;
        assert_eq!(files.views.reached().await.unwrap(), files.log.head().await.unwrap().position);
        assert_eq!(files.name("acme").await.as_deref(), Some("ACME"), "{statement}");
        files.views.check().await.unwrap();
        assert_eq!(*files.views.damaged().borrow(), None);
    }
}

#[tokio::test]
async fn damage_that_somebody_met_is_mended_and_what_is_sound_answers_meanwhile() {
    let files = Files::new().await;
    let running = Running::start(&files);
    running.until(async || running.said() == Readiness::Ready).await;
    files.damage(DAMAGE).await;
    assert_eq!(files.name("acme").await, None);
    running
        .until(async || {
            assert_eq!(files.name("other").await.as_deref(), Some("OTHER"));
            files.name("acme").await.as_deref() == Some("ACME")
        })
        .await;
    assert_eq!(*files.views.damaged().borrow(), None);
    files.watch(&["acme", "other", "new"]).await;
    running.until(async || files.name("new").await.is_some()).await;
    running.end().await;
}

#[tokio::test]
async fn damage_that_nobody_met_is_found_and_mended() {
    let files = Files::new().await;
    let running = Running::start(&files);
    files.damage("delete from page_view").await;
    running.until(async || files.views.check().await.is_ok()).await;
    assert_eq!(files.name("acme").await.as_deref(), Some("ACME"));
    running.end().await;
}

#[tokio::test]
async fn events_that_a_damaged_row_holds_up_are_shown_once_it_is_mended() {
    let files = Files::new().await;
    files.damage(DAMAGE).await;
    files.watch(&["other"]).await;
    let running = Running::start(&files);
    let end = files.log.head().await.unwrap().position;
    running.until(async || files.views.reached().await.unwrap() == end).await;
    running.until(async || running.said() == Readiness::Ready).await;
    assert_eq!(files.name("acme").await.as_deref(), Some("ACME"));
    running.end().await;
}

#[tokio::test]
async fn a_rebuild_that_fails_is_named_until_one_goes_well() {
    let files = Files::new().await;
    std::fs::create_dir(files.blocked()).unwrap();
    files.damage(DAMAGE).await;
    let running = Running::start(&files);
    let is_named = || {
        let said = running.said().to_string();
        said.contains("not ready: damaged views cannot be built anew: ")
    };
    running.until(async || is_named()).await;
    assert!(exists(&files.blocked()), "nobody's folder is removed");
    running.until(async || files.name("acme").await.is_some()).await;
    running.until(async || running.said() == Readiness::Ready).await;
    running.end().await;
}

#[tokio::test]
async fn a_stop_does_not_wait_for_views_that_are_built() {
    let files = Files::new().await;
    files.damage(DAMAGE).await;
    assert_eq!(files.name("acme").await, None);
    let running = Running::start(&files);
    tokio::task::yield_now().await;
    running.end().await;
}
