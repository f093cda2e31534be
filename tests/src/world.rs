//! A whole Signalbook that moves only when told to.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use signalbook::clock_guard::ClockGuard;
use signalbook_aggregator::{Aggregator, WatchedPage, reconcile};
use signalbook_api::Api;
use signalbook_bus::{MemoryBus, SharedBus};
use signalbook_domain::event::Fact;
use signalbook_domain::{Position, Timestamp};
use signalbook_double::{Double, Life, reference};
use signalbook_outbound::{Client, Limits, Policy};
use signalbook_poller::Poller;
use signalbook_projector::{Progress, Projector};
use signalbook_proto::Record;
use signalbook_runtime::{Clock, Health, Ids, ManualClock, SeededIds};
use signalbook_scheduler::{PollPolicy, Scheduler};
use signalbook_store::evidence::SharedEvidence;
use signalbook_store::log::SharedLog;
use signalbook_store::views::SharedViews;
use signalbook_store_sqlite::{Location, SqliteEvidence, SqliteLog, SqliteViews};
use tower::ServiceExt as _;
use uuid::Uuid;

/// How often pages are polled here when nothing is wrong.
pub const INTERVAL: Duration = Duration::from_mins(1);

/// A whole Signalbook, its vendors, and the clock that they share.
pub struct World {
    /// The time of everything.
    pub clock: ManualClock,
    /// The vendors.
    pub double: Double,
    /// The log.
    pub log: SharedLog,
    /// The views.
    pub views: SharedViews,
    /// The evidence.
    pub evidence: SharedEvidence,
    persistent: Persistent,
    scheduler: Scheduler,
    poller: Poller,
    aggregator: Aggregator,
    projector: Projector,
    router: Router,
}

/// What outlives a restart, beside the vendors and the clock.
struct Persistent {
    location: Location,
    limits: Limits,
    ids: Arc<dyn Ids>,
    pages: Vec<WatchedPage>,
    /// If the clock is guarded, the day before which no time is believed.
    built_on: Option<Timestamp>,
    /// The last event that [`World::told`] has answered with.
    told: Position,
}

impl World {
    /// A world in memory that begins at `now`, with nothing in it.
    pub async fn begin(now: jiff::Timestamp) -> anyhow::Result<Self> {
        Self::begin_at(&Location::Memory, ManualClock::new(now.into())).await
    }

    /// A world whose store is at `location` and whose time is `clock`'s.
    pub async fn begin_at(location: &Location, clock: ManualClock) -> anyhow::Result<Self> {
        Self::begin_within(location, clock, Limits::default()).await
    }

    /// A world whose files are in `folder`, and that has read the reference page once.
    pub async fn settled_in(folder: &Path) -> anyhow::Result<Self> {
        let location = Location::File(folder.join("signalbook.db"));
        let clock = ManualClock::new(reference::settled_at().into());
        let mut world = Self::begin_at(&location, clock).await?;
        world.watch("kustomer", reference::life()).await?;
        world.poll_due().await?;
        Ok(world)
    }

    /// A world whose polls may cost so much.
    pub async fn begin_within(
        location: &Location,
        clock: ManualClock,
        limits: Limits,
    ) -> anyhow::Result<Self> {
        Self::begin_as(location, clock, limits, None).await
    }

    /// A world that records nothing while its clock is not believed, of a program that was built
    /// on the day `built_on`.
    pub async fn begin_guarded(
        location: &Location,
        clock: ManualClock,
        built_on: jiff::Timestamp,
    ) -> anyhow::Result<Self> {
        let built_on = Timestamp::from_seconds(built_on.as_second());
        Self::begin_as(location, clock, Limits::default(), Some(built_on)).await
    }

    async fn begin_as(
        location: &Location,
        clock: ManualClock,
        limits: Limits,
        built_on: Option<Timestamp>,
    ) -> anyhow::Result<Self> {
        let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let shown = clock.clone();
        let double = Double::start(loopback, Arc::new(move || moment(shown.now()))).await?;
        let ids: Arc<dyn Ids> = Arc::new(SeededIds::new(7));
        let (location, pages, told) = (location.clone(), Vec::new(), Position::default());
        let persistent = Persistent { location, limits, ids, pages, built_on, told };
        Self::open(double, clock, persistent, false).await
    }

    /// The same world after its process ended and was started again: what is not in the store is
    /// forgotten.
    pub async fn restart(self) -> anyhow::Result<Self> {
        self.restart_as(false).await
    }

