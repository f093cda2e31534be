//! What is remembered of a page beside the log: the state of polling it, and changes that wait.
//!
//! A poll state changes with every poll and holds no history; it is stored in one row per page, in the
//! same transaction as the events that its observation caused.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use serde_with::{MapSkipError, VecSkipError, serde_as, skip_serializing_none};

use uuid::Uuid;

use crate::id::ReportKind;
use crate::observation::{RETRY_AFTER_IN_TROUBLE_MAX, RETRY_AFTER_MAX, Slot, Validators};
use crate::open_enum::{OpenEnum, OpenMap};
use crate::pending::PendingChange;
use crate::snapshot::{Coverage, Snapshot};
use crate::time::Timestamp;
use crate::words::{Document, Failure, words};

/// So many failed polls in a row make a page, or a document of it, unreadable.
pub const FAILURES: u32 = 2;

/// Ids of replaced pages that are remembered.
pub const REPLACED_IDS_MAX: usize = 8;

/// Notes on what was left out of one document; the rest is counted.
pub const SKIPPED_MAX: usize = 10;

/// The poll state of one page.
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollState {
    /// The newest slot that was folded.
    pub last_slot: Slot,
    /// When that slot's poll was made.
    pub last_poll_at: Option<Timestamp>,
    /// When a poll was last good.
    pub last_good_at: Option<Timestamp>,
    /// When a poll was good again after a long time without any; forgotten after a while.
    pub back_at: Option<Timestamp>,
    /// Polls that failed in a row, and the first of them.
    pub failing: Option<Failing>,
    /// The vendor asked us to stay away.
    pub hold: Option<Hold>,
    /// Whether an incident is open or maintenance is under way, so that polls come faster.
    pub in_trouble: bool,
    /// The vendor's id of the page that was folded.
    pub page_id: Option<String>,
    /// The vendor's ids of pages that were replaced, the last ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced_ids: Vec<String>,
    /// Another page that answers, until a second poll agrees.
    pub candidate: Option<Candidate>,
    /// Documents that failed when they were last asked for.
    #[serde(default, skip_serializing_if = "OpenMap::is_empty")]
    pub missing: OpenMap<Document, MissingRun>,
    /// Open reports that the current document listed before and does not list any more.
    #[serde_as(as = "MapSkipError<_, _>")]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unlisted: BTreeMap<Uuid, Unlisted>,
    /// Reports of which two documents say different things, and since when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contradictions: BTreeMap<Uuid, Timestamp>,
    /// What is known of each kind of document that was ever read.
    /// Boxed, since a map has room for many entries at once and a page has few.
    pub documents: OpenMap<Document, Box<DocumentState>>,
}

/// Failed polls in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// How many.
    pub polls: u32,
    /// When the first was made.
    pub since: Timestamp,
    /// How the last one failed.
    #[serde(deserialize_with = "failure")]
    pub failure: Failure,
}

/// Reads how a poll failed. A word of a later version is one of a shape that is not known.
fn failure<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Failure, D::Error> {
    let word = OpenEnum::deserialize(deserializer)?;
    Ok(word.known().unwrap_or(Failure::WrongShape))
}

/// A vendor's request to be left alone, made by its answers to failed polls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// When it was first made, if each failed poll since repeated it.
    pub since: Timestamp,
    /// Until when, as far as we follow it.
    pub until: Timestamp,
    /// Its last wording, for a person.
    pub detail: String,
}

/// A page that answers in place of the one that was folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The vendor's id of it, if it has one.
    pub page_id: Option<String>,
    /// Where it answers.
    pub url: String,
}

