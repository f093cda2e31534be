//! An incident or maintenance with its timeline, as it is read.

use serde::{Deserialize, Serialize};
use signalbook_domain::outage::Interval;
use signalbook_domain::{Impact, PageId, Phase, Position, Slug, Timestamp};
use uuid::Uuid;

/// One incident or maintenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportView {
    /// Our id.
    pub id: Uuid,
    /// Whether it is planned work.
    pub is_maintenance: bool,
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
    /// Its first update's time.
    pub announced_at: Option<Timestamp>,
    /// Our first observation of it.
    pub detected_at: Timestamp,
    /// Its last resolution.
    pub resolved_at: Option<Timestamp>,
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
    /// The timeline, oldest first.
    pub updates: Vec<UpdateView>,
    /// Other providers' reports that it is caused by.
    pub links: Vec<LinkView>,
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

/// Another provider's report that this one is caused by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkView {
    /// The link.
    pub url: String,
    /// The other provider, if known.
    pub provider: Option<Slug>,
}

impl ReportView {
    /// When it began: the vendor's start, else its first update, else our first sight.
    pub fn started_at(&self) -> Timestamp {
        self.claimed_start.or(self.announced_at).unwrap_or(self.detected_at)
    }

    /// From when to when it counts: until it was resolved, or withdrawn, or its page was removed.
    pub fn interval(&self) -> Interval {
        let end = self.resolved_at.or(self.withdrawn_at).or(self.page_removed_at);
        Interval { start: self.started_at(), end }
    }
}
