//! What a provider's status is at the moment of asking.
//!
//! Wanted: an incident that a readable page reports is told even while another page of the same
//! provider cannot be read; and where nothing is reported, a page that cannot be read makes the
//! provider unknown, never up.
//!
//! So only watched pages count. If one that can be read reports an open incident that counts as
//! an outage, the worst impact of those decides. Else, if one cannot be read, the provider is
//! unknown since the earliest of them. Else the reports decide (`domain::status::reported`).
//! Without a watched page nothing is known, and nobody can say since when.

use std::collections::BTreeMap;

use signalbook_domain::outage::counts;
use signalbook_domain::page::Health;
use signalbook_domain::status::{self, Status};
use signalbook_domain::{Impact, PageId, Timestamp};
use signalbook_store::PageRow;
use signalbook_store::views::{OpenReport, PageView, ProviderView};

#[cfg(test)]
mod tests;

/// A provider's status, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Standing {
    /// The status.
    pub(crate) status: Status,
    /// Since when; none if no page is watched.
    pub(crate) since: Option<Timestamp>,
    /// Whether an open incident decides, and not a page that cannot be read.
    pub(crate) in_trouble: bool,
    /// The watched pages.
    pub(crate) pages: BTreeMap<PageId, Reading>,
    /// What was not as expected in their documents, of those where something was.
    pub(crate) skipped: BTreeMap<PageId, Vec<String>>,
}

/// How reading a page goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Reading {
    /// The word for it.
    pub(crate) state: ReadingState,
    /// Since when.
    pub(crate) since: Timestamp,
}

/// Whether what we know of a page can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ReadingState {
    /// It was never read.
    Unread,
    /// It can be read.
    Readable,
    /// It cannot be read.
    Unreadable,
    /// It could be read, but the last good poll is too old.
    Stale,
}

impl ReadingState {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::Readable => "readable",
            Self::Unreadable => "unreadable",
            Self::Stale => "stale",
        }
    }
}

impl Standing {
    /// The standing of `provider`, whose pages are polled as `rows` say.
    pub(crate) fn of(provider: &ProviderView, rows: &[PageRow], now: Timestamp) -> Self {
        let pages: BTreeMap<PageId, Reading> = provider
            .pages
            .iter()
            .filter(|(_, page)| page.watched)
            .map(|(id, page)| (*id, Reading::of(page, rows.iter().find(|row| row.id == *id), now)))
            .collect();
        let unknown = pages.values().filter(|page| page.is_unknown()).map(|page| page.since).min();
        let told = |report: &OpenReport| {
            pages.get(&report.page).is_some_and(|page| !page.is_unknown())
                && !report.is_maintenance
                && counts(report.impact)
        };
        let trouble: Vec<&OpenReport> =
            provider.open.values().filter(|report| told(report)).collect();
        let (status, since) = if pages.is_empty() {
            (Status::Unknown, None)
        } else if trouble.is_empty()
            && let Some(since) = unknown
        {
            (Status::Unknown, Some(since))
        } else {
            let (status, since) = reported(provider, &pages, &trouble);
            (status, Some(since))
        };
        let skipped = skipped(rows.iter().filter(|row| pages.contains_key(&row.id)));
        Self { status, since, in_trouble: !trouble.is_empty(), pages, skipped }
    }

    /// What was not as expected in the documents of `page`, in words for a person.
    pub(crate) fn skipped(&self, page: PageId) -> &[String] {
        self.skipped.get(&page).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether `page` is watched.
    pub(crate) fn watches(&self, page: PageId) -> bool {
        self.pages.contains_key(&page)
    }

    /// Whether a watched page cannot be read.
    pub(crate) fn has_unknown_page(&self) -> bool {
        self.pages.values().any(Reading::is_unknown)
    }

    /// The place in a list that begins with the worst: trouble, unknown, maintenance, up.
    pub(crate) fn rank(&self) -> u8 {
        match (self.in_trouble, self.status) {
            (_, Status::Critical) => 0,
            (_, Status::Major) => 1,
            (_, Status::Minor) => 2,
            (true, Status::Unknown | Status::Maintenance | Status::Up) => 3,
            (false, Status::Unknown) => 4,
            (false, Status::Maintenance) => 5,
            (false, Status::Up) => 6,
        }
    }
}

impl Reading {
    fn of(page: &PageView, row: Option<&PageRow>, now: Timestamp) -> Self {
        let health = page.health();
        let last_good_at = row.and_then(|row| row.memo.last_good_at);
        let interval = row.map(|row| row.interval).unwrap_or_default();
        let unknown = status::unknown_since(health, last_good_at, interval, page.added_at, now);
        match (health, unknown) {
            (Health::Unreadable { since, .. }, _) => {
                Self { state: ReadingState::Unreadable, since }
            }
            (Health::Readable { since } | Health::PartlyReadable { since, .. }, None) => {
                Self { state: ReadingState::Readable, since }
            }
            (Health::Readable { .. } | Health::PartlyReadable { .. }, Some(since)) => {
                let state =
                    if last_good_at.is_some() { ReadingState::Stale } else { ReadingState::Unread };
                Self { state, since }
            }
            (Health::Unread, since) => {
                Self { state: ReadingState::Unread, since: since.unwrap_or(page.added_at) }
            }
        }
    }

    /// Whether nothing can be said by this page.
    pub(crate) fn is_unknown(&self) -> bool {
        match self.state {
            ReadingState::Readable => false,
            ReadingState::Unread | ReadingState::Unreadable | ReadingState::Stale => true,
        }
    }
}

fn skipped<'a>(rows: impl Iterator<Item = &'a PageRow>) -> BTreeMap<PageId, Vec<String>> {
    let notes = |row: &PageRow| row.memo.skipped().map(str::to_owned).collect::<Vec<_>>();
    rows.map(|row| (row.id, notes(row))).filter(|(_, notes)| !notes.is_empty()).collect()
}

/// The status by the reports: those in `trouble` if there are any, else all on watched pages.
///
/// The view knows since when the status is what all reports say. Where unread pages are left out
/// and the word is another, the earliest start of what decides is the best answer.
fn reported(
    provider: &ProviderView,
    pages: &BTreeMap<PageId, Reading>,
    trouble: &[&OpenReport],
) -> (Status, Timestamp) {
    let watched = || provider.open.values().filter(|report| pages.contains_key(&report.page));
    let status = if trouble.is_empty() {
        let impacts = watched().filter(|report| !report.is_maintenance).map(|r| r.impact);
        let under_way = watched().any(|r| r.is_maintenance && r.phase.is_under_way());
        status::reported(impacts, under_way)
    } else {
        status::reported(trouble.iter().map(|report| report.impact), false)
    };
    if status == provider.reported {
        return (status, provider.reported_since);
    }
    let worst: Option<Impact> = trouble.iter().map(|report| report.impact).max();
    let began = trouble
        .iter()
        .filter(|report| Some(report.impact) == worst)
        .map(|report| report.started_at)
        .min();
    (status, began.unwrap_or(provider.reported_since))
}