    /// The same, where a guarded clock is right at the start, whatever it says.
    pub async fn restart_trusting_the_clock(self) -> anyhow::Result<Self> {
        self.restart_as(true).await
    }

    async fn restart_as(self, trust_clock: bool) -> anyhow::Result<Self> {
        let (double, clock, persistent) = self.end();
        let world = Self::open(double, clock, persistent, trust_clock).await?;
        reconcile(&world.log, &world.persistent.pages, world.persistent.ids.as_ref(), world.now())
            .await?;
        Ok(world)
    }

    /// Drops everything that holds the store.
    fn end(self) -> (Double, ManualClock, Persistent) {
        (self.double, self.clock, self.persistent)
    }

    async fn open(
        double: Double,
        clock: ManualClock,
        persistent: Persistent,
        trust_clock: bool,
    ) -> anyhow::Result<Self> {
        let Persistent { location, limits, ids, built_on, .. } = &persistent;
        let mut log: SharedLog = Arc::new(SqliteLog::open(location, Uuid::from_u128(1)).await?);
        let views: SharedViews = Arc::new(SqliteViews::open(location).await?);
        let evidence: SharedEvidence =
            Arc::new(SqliteEvidence::open(location, u64::MAX >> 1).await?);
        let mut bus: SharedBus = Arc::new(MemoryBus::new(1));
        let shared = Arc::new(clock.clone());
        let mut shown: Arc<dyn Clock> = shared.clone();
        if let Some(built_on) = *built_on {
            let guard = ClockGuard::begin(shared.clone(), built_on, trust_clock, &log).await?;
            (log, bus, shown) = (guard.log(log), guard.bus(bus), guard.clock());
        }
        let policy = Policy { allow_private: vec!["127.0.0.0/8".parse()?] };
        let client = Client::new(policy, limits.clone());
        let router = signalbook_api::router(Api {
            log: log.clone(),
            views: views.clone(),
            evidence: evidence.clone(),
            clock: shown,
            health: Health::new(),
        });
        Ok(Self {
            scheduler: Scheduler::new(
                log.clone(),
                bus.clone(),
                shared.clone(),
                PollPolicy::default(),
            ),
            poller: Poller::new(bus.clone(), client, shared.clone(), ids.clone()),
            aggregator: Aggregator::new(log.clone(), evidence.clone(), bus, shared, 0),
            projector: Projector::new(log.clone(), views.clone()),
            persistent,
            clock,
            double,
            log,
            views,
            evidence,
            router,
        })
    }

    /// Puts a vendor's page on the double and watches it.
    pub async fn watch(&mut self, slug: &str, life: Life) -> anyhow::Result<()> {
        let name = life.name().to_owned();
        let url = self.double.add(slug, life);
        self.persistent.pages.push(WatchedPage {
            provider: slug.parse()?,
            name,
            url,
            interval: INTERVAL,
        });
        reconcile(&self.log, &self.persistent.pages, self.persistent.ids.as_ref(), self.now())
            .await?;
        self.project().await
    }

    /// Watches a page no more.
    pub async fn forget(&mut self, slug: &str) -> anyhow::Result<()> {
        self.persistent.pages.retain(|page| page.provider.as_str() != slug);
        reconcile(&self.log, &self.persistent.pages, self.persistent.ids.as_ref(), self.now())
            .await?;
        self.project().await
    }

    /// Watches a provider's page at another address, where the same vendor answers.
    pub async fn readdress(&mut self, slug: &str, to: &str, life: Life) -> anyhow::Result<()> {
        let url = self.double.add(to, life);
        for page in self.persistent.pages.iter_mut().filter(|page| page.provider.as_str() == slug) {
            page.url.clone_from(&url);
        }
        reconcile(&self.log, &self.persistent.pages, self.persistent.ids.as_ref(), self.now())
            .await?;
        self.project().await
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        Timestamp::from(self.clock.now())
    }

    /// The time, as the double counts it.
    pub fn moment(&self) -> jiff::Timestamp {
        moment(self.clock.now())
    }