/// Polls in a row in which a document was asked for and failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingRun {
    /// How many.
    pub polls: u32,
    /// When the first was made.
    pub since: Timestamp,
    /// When the last was made.
    pub asked_at: Timestamp,
    /// How the last one failed.
    #[serde(deserialize_with = "failure")]
    pub failure: Failure,
    /// How many in a row failed like the last one.
    pub alike: u32,
    /// How the last one failed, in words for a person.
    pub detail: String,
    /// Whether the last answer said that there is no such document.
    pub is_not_there: bool,
    /// Whether the vendor never had it: each answer said so.
    pub not_offered: bool,
    /// The vendor asked us to leave it alone until then.
    pub not_before: Option<Timestamp>,
}

/// An open report that the current document does not list any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlisted {
    /// Incident or maintenance.
    pub kind: ReportKind,
    /// The last poll that listed it.
    pub last_listed_at: Timestamp,
    /// The first poll that did not.
    pub first_missing_at: Timestamp,
    /// How many did not, in a row.
    pub polls: u32,
}

words! {
    /// A field of a report in which documents may contradict each other.
    #[derive(PartialOrd, Ord)]
    Field {
        /// The title.
        Title = "title",
        /// How bad it is.
        Impact = "impact",
        /// Where it stands.
        Status = "status",
        /// When planned work should begin.
        ScheduledFor = "scheduled_for",
        /// When planned work should end.
        ScheduledUntil = "scheduled_until",
        /// When it began.
        StartedAt = "started_at",
        /// When it ended.
        ResolvedAt = "resolved_at",
    }
}

/// What a document says of a report that is open, by its own word or by what is known.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Whether it says that the report is over, or does not list it.
    pub is_over: bool,
    /// The vendor's word for where it stands; none if the report is not listed though it would
    /// have to be.
    pub phase: Option<String>,
    /// When the vendor last changed the report, as it says.
    pub updated_at: Option<Timestamp>,
    /// Whether that lay ahead of our clock, or is not given.
    #[serde(default)]
    pub is_ahead: bool,
    /// Digests of the fields that are given, if it is whole.
    #[serde(default, skip_serializing_if = "OpenMap::is_empty")]
    pub fields: OpenMap<Field, u64>,
    /// Whether its title and all of its updates could be read.
    #[serde(default)]
    pub is_whole: bool,
    /// How bad it says that it is: of two that say that it goes on, the worse one is believed.
    #[serde(default)]
    pub severity: u8,
    /// A digest of the components that it affects; none if not all of them could be read.
    pub affected: Option<u64>,
    /// The digests of its updates' contents, by those of their ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub updates: BTreeMap<u64, u64>,
}

/// Answers in a row that were older than what was folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stale {
    /// How many.
    pub polls: u32,
    /// When the first came.
    pub since: Timestamp,
}

impl Stale {
    /// One more, at `at`, after those of `before`.
    pub(crate) fn again(before: Option<&Self>, at: Timestamp) -> Self {
        Self {
            polls: before.map_or(0, |before| before.polls).saturating_add(1),
            since: before.map_or(at, |before| before.since),
        }
    }
}

/// What is remembered of one kind of document.
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentState {
    /// The last good reading.
    pub known: Validators,
    /// When it was last fetched or confirmed.
    pub read_at: Timestamp,
    /// Whether one was ever folded: the first is its baseline, and a stale one is not folded.
    pub folded: bool,
    /// The newest time that the vendor gave for a change of the page in it.
    pub page_updated_at: Option<Timestamp>,
    /// Whether the last one that was folded gave that time.
    #[serde(default)]
    pub is_dated: bool,
    /// The answers since then that were older than that.
    pub stale: Option<Stale>,
    /// Changes that wait for a second poll to agree.
    pub pending: BTreeSet<PendingChange>,
    /// Whether it may say something that was not folded, so that the next poll has to bring it whole.
    #[serde(default)]
    pub is_wanted_whole: bool,
    /// What it says of the reports that are open, by our ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statements: BTreeMap<Uuid, Statement>,
    /// What was said in it that nobody can assign to a report, though something is open.
    pub unidentified: Option<String>,
    /// What it would have to contain.
    #[serde_as(as = "VecSkipError<_>")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<(ReportKind, Coverage)>,
    /// When it was last read or confirmed and was not stale.
    pub fresh_at: Option<Timestamp>,
    /// When its bytes last came, be they the known ones: an answer that says "not modified" may hide
    /// a change.
    pub whole_at: Option<Timestamp>,
    /// What was left out of the last one that was folded, in words for a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
}

