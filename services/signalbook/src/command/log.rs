//! `signalbook log`: maintains the event log.

mod accept_restore;
mod anchor;
mod erase;
mod verify;

use clap::Subcommand;
use signalbook_domain::Timestamp;
use signalbook_store::log::SharedLog;

use self::accept_restore::AcceptRestore;
use self::anchor::PrintAnchor;
use self::erase::Erase;
use self::verify::Verify;
use crate::clock_guard::ClockGuard;
use crate::node::Sources;

/// The most attempts to read a record while another process writes to it. From the second attempt
/// on a copy is read, unless the writer has stopped.
const LOOKS_MAX: u32 = 3;

#[derive(Debug, Subcommand)]
pub(super) enum Log {
    Verify(Verify),
    Anchor(PrintAnchor),
    AcceptRestore(AcceptRestore),
    Erase(Erase),
}

impl Log {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Verify(args) => args.run().await,
            Self::Anchor(args) => args.run().await,
            Self::AcceptRestore(args) => args.run().await,
            Self::Erase(args) => args.run().await,
        }
    }
}

/// Returns `log` behind the clock guard, and the current time. `trust_clock` makes the guard
/// believe it.
async fn guard_log(log: &SharedLog, trust_clock: bool) -> anyhow::Result<(SharedLog, Timestamp)> {
    let Sources { clock, built_on, .. } = Sources::system();
    let guard = ClockGuard::begin(clock.clone(), built_on, trust_clock, log).await?;
    Ok((guard.log(log.clone()), clock.now().into()))
}

/// The error if a store was written to during every attempt to read it.
fn changing(store: &str) -> anyhow::Error {
    anyhow::anyhow!(
        "`{store}` was written to each time that it was read; try again, or stop the Signalbook \
         that uses it first"
    )
}
