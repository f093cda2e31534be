//! Decides which events follow from an observation.
//!
//! Wanted: every change that a vendor makes is recorded exactly once, and nothing else is recorded.
//! Six properties of vendors make that hard; each has its rule here.
//!
//! - During outages, vendor caches serve answers up to an hour old. An answer whose own time is
//!   older than what was folded changes nothing (`staleness.rs`).
//! - Some answers carry no time. A removal, or a return to an earlier value without a newer vendor
//!   time, is therefore a *pending change*: it counts once a second poll agrees. Until then it
//!   waits in the page's poll state, and the next poll requests the whole document again, so that
//!   "agreeing" means reaching the same decision twice.
//! - Documents are windows. Absence means deletion only where the document had to contain the
//!   report, and then it is pending like any removal. Absence from the list of open reports, where
//!   no other list can know more, is an end and is recorded as inferred (`unlisted.rs`).
//! - Documents fail independently, and each is tracked on its own (`missing.rs`).
//! - Documents contradict each other. One of them is then believed, consistently the same one
//!   (`statements.rs`), and a lasting contradiction is recorded (`disagreement.rs`).
//! - Pages are rebuilt, and domains are sold. A different page is accepted only when two polls
//!   agree, and only if it belongs to the same vendor (`identity.rs`).
//!
//! The first reading of each kind of document is the baseline: history, not news.
//!
//! Accepted: two polls that both hit one stale cache without a vendor time agree with each other.
//! The error corrects itself as `Reappeared` or as the value's next change.

pub mod components;
pub mod disagreement;
mod documents;
pub mod health;
mod identity;
mod indicator;
pub mod links;
mod missing;
mod recorder;
pub mod reports;
mod staleness;
mod statements;
mod unchanged;
mod unlisted;

pub use staleness::{CLOCK_SKEW, STALE_AT_MOST, STALE_POLLS_MIN};
pub use unchanged::decide_unchanged;

use std::collections::BTreeSet;
use std::time::Duration;

pub(crate) use self::documents::FoldContext;
use self::identity::Identity;
pub(crate) use self::recorder::EventRecorder;
use self::staleness::{is_newer, is_older, plausible};
use self::statements::Statements;
use crate::event::{Fact, PageEvent};
use crate::observation::{Failed, Slot, Validators};
use crate::page::Page;
use crate::page_state::PageState;
use crate::pending::PendingChange;
use crate::poll_state::PollState;
use crate::snapshot::Snapshot;
use crate::time::Timestamp;
use crate::words::{Document, Platform, Role};

/// After a gap between good polls longer than this, an incident that was over before polling
/// resumed is history. Stale caches may show it late, so this applies for equally long after the
/// gap.
pub const GAP: Duration = Duration::from_hours(1);

/// One decoded poll.
#[derive(Clone, Debug)]
pub struct DecodedPoll<'a> {
    /// The slot of the poll.
    pub slot: Slot,
    /// When the poll was made.
    pub observed_at: Timestamp,
    /// The poll interval of the page when nothing is wrong.
    pub interval: Duration,
    /// The outcome of the poll.
    pub result: Result<Good<'a>, Failed>,
}

/// A poll that was answered.
#[derive(Clone, Debug)]
pub struct Good<'a> {
    /// The platform that serves the documents.
    pub platform: Platform,
    /// The address that answered, if it is not the page's own.
    pub moved_to: Option<&'a str>,
    /// The outcome for each requested document.
    pub answers: Vec<Answer>,
}

/// The outcome for one document.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The requested document.
    pub document: Document,
    /// The content, or why there is none.
    pub result: Result<Content, Failed>,
}

/// A document that was received.
#[derive(Clone, Debug)]
pub struct Content {
    /// The validators for the next poll.
    pub known: Validators,
    /// The decoded snapshot; `None` if the document is the one already known.
    pub snapshot: Option<Snapshot>,
    /// Whether the body was received, rather than a confirmation that the known one is current.
    pub is_whole: bool,
    /// Whether an earlier poll requested it and it arrived too late for that poll.
    pub is_late: bool,
}

impl Good<'_> {
    /// Returns the outcome for the current document, if it was requested.
    pub fn current(&self) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.document.role() == Role::Current)
    }
}

/// The events to record and the poll state to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The events, in the order in which they are recorded.
    pub facts: Vec<Fact>,
    /// The page's new poll state.
    pub poll_state: PollState,
    /// Why the page's current state could not be read, if it could not.
    pub failed: Option<Failed>,
}

