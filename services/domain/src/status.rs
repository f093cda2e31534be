//! The status of a provider at a given moment, in one word.
//!
//! Wanted: an open incident on one page is shown even while another page of the provider cannot be
//! read; what cannot be read is never up; and trouble without an incident is not green either.
//!
//! Therefore every known fact yields a status with a start, and the worst status counts from its
//! earliest start. An open incident yields its impact from its own start. A page that may hide open
//! reports yields `unknown` from when it does. Signs of trouble (`sign.rs`) yield `degraded` from
//! when no open incident counts and at least one sign does, once this has lasted longer than the
//! page's interval and a good poll has agreed. Planned work under way yields `maintenance`.
//! Otherwise the provider is up.
//!
//! Whether a page can be trusted depends on the time, so no status is stored. All inputs are
//! arguments, and a view of the past follows the same rules.

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

/// Signs that have not changed for this long are standing: they are normal for the page.
pub const STANDING_AFTER: Duration = Duration::from_hours(7 * 24);

words! {
    /// The status of a provider, ordered from best to worst.
    #[derive(PartialOrd, Ord)]
    Status {
        /// No incident is open, no planned work is under way, and no sign shows trouble.
        Up = "up",
        /// Planned work is under way.
        Maintenance = "maintenance",
        /// No incident is open, but the vendor's indicator or a component shows trouble.
        Degraded = "degraded",
        /// Not known: a page cannot be read, or the worst impact is an unknown word.
        Unknown = "unknown",
        /// The worst open incident is minor.
        Minor = "minor",
        /// The worst open incident is major.
        Major = "major",
        /// The worst open incident is critical.
        Critical = "critical",
    }
}

/// All inputs of a provider's status except the current time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// The watched pages.
    pub pages: BTreeMap<PageId, WatchedPage>,
    /// The incidents and maintenances on them that are not over.
    pub open: Vec<Open>,
    /// Since when none of `open` counts as an outage; `None` while one does.
    pub clear_since: Option<Timestamp>,
    /// When one of its pages was first read.
    pub first_read_at: Option<Timestamp>,
    /// When the last incident or maintenance ended that had made the provider anything but up.
    pub last_ended_at: Option<Timestamp>,
}

/// The inputs of a status from one watched page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchedPage {
    /// Whether it can be read, according to the log.
    pub health: Health,
    /// Since when it is watched.
    pub added_at: Timestamp,
    /// The poll interval when nothing is wrong.
    pub interval: Duration,
    /// When a poll of it was last good.
    pub last_good_at: Option<Timestamp>,
    /// Since when it has shown at least one counting sign without a break; `None` if it shows none.
    pub signs_since: Option<Timestamp>,
    /// When its current signs last changed.
    pub signs_changed_at: Option<Timestamp>,
    /// When signs of it that had made its provider degraded last ended ([`signs_ended_at`]).
    pub signs_ended_at: Option<Timestamp>,
}

/// An incident or maintenance that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// The page that shows it.
    pub page: PageId,
    /// Incident or maintenance.
    pub kind: ReportKind,
    /// The impact.
    pub impact: Impact,
    /// The current phase.
    pub phase: Phase,
    /// When it began.
    pub started_at: Timestamp,
}

impl Open {
    /// Whether it counts as an outage.
    pub fn counts(&self) -> bool {
        !self.kind.is_maintenance() && counts(self.impact)
    }

    /// Returns the status that it alone yields. Notices and future work yield `Up`.
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

/// A provider's status at a moment, and its basis.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// The status.
    pub status: Status,
    /// Since when it applies; `None` if no page is watched.
    pub since: Option<Timestamp>,
    /// Whether a counting incident is known to be open, whatever else is unknown.
    pub in_trouble: bool,
    /// Whether it is degraded with signs unchanged for [`STANDING_AFTER`].
    pub is_standing: bool,
    /// The reading of each watched page.
    pub pages: BTreeMap<PageId, Reading>,
}

impl Verdict {
    /// Judges `situation` at the time `now`.
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

    /// Whether a watched page may hide open reports.
    pub fn has_unknown_page(&self) -> bool {
        self.pages.values().any(Reading::is_unknown)
    }

    /// Returns the position in a list sorted worst first. A standing degradation ranks below
    /// planned work, since a big network is never entirely well.
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
    /// Returns since when the signs of a readable page make the provider degraded, if they do: no
    /// incident counts, they have lasted longer than an interval, and a later poll agrees.
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

    /// Returns since when the provider is up: the latest of its first reading and the last end of a
    /// report or sign, else when its first page was added.
    fn up_since(&self) -> Option<Timestamp> {
        let signs_ended_at = self.pages.values().filter_map(|page| page.signs_ended_at).max();
        let since = self.first_read_at.max(self.last_ended_at).max(signs_ended_at);
        since.or_else(|| self.pages.values().map(|page| page.added_at).min())
    }
}
