//! The state of an incident or maintenance, folded from its stream and compared with new readings.
//! It keeps digests of texts; the views keep the texts.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::event::{Inferred, Planned, ReportChange, ReportEvent, Times};
use crate::observation::ContentHash;
use crate::snapshot::{Coverage, Parsed};
use crate::time::{Timestamp, credible};
use crate::words::{Impact, Phase};

/// One incident or maintenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The title.
    pub title: String,
    /// The impact.
    pub impact: Parsed<Impact>,
    /// The current phase.
    pub phase: Parsed<Phase>,
    /// When the vendor filed it.
    pub created_at: Option<Timestamp>,
    /// When it began, according to the vendor.
    pub started_at: Option<Timestamp>,
    /// When it was last resolved; `None` while it is open.
    pub resolved_at: Option<Timestamp>,
    /// The window of planned work.
    pub planned: Planned,
    /// The affected components.
    pub affected: BTreeSet<Uuid>,
    /// The timeline.
    pub updates: BTreeMap<String, KnownUpdate>,
    /// Whether the vendor deleted it.
    pub withdrawn: bool,
    /// Whether its end is inferred rather than announced.
    pub inferred: bool,
    /// Its fate when the vendor replaced the page.
    pub lineage: Lineage,
    /// The newest vendor time of change that was folded.
    pub vendor_updated_at: Option<Timestamp>,
    /// The recorded links to other providers' reports.
    pub links: BTreeSet<String>,
    /// Digests of earlier values of its fields.
    earlier: BTreeSet<u64>,
}

/// The fate of a report when the vendor replaced its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lineage {
    /// It is on the page where it was first seen.
    Original,
    /// It was not seen on the new page: no document has to contain it.
    Replaced,
    /// The new page shows it, possibly under another id; the ids of its updates may differ too.
    Continued,
}

/// One update, in the form that new readings are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownUpdate {
    /// The phase that it announces, in the vendor's word.
    pub phase: String,
    /// The time that the vendor shows.
    pub shown_at: Option<Timestamp>,
    /// The digest of its text.
    pub body: u64,
}

impl KnownUpdate {
    /// Creates the remembered form of an update with these contents.
    pub fn new(phase: &str, shown_at: Option<Timestamp>, body: &str) -> Self {
        Self { phase: phase.to_owned(), shown_at, body: digest(&[body]) }
    }

    fn value(&self, id: &str) -> u64 {
        let shown = self.shown_at.map_or(i64::MIN, Timestamp::micros).to_string();
        digest(&["update", id, &self.phase, &shown, &self.body.to_string()])
    }
}

