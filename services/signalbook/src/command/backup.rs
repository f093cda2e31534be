//! `signalbook backup`: copies a store that may be in use.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use signalbook_runtime::{Clock as _, SystemClock};

use super::{console, describe_end, stop_on_signals};
use crate::backup::Target;

/// The time between two progress lines.
const TOLD_EVERY: Duration = Duration::from_secs(5);

const BYTES_PER_MB: u64 = 1_000_000;

/// Copies a store, also while it is in use.
///
/// The copy has a manifest that `log verify` checks it against. The views are left out: they are
/// built again from the log.
///
/// To restore it, stop Signalbook, put the files into an empty folder, and start it there with
/// `serve --accept-restore`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Backup {
    /// The store's address.
    #[arg(long, default_value = "sqlite:signalbook.db", value_name = "ADDRESS")]
    store: String,
    /// The folder to copy to; it must not be there yet, or be empty.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  signalbook backup --store sqlite:signalbook.db --to backup-2026-11-26
  signalbook log verify --evidence --store sqlite:backup-2026-11-26/signalbook.db
";

impl Backup {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let stop = stop_on_signals()?;
        let target = Target::create(&self.to)?;
        let clock = SystemClock::new();
        let progress = async {
            loop {
                clock.sleep(TOLD_EVERY).await;
                console::line(&format!("{} MB copied", target.bytes() / BYTES_PER_MB));
            }
        };
        let backup = tokio::select! {
            filled = target.fill(&self.store, clock.now().into()) => filled?,
            () = stop.stopped() => bail!("stopped before everything was copied; nothing is left of it"),
            () = progress => return Ok(()),
        };
        target.finish()?;
        let head = backup.head;
        console::line(&format!(
            "backed up to `{}`: {} MB, all events up to {}\n{}",
            self.to.display(),
            backup.bytes.div_ceil(BYTES_PER_MB),
            head.position,
            describe_end(&head)
        ));
        Ok(())
    }
}
