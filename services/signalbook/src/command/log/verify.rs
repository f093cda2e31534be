//! `signalbook log verify`.

use anyhow::{bail, ensure};
use clap::Args;
use signalbook_domain::Position;
use signalbook_proto::anchor::Anchor;
use signalbook_store::{Erased, Erasure};

use super::{LOOKS_MAX, changing};
use crate::adapters::{log_file, look_at_record};
use crate::backup;
use crate::command::{console, describe_end, stop_on_signals};
use crate::verify::{Documents, Verdict, verify};

/// The number of events between two progress lines.
const TOLD_EVERY: u64 = 500_000;

/// Checks that no event was changed, removed or moved since it was recorded.
///
/// Nor what each was recorded with; of a backup that was not put to use yet also that its files are
/// those that were copied. It changes nothing: the store may be in use, or a copy that cannot be
/// written to. Exits with 1 if anything was changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in crate::command) struct Verify {
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
    /// Checks that the log goes on from what `signalbook log anchor` printed once. May be given more
    /// than once.
    #[arg(long = "anchor", value_name = "TEXT")]
    anchors: Vec<Anchor>,
}

const EXAMPLES: &str = "\
Examples:
  signalbook log verify --store sqlite:signalbook.db
  signalbook log verify --store sqlite:signalbook.db --evidence
  signalbook log verify --store sqlite:signalbook.db --anchor \"$(cat anchor.txt)\"
";

impl Verify {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let stop = stop_on_signals()?;
        // A temporary copy is removed even if the check is interrupted.
        tokio::select! {
            verified = self.look() => verified,
            () = stop.stopped() => bail!("stopped before all events were checked"),
        }
    }

    async fn look(&self) -> anyhow::Result<()> {
        for look_number in 1..=LOOKS_MAX {
            let look = look_at_record(&self.store, self.evidence, self.allow_missing).await?;
            let evidence = look.evidence.as_ref();
            let verdict = verify(&look.log, evidence, &self.anchors, tell_progress()).await;
            if look.has_changed() {
                continue;
            }
            let mut verdict = verdict?;
            // The log may have grown between opening it and opening the evidence.
            if !verdict.is_behind || look_number == LOOKS_MAX {
                let backup = self.check_backup(&mut verdict).await?;
                return self.tell(&verdict, backup);
            }
        }
        Err(changing(&self.store))
    }

    /// Checks a log marked as a copy against the manifest beside it. Returns a sentence on what was
    /// compared; none if the log is not marked.
    async fn check_backup(&self, verdict: &mut Verdict) -> anyhow::Result<Option<&'static str>> {
        let Some(path) = log_file(&self.store)?.filter(|_| verdict.restored.is_some()) else {
            return Ok(None);
        };
        let head = verdict.head;
        let checking = tokio::task::spawn_blocking(move || backup::check(&path, &head));
        let (problems, said) = checking.await?;
        for problem in problems {
            verdict.add(problem);
        }
        Ok(Some(said))
    }

    fn tell(&self, verdict: &Verdict, backup: Option<&'static str>) -> anyhow::Result<()> {
        if let Some(mark) = &verdict.restored {
            console::line(&format!("this log takes no events yet: {}", mark.reason));
        }
        for problem in &verdict.problems {
            console::line(problem);
        }
        if verdict.more > 0 {
            console::line(&format!("and {} more like these", verdict.more));
        }
        let Verdict { head, events, manifests, documents, .. } = verdict;
        if !verdict.is_sound() {
            documents.as_ref().inspect(|documents| print_documents(documents));
            bail!("the log was tampered with or damaged");
        }
        console::line(&format!("{events} events checked, none was changed."));
        console::line(&format!("{manifests} manifests checked, none was changed."));
        if let Some(said) = backup {
            console::line(said);
        }
        for erasure in &verdict.erasures {
            console::line(&in_words(erasure));
        }
        match self.anchors.len() {
            0 => {}
            1 => console::line("the log goes on from what was noted."),
            count => console::line(&format!("the log goes on from each of {count} notes.")),
        }
        documents.as_ref().inspect(|documents| print_documents(documents));
        console::line(&describe_end(head));
        let missing = documents.as_ref().map_or(0, |documents| documents.missing);
        ensure!(
            missing == 0 || self.allow_missing,
            "{missing} documents that manifests name are missing; if their loss is known, add \
             `--allow-missing`"
        );
        Ok(())
    }
}

fn print_documents(documents: &Documents) {
    let Documents { sound, evicted, erased, missing, altered } = documents;
    console::line(&format!(
        "documents: {sound} sound, {evicted} evicted, {erased} erased, {missing} missing, \
         {altered} altered"
    ));
}

fn in_words(Erasure { what, at, by, reason }: &Erasure) -> String {
    let what = match what {
        Erased::Payload(position) => format!("what event {position} says"),
        Erased::Document(hash) => format!("document {hash}"),
    };
    format!("{what} was erased on {at} by {by}: {reason}")
}

/// Prints the progress every [`TOLD_EVERY`] events.
fn tell_progress() -> impl FnMut(Position, Position) {
    let mut told = 0;
    move |reached, end| {
        if reached.0 / TOLD_EVERY != told {
            told = reached.0 / TOLD_EVERY;
            console::line(&format!("{reached} of {end} events checked"));
        }
    }
}
