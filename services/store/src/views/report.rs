//! An incident or maintenance with its timeline.

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
    /// Whether it is an incident or a maintenance.
    pub kind: ReportKind,
    /// The provider.
    pub provider: Slug,
    /// The page that lists it.
    pub page: PageId,
    /// The vendor's id.
    pub external_id: String,
    /// The title.
    pub title: String,
    /// The impact.
    pub impact: Impact,
    /// The vendor's word for the impact.
    pub impact_raw: String,
    /// The current phase.
    pub phase: Phase,
    /// The vendor's word for the phase.
    pub phase_raw: String,
    /// The address where a person can read it.
    pub url: Option<String>,
    /// The start that the vendor states.
    pub claimed_start: Option<Timestamp>,
    /// When the vendor created it.
    pub created_at: Option<Timestamp>,
    /// The earliest time that its updates show.
    pub first_shown_at: Option<Timestamp>,
    /// When we first observed it.
    pub detected_at: Timestamp,
    /// When it was last resolved.
    pub resolved_at: Option<Timestamp>,
    /// How the resolution is known, if the vendor did not announce it.
    pub inferred: Option<Inferred>,
    /// When we saw that the vendor had deleted it.
    pub withdrawn_at: Option<Timestamp>,
    /// When its page was removed while the report was open; its outcome is unknown.
    pub page_removed_at: Option<Timestamp>,
    /// The planned start of planned work.
    pub planned_from: Option<Timestamp>,
    /// The planned end of planned work.
    pub planned_until: Option<Timestamp>,
    /// Whether it was learned from history.
    pub backfilled: bool,
    /// The affected components.
    pub affected: Vec<AffectedView>,
    /// Components that were affected until the vendor removed them from the report.
    pub formerly_affected: Vec<AffectedView>,
    /// The timeline, oldest first.
    pub updates: Vec<UpdateView>,
    /// The reports of other providers that caused it.
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
    /// The phase that the update announces.
    pub phase: Phase,
    /// The time that the vendor shows.
    pub published_at: Option<Timestamp>,
    /// When one of our polls saw it.
    pub observed_at: Timestamp,
    /// The text as the vendor wrote it.
    pub body: String,
    /// Whether the vendor edited it.
    pub edited: bool,
    /// Whether the vendor removed it.
    pub removed: bool,
}

impl ReportView {
    /// The start: the vendor's start, else the announcement, else our first observation. A start
    /// after the end was entered afterwards, so the announcement counts instead, but no later than
    /// the end.
    pub fn started_at(&self) -> Timestamp {
        let announced_at = self.first_announced_at();
        let start = self.own_start().or(announced_at).unwrap_or(self.detected_at);
        match self.ended_at() {
            Some(end) if end < start => announced_at.map_or(end, |announced| announced.min(end)),
            Some(_) | None => start,
        }
    }

    /// The announcement: the earlier of the creation and the first update. Planned work is
    /// announced no later than it starts.
    pub fn announced_at(&self) -> Option<Timestamp> {
        let announced_at = self.first_announced_at()?;
        let latest = self.kind.is_maintenance().then(|| self.started_at());
        Some(latest.map_or(announced_at, |latest| announced_at.min(latest)))
    }

    /// The interval in which it counts: until it is resolved or withdrawn, or its page is removed.
    pub fn interval(&self) -> Interval {
        Interval { start: self.started_at(), end: self.ended_at() }
    }

    /// The planned start of planned work, if it is credible.
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
