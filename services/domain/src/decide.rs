//! What an observation means: the events that now happened.
//!
//! Wanted: every change that a vendor makes is told once, and nothing else ever is. Vendors make
//! that hard in five ways, and each has its rule here.
//!
//! - Their caches serve answers up to an hour old during their own outages. An answer that says
//!   itself that it is older than what was folded changes nothing (`ages.rs`).
//! - Some answers do not say how old they are. A removal, or a return to an earlier value without
//!   a newer vendor time, is therefore a *doubt*: it counts when a second poll agrees. Between the
//!   two polls the doubt waits in the page's memo, and the next poll asks for the whole document
//!   again, so that "agreeing" is simply deciding the same twice.
//! - Documents are windows. Absence means deletion only where the document had to contain the
//!   report, and then it is a doubt like any removal; it never means resolution.
//! - Two documents of one age may disagree. Then a field's earlier value counts only in the one
//!   that changed it last (`voices.rs`).
//! - The first reading of each kind of document is history, not news: it is the baseline.
//!
//! Accepted: two polls that both hit one stale cache without any vendor time in it agree with
//! each other; the error corrects itself as `Reappeared` or as the value's next change.

mod ages;
pub mod components;
pub mod health;
pub mod links;
mod quiet;
pub mod reports;
mod voices;

pub use ages::{CLOCK_SKEW, STALE_AT_MOST, STALE_POLLS_MIN};
pub use quiet::quiet;
pub use voices::Voices;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use self::ages::{
    behind, believable, forget_later_times, is_believed, is_newer, is_older, newest_page_time,
    older_documents,
};
use crate::book::Book;
use crate::event::{Event, Fact, PageEvent, Times};
use crate::id::{Revision, Slug, StreamId};
use crate::memo::{DocumentMemo, Memo};
use crate::observation::{Failed, Known, Slot};
use crate::page::Page;
use crate::snapshot::Snapshot;
use crate::time::Timestamp;
use crate::words::{Document, Platform};

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
    /// What it brought.
    pub result: Result<Good<'a>, Failed>,
    /// Which provider's page has which host, to recognise links between providers.
    pub hosts: &'a BTreeMap<String, Slug>,
}

/// A poll that could be read.
#[derive(Clone, Debug)]
pub struct Good<'a> {
    /// The platform whose documents they are.
    pub platform: Platform,
    /// The address that answered, if it is not the page's own.
    pub moved_to: Option<&'a str>,
    /// Each document: what the next poll needs to know, and what it said, unless it is the one
    /// that was known before.
    pub documents: Vec<(Document, Known, Option<Snapshot>)>,
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
        Ok(good) => {
            health::good(&mut facts, &mut next, good.platform, good.moved_to);
            seen_again(&mut next, reading.observed_at);
            for (document, known, snapshot) in &good.documents {
                read_document(&mut facts, &mut next, reading, *document, known, snapshot.as_ref());
            }
        }
    }
    let told = facts.told;
    next.in_trouble = if told.is_empty() { memo.in_trouble } else { book.in_trouble() };
    Some(Decision { facts: told, memo: next })
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

fn read_document(
    facts: &mut Facts<'_>,
    next: &mut Memo,
    reading: &Reading<'_>,
    document: Document,
    known: &Known,
    snapshot: Option<&Snapshot>,
) {
    let at = reading.observed_at;
    let mut memo = match next.documents.get(&document) {
        Some(remembered) => remembered.clone(),
        None => Box::new(DocumentMemo::new(known.clone(), at)),
    };
    memo.confirm(known, at);
    let is_baseline = !memo.folded;
    if let Some(snapshot) = snapshot {
        let folded = newest_page_time(next);
        let stale = behind(snapshot.page_updated_at, folded, memo.stale.as_ref(), at);
        memo.stale = stale.filter(|stale| !is_believed(stale, at));
        if memo.stale.is_none() {
            let newer_than = older_documents(next, reading, snapshot.page_updated_at);
            memo.folded = true;
            memo.skip(snapshot);
            let said = believable(snapshot.page_updated_at, at);
            memo.page_updated_at = said.or(memo.page_updated_at);
            forget_later_times(next, said);
            let context = Context {
                backfilled: is_baseline,
                back_at: next.back_at,
                agreed: &memo.doubts,
                newer_than,
                hosts: reading.hosts,
            };
            let mut doubts = BTreeSet::new();
            components::read(facts, &context, snapshot, &mut doubts);
            reports::read(facts, &context, snapshot, &mut doubts, &mut next.voices);
            memo.doubts = doubts;
        }
    }
    next.documents.insert(document, memo);
}

/// What a document is read against.
pub(crate) struct Context<'a> {
    /// Whether this is the document's baseline.
    pub(crate) backfilled: bool,
    /// When we were back, if we were away until lately: what was over by then was not seen to
    /// happen.
    pub(crate) back_at: Option<Timestamp>,
    /// Documents of the page that were last read as they were before this one.
    pub(crate) newer_than: BTreeSet<Document>,
    /// Doubts of the poll before.
    pub(crate) agreed: &'a BTreeSet<String>,
    /// Hosts of known pages.
    pub(crate) hosts: &'a BTreeMap<String, Slug>,
}

/// Events being told, each folded into the book at once.
pub(crate) struct Facts<'a> {
    pub(crate) book: &'a mut Book,
    told: Vec<Fact>,
    /// Streams whose first event is among them.
    begun: BTreeSet<StreamId>,
    pub(crate) observed_at: Timestamp,
}

impl<'a> Facts<'a> {
    fn new(book: &'a mut Book, observed_at: Timestamp) -> Self {
        Self { book, told: Vec::new(), begun: BTreeSet::new(), observed_at }
    }

    pub(crate) fn tell(&mut self, fact: Fact) {
        if !self.is_known(&fact.stream) {
            self.begun.insert(fact.stream.clone());
        }
        self.book.evolve(&fact);
        self.told.push(fact);
    }

    /// Whether the log told of `stream` before this reading.
    pub(crate) fn was_known(&self, stream: &StreamId) -> bool {
        self.is_known(stream) && !self.begun.contains(stream)
    }

    fn is_known(&self, stream: &StreamId) -> bool {
        self.book.revision(stream) > Revision(0)
    }

    fn tell_page(&mut self, event: PageEvent, occurred_at: Option<Timestamp>) {
        let times = Times { occurred_at, published_at: None, observed_at: self.observed_at };
        let stream = self.book.page_stream();
        self.tell(Fact { stream, event: Event::Page(event), times, backfilled: false });
    }
}

/// Tells a change that may be a stale cache speaking only if the poll before agrees, and
/// otherwise notes the doubt.
pub(crate) fn confirmed(
    context: &Context<'_>,
    doubts: &mut BTreeSet<String>,
    doubt: String,
) -> bool {
    settled(context, doubts, doubt, true)
}

/// The same for a change of which another document of the page says otherwise unless `has_say`:
/// then it stays a doubt, so that the document is asked for again until they agree.
pub(crate) fn settled(
    context: &Context<'_>,
    doubts: &mut BTreeSet<String>,
    doubt: String,
    has_say: bool,
) -> bool {
    let counts = has_say && context.agreed.contains(&doubt);
    if !counts {
        doubts.insert(doubt);
    }
    counts
}
