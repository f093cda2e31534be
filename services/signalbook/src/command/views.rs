//! `signalbook views`: maintains the views.

use clap::{Args, Subcommand};
use signalbook_runtime::{Clock as _, SystemClock};

use super::console;
use crate::adapters::open_existing_views;
use crate::restore::{self, Restore};

/// The number of events between two progress lines.
const TOLD_EVERY: u64 = 200_000;

#[derive(Debug, Subcommand)]
pub(super) enum Views {
    /// Builds the views anew from the log, beside the current ones, and swaps them in.
    Rebuild(Rebuild),
}

#[derive(Debug, Args)]
pub(super) struct Rebuild {
    /// The store's address. The process that uses it has to be stopped first.
    #[arg(long, default_value = "sqlite:signalbook.db", value_name = "ADDRESS")]
    store: String,
}

impl Views {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Rebuild(args) = self;
        let (log, views) = open_existing_views(&args.store).await?;
        // Before the rebuild, which discards the checkpoint of the old views.
        let restore = Restore { log: &log, views: &views, evidence: None };
        if let Some(mark) = restore.find(SystemClock::new().now().into()).await? {
            console::line(&format!("Take note: {}.", restore::refusal(&mark)));
        }
        let end = log.head().await?.position;
        let mut told = 0;
        let reached = signalbook_projector::rebuild(&log, &views, |position| {
            if position.0 / TOLD_EVERY != told {
                told = position.0 / TOLD_EVERY;
                console::line(&format!("{position} of {end} events"));
            }
        })
        .await?;
        console::line(&format!("The views are built anew, up to event {reached}."));
        Ok(())
    }
}
