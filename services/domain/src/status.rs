//! What a provider's status is, in one word, at the moment of asking.
//!
//! Wanted: an incident that a page reports is shown even while another page of the same provider
//! cannot be read; what cannot be read is never up; and trouble that shows without an incident is
//! not green either.
//!
//! So everything that is known says what it alone would make of the provider, and the worst of
//! that is the status, since the earliest that says so: an open incident by its impact, since it
//! began; a page that may hide what goes on, `unknown`, since then; signs of trouble
//! (`sign.rs`) `degraded`, since no open incident counts and at least one sign does, once all of
//! this has lasted for longer than the page's interval and a good poll has agreed; planned work
//! under way, `maintenance`. Else it is up.
//!
//! Whether a page can be trusted depends on the time, so no status is stored. All that it depends
//! on is an argument, and a look back has the same rules.

mod reading;
mod sign;
#[cfg(test)]
mod tests;

pub use reading::{Readability, Reading, trusted_for};
pub use sign::{
    Sign, SignKind, Span, component_counts, component_impact, indicator_counts, signs_ended_at,
};

use std::collections::BTreeMap;
use std::time::Duration;

use crate::id::{PageId, ReportKind};
use crate::outage::counts;
use crate::page::Health;
use crate::time::Timestamp;
use crate::words::{Impact, Phase, words};

/// Signs that have not changed for so long are standing ones: that is how this page is.
pub const STANDING_AFTER: Duration = Duration::from_hours(7 * 24);

words! {
    /// How a provider does. Ordered from the best to the worst.
    #[derive(PartialOrd, Ord)]
    Status {
        /// No incident is open, no planned work under way, and nothing shows trouble.
        Up = "up",
        /// Planned work is under way.
        Maintenance = "maintenance",
        /// No incident is open, but the vendor's indicator or a component shows trouble.
        Degraded = "degraded",
        /// Not known: a page cannot be read, or the worst impact is a word that we do not know.
        Unknown = "unknown",
        /// The worst open incident is minor.
        Minor = "minor",
        /// The worst open incident is major.
        Major = "major",
        /// The worst open incident is critical.
        Critical = "critical",
    }
}

/// All that a provider's status depends on, but the moment of asking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// Its watched pages.
    pub pages: BTreeMap<PageId, WatchedPage>,
    /// The incidents and planned works on them that are not over.
    pub open: Vec<Open>,
    /// Since when none of those counts as an outage; none while one does.
    pub clear_since: Option<Timestamp>,
    /// When a page of it was first read.
    pub first_read_at: Option<Timestamp>,
    /// When the last of its incidents and planned works ended that had made it anything but up.
    pub last_ended_at: Option<Timestamp>,
}

/// A watched page, as far as a status depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchedPage {
    /// Whether it can be read, as the log says.
    pub health: Health,
    /// Since when it is watched.
    pub added_at: Timestamp,
    /// How often it is polled when nothing is wrong.
    pub interval: Duration,
    /// When a poll of it was last good.
    pub last_good_at: Option<Timestamp>,
    /// Since when it shows at least one sign that counts, without a break; none if it shows none.
    pub signs_since: Option<Timestamp>,
    /// When the signs that it shows last changed.
    pub signs_changed_at: Option<Timestamp>,
    /// When signs of it last ended that had made its provider degraded ([`signs_ended_at`]).
    pub signs_ended_at: Option<Timestamp>,
}

/// An incident or planned work that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// The page it stands on.
    pub page: PageId,
    /// What it is.
    pub kind: ReportKind,
    /// How bad it is.
    pub impact: Impact,
    /// Where it stands.
    pub phase: Phase,
    /// When it began.
    pub started_at: Timestamp,
}

impl Open {
    /// Whether it counts as an outage.
    pub fn counts(&self) -> bool {
        !self.kind.is_maintenance() && counts(self.impact)
    }

    /// What it alone makes of its provider. A notice is no trouble, nor is work to come.
    pub fn alone(&self) -> Status {
        match self.impact {
            _ if self.kind.is_maintenance() && self.phase.is_under_way() => Status::Maintenance,
            _ if self.kind.is_maintenance() => Status::Up,
            Impact::None => Status::Up,
            Impact::Maintenance => Status::Maintenance,
            Impact::Unknown => Status::Unknown,
            Impact::Minor => Status::Minor,
            Impact::Major => Status::Major,
            Impact::Critical => Status::Critical,
        }
    }
}

