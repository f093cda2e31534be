//! What an observation means: the events that now happened.
//!
//! Wanted: every change that a vendor makes is told once, and nothing else ever is. Vendors make
//! that hard in six ways, and each has its rule here.
//!
//! - Their caches serve answers up to an hour old during their own outages. An answer that says
//!   itself that it is older than what was folded changes nothing (`ages.rs`).
//! - Some answers do not say how old they are. A removal, or a return to an earlier value without
//!   a newer vendor time, is therefore a *doubt*: it counts when a second poll agrees. Between the
//!   two polls the doubt waits in the page's memo, and the next poll asks for the whole document
//!   again, so that "agreeing" is simply deciding the same twice.
//! - Documents are windows. Absence means deletion only where the document had to contain the
//!   report, and then it is a doubt like any removal. Absence from the list of what goes on, where
//!   no other list can know more, is an end, and told as inferred (`unlisted.rs`).
//! - Documents fail alone, and each stands for itself (`missing.rs`).
//! - Documents contradict each other. Then one of them is believed, the same one each time
//!   (`statements.rs`), and a contradiction that lasts is told (`disagreement.rs`).
//! - Pages are rebuilt, and domains are sold: another page that answers is believed only when two
//!   polls agree, and only of the vendor itself (`identity.rs`).
//!
//! The first reading of each kind of document is history, not news: it is the baseline.
//!
//! Accepted: two polls that both hit one stale cache without any vendor time in it agree with
//! each other; the error corrects itself as `Reappeared` or as the value's next change.

mod ages;
pub mod components;
pub mod disagreement;
mod facts;
pub mod health;
mod identity;
mod indicator;
pub mod links;
mod missing;
mod quiet;
pub mod reports;
mod statements;
mod unlisted;

pub use ages::{CLOCK_SKEW, STALE_AT_MOST, STALE_POLLS_MIN};
pub use quiet::quiet;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use self::ages::{
    behind, believable, forget_later_times, is_believed, is_newer, is_older, newest_page_time,
};
pub(crate) use self::facts::Facts;
use self::identity::Identity;
use self::statements::Statements;
use crate::book::Book;
use crate::event::{Fact, PageEvent};
use crate::id::Slug;
use crate::memo::{DocumentMemo, Memo};
use crate::observation::{Failed, Known, Slot};
use crate::page::Page;
use crate::snapshot::Snapshot;
use crate::time::Timestamp;
use crate::words::{Document, Platform, Role};

/// After a gap of polls longer than this, an incident that was over before we were back is history,
/// also when a stale cache shows it only later: for so long it may.
pub const GAP: Duration = Duration::from_hours(1);

/// One poll, read.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// Its turn.
    pub slot: Slot,
    /// When it was made.
    pub observed_at: Timestamp,
    /// How often the page is polled when nothing is wrong.
    pub interval: Duration,
    /// What it brought.
    pub result: Result<Good<'a>, Failed>,
    /// Which provider's page has which host, to recognise links between providers.
    pub hosts: &'a BTreeMap<String, Slug>,
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
    pub known: Known,
    /// What it said, unless it is the one that was known before.
    pub snapshot: Option<Snapshot>,
    /// Whether its bytes came, and not only word that they are the known ones.
    pub is_whole: bool,
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
    /// The page's new memo.
    pub memo: Memo,
}

/// Decides what `reading` means for a page, and folds it into `book`.
///
/// Answers `None` if the turn is void ([`is_void`]): then nothing happened. If the decision cannot
/// be recorded, `book` is worthless and has to be read again.
pub fn decide(book: &mut Book, memo: &Memo, reading: &Reading<'_>) -> Option<Decision> {
    if is_void(&book.page, memo, reading.slot) {
        return None;
    }
    if let Some(memo) = quiet(&book.page, memo, reading) {
        return Some(Decision { facts: Vec::new(), memo });
    }
    let mut next = polled(memo, reading);
    let mut facts = Facts::new(book, reading.observed_at);
    match &reading.result {
        Err(failed) => health::failed(&mut facts, &mut next, failed),
        Ok(good) => answered(&mut facts, &mut next, reading, good),
    }
    let told = facts.told;
    next.in_trouble = if told.is_empty() { memo.in_trouble } else { book.in_trouble() };
    Some(Decision { facts: told, memo: next })
}

