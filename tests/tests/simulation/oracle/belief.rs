//! Which document is believed in what it says of a report, where two of a page say different
//! things.
//!
//! The one whose report has the newer time of change; where these are equal or absent, the one that
//! says that it goes on, and then the one that says worse; else one that could be read whole, and
//! the current one before a list. A document that fails, or whose last answer was older than the
//! page, says what it said before.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use signalbook_domain::Document;

use super::shown::{Claim, Family, Micros, ReportKey, Shown, ShownReport, ShownUpdate, is_over};
use super::sign::badness;
use super::told::{Told, ToldReport};

/// The documents of a page, as they were last read.
#[derive(Clone, Default)]
pub(crate) struct Copies {
    of: BTreeMap<Document, Copy>,
    /// What each document was when it last came, whether or not it was folded.
    last: BTreeMap<Document, u64>,
}

/// A vendor's time further ahead of our clock than this makes nothing newer.
const SKEW: Micros = 5 * 60 * 1_000_000;

/// One document, as it was last read and was not older than the page.
#[derive(Clone)]
pub(crate) struct Copy {
    pub(crate) shown: Rc<Shown>,
    /// When it was last read or confirmed.
    pub(crate) read_at: Micros,
    /// When it last came, whether or not it was older than the page.
    pub(crate) came_at: Micros,
    /// When it was last read whole, and in which turn.
    put_at: Micros,
    pub(crate) turn: i64,
    /// Whether the last answer was older than the page.
    pub(crate) is_stale: bool,
    /// Whether it failed when it was last asked for.
    pub(crate) is_failing: bool,
    /// What it would have to list as open and did not.
    absent: BTreeSet<ReportKey>,
    /// What another document was believed in when it was read.
    pub(crate) outranked: BTreeSet<ReportKey>,
    /// What another document that was read with it showed in another status, and neither is believed.
    pub(crate) mixed: BTreeSet<ReportKey>,
    /// What it would have to list and did not, though nothing else lists it as open.
    pub(crate) missed: BTreeSet<ReportKey>,
}

/// What a document says of a report.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    pub(crate) document: Document,
    over: bool,
    /// When the vendor last changed the report, and whether that lay ahead.
    updated: Option<(bool, Micros)>,
    /// The report as it is shown; none if it is not.
    shown: Option<&'a ShownReport>,
}

impl Copy {
    /// A poll at `at` was told that it is the same; the page is of the time `newest`.
    pub(crate) fn confirm(&mut self, at: Micros, newest: Option<Micros>) {
        self.is_failing = false;
        self.came_at = at;
        self.is_stale = newest.is_some_and(|newest| self.shown.page_time < newest);
        if !self.is_stale {
            self.read_at = at;
        }
    }

    /// Whether it is neither failing nor older than the page.
    pub(crate) fn is_reliable(&self) -> bool {
        !self.is_stale && !self.is_failing
    }
}

impl Copies {
    pub(crate) fn get(&self, document: Document) -> Option<&Copy> {
        self.of.get(&document)
    }

    /// The reports of which it matters who says what: those that are open by what was `told` or by
    /// what a document says, and those that two documents show.
    pub(crate) fn matter(&self, told: &Told) -> BTreeSet<ReportKey> {
        let told = told.reports.iter().filter(|(_, told)| !told.is_over() && !told.withdrawn);
        let shown = self.of.values().flat_map(|copy| &copy.shown.reports);
        let is_twice = |key: &ReportKey| {
            let shows = |copy: &&Copy| copy.shown.reports.contains_key(key);
            self.of.values().filter(shows).count() > 1
        };
        let shown = shown.filter(|(key, report)| !is_over(&report.status) || is_twice(key));
        told.map(|(key, _)| key).chain(shown.map(|(key, _)| key)).cloned().collect()
    }

    /// Whether an answer that a document is unchanged is about what came last: polls may overlap.
    pub(crate) fn is_unchanged(&self, shown: &Shown) -> bool {
        self.last.get(&shown.document) == Some(&shown.print)
    }

    /// A document came.
    pub(crate) fn came(&mut self, shown: &Shown) {
        self.last.insert(shown.document, shown.print);
    }