/// A provider's status at a moment, and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// The status.
    pub status: Status,
    /// Since when; none if no page is watched.
    pub since: Option<Timestamp>,
    /// Whether an incident that counts is known to be open, whatever else is unknown.
    pub in_trouble: bool,
    /// Whether it is degraded, and its signs have not changed for [`STANDING_AFTER`].
    pub is_standing: bool,
    /// How reading its watched pages goes.
    pub pages: BTreeMap<PageId, Reading>,
}

impl Verdict {
    /// The verdict on `situation` as it is `now`.
    pub fn of(situation: &Situation, now: Timestamp) -> Self {
        let readings = situation.pages.iter().map(|(id, page)| (*id, Reading::of(page, now)));
        let pages: BTreeMap<PageId, Reading> = readings.collect();
        let is_known = |open: &&Open| pages.get(&open.page).is_some_and(Reading::tells_incidents);
        let reports =
            situation.open.iter().filter(is_known).map(|open| (open.alone(), open.started_at));
        let unknown =
            pages.values().filter_map(|page| Some((Status::Unknown, page.unknown_since?)));
        let signs = situation.pages.iter().filter(|(id, _)| !pages[id].is_unknown());
        let degraded: Vec<Timestamp> =
            signs.filter_map(|(_, page)| situation.degraded_since(page, now)).collect();
        let by_signs = degraded.iter().map(|since| (Status::Degraded, *since));
        let worst = reports
            .chain(unknown)
            .chain(by_signs)
            .filter(|(status, _)| *status > Status::Up)
            .max_by_key(|(status, since)| (*status, std::cmp::Reverse(*since)));
        let (status, since) = match worst {
            _ if pages.is_empty() => (Status::Unknown, None),
            Some((status, since)) => (status, Some(since)),
            None => (Status::Up, situation.up_since()),
        };
        Self {
            status,
            since,
            in_trouble: situation.open.iter().filter(is_known).any(Open::counts),
            is_standing: status == Status::Degraded && situation.is_standing(since, now),
            pages,
        }
    }

    /// Whether `page` is watched.
    pub fn watches(&self, page: PageId) -> bool {
        self.pages.contains_key(&page)
    }

    /// Whether a watched page may hide what goes on.
    pub fn has_unknown_page(&self) -> bool {
        self.pages.values().any(Reading::is_unknown)
    }

    /// The place in a list that begins with the worst. What always is so stands below planned
    /// work, for a big network is never all well.
    pub fn rank(&self) -> u8 {
        match self.status {
            Status::Critical => 0,
            Status::Major => 1,
            Status::Minor => 2,
            Status::Unknown if self.in_trouble => 3,
            Status::Unknown => 4,
            Status::Degraded if !self.is_standing => 5,
            Status::Maintenance => 6,
            Status::Degraded => 7,
            Status::Up => 8,
        }
    }
}

impl Situation {
    /// Since when the signs of a page that can be read make the provider degraded, if they do:
    /// they have shown alone for longer than an interval, and a poll has agreed since.
    fn degraded_since(&self, page: &WatchedPage, now: Timestamp) -> Option<Timestamp> {
        let since = page.signs_since?.max(self.clear_since?);
        let has_lasted = now.since(since) > page.interval;
        let was_confirmed = page.last_good_at.is_some_and(|good| good > since);
        (has_lasted && was_confirmed).then_some(since)
    }

    fn is_standing(&self, since: Option<Timestamp>, now: Timestamp) -> bool {
        let changed = self.pages.values().filter_map(|page| page.signs_changed_at);
        let same_since = changed.chain(since).max();
        same_since.is_some_and(|at| now.since(at) >= STANDING_AFTER)
    }

    /// Since when nothing says otherwise: since the last report or sign ended, else since it was
    /// first read.
    fn up_since(&self) -> Option<Timestamp> {
        let signs_ended_at = self.pages.values().filter_map(|page| page.signs_ended_at).max();
        let since = self.first_read_at.max(self.last_ended_at).max(signs_ended_at);
        since.or_else(|| self.pages.values().map(|page| page.added_at).min())
    }
}
