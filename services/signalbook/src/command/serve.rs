//! `signalbook serve`: watches status pages.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use signalbook_aggregator::Reconciled;
use signalbook_domain::Slug;
use signalbook_runtime::telemetry;
use signalbook_scheduler::PollPolicy;
use url::Url;

use super::{console, stop_on_signals};
use crate::config::{Config, PageConfig};
use crate::descriptors::raise_limit;
use crate::node::{Node, Sources};

/// Watches status pages and serves what they say. What flags say goes before the file.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The configuration file; a commented one is `deploy/signalbook.toml`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A page to watch, beside those of the file. May be given more than once.
    #[arg(long = "page", value_name = "SLUG=URL", value_parser = parse_page)]
    pages: Vec<PageConfig>,
    /// The address of the pages and the REST interface.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where the record is kept, like `sqlite:signalbook.db`.
    #[arg(long, value_name = "ADDRESS")]
    store: Option<String>,
    /// Take the clock as right at this start, whatever it says. Give it once, if `/readyz` says
    /// that the clock is not believed though it is right.
    #[arg(long)]
    trust_clock: bool,
    /// Go on from a log that was restored from a copy: what was recorded after the copy was made is
    /// known to be missing. Give it once, if `/readyz` asks for it.
    #[arg(long)]
    accept_restore: bool,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let config = self.config()?;
        telemetry::init(config.log.format, "info")?;
        raise_limit();
        let stop = stop_on_signals()?;
        let sources = Sources {
            trust_clock: self.trust_clock,
            accept_restore: self.accept_restore,
            ..Sources::system()
        };
        // Catching up the views may take long; if stopped, it resumes at the next start.
        let node = tokio::select! {
            node = Node::build(&config, PollPolicy::default(), sources) => node?,
            () = stop.stopped() => return Ok(()),
        };
        console::line(&format!("Signalbook is at http://{}", node.address()));
        if let Some(refusal) = node.clock_refusal() {
            console::line(&format!("Nothing is recorded yet: {refusal}."));
        }
        match node.restore_refusal() {
            Some(refusal) => console::line(&format!("Nothing is recorded: {refusal}.")),
            None => tell_pages(config.pages.len(), node.reconciled.as_ref()),
        }
        let store = node.store.clone();
        node.run(stop).await?;
        Ok(store.check_record()?)
    }

    fn config(&self) -> anyhow::Result<Config> {
        let mut config = match &self.config {
            Some(path) => Config::load(path)?,
            None => Config::default(),
        };
        config.pages.extend(self.pages.iter().cloned());
        if let Some(listen) = self.listen {
            config.api.listen = listen;
        }
        if let Some(store) = &self.store {
            config.store.url.clone_from(store);
        }
        Ok(config)
    }
}

fn tell_pages(watched: usize, reconciled: Option<&Reconciled>) {
    let count =
        |pages: usize| if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") };
    if let Some(reconciled) = reconciled.filter(|reconciled| !reconciled.removed.is_empty()) {
        console::line(&format!(
            "{} of earlier starts are not given any more: they are recorded as removed, and their \
             history stays.",
            count(reconciled.removed.len())
        ));
    }
    match watched {
        0 => {
            console::line("No page is watched yet: give one with --page SLUG=URL, or in the file.");
        }
        watched => console::line(&format!("Watching {}. Stop with Ctrl-C.", count(watched))),
    }
}

fn parse_page(text: &str) -> Result<PageConfig, String> {
    let (slug, url) = text
        .split_once('=')
        .ok_or("expected SLUG=URL, like `github=https://www.githubstatus.com`")?;
    let provider: Slug = slug.parse().map_err(|error| format!("{error}"))?;
    let url: Url = url.parse().map_err(|error| format!("`{url}` is not an address: {error}"))?;
    Ok(PageConfig { provider, name: None, url, interval: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_on_the_command_line_is_a_slug_and_an_address() {
        let page = parse_page("github=https://www.githubstatus.com/?a=b").unwrap();
        assert_eq!(page.provider.as_str(), "github");
        assert_eq!(page.url.as_str(), "https://www.githubstatus.com/?a=b");
        for bad in ["github", "Git Hub=https://x.example", "github=nowhere"] {
            assert!(parse_page(bad).is_err(), "{bad}");
        }
    }
}
