//! What an observation means: the events that now happened.
//!
//! Wanted: every change that a vendor makes is recorded once, and nothing else ever is. Vendors make
//! that hard in six ways, and each has its rule here.
//!
//! - Their caches serve answers up to an hour old during their own outages. An answer that says
//!   itself that it is older than what was folded changes nothing (`staleness.rs`).
//! - Some answers do not say how old they are. A removal, or a return to an earlier value without
//!   a newer vendor time, is therefore a *pending change*: it counts when a second poll agrees. Between the
//!   two polls it waits in the page's poll state, and the next poll asks for the whole document
//!   again, so that "agreeing" is simply deciding the same twice.
//! - Documents are windows. Absence means deletion only where the document had to contain the
//!   report, and then it is pending like any removal. Absence from the list of what goes on, where
//!   no other list can know more, is an end, and recorded as inferred (`unlisted.rs`).
//! - Documents fail alone, and each stands for itself (`missing.rs`).
//! - Documents contradict each other. Then one of them is believed, the same one each time
//!   (`statements.rs`), and a contradiction that lasts is recorded (`disagreement.rs`).
//! - Pages are rebuilt, and domains are sold: another page that answers is believed only when two
//!   polls agree, and only of the vendor itself (`identity.rs`).
//!
//! The first reading of each kind of document is history, not news: it is the baseline.
//!
//! Accepted: two polls that both hit one stale cache without any vendor time in it agree with
//! each other; the error corrects itself as `Reappeared` or as the value's next change.

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

/// After a gap of polls longer than this, an incident that was over before we were back is history,
/// also when a stale cache shows it only later: for so long it may.
pub const GAP: Duration = Duration::from_hours(1);

/// One poll, read.
#[derive(Clone, Debug)]
pub struct DecodedPoll<'a> {
    /// Its slot.
    pub slot: Slot,
    /// When it was made.
    pub observed_at: Timestamp,
    /// How often the page is polled when nothing is wrong.
    pub interval: Duration,
    /// What it brought.
    pub result: Result<Good<'a>, Failed>,
}

/// A poll that was answered.
#[derive(Clone, Debug)]
pub struct Good<'a> {
    /// The platform whose documents they are.
    pub platform: Platform,
    /// The address that answered, if it is not the page's own.
    pub moved_to: Option<&'a str>,
    /// What came of each document that was asked for.
    pub answers: Vec<Answer>,
}

/// What came of one document.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Which.
    pub document: Document,
    /// The document, or why there is none.
    pub result: Result<Content, Failed>,
}

/// A document that came.
#[derive(Clone, Debug)]
pub struct Content {
    /// What the next poll needs to know.
    pub known: Validators,
    /// What it said, unless it is the one that was known before.
    pub snapshot: Option<Snapshot>,
    /// Whether its bytes came, and not only word that they are the known ones.
    pub is_whole: bool,
    /// Whether an earlier poll asked for it, and it came too late for that.
    pub is_late: bool,
}

impl Good<'_> {
    /// What came of the document that says what goes on now, if it was asked for.
    pub fn current(&self) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.document.role() == Role::Current)
    }
}

/// What is to be recorded, and what is to be remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The events, in the order of their telling.
    pub facts: Vec<Fact>,
    /// The page's new poll state.
    pub poll_state: PollState,
    /// Why what goes on now could not be read, if it could not.
    pub failed: Option<Failed>,
}

/// Decides what `reading` means for a page, and folds it into `page_state`.
///
/// Answers `None` if the slot is void ([`is_void`]): then nothing happened. If the decision cannot
/// be recorded, `page_state` is worthless and has to be read again.
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

/// Takes in a poll that was answered, with all documents that were asked for or some of them.
/// Answers why what goes on now could not be read, if it could not.
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

/// Whether `slot` means nothing: it is older than one that was folded, or the page is not
/// watched.
pub fn is_void(page: &Page, poll_state: &PollState, slot: Slot) -> bool {
    !page.watched || slot <= poll_state.last_slot
}

/// The poll state of a page of which no more is known than that it was polled.
fn polled(poll_state: &PollState, reading: &DecodedPoll<'_>) -> PollState {
    let (last_slot, last_poll_at) = (reading.slot, Some(reading.observed_at));
    PollState { last_slot, last_poll_at, ..poll_state.clone() }
}

/// Remembers that a poll was good at `at`, and whether that ended a gap.
fn seen_again(poll_state: &mut PollState, at: Timestamp) {
    let was_away = poll_state.last_good_at.is_none_or(|good| at.since(good) > GAP);
    let back_at = if was_away { Some(at) } else { poll_state.back_at };
    poll_state.back_at = back_at.filter(|back| at.since(*back) <= GAP);
    poll_state.last_good_at = Some(at);
}

/// The events of a page that somebody wants watched from now on, or that has another name.
pub fn add_page(page_state: &mut PageState, name: &str, url: &str, now: Timestamp) -> Vec<Fact> {
    if page_state.page.watched && page_state.page.name == name {
        return Vec::new();
    }
    let mut recorder = EventRecorder::new(page_state, now);
    recorder.record_page(PageEvent::Added { name: name.to_owned(), url: url.to_owned() }, None);
    recorder.recorded
}

/// The events of a page that nobody wants watched any more.
pub fn remove_page(page_state: &mut PageState, now: Timestamp) -> Vec<Fact> {
    if !page_state.page.watched {
        return Vec::new();
    }
    let mut recorder = EventRecorder::new(page_state, now);
    recorder.record_page(PageEvent::Removed, None);
    recorder.recorded
}

/// Whether a change that may be a stale cache speaking counts, since the poll before agrees. It waits
/// otherwise.
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
