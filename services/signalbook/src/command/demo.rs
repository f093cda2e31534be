//! `signalbook demo`: the complete program with pretended vendors.

mod lines;

use std::fs::Permissions;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use signalbook_domain::Position;
use signalbook_double::{Cast, Double};
use signalbook_runtime::{BoxError, Clock, HumanDuration, LogFormat, Stop, Tasks, telemetry};
use signalbook_scheduler::PollPolicy;
use signalbook_store::log::SharedLog;
use tempfile::TempDir;

use self::lines::Lines;
use super::{console, stop_on_signals};
use crate::config::{Config, PageConfig, Read};
use crate::node::{Node, Sources};

/// The time between two acts.
const ACT_EVERY: Duration = Duration::from_secs(3);

/// Acts played without a pause at the start, so that there is something to see at once.
const ACTS_BEFORE: usize = 4;

/// The preferred port.
const PORT: u16 = 8080;

/// Polls more often than real vendors would like.
const PACE: PollPolicy = PollPolicy {
    trouble: Duration::from_secs(1),
    failing_max: Duration::from_secs(5),
    deep: Duration::from_secs(10),
    host_spacing: Duration::from_millis(10),
    ..PollPolicy::DEFAULT
};

/// Shows Signalbook at work on pretended vendors: they have a history, and something happens to
/// them every few seconds. Needs no network and leaves nothing behind.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The address of the dashboard; port 8080 if it is free, else any.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Which of many possible courses of events to play.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        telemetry::init(LogFormat::Text, "warn")?;
        let stop = stop_on_signals()?;
        // The record is discarded, so a wrong clock does no harm.
        let sources = Sources { trust_clock: true, ..Sources::system() };
        let folder = make_folder().context("cannot make a folder")?;
        let (double, cast) = start_vendors(self.seed, &sources.clock).await?;
        let config = build_config(&double, &cast, self.listen, &folder)?;
        let node = Node::build(&config, PACE, sources.clone()).await?;
        console::line(&format!("http://{}", node.address()));
        console::line(
            "is the dashboard. Each line below is an event as it is recorded; Ctrl-C ends the demo.",
        );
        let mut tasks = Tasks::new(stop.clone());
        let (clock, ending) = (sources.clock.clone(), stop.clone());
        tasks.spawn("vendors", play(double, cast, clock.clone(), stop.clone()));
        tasks.spawn("events", tell_events(node.store.log.clone(), clock, stop.clone()));
        tasks.spawn("signalbook", node.run(ending));
        tasks.join().await?;
        console::line("The demo has ended.");
        Ok(())
    }
}

/// Creates a folder that only its owner can access and that is removed with the demo.
fn make_folder() -> std::io::Result<TempDir> {
    let mut folder = tempfile::Builder::new();
    folder.prefix("signalbook-demo-").permissions(Permissions::from_mode(0o700)).tempdir()
}

async fn start_vendors(seed: u64, clock: &Arc<dyn Clock>) -> anyhow::Result<(Double, Cast)> {
    let now = moment(clock.as_ref());
    let cast = Cast::new(seed, now);
    let clock = clock.clone();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let double = Double::start(listen, Arc::new(move || moment(clock.as_ref())))
        .await
        .context("cannot serve the pretended vendors")?;
    for (slug, life) in cast.lives() {
        double.add(&slug, life);
    }
    // Before the first poll, so that documents a page lacks are never seen.
    cast.set_faults(&double);
    Ok((double, cast))
}

fn build_config(
    double: &Double,
    cast: &Cast,
    listen: Option<SocketAddr>,
    folder: &TempDir,
) -> anyhow::Result<Config> {
    let mut config = Config::default();
    config.store.url = format!("sqlite:{}", folder.path().join("signalbook.db").display());
    config.network.allow_private = vec!["127.0.0.0/8".parse()?];
    config.poll.interval = HumanDuration::new(Duration::from_secs(1));
    config.api.listen = listen.unwrap_or_else(free_address);
    // The data is fictional, so listening on any address is allowed.
    config.api.read = Read::Open;
    for (slug, life) in cast.lives() {
        config.pages.push(PageConfig {
            provider: slug.parse()?,
            name: Some(life.name().to_owned()),
            url: double.base(&slug).parse()?,
            interval: None,
        });
    }
    Ok(config)
}

/// [`PORT`] if it is free, else any port.
fn free_address() -> SocketAddr {
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    match std::net::TcpListener::bind(usual) {
        Ok(_) => usual,
        Err(_) => SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
    }
}

fn moment(clock: &dyn Clock) -> jiff::Timestamp {
    jiff::Timestamp::try_from(clock.now()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// Plays an act every [`ACT_EVERY`].
async fn play(
    double: Double,
    mut cast: Cast,
    clock: Arc<dyn Clock>,
    stop: Stop,
) -> Result<(), BoxError> {
    for acts in 0.. {
        let now = moment(clock.as_ref());
        let (slug, act) = cast.next(now);
        double.act_at(&slug, now, act);
        cast.set_faults(&double);
        if acts < ACTS_BEFORE {
            continue;
        }
        tokio::select! {
            () = stop.stopped() => break,
            () = clock.sleep(ACT_EVERY) => {}
        }
    }
    Ok(())
}

async fn tell_events(log: SharedLog, clock: Arc<dyn Clock>, stop: Stop) -> Result<(), BoxError> {
    let mut appended = log.appended();
    let mut reached = Position(0);
    let mut lines = Lines::default();
    while !stop.is_stopped() {
        for record in log.read_after(reached, 500).await? {
            reached = record.position;
            let fact = record.decode()?;
            console::line(&lines.line(&record, &fact));
        }
        if *appended.borrow_and_update() > reached {
            continue;
        }
        tokio::select! {
            () = stop.stopped() => {}
            _ = appended.changed() => {}
            () = clock.sleep(Duration::from_secs(1)) => {}
        }
    }
    Ok(())
}