    /// One came at `at` that was older than the page, or of another page.
    pub(crate) fn old(&mut self, document: Document, at: Micros) {
        self.change(document, |copy| {
            (copy.is_stale, copy.is_failing, copy.came_at) = (true, false, at);
        });
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Copy> {
        self.of.values()
    }

    /// Takes in what came at `read_at`, in its turn.
    pub(crate) fn put(&mut self, shown: Rc<Shown>, read_at: Micros, turn: i64) {
        let (document, outranked) = (shown.document, BTreeSet::new());
        let copy = Copy {
            shown,
            read_at,
            came_at: read_at,
            put_at: read_at,
            turn,
            is_stale: false,
            is_failing: false,
            absent: BTreeSet::new(),
            outranked,
            mixed: BTreeSet::new(),
            missed: BTreeSet::new(),
        };
        self.of.insert(document, copy);
    }

    pub(crate) fn change(&mut self, document: Document, change: impl FnOnce(&mut Copy)) {
        self.of.get_mut(&document).map(change);
    }

    /// What the documents say of a report, and said that fail or were old when they were last asked
    /// for.
    pub(crate) fn statements<'a>(&'a self, key: &'a ReportKey) -> Vec<Statement<'a>> {
        self.of.values().filter_map(|copy| copy.says(key)).collect()
    }

    /// Whether a document can be relied on now.
    pub(crate) fn is_reliable(&self, document: Document) -> bool {
        self.of.get(&document).is_some_and(Copy::is_reliable)
    }

    /// Whether the document of all that goes on listed a report as open when it was last read.
    pub(crate) fn list_as_open(&self, key: &ReportKey) -> bool {
        let current = self.of.get(&Document::Summary);
        let shown = current.and_then(|copy| copy.shown.reports.get(key));
        shown.is_some_and(|shown| !is_over(&shown.status))
    }

    /// What a document would have to list, by what was told, and does not. It says something only
    /// if it is newer than the last that showed the report.
    pub(crate) fn missed(&self, shown: &Shown, told: &Told) -> BTreeSet<ReportKey> {
        let is_missed = |(key, told): &(&ReportKey, &ToldReport)| {
            shown.document != Document::Summary
                && !told.withdrawn
                && shown.page_time > told.seen
                && !shown.reports.contains_key(key)
                && shown.must_list(key, told)
                && !self.list_as_open(key)
        };
        told.reports.iter().filter(is_missed).map(|(key, _)| key.clone()).collect()
    }

    /// Notes what a document that was just folded does not show of what matters, by what was `told`
    /// behind it: of the reports that `matter`.
    pub(crate) fn note_absences(
        &mut self,
        document: Document,
        matter: &BTreeSet<ReportKey>,
        told: &Told,
    ) {
        let Some(copy) = self.of.get(&document) else { return };
        let is_absent = |key: &&ReportKey| {
            let told = told.reports.get(*key);
            !copy.shown.reports.contains_key(*key)
                && told.is_some_and(|told| copy.shown.must_list(key, told))
        };
        let absent = matter.iter().filter(is_absent).cloned().collect();
        self.change(document, |copy| copy.absent = absent);
    }

    /// Notes of what reports another document than `document` is believed.
    pub(crate) fn rank(&mut self, document: Document) {
        let Some(copy) = self.of.get(&document) else { return };
        let is_outranked = |key: &&ReportKey| {
            let said = self.statements(key);
            let own = said.iter().find(|said| said.document == document);
            own.is_some_and(|own| {
                said.iter().any(|other| other.contradicts(own) && other.outranks(own))
            })
        };
        let outranked = copy.shown.reports.keys().filter(is_outranked).cloned().collect();
        self.change(document, |copy| copy.outranked = outranked);
    }
}

impl Copy {
    /// What it says of a report: that it stands so, or, where it would have to list it and does not,
    /// that it is over.
    fn says<'a>(&'a self, key: &ReportKey) -> Option<Statement<'a>> {
        let document = self.shown.document;
        let Some(report) = self.shown.reports.get(key) else {
            let absent = Statement { document, over: true, updated: None, shown: None };
            return self.absent.contains(key).then_some(absent);
        };
        let updated = report.updated.map(|updated| (updated > self.put_at + SKEW, updated));
        Some(Statement { document, over: is_over(&report.status), updated, shown: Some(report) })
    }
}

impl Shown {
    /// Whether nothing follows from what it lacks.
    pub(crate) fn claims_nothing(&self, family: Family) -> bool {
        self.claims.get(&family).is_none_or(|claim| *claim == Claim::Nothing)
    }

    /// Whether it would have to list a report of which so much was told.
    pub(crate) fn must_list(&self, key: &ReportKey, told: &ToldReport) -> bool {
        if self.document == Document::Summary {
            return self.whole.contains(&key.0) && !told.is_over();
        }
        let claim = self.claims.get(&key.0);
        claim.is_some_and(|claim| claim.covers(told.created)) && !told.replaced
    }
}

impl Statement<'_> {
    /// Whether the two cannot both be right.
    pub(crate) fn contradicts(&self, other: &Self) -> bool {
        let shown = self.shown.zip(other.shown);
        self.over != other.over || shown.is_some_and(|(one, other)| differ(one, other))
    }

    fn outranks(&self, other: &Self) -> bool {
        match (self.updated, other.updated) {
            (Some(one), Some(other)) if one.0 == other.0 && one != other => one > other,
            _ => self.place() > other.place(),
        }
    }

    fn place(&self) -> (bool, usize, bool, bool) {
        let severity = self.shown.map_or(0, ShownReport::severity);
        let is_whole = self.shown.is_some_and(ShownReport::is_whole);
        (!self.over, severity, is_whole, self.document == Document::Summary)
    }
}

/// Whether what can be read of both is not the same.
fn differ(one: &ShownReport, other: &ShownReport) -> bool {
    let words = |shown: &ShownReport| {
        let words = [shown.title.clone(), Some(shown.impact.clone()), Some(shown.status.clone())];
        words.map(|word| word.filter(|word| !word.is_empty()))
    };
    let times =
        |shown: &ShownReport| [shown.planned.0, shown.planned.1, shown.started, shown.resolved];
    let is_edited = |(id, update): (&String, &ShownUpdate)| {
        other.updates.get(id).is_some_and(|others| others != update)
    };
    let are_whole = one.is_whole() && other.is_whole();
    (are_whole && (apart(words(one), words(other)) || apart(times(one), times(other))))
        || (one.affected_complete && other.affected_complete && one.affected != other.affected)
        || one.updates.iter().any(is_edited)
}

/// Whether two documents give some field otherwise that both give.
fn apart<T: PartialEq, const N: usize>(one: [Option<T>; N], other: [Option<T>; N]) -> bool {
    one.into_iter().zip(other).any(|pair| matches!(pair, (Some(one), Some(other)) if one != other))
}

impl ShownReport {
    /// Whether its title and all of its updates can be read.
    fn is_whole(&self) -> bool {
        self.title.is_some() && self.updates_complete
    }

    /// Work that is under way is worse than work that is planned, and a worse impact than a better
    /// one.
    fn severity(&self) -> usize {
        let under_way = ["in_progress", "verifying"].contains(&self.status.as_str());
        (if under_way { 16 } else { 0 }) + badness(&self.impact)
    }
}