    /// Lets time pass without anybody doing anything.
    pub fn wait(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// Carries out every poll that is due, folds what it brings, and projects it. Answers how
    /// many polls there were.
    pub async fn poll_due(&mut self) -> anyhow::Result<usize> {
        let mut polls = 0;
        loop {
            let due = self.schedule().await?;
            if due == 0 {
                break;
            }
            for _ in 0..due {
                self.observe().await?;
                self.fold().await?;
            }
            polls += due;
        }
        self.save().await?;
        Ok(polls)
    }

    /// The first part of [`World::poll_due`]: puts the polls that are due on the bus. Answers how many.
    pub async fn schedule(&mut self) -> anyhow::Result<usize> {
        Ok(self.scheduler.step().await?)
    }

    /// Then, for each of them: carries it out.
    pub async fn observe(&mut self) -> anyhow::Result<()> {
        Ok(self.poller.step().await?)
    }

    /// And folds what it brought.
    pub async fn fold(&mut self) -> anyhow::Result<()> {
        self.aggregator.step().await?;
        Ok(())
    }

    /// The last part: writes the rows of pages that said nothing new, and projects.
    pub async fn save(&mut self) -> anyhow::Result<()> {
        self.aggregator.flush().await?;
        self.project().await
    }

    /// Lets an interval pass and carries out the polls that are due then.
    pub async fn poll(&mut self) -> anyhow::Result<()> {
        self.wait(INTERVAL);
        let polls = self.poll_due().await?;
        anyhow::ensure!(
            polls > 0 || self.persistent.pages.is_empty(),
            "no poll was due after an interval"
        );
        Ok(())
    }

    /// Lets time pass in steps, and after each carries out the polls that are due.
    pub async fn rest(&mut self, time: Duration, step: Duration) -> anyhow::Result<()> {
        let end = self.now().plus(time);
        while self.now() < end {
            self.wait(step);
            self.poll_due().await?;
        }
        Ok(())
    }

    async fn project(&mut self) -> anyhow::Result<()> {
        while let Progress::Reached(_) = self.projector.step().await? {}
        Ok(())
    }

    /// Every event of the log, decoded.
    pub async fn events(&self) -> anyhow::Result<Vec<(Record, Fact)>> {
        self.events_after(Position::default()).await
    }

    async fn events_after(&self, mut after: Position) -> anyhow::Result<Vec<(Record, Fact)>> {
        let mut events = Vec::new();
        loop {
            let records = self.log.read_after(after, 1_000).await?;
            if records.is_empty() {
                return Ok(events);
            }
            for record in records {
                let fact = record.decode()?;
                after = record.position;
                events.push((record, fact));
            }
        }
    }

    /// The names of the kinds of all events since this was last asked, which a restart does not
    /// forget.
    pub async fn told(&mut self) -> anyhow::Result<Vec<&'static str>> {
        let events = self.events_after(self.persistent.told).await?;
        self.persistent.told =
            events.last().map_or(self.persistent.told, |(record, _)| record.position);
        Ok(events.iter().map(|(_, fact)| fact.event.kind().name()).collect())
    }

    /// What a path of the API answers.
    pub async fn get(&self, path: &str) -> anyhow::Result<(StatusCode, String)> {
        let request = Request::get(path).body(Body::empty())?;
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok((status, String::from_utf8(body.to_vec())?))
    }

    /// The JSON that a path of the API answers.
    pub async fn json(&self, path: &str) -> anyhow::Result<Value> {
        let (status, body) = self.get(path).await?;
        anyhow::ensure!(status == StatusCode::OK, "`{path}` answered {status}: {body}");
        serde_json::from_str(&body).with_context(|| format!("`{path}` is no JSON"))
    }

    /// A provider as REST tells of it.
    pub async fn provider(&self, slug: &str) -> anyhow::Result<Value> {
        self.json(&format!("/v1/providers/{slug}")).await
    }

    /// The newest outages of a provider as REST tells of them.
    pub async fn outages(&self, slug: &str) -> anyhow::Result<Vec<Value>> {
        let history = self.json(&format!("/v1/providers/{slug}/outages?limit=200")).await?;
        Ok(history["outages"].as_array().context("expected `outages` to be a list")?.clone())
    }

    /// The outage that the vendor calls `external_id`.
    pub async fn outage(&self, slug: &str, external_id: &str) -> anyhow::Result<Value> {
        let mut outages = self.outages(slug).await?.into_iter();
        let found = outages.find(|outage| outage["external_id"] == external_id);
        found.with_context(|| format!("`{slug}` has no outage `{external_id}`"))
    }
}

/// A moment that a test writes out.
///
/// # Panics
///
/// If the text is no time.
pub fn at(text: &str) -> jiff::Timestamp {
    text.parse().expect("a test writes its moments in RFC 3339")
}

fn moment(time: SystemTime) -> jiff::Timestamp {
    jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}
