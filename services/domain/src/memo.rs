//! What is remembered of a page beside the log: the state of polling it, and doubts.
//!
//! A memo changes with every poll and holds no history; it is stored in one row per page, in the
//! same transaction as the events that its observation caused.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::decide::Voices;
use crate::observation::{Known, Slot};
use crate::snapshot::Snapshot;
use crate::time::Timestamp;
use crate::words::{Document, Failure};

/// Notes on what was left out of one document; the rest is counted.
pub const SKIPPED_MAX: usize = 10;

/// The memo of one page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memo {
    /// The newest turn that was folded.
    pub last_slot: Slot,
    /// When that turn's poll was made.
    pub last_poll_at: Option<Timestamp>,
    /// When a poll was last good.
    pub last_good_at: Option<Timestamp>,
    /// When a poll was good again after a long time without any; forgotten after a while.
    #[serde(default)]
    pub back_at: Option<Timestamp>,
    /// Polls that failed in a row, and the first of them.
    pub failing: Option<Failing>,
    /// The vendor asked us to stay away until then.
    pub not_before: Option<Timestamp>,
    /// Whether an incident is open or maintenance is under way, so that polls come faster.
    pub in_trouble: bool,
    /// Which document is believed where two of the page disagree.
    #[serde(default)]
    pub voices: Voices,
    /// What is known of each kind of document that was ever read.
    /// Boxed, since a map has room for many entries at once and a page has few.
    pub documents: BTreeMap<Document, Box<DocumentMemo>>,
}

/// Failed polls in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// How many.
    pub polls: u32,
    /// When the first was made.
    pub since: Timestamp,
    /// How the last one failed.
    pub failure: Failure,
}

/// Answers in a row that were older than what was folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stale {
    /// How many.
    pub polls: u32,
    /// When the first came.
    pub since: Timestamp,
}

/// What is remembered of one kind of document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentMemo {
    /// The last good reading.
    pub known: Known,
    /// When it was last fetched or confirmed.
    pub read_at: Timestamp,
    /// Whether one was ever folded: the first is its baseline, and a stale one is not folded.
    pub folded: bool,
    /// The newest time that the vendor gave for a change of the page in it.
    pub page_updated_at: Option<Timestamp>,
    /// The answers since then that were older than that.
    pub stale: Option<Stale>,
    /// Changes that wait for a second poll to agree.
    pub doubts: BTreeSet<String>,
    /// What was left out of the last one that was folded, in words for a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
}

impl DocumentMemo {
    /// Of a document that came for the first time, at `read_at`, and was not folded yet.
    pub fn new(known: Known, read_at: Timestamp) -> Self {
        Self {
            known,
            read_at,
            folded: false,
            page_updated_at: None,
            stale: None,
            doubts: BTreeSet::new(),
            skipped: Vec::new(),
        }
    }

    /// A poll at `at` asked for the document and was answered.
    pub(crate) fn confirm(&mut self, known: &Known, at: Timestamp) {
        self.known.clone_from(known);
        self.read_at = at;
    }

    /// Remembers what was left out, within bounds.
    pub(crate) fn skip(&mut self, snapshot: &Snapshot) {
        let notes = &snapshot.skipped;
        self.skipped = notes.iter().take(SKIPPED_MAX).cloned().collect();
        let more = notes.len().saturating_sub(SKIPPED_MAX) + snapshot.skipped_more;
        if more > 0 {
            self.skipped.push(format!("and {more} more like these"));
        }
    }
}

impl Memo {
    /// Whether `document` was folded before; its first folding is its baseline.
    pub fn has_read(&self, document: Document) -> bool {
        self.documents.get(&document).is_some_and(|memo| memo.folded)
    }

    /// Whether the next poll has to bring `document` whole, even if it is the same: a change waits
    /// for a second poll to agree, or the last answer was stale.
    pub fn doubts(&self, document: Document) -> bool {
        self.documents
            .get(&document)
            .is_some_and(|memo| !memo.doubts.is_empty() || memo.stale.is_some())
    }

    /// What was left out of the documents, in words for a person.
    pub fn skipped(&self) -> impl Iterator<Item = &str> {
        self.documents.values().flat_map(|memo| memo.skipped.iter().map(String::as_str))
    }

    /// How many polls failed in a row.
    pub fn failures(&self) -> u32 {
        self.failing.as_ref().map_or(0, |failing| failing.polls)
    }
}
