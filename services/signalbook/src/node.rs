//! Every role in one process: `build` opens, reconciles and binds; `run` serves until stopped.

mod reconcile;
mod recording;
mod store_health;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use signalbook_aggregator::Reconciled;
use signalbook_api::Api;
use signalbook_domain::{ObservationId, Timestamp};
use signalbook_outbound::{Client, Limits, Policy};
use signalbook_projector::{Projector, catch_up};
use signalbook_runtime::{
    BoxError, Clock, Health, Ids, Stop, SystemClock, SystemIds, TaskError, Tasks,
};
use signalbook_scheduler::PollPolicy;
use signalbook_store::RestoreMark;
use tokio::net::TcpListener;

use self::recording::Recording;
use self::store_health::Watch;
use crate::adapters::{Store, open_bus, open_store};
use crate::clock_guard::{ClockError, ClockGuard};
use crate::config::Config;
use crate::restore::{self, Restore};

/// With more pages than this, connections are not kept between polls.
const PAGES_KEPT_CONNECTED: usize = 500;

/// The idle limit of connections then: long enough for the documents of one poll to share one.
const IDLE_WITHIN_A_POLL: Duration = Duration::from_millis(200);

/// The sources of time and randomness, which tests replace.
#[derive(Clone)]
pub struct Sources {
    pub clock: Arc<dyn Clock>,
    /// The source of the random part of ids.
    pub ids: Arc<dyn Ids>,
    /// The day of the build; no earlier time is believed.
    pub built_on: Timestamp,
    /// Whether to believe the clock at the start, whatever it says.
    pub trust_clock: bool,
    /// Whether to accept a log that was restored from a copy.
    pub accept_restore: bool,
}

impl Sources {
    /// The sources of the machine.
    ///
    /// # Panics
    ///
    /// Panics if `SIGNALBOOK_BUILT_ON` was not a number of seconds at build time.
    pub fn system() -> Self {
        let built_on = env!("SIGNALBOOK_BUILT_ON").parse();
        let built_on = built_on.expect("the build script writes whole seconds");
        Self {
            clock: Arc::new(SystemClock::new()),
            ids: Arc::new(SystemIds),
            built_on: Timestamp::from_seconds(built_on),
            trust_clock: false,
            accept_restore: false,
        }
    }
}

pub struct Node {
    pub store: Store,
    /// The changes from reconciling the configured pages; none if the clock is not believed yet or
    /// the log was restored.
    pub reconciled: Option<Reconciled>,
    restored: Option<RestoreMark>,
    recording: Recording,
    listener: TcpListener,
    address: SocketAddr,
}

impl Node {
    /// Binds the address, opens the store, checks for a restore of the log, reconciles the
    /// configured pages, and catches the views up with the log.
    pub async fn build(
        config: &Config,
        pace: PollPolicy,
        sources: Sources,
    ) -> anyhow::Result<Self> {
        config.check().context("the configuration cannot be used")?;
        let now = Timestamp::from(sources.clock.now());
        let listen = config.api.listen;
        let listener = TcpListener::bind(listen).await.with_context(|| {
            format!("cannot listen on `{listen}`; is another program using it? choose another with `--listen`")
        })?;
        let address = listener.local_addr()?;
        let log_id = ObservationId::new(now, sources.ids.random_bytes()).0;
        let mut store =
            open_store(&config.store.url, config.store.evidence_bytes_max, log_id).await?;
        let Sources { clock, built_on, trust_clock, .. } = &sources;
        let guard = ClockGuard::begin(clock.clone(), *built_on, *trust_clock, &store.log)
            .await
            .context("cannot see when something was last recorded")?;
        store.log = guard.log(store.log);
        let pages = config.watched_pages();
        let policy = Policy { allow_private: config.network.allow_private.clone() };
        let recording = Recording {
            store: store.clone(),
            bus: guard.bus(open_bus(&config.bus.url)?),
            client: Client::new(policy, choose_limits(pages.len())),
            pages,
            guard,
            pace,
            sources,
        };
        let restored = look_for_restore(&store, &recording.sources).await?;
        let reconciled = match restored {
            Some(_) => None,
            None => recording.reconcile().await.context("cannot record which pages are watched")?,
        };
        let told = |position| tracing::info!(%position, "views catch up with the log");
        catch_up(&store.log, &store.views, told)
            .await
            .context("cannot bring the views up with the log")?;
        Ok(Self { store, reconciled, restored, recording, listener, address })
    }

    /// The address that the API listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Why the clock prevents recording now; none if it does not.
    pub fn clock_refusal(&self) -> Option<ClockError> {
        self.recording.guard.refusal()
    }

    /// Why nothing is recorded: the log was restored and that was not accepted; none otherwise.
    pub fn restore_refusal(&self) -> Option<String> {
        self.restored.as_ref().map(restore::refusal)
    }

    /// Runs every role until `stop` or until one fails. Without an accepted restore, the recording
    /// roles do not run.
    pub async fn run(self, stop: Stop) -> Result<(), TaskError> {
        let health = Health::new();
        let mut tasks = Tasks::new(stop.clone());
        let Self { store, reconciled, restored, recording, listener, .. } = self;
        let (clock, guard) = (recording.sources.clock.clone(), recording.guard.clone());
        let projector = Projector::new(store.log.clone(), store.views.clone());
        let check = health.check("projecting");
        tasks.spawn("projector", endless(projector.run(clock.clone(), check, stop.clone())));
        let watch = Watch::new(store.clone(), guard.clone(), &health);
        tasks.spawn("watch", endless(watch.run(clock, stop.clone())));
        let router = signalbook_api::router(Api {
            log: store.log.clone(),
            views: store.views.clone(),
            evidence: store.evidence.clone(),
            clock: guard.clock(),
            health: health.clone(),
        });
        match restored {
            Some(mark) => health.check("restore").not_ready(restore::refusal(&mark)),
            None => recording.spawn(reconciled.is_some(), &mut tasks, &health, &stop),
        }
        let stopped = async move { stop.stopped().await };
        tasks.spawn("api", signalbook_api::serve(listener, router, stopped));
        tasks.join().await
    }
}

/// A kept connection costs about 60 kB. With few pages, connections are kept between polls, which
/// spares both sides a handshake; with thousands, they would take more memory than all else.
fn choose_limits(pages: usize) -> Limits {
    let idle = if pages > PAGES_KEPT_CONNECTED { IDLE_WITHIN_A_POLL } else { Limits::IDLE };
    Limits { idle, ..Limits::default() }
}

/// Checks for a restore of the log, and accepts it if `accept_restore` is set.
async fn look_for_restore(store: &Store, sources: &Sources) -> anyhow::Result<Option<RestoreMark>> {
    let Store { log, views, evidence, .. } = store;
    let restore = Restore { log, views, evidence: Some(evidence) };
    let now = Timestamp::from(sources.clock.now());
    if sources.accept_restore {
        let accepted = restore.accept(now).await.context("cannot accept the restore")?;
        if let Some(epoch) = accepted {
            tracing::warn!(epoch = %epoch.id(), after = %epoch.after, "the restore of the log is accepted");
        }
        return Ok(None);
    }
    let found = restore.find(now).await.context("cannot see whether the log was restored")?;
    if let Some(mark) = &found {
        tracing::error!("{}", restore::refusal(mark));
    }
    Ok(found)
}

/// A role that ends only when stopped.
async fn endless(role: impl Future<Output = ()>) -> Result<(), BoxError> {
    role.await;
    Ok(())
}
