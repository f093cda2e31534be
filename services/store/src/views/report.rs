//! An incident or maintenance with its timeline, as it is read.

use serde::{Deserialize, Serialize};
use signalbook_domain::event::Inferred;
use signalbook_domain::outage::Interval;
use signalbook_domain::time::credible;
use signalbook_domain::{Impact, PageId, Phase, Position, ReportKind, Slug, Timestamp};
use uuid::Uuid;

/// One incident or maintenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportView {
    /// Our id.
    pub id: Uuid,
    /// What it is.
    pub kind: ReportKind,
    /// Whose it is.
    pub provider: Slug,
    /// The page it stands on.
    pub page: PageId,
    /// The vendor's id.
    pub external_id: String,
    /// The title.
    pub title: String,
    /// How bad it is.
    pub impact: Impact,
    /// The vendor's word for that.
    pub impact_raw: String,
    /// Where it stands.
    pub phase: Phase,
    /// The vendor's word for that.
    pub phase_raw: String,
    /// Where a person can read it.
    pub url: Option<String>,
    /// The vendor's start.
    pub claimed_start: Option<Timestamp>,
    /// When the vendor filed it.
    pub created_at: Option<Timestamp>,
    /// The earliest of the times that its updates show.
    pub first_shown_at: Option<Timestamp>,
    /// Our first observation of it.
    pub detected_at: Timestamp,
    /// Its last resolution.
    pub resolved_at: Option<Timestamp>,
    /// How that is known, if the vendor did not announce it.
    pub inferred: Option<Inferred>,
    /// When we saw that the vendor had deleted it.
    pub withdrawn_at: Option<Timestamp>,
    /// When its page was removed while it was open: what became of it, nobody has read since.
    pub page_removed_at: Option<Timestamp>,
    /// When planned work should begin.
    pub planned_from: Option<Timestamp>,
    /// When planned work should end.
    pub planned_until: Option<Timestamp>,
    /// Whether it was learned from history.
    pub backfilled: bool,
    /// The affected components.
    pub affected: Vec<AffectedView>,
    /// The components that the vendor took off it: they were affected before.
    pub formerly_affected: Vec<AffectedView>,
    /// The timeline, oldest first.
    pub updates: Vec<UpdateView>,
    /// Other providers' reports that it is caused by.
    pub links: Vec<String>,
    /// The position of the last event that changed it.
    pub position: Position,
}

/// An affected component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffectedView {
    /// Our id.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The group's name.
    pub group: Option<String>,
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateView {
    /// The vendor's id, or ours; none where the status changed without an update.
    pub id: Option<String>,
    /// The phase that it announces.
    pub phase: Phase,
    /// The time that the vendor shows.
    pub published_at: Option<Timestamp>,
    /// When our poll saw it.
    pub observed_at: Timestamp,
    /// The text, as the vendor wrote it.
    pub body: String,
    /// Whether the vendor rewrote it.
    pub edited: bool,
    /// Whether the vendor took it away.
    pub removed: bool,
}

impl ReportView {
    /// When it began: the vendor's start, else when it was announced, else our first sight.
    /// What would begin after it ended was filed afterwards: it began when it was announced.
    pub fn started_at(&self) -> Timestamp {
        let announced_at = self.first_announced_at();
        let start = self.own_start().or(announced_at).unwrap_or(self.detected_at);
        match self.ended_at() {
            Some(end) if end < start => announced_at.map_or(end, |announced| announced.min(end)),
            Some(_) | None => start,
        }
    }

    /// When it was announced: the earlier of its first update and of its filing, and planned work
    /// no later than it began.
    pub fn announced_at(&self) -> Option<Timestamp> {
        let announced_at = self.first_announced_at()?;
        let latest = self.kind.is_maintenance().then(|| self.started_at());
        Some(latest.map_or(announced_at, |latest| announced_at.min(latest)))
    }

    /// From when to when it counts: until it was resolved, or withdrawn, or its page was removed.
    pub fn interval(&self) -> Interval {
        Interval { start: self.started_at(), end: self.ended_at() }
    }

    /// When planned work should begin, if that can be true.
    pub fn planned_start(&self) -> Option<Timestamp> {
        credible(self.planned_from.filter(|_| self.kind.is_maintenance()), self.detected_at)
    }

    fn own_start(&self) -> Option<Timestamp> {
        self.claimed_start.or_else(|| self.planned_start())
    }

    fn ended_at(&self) -> Option<Timestamp> {
        self.resolved_at.or(self.withdrawn_at).or(self.page_removed_at)
    }

    fn first_announced_at(&self) -> Option<Timestamp> {
        self.created_at.into_iter().chain(self.first_shown_at).min()
    }
}

#[cfg(test)]
mod tests;
