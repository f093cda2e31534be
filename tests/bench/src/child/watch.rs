//! Watching many pages, as `signalbook serve` does.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use signalbook::config::{Config, PageConfig};
use signalbook::node::{Node, Sources};
use signalbook_runtime::{Clock, HumanDuration, Stop, SystemClock, SystemIds};
use signalbook_scheduler::Pace;
use signalbook_store::PageMark;

use super::tell;
use crate::vendor;

/// How often it is asked whether all pages were read.
const LOOK_EVERY: Duration = Duration::from_millis(200);

pub(super) async fn watch(
    port: u16,
    pages: u16,
    interval: Duration,
    during: Duration,
    store: &Path,
) -> anyhow::Result<()> {
    let clock = Arc::new(SystemClock::new());
    let sources = Sources { clock: clock.clone(), ids: Arc::new(SystemIds) };
    let config = config(port, pages, interval, store)?;
    let node = Node::build(&config, Pace::default(), sources).await?;
    let log = node.store.log.clone();
    let stop = Stop::new();
    let running = tokio::spawn(node.run(stop.clone()));
    let (mut read, mut mark) = (HashSet::new(), PageMark::default());
    while read.len() < pages.into() {
        clock.sleep(LOOK_EVERY).await;
        let (rows, last) = log.pages_after(mark).await?;
        let good = rows.iter().filter(|row| row.memo.last_good_at.is_some());
        read.extend(good.map(|row| row.id));
        mark = last;
    }
    // Once more round, so that what the first reading left behind is over.
    clock.sleep(interval).await;
    tell()?;
    clock.sleep(during).await;
    tell()?;
    stop.stop();
    Ok(running.await??)
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
