//! A test world for routes and pages: both ports in memory, a clock that stands at 2 March 2026,
//! and requests without a socket.

mod answer;
mod evidence;
mod memory;
mod pages;
mod records;
mod report;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::Request;
use signalbook_domain::poll_state::PollState;
use signalbook_domain::{ComponentStatus, PageId, Platform, Position, Slug, Timestamp};
use signalbook_runtime::clock::Sleep;
use signalbook_runtime::{Clock, Health, ManualClock};
use signalbook_store::PageRow;
use signalbook_store::views::{ComponentView, OpenReport, PageView, ProviderView, ReportView};
use tower::ServiceExt;
use uuid::Uuid;

pub(crate) use answer::Answer;
use evidence::MemoryEvidence;
use memory::{Data, Memory};
pub(crate) use report::{incident, maintenance};

use crate::{Api, router};

pub(crate) struct World {
    memory: Arc<Memory>,
    evidence: Arc<MemoryEvidence>,
    clock: ManualClock,
    readings: Arc<AtomicUsize>,
    health: Health,
}

/// The world's clock, which counts its readings.
struct Watch(ManualClock, Arc<AtomicUsize>);

impl Clock for Watch {
    fn now(&self) -> SystemTime {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn boot(&self) -> Duration {
        self.0.boot()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.sleep(duration)
    }
}

pub(crate) fn id_of(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn page_of(slug: &Slug) -> PageId {
    PageId::derive(slug, &format!("https://{slug}.example"))
}

impl World {
    pub(crate) fn new() -> Self {
        let now = at("2026-03-02T00:00:00Z");
        let since = Duration::from_secs(now.seconds().try_into().unwrap());
        let clock = ManualClock::new(SystemTime::UNIX_EPOCH + since);
        let (memory, evidence, readings) = (Arc::default(), Arc::default(), Arc::default());
        Self { memory, evidence, clock, readings, health: Health::new() }
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub(crate) fn position(&self) -> u64 {
        self.memory.lock().position
    }

    /// Makes every call of both ports fail.
    pub(crate) fn break_down(&self) {
        self.memory.lock().broken = true;
    }

    /// Damages the row with this key in the views: a provider's slug or a report's id.
    pub(crate) fn damage(&self, key: &str) {
        self.memory.lock().damaged.insert(key.to_string());
    }

    /// Repairs all damaged rows.
    pub(crate) fn mend(&self) {
        self.memory.lock().damaged.clear();
    }

    /// Removes a provider's row from the views.
    pub(crate) fn lose(&self, name: &str) {
        self.memory.lock().rows.providers.remove(&slug(name));
    }

    /// Restores the log from a copy and accepts the restore.
    pub(crate) fn restored(&self) {
        self.memory.lock().restores += 1;
    }

    pub(crate) fn views_are_at(&self, position: u64) {
        self.memory.lock().reached = Some(position);
    }

    fn change<T>(&self, change: impl FnOnce(&mut Data) -> T) -> T {
        let mut data = self.memory.lock();
        data.position += 1;
        change(&mut data)
    }

    /// Adds a provider with one page that was read just now.
    pub(crate) fn provider(&self, name: &str) {
        let slug = slug(name);
        let id = page_of(&slug);
        let url = format!("https://{slug}.example");
        let added_at = at("2026-01-01T00:00:00Z");
        let shown = name[..1].to_uppercase() + &name[1..];
        let page = PageView {
            platform: Some(Platform::Statuspage.into()),
            health_since: Some(added_at),
            ..PageView::new(url.clone(), added_at)
        };
        let poll_state = PollState { last_good_at: Some(self.now()), ..PollState::default() };
        let row = PageRow {
            id,
            provider: slug.clone(),
            name: shown.clone(),
            url,
            interval: Duration::from_mins(1),
            added_at,
            watched: true,
            platform: page.platform.clone(),
            poll_state,
        };
        let view = ProviderView {
            pages: [(id, page)].into(),
            first_read_at: Some(added_at),
            ..ProviderView::new(slug.clone(), shown, added_at)
        };
        self.change(|data| {
            data.pages.push(row);
            data.rows.providers.insert(slug, view);
        });
    }

    fn with_provider(&self, name: &str, change: impl FnOnce(&mut ProviderView)) {
        self.change(|data| change(data.rows.providers.get_mut(&slug(name)).unwrap()));
    }

    pub(crate) fn named(&self, slug: &str, name: &str) {
        self.with_provider(slug, |provider| provider.name = name.to_owned());
    }

    /// Stops watching the provider's page.
    pub(crate) fn forget(&self, name: &str) {
        self.with_provider(name, |provider| {
            let page = provider.pages.get_mut(&page_of(&slug(name))).unwrap();
            (page.watched, page.removed_at) = (false, Some(at("2026-03-01T12:00:00Z")));
        });
    }

    pub(crate) fn component(&self, provider: &str, name: &str, group: Option<&str>) {
        let provider = slug(provider);
        self.change(|data| {
            let id = Uuid::from_u128(u128::from(data.position));
            let view = ComponentView {
                id,
                page: page_of(&provider),
                provider,
                external_id: format!("c{id}"),
                name: name.to_owned(),
                group: group.map(str::to_owned),
                status: ComponentStatus::Operational,
                status_raw: "operational".to_owned(),
                since: at("2026-01-01T00:00:00Z"),
                since_position: Position(1),
                present: true,
            };
            data.rows.components.insert(id, view);
        });
    }

    /// Adds an incident or a maintenance, as the projector would.
    pub(crate) fn report(&self, report: impl Into<ReportView>) {
        let mut view: ReportView = report.into();
        self.change(|data| {
            view.position = Position(data.position);
            let provider = data.rows.providers.get_mut(&view.provider).unwrap();
            if view.interval().end.is_none() && !view.phase.is_over() {
                let open = OpenReport {
                    kind: view.kind,
                    page: view.page,
                    title: view.title.clone(),
                    impact: view.impact,
                    phase: view.phase,
                    started_at: view.started_at(),
                    named: view.affected.iter().map(|component| component.id).collect(),
                };
                if open.facts().counts() {
                    provider.clear_since = None;
                }
                provider.open.insert(view.id, open);
            }
            data.rows.reports.insert(view.id, view);
        });
    }

    fn now(&self) -> Timestamp {
        self.clock.now().into()
    }

    /// The number of clock readings by all requests so far.
    pub(crate) fn readings(&self) -> usize {
        self.readings.load(Ordering::Relaxed)
    }

    /// Requests `path` as a program.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[]).await
    }

    /// Requests `path` as a program that has `tag`.
    pub(crate) async fn get_if(&self, path: &str, tag: &str) -> Answer {
        self.send("GET", path, &[("if-none-match", tag)]).await
    }

    /// Requests `path` as a browser.
    pub(crate) async fn browse(&self, path: &str) -> Answer {
        self.send("GET", path, &[("accept", "text/html,application/xhtml+xml")]).await
    }

    pub(crate) fn router(&self) -> axum::Router {
        router(Api {
            log: self.memory.clone(),
            views: self.memory.clone(),
            evidence: self.evidence.clone(),
            clock: Arc::new(Watch(self.clock.clone(), self.readings.clone())),
            health: self.health.clone(),
        })
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        Answer::read(self.router().oneshot(request).await.unwrap()).await
    }
}
