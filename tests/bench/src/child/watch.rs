//! Watching many pages, as `signalbook serve` does.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use signalbook::config::{Config, PageConfig};
use signalbook::node::{Node, Sources};
use signalbook_runtime::{HumanDuration, Stop};
use signalbook_scheduler::PollPolicy;
use signalbook_store::RowVersion;
use signalbook_store::log::SharedLog;

use super::tell;
use crate::vendor;

pub(super) async fn watch(
    port: u16,
    pages: u16,
    interval: Duration,
    during: Duration,
    store: &Path,
) -> anyhow::Result<()> {
    let sources = Sources::system();
    let clock = sources.clock.clone();
    let config = config(port, pages, interval, store)?;
    let node = Node::build(&config, PollPolicy::default(), sources).await?;
    let log = node.store.log.clone();
    let stop = Stop::new();
    let running = tokio::spawn(node.run(stop.clone()));
    all_are_read(&log, pages.into()).await?;
    // Once more round, so that what the first reading left behind is over.
    clock.sleep(interval).await;
    tell()?;
    clock.sleep(during).await;
    tell()?;
    stop.stop();
    Ok(running.await??)
}

/// Waits until so many pages were read. The first reading of each is told in the log.
async fn all_are_read(log: &SharedLog, pages: usize) -> anyhow::Result<()> {
    let mut appended = log.appended();
    let (mut read, mut mark) = (HashSet::new(), RowVersion::default());
    loop {
        appended.mark_unchanged();
        let (rows, last) = log.pages_after(mark).await?;
        let good = rows.iter().filter(|row| row.poll_state.last_good_at.is_some());
        read.extend(good.map(|row| row.id));
        mark = last;
        if read.len() >= pages {
            return Ok(());
        }
        appended.changed().await?;
    }
}

fn config(port: u16, pages: u16, interval: Duration, store: &Path) -> anyhow::Result<Config> {
    let mut config = Config::default();
    config.store.url = format!("sqlite:{}", store.display());
    config.network.allow_private = vec!["127.0.0.0/8".parse()?];
    config.poll.interval = HumanDuration::new(interval);
    config.api.listen = ([127, 0, 0, 1], 0).into();
    for page in 0..pages {
        config.pages.push(PageConfig {
            provider: format!("watched-{page:05}").parse()?,
            name: None,
            url: vendor::address(port, page).parse()?,
            interval: None,
        });
    }
    Ok(config)
}
