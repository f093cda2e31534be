//! `signalbook log`: looks after the event log.

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use signalbook_domain::Position;
use signalbook_proto::chain::hex;
use signalbook_runtime::{Stop, signals};

use super::tell;
use crate::adapters::{EvidenceLook, Store, look_at_evidence, look_at_log, open_existing_store};
use crate::clock_guard::ClockGuard;
use crate::node::Sources;
use crate::restore::Restore;
use crate::verify::{Verdict, verify};

/// A line tells how far it is after this many events.
const TOLD_EVERY: u64 = 500_000;

/// How often a record is read again that somebody began to write to meanwhile. From the second time
/// on a copy is read, unless the writer has stopped.
const LOOKS_MAX: u32 = 3;

#[derive(Debug, Subcommand)]
pub(super) enum Log {
    /// Checks that no event was changed, removed or moved since it was recorded. It changes
    /// nothing: the store may be in use, or a copy that cannot be written to.
    Verify(Verify),
    /// Goes on from a log that was restored from a copy.
    AcceptRestore(AcceptRestore),
}

/// Checks that no event was changed, removed or moved since it was recorded, nor what each was
/// recorded with. Exits with 1 if anything was.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Verify {
    /// The store's address.
    #[arg(long, default_value = "sqlite:signalbook.db", value_name = "ADDRESS")]
    store: String,
    /// Checks the documents behind the events too, each against its hash.
    #[arg(long)]
    evidence: bool,
    /// Documents that are missing are no failure: the evidence file may have been lost or begun
    /// anew.
    #[arg(long, requires = "evidence")]
    allow_missing: bool,
}

/// Goes on from a log that was restored from a copy: what was recorded after the copy was made is
/// known to be missing. It opens a new epoch, which the chain of hashes covers, so that nobody
/// mistakes positions of before for those of now. Exits with 1 if the log was not restored.
#[derive(Debug, Args)]
pub(super) struct AcceptRestore {
    /// The store's address. The process that uses it has to be stopped first.
    #[arg(long, default_value = "sqlite:signalbook.db", value_name = "ADDRESS")]
    store: String,
    /// Take the clock as right, whatever it says.
    #[arg(long)]
    trust_clock: bool,
}

impl AcceptRestore {
    async fn run(self) -> anyhow::Result<()> {
        let Store { log, views, evidence, .. } = open_existing_store(&self.store).await?;
        let Sources { clock, built_on, .. } = Sources::system();
        let guard = ClockGuard::begin(clock.clone(), built_on, self.trust_clock, &log).await?;
        let log = guard.log(log);
        let restore = Restore { log: &log, views: &views, evidence: Some(&evidence) };
        let accepted = restore.accept(clock.now().into()).await?;
        let epoch = accepted.context("the log was not restored, so there is nothing to accept")?;
        tell::line(&format!(
            "The restore is accepted: epoch {} begins after event {}.",
            epoch.id(),
            epoch.after
        ));
        Ok(())
    }
}

const EXAMPLES: &str = "\
Examples:
  signalbook log verify --store sqlite:signalbook.db
  signalbook log verify --store sqlite:signalbook.db --evidence
";

impl Log {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let args = match self {
            Self::AcceptRestore(args) => return args.run().await,
            Self::Verify(args) => args,
        };
        let stop = Stop::new();
        tokio::spawn(signals(stop.clone()).context("cannot listen for signals")?);
        // A copy that was made is removed also if nobody waits for the end.
        tokio::select! {
            verified = args.run() => verified,
            () = stop.stopped() => bail!("stopped before all events were checked"),
        }
    }
}

impl Verify {
    async fn run(&self) -> anyhow::Result<()> {
        for _ in 0..LOOKS_MAX {
            // The log first: what its manifests name was kept before.
            let look = look_at_log(&self.store).await?;
            let evidence =
                if self.evidence { Some(look_at_evidence(&self.store).await?) } else { None };
            let shared = evidence.as_ref().map(|look| &look.evidence);
            let verdict = verify(&look.log, shared, tell_progress()).await;
            let has_changed = evidence.as_ref().is_some_and(EvidenceLook::has_changed);
            if !look.has_changed() && !has_changed {
                return self.tell(&verdict?);
            }
        }
        bail!(
            "`{}` was written to each time that it was read; try again, or stop the Signalbook \
             that uses it first",
            self.store
        )
    }

    fn tell(&self, verdict: &Verdict) -> anyhow::Result<()> {
        for problem in &verdict.problems {
            tell::line(problem);
        }
        if verdict.more > 0 {
            tell::line(&format!("and {} more like these", verdict.more));
        }
        ensure!(verdict.is_sound(), "the log was tampered with or damaged");
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
        ensure!(
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
