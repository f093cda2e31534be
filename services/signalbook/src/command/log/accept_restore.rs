//! `signalbook log accept-restore`.

use anyhow::Context as _;
use clap::Args;

use super::guard_log;
use crate::adapters::{Store, open_existing_store};
use crate::command::console;
use crate::restore::Restore;

/// Goes on from a log that was restored from a copy.
///
/// What was recorded after the copy was made is known to be missing then. It opens a new epoch, which the chain of hashes covers, so that nobody
/// mistakes positions of before for those of now. Exits with 1 if the log was not restored.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::command) struct AcceptRestore {
    /// The store's address. The process that uses it has to be stopped first.
    #[arg(long, default_value = "sqlite:signalbook.db", value_name = "ADDRESS")]
    store: String,
    /// Take the clock as right, whatever it says.
    #[arg(long)]
    trust_clock: bool,
}

const EXAMPLES: &str = "\
Examples:
  signalbook log accept-restore --store sqlite:signalbook.db
  signalbook serve --accept-restore                        does the same, and goes on
";

impl AcceptRestore {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Store { log, views, evidence, .. } = open_existing_store(&self.store).await?;
        let (log, now) = guard_log(&log, self.trust_clock).await?;
        let restore = Restore { log: &log, views: &views, evidence: Some(&evidence) };
        let accepted = restore.accept(now).await?;
        let epoch = accepted.context("the log was not restored, so there is nothing to accept")?;
        console::line(&format!(
            "The restore is accepted: epoch {} begins after event {}.",
            epoch.id(),
            epoch.after
        ));
        Ok(())
    }
}