/// Takes in a poll that was answered, with all documents that were asked for or some of them.
fn answered(facts: &mut Facts<'_>, next: &mut Memo, reading: &Reading<'_>, good: &Good<'_>) {
    let at = reading.observed_at;
    let url = facts.book.page.answers_from(good.moved_to).to_owned();
    let current = good.current().map(|answer| &answer.result);
    let before = unlisted::Before::of(next);
    if let Some(Ok(content)) = current {
        match identity::judge(facts, next, content, &url) {
            Identity::Same => next.candidate = None,
            Identity::Outdated => return,
            Identity::Doubtful => {
                next.candidate = identity::candidate(content, &url);
                return;
            }
            Identity::Replaced => identity::replace(facts, next, content, &url),
            Identity::Foreign(failed) => {
                health::failed(facts, next, &failed);
                return;
            }
        }
    }
    missing::count(next, &good.answers, at);
    if let Some(Err(failed)) = current {
        health::failed(facts, next, failed);
    } else {
        health::good(facts, next, good.platform, &url, reading.interval);
        seen_again(next, at);
    }
    let fresh = take_in_all(next, good, at);
    if current.is_none_or(Result::is_ok) {
        missing::tell(facts, next);
    }
    read_documents(facts, next, reading, &fresh);
    unlisted::count(facts, next, &before);
    unlisted::tell(facts, next);
    disagreement::follow(facts, next, &Statements::fresh(next));
    ask_again(facts, next, &Statements::remembered(next));
}

/// A document that brings something to fold.
struct Fresh<'a> {
    document: Document,
    snapshot: &'a Snapshot,
    /// Whether it is the first of its kind.
    is_baseline: bool,
}

/// Remembers the documents that came, and answers those that bring something to fold.
fn take_in_all<'a>(next: &mut Memo, good: &'a Good<'_>, at: Timestamp) -> Vec<Fresh<'a>> {
    let mut fresh = Vec::new();
    for Answer { document, result } in &good.answers {
        if let Ok(content) = result
            && let Some(is_baseline) = take_in(next, *document, content, at)
            && let Some(snapshot) = &content.snapshot
        {
            fresh.push(Fresh { document: *document, snapshot, is_baseline });
        }
    }
    fresh
}

