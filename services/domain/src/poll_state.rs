//! The poll state of a page, kept beside the log: the state of polling it, and pending changes.
//!
//! A poll state changes with every poll and holds no history. It is stored in one row per page, in
//! the same transaction as the events of its observation.

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

/// The number of consecutive failed polls that make a page, or one of its documents, unreadable.
pub const FAILURES: u32 = 2;

/// The most ids of replaced pages that are remembered.
pub const REPLACED_IDS_MAX: usize = 8;

/// The most notes on what was left out of one document; the rest is counted.
pub const SKIPPED_MAX: usize = 10;

/// The poll state of one page.
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollState {
    /// The newest slot that was folded.
    pub last_slot: Slot,
    /// When that slot was polled.
    pub last_poll_at: Option<Timestamp>,
    /// When a poll was last good.
    pub last_good_at: Option<Timestamp>,
    /// When polls became good again after a gap; cleared after [`GAP`](crate::decide::GAP).
    pub back_at: Option<Timestamp>,
    /// The current run of failed polls.
    pub failing: Option<Failing>,
    /// The vendor's request not to be polled.
    pub hold: Option<Hold>,
    /// Whether an incident is open or maintenance is under way, so that polls are more frequent.
    pub in_trouble: bool,
    /// The vendor's id of the folded page.
    pub page_id: Option<String>,
    /// The vendor's ids of the last replaced pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced_ids: Vec<String>,
    /// A different page that answers, until a second poll agrees.
    pub candidate: Option<Candidate>,
    /// Documents whose last request failed.
    #[serde(default, skip_serializing_if = "OpenMap::is_empty")]
    pub missing: OpenMap<Document, MissingRun>,
    /// Open reports that the current document no longer lists.
    #[serde_as(as = "MapSkipError<_, _>")]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unlisted: BTreeMap<Uuid, Unlisted>,
    /// Reports on which two documents contradict each other, and since when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contradictions: BTreeMap<Uuid, Timestamp>,
    /// The state of each kind of document that was ever read. Boxed, since a map reserves room for
    /// many entries and a page has few.
    pub documents: OpenMap<Document, Box<DocumentState>>,
}

/// Failed polls in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// The number of polls.
    pub polls: u32,
    /// When the first was made.
    pub since: Timestamp,
    /// How the last one failed.
    #[serde(deserialize_with = "failure")]
    pub failure: Failure,
}

/// Deserializes a failure. A word of a later version becomes [`Failure::WrongShape`].
fn failure<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Failure, D::Error> {
    let word = OpenEnum::deserialize(deserializer)?;
    Ok(word.known().unwrap_or(Failure::WrongShape))
}

/// A vendor's request not to be polled, made by its answers to failed polls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// When it was first made, if each failed poll since repeated it.
    pub since: Timestamp,
    /// The end of the hold, within our own limits.
    pub until: Timestamp,
    /// Its last wording, for a person.
    pub detail: String,
}

/// A page that answers in place of the folded one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The vendor's id of it, if it has one.
    pub page_id: Option<String>,
    /// The address it answers from.
    pub url: String,
}

/// Polls in a row in which a document was requested and failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingRun {
    /// The number of polls.
    pub polls: u32,
    /// When the first was made.
    pub since: Timestamp,
    /// When the last was made.
    pub asked_at: Timestamp,
    /// How the last one failed.
    #[serde(deserialize_with = "failure")]
    pub failure: Failure,
    /// The number of latest polls that failed alike.
    pub alike: u32,
    /// The last failure, described for a person.
    pub detail: String,
    /// Whether the last answer said that there is no such document.
    pub is_not_there: bool,
    /// Whether the vendor never had it: every answer said so.
    pub not_offered: bool,
    /// When it may be requested again, if the vendor asked for a pause.
    pub not_before: Option<Timestamp>,
}

/// An open report that the current document no longer lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unlisted {
    /// Incident or maintenance.
    pub kind: ReportKind,
    /// When a poll last listed it.
    pub last_listed_at: Timestamp,
    /// When a poll first did not list it.
    pub first_missing_at: Timestamp,
    /// The number of consecutive polls that did not list it.
    pub polls: u32,
}