/// Decides what `reading` means for a page and folds the resulting events into `page_state`.
///
/// Returns `None` if the slot is void ([`is_void`]); nothing changes then. If the decision cannot
/// be recorded, `page_state` is invalid and must be read again.
pub fn decide(
    page_state: &mut PageState,
    poll_state: &PollState,
    reading: &DecodedPoll<'_>,
) -> Option<Decision> {
    if is_void(&page_state.page, poll_state, reading.slot) {
        return None;
    }
    if let Some(poll_state) = decide_unchanged(&page_state.page, poll_state, reading) {
        return Some(Decision { facts: Vec::new(), poll_state, failed: None });
    }
    let mut next = polled(poll_state, reading);
    let mut recorder = EventRecorder::new(page_state, reading.observed_at);
    let failed = match &reading.result {
        Err(failed) => {
            health::failed(&mut recorder, &mut next, failed);
            Some(failed.clone())
        }
        Ok(good) => answered(&mut recorder, &mut next, reading, good),
    };
    let facts = recorder.recorded;
    next.in_trouble =
        if facts.is_empty() { poll_state.in_trouble } else { page_state.in_trouble() };
    Some(Decision { facts, poll_state: next, failed })
}

/// Folds an answered poll, which may cover only some of the requested documents. Returns why the
/// page's current state could not be read, if it could not.
fn answered(
    recorder: &mut EventRecorder<'_>,
    next: &mut PollState,
    reading: &DecodedPoll<'_>,
    good: &Good<'_>,
) -> Option<Failed> {
    let at = reading.observed_at;
    let url = recorder.page_state.page.answers_from(good.moved_to).to_owned();
    let current = good.current().map(|answer| &answer.result);
    let before = unlisted::Before::of(next);
    if let Some(Ok(content)) = current {
        match identity::judge(recorder, next, content, &url) {
            Identity::Same => next.candidate = None,
            Identity::Outdated => return None,
            Identity::Doubtful => {
                next.candidate = identity::candidate(content, &url);
                return None;
            }
            Identity::Replaced => identity::replace(recorder, next, content, &url),
            Identity::Foreign(failed) => {
                health::failed(recorder, next, &failed);
                return Some(failed);
            }
        }
    }
    missing::count(next, &good.answers, at);
    if let Some(Err(failed)) = current {
        health::failed(recorder, next, failed);
    } else {
        health::good(recorder, next, good.platform, &url, reading.interval);
        seen_again(next, at);
    }
    let fresh = documents::take_in_all(next, good, at);
    if current.is_none_or(Result::is_ok) {
        missing::record_unread(recorder, next);
    }
    documents::read(recorder, next, &fresh);
    unlisted::count(recorder, next, &before);
    unlisted::record_ends(recorder, next);
    disagreement::follow(recorder, next);
    documents::ask_again(recorder, next, &Statements::remembered(next));
    current.and_then(|current| current.as_ref().err()).cloned()
}

/// Whether `slot` is to be ignored: it is not newer than the last one, or the page is not watched.
pub fn is_void(page: &Page, poll_state: &PollState, slot: Slot) -> bool {
    !page.watched || slot <= poll_state.last_slot
}

/// Returns the poll state that records only that the page was polled.
fn polled(poll_state: &PollState, reading: &DecodedPoll<'_>) -> PollState {
    let (last_slot, last_poll_at) = (reading.slot, Some(reading.observed_at));
    PollState { last_slot, last_poll_at, ..poll_state.clone() }
}

/// Records a good poll at `at`, and whether it ended a gap.
fn seen_again(poll_state: &mut PollState, at: Timestamp) {
    let was_away = poll_state.last_good_at.is_none_or(|good| at.since(good) > GAP);
    let back_at = if was_away { Some(at) } else { poll_state.back_at };
    poll_state.back_at = back_at.filter(|back| at.since(*back) <= GAP);
    poll_state.last_good_at = Some(at);
}

/// Returns the events that add a page to the watched ones or rename it.
pub fn add_page(page_state: &mut PageState, name: &str, url: &str, now: Timestamp) -> Vec<Fact> {
    if page_state.page.watched && page_state.page.name == name {
        return Vec::new();
    }
    let mut recorder = EventRecorder::new(page_state, now);
    recorder.record_page(PageEvent::Added { name: name.to_owned(), url: url.to_owned() }, None);
    recorder.recorded
}

/// Returns the events that stop watching a page.
pub fn remove_page(page_state: &mut PageState, now: Timestamp) -> Vec<Fact> {
    if !page_state.page.watched {
        return Vec::new();
    }
    let mut recorder = EventRecorder::new(page_state, now);
    recorder.record_page(PageEvent::Removed, None);
    recorder.recorded
}

/// Whether a change that may come from a stale cache counts because the previous poll agrees.
/// Otherwise it becomes pending.
pub(crate) fn confirmed(
    context: &FoldContext<'_>,
    pending: &mut BTreeSet<PendingChange>,
    change: PendingChange,
) -> bool {
    let counts = context.agreed.contains(&change);
    if !counts {
        pending.insert(change);
    }
    counts
}
