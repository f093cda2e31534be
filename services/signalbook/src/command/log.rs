//! `signalbook log`: looks after the event log.

use clap::{Args, Subcommand};
use signalbook_domain::Position;
use signalbook_proto::chain::hex;

use super::{StoreArgs, tell};
use crate::adapters::{open_existing_evidence, open_existing_log};
use crate::verify::{Verdict, verify};

/// A line tells how far it is after this many events.
const TOLD_EVERY: u64 = 500_000;

#[derive(Debug, Subcommand)]
pub(super) enum Log {
    /// Checks that no event was changed, removed or moved since it was recorded.
    Verify(Verify),
}

/// Checks that no event was changed, removed or moved since it was recorded, nor what each was
/// recorded with. Exits with 1 if anything was.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Verify {
    #[command(flatten)]
    store: StoreArgs,
    /// Checks the documents behind the events too, each against its hash.
    #[arg(long)]
    evidence: bool,
    /// Documents that are missing are no failure: the evidence file may have been lost or begun
    /// anew.
    #[arg(long, requires = "evidence")]
    allow_missing: bool,
}

const EXAMPLES: &str = "\
Examples:
  signalbook log verify --store sqlite:signalbook.db
  signalbook log verify --store sqlite:signalbook.db --evidence
";

impl Log {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Verify(args) = self;
        args.run().await
    }
}

impl Verify {
    async fn run(self) -> anyhow::Result<()> {
        let log = open_existing_log(&self.store.store).await?;
        let evidence = if self.evidence {
            Some(open_existing_evidence(&self.store.store).await?)
        } else {
            None
        };
        let verdict = verify(&log, evidence.as_ref(), tell_progress()).await?;
        for problem in &verdict.problems {
            tell::line(problem);
        }
        if verdict.more > 0 {
            tell::line(&format!("and {} more like these", verdict.more));
        }
        anyhow::ensure!(verdict.is_sound(), "the record was tampered with or damaged");
        self.tell(&verdict)
    }

    fn tell(&self, verdict: &Verdict) -> anyhow::Result<()> {
        let Verdict { head, events, manifests, documents, .. } = verdict;
        tell::line(&format!("{events} events checked, none was changed."));
        tell::line(&format!("{manifests} manifests checked, none was changed."));
        if let Some(documents) = documents {
            tell::line(&format!(
                "documents: {} sound, {} evicted, {} missing, {} altered",
                documents.sound, documents.evicted, documents.missing, documents.altered
            ));
        }
        tell::line(&format!("log  {}\nhash {}", head.log_id, hex(&head.hash)));
        let missing = documents.as_ref().map_or(0, |documents| documents.missing);
        anyhow::ensure!(
            missing == 0 || self.allow_missing,
            "{missing} documents that manifests name are missing; if their loss is known, add \
             `--allow-missing`"
        );
        Ok(())
    }
}

/// Tells how far it is, now and then.
fn tell_progress() -> impl FnMut(Position, Position) {
    let mut told = 0;
    move |reached, end| {
        if reached.0 / TOLD_EVERY != told {
            told = reached.0 / TOLD_EVERY;
            tell::line(&format!("{reached} of {end} events checked"));
        }
    }
}