words! {
    /// A field of a report in which documents may contradict each other.
    #[derive(PartialOrd, Ord)]
    Field {
        /// The title.
        Title = "title",
        /// The impact.
        Impact = "impact",
        /// The phase.
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

/// A document's statement about a report that is open, according to the document or the log.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Whether it says that the report is over, or does not list it.
    pub is_over: bool,
    /// The vendor's word for the phase; `None` if the report is not listed but has to be.
    pub phase: Option<String>,
    /// When the vendor last changed the report, as it claims.
    pub updated_at: Option<Timestamp>,
    /// Whether that time is ahead of our clock or absent.
    #[serde(default)]
    pub is_ahead: bool,
    /// Digests of the given fields, if the report is whole.
    #[serde(default, skip_serializing_if = "OpenMap::is_empty")]
    pub fields: OpenMap<Field, u64>,
    /// Whether its title and all of its updates could be read.
    #[serde(default)]
    pub is_whole: bool,
    /// The stated severity: of two statements that the report is open, the worse one is believed.
    #[serde(default)]
    pub severity: u8,
    /// A digest of the affected components; `None` if not all of them could be read.
    pub affected: Option<u64>,
    /// Digests of the updates' contents, by digests of their ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub updates: BTreeMap<u64, u64>,
}

/// Answers in a row that were older than what was folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stale {
    /// The number of answers.
    pub polls: u32,
    /// When the first arrived.
    pub since: Timestamp,
}

impl Stale {
    /// Extends the run `before` by one answer at `at`.
    pub(crate) fn again(before: Option<&Self>, at: Timestamp) -> Self {
        Self {
            polls: before.map_or(0, |before| before.polls).saturating_add(1),
            since: before.map_or(at, |before| before.since),
        }
    }
}

/// The state of one kind of document.
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentState {
    /// The validators of the last good reading.
    pub known: Validators,
    /// When it was last fetched or confirmed.
    pub read_at: Timestamp,
    /// Whether one was ever folded. The first is the baseline, and a stale one is not folded.
    pub folded: bool,
    /// The newest time that the vendor gave in it for a change of the page.
    pub page_updated_at: Option<Timestamp>,
    /// Whether the last folded one gave that time.
    #[serde(default)]
    pub is_dated: bool,
    /// The run of later answers that were older than that.
    pub stale: Option<Stale>,
    /// The pending changes.
    pub pending: BTreeSet<PendingChange>,
    /// Whether it may state something that was not folded, so that the next poll requests it whole.
    #[serde(default)]
    pub is_wanted_whole: bool,
    /// Its statements about open reports, by our ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statements: BTreeMap<Uuid, Statement>,
    /// Its entries that cannot be assigned to a report although something is open.
    pub unidentified: Option<String>,
    /// What it has to contain.
    #[serde_as(as = "VecSkipError<_>")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<(ReportKind, Coverage)>,
    /// When it was last read or confirmed and was not stale.
    pub fresh_at: Option<Timestamp>,
    /// When its body was last received, even an unchanged one: "not modified" may hide a change.
    pub whole_at: Option<Timestamp>,
    /// What was left out of the last folded one, described for a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
}

impl DocumentState {
    /// Creates the state of a document first received at `read_at` and not yet folded.
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

    /// Records an answer at `at`, with the body or with a confirmation of the known one.
    pub(crate) fn confirm(&mut self, known: &Validators, is_whole: bool, at: Timestamp) {
        self.known.clone_from(known);
        self.read_at = at;
        if is_whole {
            self.whole_at = Some(at);
        }
    }

    /// Returns the page's time of change, if the last folded document gave it.
    pub(crate) fn says_page_updated_at(&self) -> Option<Timestamp> {
        self.page_updated_at.filter(|_| self.is_dated)
    }

    /// Remembers what was left out, up to [`SKIPPED_MAX`] notes.
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
    /// Returns the poll state of a page that is polled again `now` after a pause. No run continues.
    /// Pending changes stay: two polls that agree do so however far apart they are.
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

    /// Whether the next poll has to request `document` whole, even if it is unchanged: a change is
    /// pending, a statement may not be folded, the last answer was stale, or a different page
    /// answered.
    pub fn must_be_whole(&self, document: Document) -> bool {
        self.candidate.is_some()
            || self.documents.get(&document).is_some_and(|state| {
                !state.pending.is_empty() || state.is_wanted_whole || state.stale.is_some()
            })
    }

    /// Returns the documents that are unreadable while others are not: [`FAILURES`] polls in a row
    /// failed.
    pub fn unread(&self) -> impl Iterator<Item = (Document, &MissingRun)> {
        let unread = |run: &&MissingRun| !run.not_offered && run.polls >= FAILURES;
        self.missing
            .iter()
            .filter(move |(_, run)| unread(run))
            .map(|(document, run)| (*document, run))
    }

    /// Returns what was left out of the documents, described for a person.
    pub fn skipped(&self) -> impl Iterator<Item = &str> {
        self.documents.values().flat_map(|state| state.skipped.iter().map(String::as_str))
    }

    /// Returns the longest hold that a vendor may request.
    pub fn hold_max(&self) -> Duration {
        if self.in_trouble { RETRY_AFTER_IN_TROUBLE_MAX } else { RETRY_AFTER_MAX }
    }

    /// Returns the number of polls that failed in a row.
    pub fn failures(&self) -> u32 {
        self.failing.as_ref().map_or(0, |failing| failing.polls)
    }
}
