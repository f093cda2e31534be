//! `signalbook log anchor`.

use clap::Args;
use signalbook_domain::Timestamp;
use signalbook_proto::anchor::Anchor;
use signalbook_runtime::{Clock as _, SystemClock};
use signalbook_store::Head;

use super::{LOOKS_MAX, changing};
use crate::adapters::look_at_record;
use crate::command::console;

/// Prints where the log ends, to be noted elsewhere.
///
/// It is one line with the position, the hash, the epoch and the time. Whoever can write to the
/// database can make up a log whose hashes fit each other; it will not fit a line that was noted
/// elsewhere. The store may be in use.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::command) struct PrintAnchor {
    /// The store's address.
    #[arg(long, default_value = "sqlite:signalbook.db", value_name = "ADDRESS")]
    store: String,
}

const EXAMPLES: &str = "\
Examples:
  signalbook log anchor --store sqlite:signalbook.db > anchor.txt
  signalbook log verify --store sqlite:signalbook.db --anchor \"$(cat anchor.txt)\"
";

impl PrintAnchor {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        for _ in 0..LOOKS_MAX {
            let look = look_at_record(&self.store, false, false).await?;
            let head = look.log.head().await;
            if !look.has_changed() {
                console::line(&anchor(&head?, SystemClock::new().now().into()).to_string());
                return Ok(());
            }
        }
        Err(changing(&self.store))
    }
}

fn anchor(head: &Head, at: Timestamp) -> Anchor {
    let Head { log_id, epoch, position, hash, manifests, manifest_hash, .. } = *head;
    Anchor { log_id, epoch, position, hash, manifests, manifest_hash, at }
}
