//! `signalbook log`: looks after the event log.

use anyhow::Context as _;
use clap::Subcommand;
use signalbook_domain::Position;
use signalbook_proto::chain::{Verifier, hex};

use super::{StoreArgs, tell};
use crate::adapters::open_existing_log;

/// Events that are checked between two looks at the database.
const EVENTS_PER_READ: u32 = 5_000;

/// A line tells how far it is after this many events.
const TOLD_EVERY: u64 = 500_000;

#[derive(Debug, Subcommand)]
pub(super) enum Log {
    /// Checks that no event was changed, removed or moved since it was recorded.
    Verify(StoreArgs),
}

impl Log {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Verify(args) = self;
        let log = open_existing_log(&args.store).await?;
        let head = log.head().await?;
        let mut verifier = Verifier::new(head.log_id);
        let mut reached = Position(0);
        while reached < head.position {
            let records = log.read_after(reached, EVENTS_PER_READ).await?;
            anyhow::ensure!(
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
        anyhow::ensure!(hash == head.hash, "the log's head does not fit its last event");
        tell::line(&format!(
            "{position} events checked, none was changed.\nlog  {}\nhash {}",
            head.log_id,
            hex(&hash)
        ));
        Ok(())
    }
}