impl DocumentState {
    /// Of a document that came for the first time, at `read_at`, and was not folded yet.
    pub fn new(known: Validators, read_at: Timestamp) -> Self {
        Self {
            known,
            read_at,
            folded: false,
            page_updated_at: None,
            is_dated: false,
            stale: None,
            pending: BTreeSet::new(),
            is_wanted_whole: false,
            statements: BTreeMap::new(),
            unidentified: None,
            coverage: Vec::new(),
            fresh_at: None,
            whole_at: None,
            skipped: Vec::new(),
        }
    }

    /// A poll at `at` asked for the document and was answered, with its bytes or with word that they
    /// are the known ones.
    pub(crate) fn confirm(&mut self, known: &Validators, is_whole: bool, at: Timestamp) {
        self.known.clone_from(known);
        self.read_at = at;
        if is_whole {
            self.whole_at = Some(at);
        }
    }

    /// When the page was last changed, as the last one that was folded said.
    pub(crate) fn says_page_updated_at(&self) -> Option<Timestamp> {
        self.page_updated_at.filter(|_| self.is_dated)
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

impl PollState {
    /// The poll state of a page that is polled again `now`, after nobody wanted it for a while: nothing
    /// that was counted in a row goes on. What waits for a second poll to agree still does: the two
    /// then say the same, however far apart they are.
    #[must_use]
    pub fn interrupted(&self, now: Timestamp) -> Self {
        let mut poll_state = self.clone();
        poll_state.failing = None;
        poll_state.candidate = None;
        for run in poll_state.missing.values_mut().filter(|run| !run.not_offered) {
            (run.polls, run.alike) = (0, 0);
        }
        poll_state.unlisted.values_mut().for_each(|entry| entry.polls = 0);
        poll_state.contradictions.values_mut().for_each(|since| *since = now);
        for document in poll_state.documents.values_mut() {
            document.stale = document.stale.take().map(|_| Stale { polls: 0, since: now });
        }
        poll_state
    }

    /// Whether `document` was folded before; its first folding is its baseline.
    pub fn has_read(&self, document: Document) -> bool {
        self.documents.get(&document).is_some_and(|state| state.folded)
    }

    /// Whether the next poll has to bring `document` whole, even if it is the same: a change waits
    /// for a second poll to agree, the last answer was stale, or another page answered.
    pub fn must_be_whole(&self, document: Document) -> bool {
        self.candidate.is_some()
            || self.documents.get(&document).is_some_and(|state| {
                !state.pending.is_empty() || state.is_wanted_whole || state.stale.is_some()
            })
    }

    /// The documents that cannot be read while others can: so many polls in a row failed.
    pub fn unread(&self) -> impl Iterator<Item = (Document, &MissingRun)> {
        let unread = |run: &&MissingRun| !run.not_offered && run.polls >= FAILURES;
        self.missing
            .iter()
            .filter(move |(_, run)| unread(run))
            .map(|(document, run)| (*document, run))
    }

    /// What was left out of the documents, in words for a person.
    pub fn skipped(&self) -> impl Iterator<Item = &str> {
        self.documents.values().flat_map(|state| state.skipped.iter().map(String::as_str))
    }

    /// For how long a vendor may send us away.
    pub fn hold_max(&self) -> Duration {
        if self.in_trouble { RETRY_AFTER_IN_TROUBLE_MAX } else { RETRY_AFTER_MAX }
    }

    /// How many polls failed in a row.
    pub fn failures(&self) -> u32 {
        self.failing.as_ref().map_or(0, |failing| failing.polls)
    }
}
