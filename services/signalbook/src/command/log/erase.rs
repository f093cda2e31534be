//! `signalbook log erase`.

use anyhow::{Context as _, ensure};
use clap::{ArgGroup, Args};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{Position, Revision};
use signalbook_store::log::SharedLog;
use signalbook_store::{Erased, Erasure};

use super::guard_log;
use crate::adapters::{Record, open_existing_record};
use crate::command::console;

/// Erases what an event says, or the bytes of a document, for good.
///
/// For what the law obliges you to erase. Hashes, times and places stay, so that the log can still be
/// verified, and `log verify` says who erased what, when and why. Documents of other polls may say
/// the same as an event: erase those too. Of an incident, a page or a component whose first event
/// is erased nothing is shown any more, while its other events stay in the log. Backups that were
/// made before keep everything.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
#[command(group = ArgGroup::new("what").required(true).multiple(true))]
pub(in crate::command) struct Erase {
    /// The store's address. The process that uses it has to be stopped first.
    #[arg(long, default_value = "sqlite:signalbook.db", value_name = "ADDRESS")]
    store: String,
    /// The position of an event. May be given more than once.
    #[arg(long = "event", value_name = "POSITION", group = "what")]
    events: Vec<u64>,
    /// The hash of a document. May be given more than once.
    #[arg(long = "document", value_name = "HASH", group = "what", value_parser = parse_hash)]
    documents: Vec<ContentHash>,
    /// Who erases it.
    #[arg(long, value_name = "NAME", value_parser = parse_words)]
    by: String,
    /// Why it is erased.
    #[arg(long, value_name = "TEXT", value_parser = parse_words)]
    reason: String,
    /// Take the clock as right, whatever it says.
    #[arg(long)]
    trust_clock: bool,
}

/// The size limit of a text recorded with an erasure, in bytes.
const WORDS_MAX: usize = 1_000;

const EXAMPLES: &str = "\
Examples:
  signalbook log erase --event 1207 --by \"Ada Miller\" --reason \"request of 3 May, case 17\"
  signalbook log erase --document 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 \\
    --by \"Ada Miller\" --reason \"request of 3 May, case 17\"

What the vendor still shows is recorded again by the next poll.
";

fn parse_hash(text: &str) -> Result<ContentHash, String> {
    ContentHash::from_hex(text).ok_or_else(|| "expected 64 hexadecimal digits".to_owned())
}

fn parse_words(text: &str) -> Result<String, String> {
    let words = text.trim();
    if words.is_empty() || words.len() > WORDS_MAX || words.chars().any(char::is_control) {
        return Err(format!("expected 1 to {WORDS_MAX} bytes of plain words on one line"));
    }
    Ok(words.to_owned())
}

impl Erase {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let record = open_existing_record(&self.store).await?;
        let erased = self.erase(&record).await;
        record.close().await;
        erased?;
        console::line("The views are built again from the log at the next start.");
        Ok(())
    }

    async fn erase(&self, record: &Record) -> anyhow::Result<()> {
        self.check(record).await?;
        let (log, at) = guard_log(&record.log, self.trust_clock).await?;
        let erasure = |what| Erasure { what, at, by: self.by.clone(), reason: self.reason.clone() };
        // First, so that a crash leaves no views with erased data.
        record.forget_views().context("cannot remove the views, which say what is to be erased")?;
        for position in &self.events {
            let is_new = log.erase(&erasure(Erased::Payload(Position(*position)))).await?;
            tell_erased(&format!("What event {position} says"), is_new);
            tell_what_it_began(&log, *position).await?;
        }
        for hash in &self.documents {
            let is_new = log.erase(&erasure(Erased::Document(*hash))).await?;
            record.evidence.erase(*hash).await?;
            tell_erased(&format!("Document {hash}"), is_new);
        }
        record.compact().await.context(
            "parts of the files that are not used any more may still have what was erased; \
             run the same command again",
        )
    }

    /// Fails if an event or a document does not exist, before anything is erased.
    async fn check(&self, Record { log, evidence, .. }: &Record) -> anyhow::Result<()> {
        for hash in &self.documents {
            let stored = evidence.document(*hash).await?;
            ensure!(stored.is_some(), "document {hash} was never kept; nothing was erased");
        }
        let head = log.head().await?.position;
        for position in &self.events {
            ensure!(
                (1..=head.0).contains(position),
                "the log has the events 1 to {head}, and not {position}; nothing was erased"
            );
        }
        Ok(())
    }
}

/// Reports what is no longer shown because the event at `position` was its first.
async fn tell_what_it_began(log: &SharedLog, position: u64) -> anyhow::Result<()> {
    let found = log.read_after(Position(position - 1), 1).await?;
    if let Some(record) = found.first().filter(|record| record.revision == Revision(1)) {
        let kind = record.stream.kind.word();
        console::line(&format!("It was the first of its {kind}, which is not shown any more."));
    }
    Ok(())
}

fn tell_erased(what: &str, is_new: bool) {
    let how = if is_new { "is erased" } else { "was erased before" };
    console::line(&format!("{what} {how}."));
}
