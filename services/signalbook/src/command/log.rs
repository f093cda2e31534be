//! `signalbook log`: looks after the event log.

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use signalbook_domain::Position;
use signalbook_proto::chain::{Verifier, hex};
use signalbook_runtime::{Stop, signals};
use signalbook_store::log::SharedLog;

use super::tell;
use crate::adapters::look_at_log;

/// Events that are checked between two looks at the database.
const EVENTS_PER_READ: u32 = 5_000;

/// A line tells how far it is after this many events.
const TOLD_EVERY: u64 = 500_000;

/// How often a log is read again that somebody began to write to meanwhile. From the second time
/// on a copy is read, unless the writer has stopped.
const LOOKS_MAX: u32 = 3;

#[derive(Debug, Subcommand)]
pub(super) enum Log {
    /// Checks that no event was changed, removed or moved since it was recorded. It changes
    /// nothing: the store may be in use, or a copy that cannot be written to.
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The store's address.
    #[arg(long, default_value = "sqlite:signalbook.db", value_name = "ADDRESS")]
    store: String,
}

impl Log {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Verify(args) = self;
        let stop = Stop::new();
        tokio::spawn(signals(stop.clone()).context("cannot listen for signals")?);
        // A copy that was made is removed also if nobody waits for the end.
        tokio::select! {
            verified = verify(&args.store) => verified,
            () = stop.stopped() => bail!("stopped before all events were checked"),
        }
    }
}

async fn verify(store: &str) -> anyhow::Result<()> {
    for _ in 0..LOOKS_MAX {
        let look = look_at_log(store).await?;
        let found = check(&look.log).await;
        if !look.has_changed() {
            tell::line(&found?);
            return Ok(());
        }
    }
    bail!(
        "`{store}` was written to each time that it was read; try again, or stop the Signalbook \
         that uses it first"
    )
}

/// Checks every event. Answers what there is to tell.
async fn check(log: &SharedLog) -> anyhow::Result<String> {
    let head = log.head().await?;
    let mut verifier = Verifier::new(head.log_id);
    let mut reached = Position(0);
    while reached < head.position {
        let records = log.read_after(reached, EVENTS_PER_READ).await?;
        ensure!(
            !records.is_empty(),
            "the log ends at event {reached}, but its head is at {}",
            head.position
        );
        for record in records.iter().filter(|record| record.position <= head.position) {
            verifier.check(record).context("the log was tampered with or damaged")?;
        }
        let before = reached;
        reached = verifier.reached().0;
        if before.0 / TOLD_EVERY != reached.0 / TOLD_EVERY {
            tell::line(&format!("{reached} of {} events checked", head.position));
        }
    }
    let (position, hash) = verifier.reached();
    ensure!(hash == head.hash, "the log's head does not fit its last event");
    Ok(format!(
        "{position} events checked, none was changed.\nlog  {}\nhash {}",
        head.log_id,
        hex(&hash)
    ))
}