/// A value of a report's field, to be recognised when it returns.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// The title.
    Title(&'a str),
    /// The impact, in the vendor's word.
    Impact(&'a str),
    /// The phase, in the vendor's word.
    Phase(&'a str),
    /// The affected components.
    Affected(&'a BTreeSet<Uuid>),
    /// The start and the end.
    Times(Option<Timestamp>, Option<Timestamp>),
    /// The window of planned work.
    Planned(Planned),
    /// The id and contents of an update.
    Update(&'a str, &'a KnownUpdate),
}

impl Value<'_> {
    /// Returns a digest that identifies the field and its value.
    pub fn digest(&self) -> u64 {
        let micros = |time: Option<Timestamp>| time.map_or(i64::MIN, Timestamp::micros).to_string();
        match self {
            Self::Title(title) => digest(&["title", title]),
            Self::Impact(raw) => digest(&["impact", raw]),
            Self::Phase(raw) => digest(&["phase", raw]),
            Self::Affected(ids) => {
                let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
                digest(&["affected", &ids.join(",")])
            }
            Self::Times(started, resolved) => {
                digest(&["times", &micros(*started), &micros(*resolved)])
            }
            Self::Planned(planned) => {
                digest(&["planned", &micros(planned.from), &micros(planned.until)])
            }
            Self::Update(id, update) => update.value(id),
        }
    }
}

/// Returns a 64-bit digest of the texts in their order, joined by NUL.
pub(crate) fn digest(parts: &[&str]) -> u64 {
    let hash = ContentHash::of(parts.join("\0").as_bytes());
    u64::from_be_bytes([
        hash.0[0], hash.0[1], hash.0[2], hash.0[3], hash.0[4], hash.0[5], hash.0[6], hash.0[7],
    ])
}

impl Report {
    /// Whether the field had this value before. The current value is not checked.
    pub fn returns_to(&self, value: Value<'_>) -> bool {
        self.earlier.contains(&value.digest())
    }

    /// Whether it is over. An unknown phase neither ends nor reopens it.
    pub fn is_over(&self) -> bool {
        let phase = self.phase.value;
        phase.is_over() || (phase == Phase::Unknown && self.resolved_at.is_some())
    }

    /// Whether a list of that coverage has to contain it.
    pub fn is_in_list(&self, coverage: Coverage) -> bool {
        self.lineage != Lineage::Replaced
            && coverage.must_contain(self.created_at.or(self.started_at))
    }

    /// Returns the newest shown time of an update in the timeline.
    pub fn newest_shown_at(&self) -> Option<Timestamp> {
        self.updates.values().filter_map(|update| update.shown_at).max()
    }

    /// Folds one event into the known report; `None` stands for a report without events.
    pub fn evolve(known: Option<Self>, event: &ReportEvent, times: &Times) -> Option<Self> {
        let mut report = match (known, &event.change) {
            (Some(known), _) => known,
            (None, ReportChange::Opened(opened)) => Self {
                title: opened.title.clone(),
                impact: opened.impact.clone(),
                phase: Parsed { value: Phase::Unknown, raw: String::new() },
                created_at: opened.created_at,
                started_at: credible(times.occurred_at, times.observed_at),
                resolved_at: None,
                planned: opened.planned,
                affected: opened.affected.iter().map(|affected| affected.id).collect(),
                updates: BTreeMap::new(),
                withdrawn: false,
                inferred: false,
                lineage: Lineage::Original,
                vendor_updated_at: None,
                links: BTreeSet::new(),
                earlier: BTreeSet::new(),
            },
            (None, _) => return None,
        };
        report.change(&event.change, times);
        let is_continued = matches!(event.change, ReportChange::Continued { .. });
        let before = report.vendor_updated_at;
        report.vendor_updated_at = if is_continued {
            // The new page may have been made from an older copy.
            before.min(event.vendor_updated_at.or(before))
        } else {
            before.max(event.vendor_updated_at)
        };
        Some(report)
    }

    fn change(&mut self, change: &ReportChange, times: &Times) {
        match change {
            ReportChange::Opened(_) => {}
            ReportChange::Entered { phase, update, body, sets_phase, inferred } => {
                if let Some(id) = update {
                    let update = KnownUpdate::new(&phase.raw, times.published_at, body);
                    self.updates.insert(id.clone(), update);
                }
                if *sets_phase {
                    self.enter(phase, &end_times(*inferred, times));
                    self.inferred = inferred.is_some();
                }
            }
            ReportChange::UpdateEdited { update: id, phase, body } => {
                let edited = KnownUpdate::new(&phase.raw, times.published_at, body);
                if let Some(before) = self.updates.insert(id.clone(), edited) {
                    self.earlier.insert(before.value(id));
                }
            }
            ReportChange::UpdateRemoved { update: id } => {
                if let Some(before) = self.updates.remove(id) {
                    self.earlier.insert(before.value(id));
                }
            }
            ReportChange::Retitled { title } => {
                self.earlier.insert(Value::Title(&self.title).digest());
                self.title.clone_from(title);
            }
            ReportChange::Retimed { started_at, resolved_at } => {
                self.earlier.insert(Value::Times(self.started_at, self.resolved_at).digest());
                self.inferred &= self.resolved_at == *resolved_at;
                self.started_at = credible(*started_at, times.observed_at);
                self.resolved_at = credible(*resolved_at, times.observed_at);
            }
            ReportChange::ImpactChanged { impact } => {
                self.earlier.insert(Value::Impact(&self.impact.raw).digest());
                self.impact = impact.clone();
            }
            ReportChange::ComponentsChanged { affected } => {
                self.earlier.insert(Value::Affected(&self.affected).digest());
                self.affected = affected.iter().map(|affected| affected.id).collect();
            }
            ReportChange::Withdrawn => self.withdrawn = true,
            ReportChange::Reappeared => self.withdrawn = false,
            ReportChange::Continued { .. } => self.lineage = Lineage::Continued,
            ReportChange::ProviderLinked { url, .. } => {
                self.links.insert(url.clone());
            }
            ReportChange::Rescheduled(planned) => {
                self.earlier.insert(Value::Planned(self.planned).digest());
                self.planned = *planned;
            }
        }
    }

    fn enter(&mut self, phase: &Parsed<Phase>, times: &Times) {
        self.started_at = beginning(self.started_at, phase.value, times);
        self.resolved_at = resolution(self.resolved_at, phase.value, times);
        let before = std::mem::replace(&mut self.phase, phase.clone());
        if before.raw != phase.raw {
            self.earlier.insert(Value::Phase(&before.raw).digest());
        }
    }
}

/// Returns the times of an entry: an inferred end is at the first poll that missed the report.
pub fn end_times(inferred: Option<Inferred>, times: &Times) -> Times {
    let ended_at = inferred.map(|inferred| inferred.first_missing_at);
    Times { observed_at: ended_at.unwrap_or(times.observed_at), ..*times }
}

/// Returns when a report began after it entered `phase`, if it had begun at `before`. Planned work
/// begins with the update that says so, unless an earlier start is known.
pub fn beginning(before: Option<Timestamp>, phase: Phase, times: &Times) -> Option<Timestamp> {
    before.or_else(|| phase.is_under_way().then(|| times.effective()))
}

/// Returns when a report was resolved after it entered `phase`, if it was resolved at `before`. A
/// postmortem neither reopens nor extends it; an active phase reopens it.
pub fn resolution(before: Option<Timestamp>, phase: Phase, times: &Times) -> Option<Timestamp> {
    match phase {
        Phase::Postmortem => before.or(Some(times.effective())),
        Phase::Resolved | Phase::Completed | Phase::Cancelled => Some(times.effective()),
        Phase::Unknown => before,
        Phase::Open
        | Phase::Investigating
        | Phase::Identified
        | Phase::Monitoring
        | Phase::Scheduled
        | Phase::InProgress
        | Phase::Verifying => None,
    }
}