/// Folds the documents of a poll, each by itself.
fn read_documents(
    facts: &mut Facts<'_>,
    next: &mut Memo,
    reading: &Reading<'_>,
    fresh: &[Fresh<'_>],
) {
    for Fresh { snapshot, is_baseline, .. } in fresh {
        reports::continue_replaced(facts, snapshot, *is_baseline);
    }
    let relevant = statements::relevant(facts.book, next, fresh.iter().map(|one| one.snapshot));
    for Fresh { document, snapshot, .. } in fresh {
        if let Some(remembered) = next.documents.get_mut(document) {
            remembered.statements = statements::stated(facts.book, snapshot, &relevant);
            remembered.coverage.clone_from(&snapshot.coverage);
        }
    }
    let statements = Statements::remembered(next);
    for Fresh { document, snapshot, is_baseline } in fresh {
        let agreed = next.documents.get(document).map(|memo| memo.doubts.clone());
        let agreed = agreed.unwrap_or_default();
        let context = Context {
            backfilled: *is_baseline,
            back_at: next.back_at,
            agreed: &agreed,
            statements: &statements,
            hosts: reading.hosts,
        };
        let mut doubts = BTreeSet::new();
        indicator::read(facts, &context, snapshot, &mut doubts);
        components::read(facts, &context, snapshot, &mut doubts);
        reports::read(facts, &context, snapshot, &mut doubts);
        if let Some(remembered) = next.documents.get_mut(document) {
            remembered.doubts = doubts;
        }
    }
    for Fresh { document, .. } in fresh {
        if let Some(remembered) = next.documents.get_mut(document) {
            statements::state_absences(facts.book, *document, remembered, &relevant);
        }
    }
}

/// Remembers a document that came. Answers whether it is the baseline of its kind; none if it
/// brings nothing to fold.
fn take_in(next: &mut Memo, document: Document, content: &Content, at: Timestamp) -> Option<bool> {
    let mut remembered = match next.documents.remove(&document) {
        Some(remembered) => remembered,
        None => Box::new(DocumentMemo::new(content.known.clone(), at)),
    };
    remembered.confirm(&content.known, content.is_whole, at);
    // Also an unchanged answer is old if the page has said since that it is newer.
    let said = content.snapshot.as_ref().map(|snapshot| snapshot.page_updated_at);
    let newest = newest_page_time(next).max(remembered.page_updated_at);
    let said = said.unwrap_or_else(|| remembered.says_page_updated_at());
    let stale = behind(said, newest, remembered.stale.as_ref(), at);
    remembered.stale = stale.filter(|stale| !is_believed(stale, at));
    let Some(snapshot) = &content.snapshot else {
        if remembered.folded && remembered.stale.is_none() {
            remembered.fresh_at = Some(at);
        }
        next.documents.insert(document, remembered);
        return None;
    };
    let is_folded = remembered.stale.is_none() && !is_of_another_page(next, document, snapshot);
    let is_baseline = !remembered.folded;
    let said = believable(snapshot.page_updated_at, at);
    if is_folded {
        remembered.folded = true;
        remembered.fresh_at = Some(at);
        remembered.skip(snapshot);
        remembered.unidentified = unidentified(snapshot);
        remembered.is_dated = said.is_some();
        remembered.page_updated_at = said.or(remembered.page_updated_at);
        if document.role() == Role::Current {
            next.page_id = snapshot.page_id.clone().or(next.page_id.take());
        }
    }
    next.documents.insert(document, remembered);
    if is_folded {
        forget_later_times(next, said);
    }
    is_folded.then_some(is_baseline)
}

/// Whether a list is that of another page than the current document.
fn is_of_another_page(memo: &Memo, document: Document, snapshot: &Snapshot) -> bool {
    document.role() != Role::Current
        && matches!((&memo.page_id, &snapshot.page_id), (Some(own), Some(shown)) if own != shown)
}

fn unidentified(snapshot: &Snapshot) -> Option<String> {
    let first = snapshot.unidentified.first()?;
    let more = snapshot.unidentified.len() - 1;
    let more = if more == 0 { String::new() } else { format!("; and {more} more like this") };
    Some(format!("something is open that cannot be told: {first}{more}"))
}

/// Asks for a document whole if it may say something that was not folded: it is believed in what it
/// says of a report while something else is known, since another one was believed; or it has to
/// contain a report that goes on and was read when that did not matter.
fn ask_again(facts: &Facts<'_>, next: &mut Memo, statements: &Statements) {
    let mut again: Vec<(Document, String)> = Vec::new();
    for report in statements.reports() {
        let Some((kind, known)) = facts.book.report_by_id(report) else { continue };
        let said = statements.believed(report).filter(|(_, said)| said.contradicts(known));
        again.extend(said.map(|(document, _)| (*document, format!("{report} is said otherwise"))));
        if statements.is_listed_open(report) {
            let silent = statements::silent_lists(next, report, kind, known);
            again.extend(silent.map(|document| (document, format!("{report} is not said"))));
        }
    }
    for (document, doubt) in again {
        if let Some(remembered) = next.documents.get_mut(&document) {
            remembered.doubts.insert(doubt);
        }
    }
}

/// Whether the turn `slot` means nothing: it is older than one that was folded, or the page is not
/// watched.
pub fn is_void(page: &Page, memo: &Memo, slot: Slot) -> bool {
    !page.watched || slot <= memo.last_slot
}

/// The memo of a page of which no more is known than that it was polled.
fn polled(memo: &Memo, reading: &Reading<'_>) -> Memo {
    let (last_slot, last_poll_at) = (reading.slot, Some(reading.observed_at));
    Memo { last_slot, last_poll_at, ..memo.clone() }
}

/// Remembers that a poll was good at `at`, and whether that ended a gap.
fn seen_again(memo: &mut Memo, at: Timestamp) {
    let was_away = memo.last_good_at.is_none_or(|good| at.since(good) > GAP);
    let back_at = if was_away { Some(at) } else { memo.back_at };
    memo.back_at = back_at.filter(|back| at.since(*back) <= GAP);
    memo.last_good_at = Some(at);
}

/// The events of a page that somebody wants watched from now on, or that has another name.
pub fn add_page(book: &mut Book, name: &str, url: &str, now: Timestamp) -> Vec<Fact> {
    if book.page.watched && book.page.name == name {
        return Vec::new();
    }
    let mut facts = Facts::new(book, now);
    facts.tell_page(PageEvent::Added { name: name.to_owned(), url: url.to_owned() }, None);
    facts.told
}

/// The events of a page that nobody wants watched any more.
pub fn remove_page(book: &mut Book, now: Timestamp) -> Vec<Fact> {
    if !book.page.watched {
        return Vec::new();
    }
    let mut facts = Facts::new(book, now);
    facts.tell_page(PageEvent::Removed, None);
    facts.told
}

/// What a document is read against.
pub(crate) struct Context<'a> {
    /// Whether this is the document's baseline.
    pub(crate) backfilled: bool,
    /// When we were back, if we were away until lately: what was over by then was not seen to
    /// happen.
    pub(crate) back_at: Option<Timestamp>,
    /// What each document says of the reports that are open.
    statements: &'a Statements,
    /// Doubts of the poll before.
    pub(crate) agreed: &'a BTreeSet<String>,
    /// Hosts of known pages.
    pub(crate) hosts: &'a BTreeMap<String, Slug>,
}

/// Tells a change that may be a stale cache speaking only if the poll before agrees, and
/// otherwise notes the doubt.
pub(crate) fn confirmed(
    context: &Context<'_>,
    doubts: &mut BTreeSet<String>,
    doubt: String,
) -> bool {
    let counts = context.agreed.contains(&doubt);
    if !counts {
        doubts.insert(doubt);
    }
    counts
}
