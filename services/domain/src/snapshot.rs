//! The neutral form of what one document of a page stated at one moment.
//!
//! A reader turns a vendor's document into a [`Snapshot`]; no later stage knows a platform's
//! shapes. Times are the vendor's claims and may be absent or wrong.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::ReportKind;
use crate::time::{Timestamp, credible};
use crate::words::{ComponentStatus, Document, Impact, Phase, Worded};

/// The furthest that our clock may be behind; nothing is recorded beyond that. An open report
/// cannot have begun later than this after the observation.
const BEHIND_MAX: Duration = Duration::from_hours(24);

/// A vendor's word: our reading and the original spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// Our reading; `unknown` if the word is not known.
    pub value: T,
    /// The vendor's own word.
    pub raw: String,
}

impl<T: Worded> Parsed<T> {
    /// Wraps a word that needs no translation.
    pub fn plain(value: T) -> Self {
        Self { value, raw: value.word().to_owned() }
    }
}

/// The content of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The kind of document.
    pub document: Document,
    /// The vendor's name as the page gives it.
    pub page_name: Option<String>,
    /// The vendor's id of the page.
    pub page_id: Option<String>,
    /// The vendor's own summary of the whole page, if this document has one.
    pub indicator: Option<Indicator>,
    /// When the vendor last changed the page, according to the document.
    pub page_updated_at: Option<Timestamp>,
    /// The components, if this document lists them all.
    pub components: Option<Vec<ObservedComponent>>,
    /// Whether every component of the list could be read. If not, an absent one may be unreadable.
    pub components_complete: bool,
    /// Incidents and maintenances, in the document's order.
    pub reports: Vec<ObservedReport>,
    /// Unresolved entries without any identity, described for a person: something is open, but it
    /// is not known what.
    pub unidentified: Vec<String>,
    /// What the document has to contain, by kind of report. A kind is left out if its list is
    /// absent or could not be read whole.
    pub coverage: Vec<(ReportKind, Coverage)>,
    /// What was left out, repaired or odd, described for a person.
    pub skipped: Vec<String>,
    /// The number of further such parts that `skipped` does not name.
    pub skipped_more: usize,
}

/// The vendor's own summary of a whole page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// The level, in the measure of impacts.
    pub level: Parsed<Impact>,
    /// The summary in the vendor's words.
    pub description: String,
}

/// Which existing reports a document has to contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// In the current document everything that is open; in a list nothing for certain.
    ActiveOnly,
    /// Everything that the vendor created after this moment: a window of the newest.
    CreatedAfter(Timestamp),
    /// Everything that the vendor has.
    Everything,
}

impl Coverage {
    /// Whether a report that the vendor created at `created_at` has to be there.
    pub fn must_contain(self, created_at: Option<Timestamp>) -> bool {
        match self {
            Self::ActiveOnly => false,
            Self::CreatedAfter(oldest) => created_at.is_some_and(|created| created > oldest),
            Self::Everything => true,
        }
    }
}

/// The group of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedGroup {
    /// The vendor's id of the group.
    pub external_id: String,
    /// The name, where the document gives it.
    pub name: Option<String>,
}

/// One component as a document shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedComponent {
    /// The vendor's id.
    pub external_id: String,
    /// The name, which need not be unique; `None` if it cannot be read.
    pub name: Option<String>,
    /// The group.
    pub group: Option<ObservedGroup>,
    /// The status.
    pub status: Parsed<ComponentStatus>,
    /// When the vendor last changed it.
    pub updated_at: Option<Timestamp>,
}

/// One affected component as a report names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedAffected {
    /// The vendor's id.
    pub external_id: String,
    /// The name.
    pub name: String,
    /// The group.
    pub group: Option<ObservedGroup>,
}

/// One incident or maintenance as a document shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedReport {
    /// Incident or maintenance.
    pub kind: ReportKind,
    /// The vendor's id.
    pub external_id: String,
    /// The title; `None` if it cannot be read.
    pub title: Option<String>,
    /// The vendor's own status; an empty word if the vendor gives none.
    pub phase: Parsed<Phase>,
    /// The impact.
    pub impact: Parsed<Impact>,
    /// The address of its page for people.
    pub url: Option<String>,
    /// When the vendor filed it.
    pub created_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended; meaningful only if the phase is over or unknown.
    pub resolved_at: Option<Timestamp>,
    /// When planned work should begin.
    pub scheduled_for: Option<Timestamp>,
    /// When planned work should end.
    pub scheduled_until: Option<Timestamp>,
    /// When the vendor last changed it.
    pub updated_at: Option<Timestamp>,
    /// The affected components, each once.
    pub affected: Vec<ObservedAffected>,
    /// Whether every mention of affected components could be read. If not, an absent one may be
    /// unreadable.
    pub affected_complete: bool,
    /// The whole timeline, in any order.
    pub updates: Vec<ObservedUpdate>,
    /// Whether every update of the list could be read. If not, an absent one may be unreadable.
    pub updates_complete: bool,
}

/// One entry of a timeline as a document shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedUpdate {
    /// The vendor's id, if there is one.
    pub external_id: Option<String>,
    /// The phase it announces.
    pub phase: Parsed<Phase>,
    /// The text, as the vendor wrote it.
    pub body: String,
    /// The time the vendor shows.
    pub display_at: Option<Timestamp>,
    /// When the vendor filed it.
    pub created_at: Option<Timestamp>,
    /// When the vendor last changed it.
    pub updated_at: Option<Timestamp>,
}

impl ObservedUpdate {
    /// Returns the time of its place in the timeline.
    pub fn shown_at(&self) -> Option<Timestamp> {
        self.display_at.or(self.created_at)
    }
}

impl ObservedReport {
    /// Returns the effective phase: the vendor's own status, or that of the newest update if there
    /// is none. For an unknown status beside a resolution time, the newest update counts if it is
    /// an end.
    pub fn status(&self) -> &Parsed<Phase> {
        let newest = || {
            let shown = |update: &&ObservedUpdate| (update.shown_at(), update.created_at);
            // Of two updates with equal times, the first listed one is newer.
            self.updates.iter().rev().max_by_key(shown).map(|newest| &newest.phase)
        };
        if self.phase.raw.is_empty() {
            return newest().unwrap_or(&self.phase);
        }
        if self.phase.value != Phase::Unknown || self.resolved_at.is_none() {
            return &self.phase;
        }
        newest().filter(|newest| newest.value.is_over()).unwrap_or(&self.phase)
    }

    /// Whether it is believed over `other`, the same report elsewhere in the document: the newer
    /// one is, else the open one, else the worse one.
    pub fn is_believed_over(&self, other: &Self) -> bool {
        match (self.updated_at, other.updated_at) {
            (Some(own), Some(others)) if own != others => own > others,
            _ => {
                let place = |shown: &Self| (!shown.status().value.is_over(), shown.severity());
                place(self) > place(other)
            }
        }
    }

    /// Returns how bad it is: work under way is worse than planned work, and then the impact
    /// counts.
    pub(crate) fn severity(&self) -> u8 {
        const UNDER_WAY: u8 = 100;
        let impact = self.impact.value.severity();
        if self.status().value.is_under_way() { UNDER_WAY + impact } else { impact }
    }

    /// Returns when it began by the vendor's claim, if it is known to have ended at `ended_at`. A
    /// report whose start would be after its end was filed afterwards, and an open one has begun by
    /// now. Both begin at the earliest of the given times.
    pub fn claimed_start(
        &self,
        ended_at: Option<Timestamp>,
        observed_at: Timestamp,
    ) -> Option<Timestamp> {
        let is_over = self.status().value.is_over();
        let started_at = self.started_at?;
        let shown = self.updates.iter().filter_map(ObservedUpdate::shown_at);
        let ended_at = ended_at.or_else(|| self.claimed_end(observed_at));
        let ended_at = ended_at.or(shown.clone().max().filter(|_| is_over));
        let latest = ended_at.unwrap_or_else(|| observed_at.plus(BEHIND_MAX));
        if started_at <= latest || credible(Some(started_at), observed_at).is_none() {
            return Some(started_at);
        }
        let given = shown.chain(self.created_at).chain(ended_at);
        let given = given.filter(|given| credible(Some(*given), observed_at).is_some());
        // If all of them are ahead, our own clock is behind.
        given.min().filter(|given| *given <= latest).or(Some(started_at))
    }

    /// Returns when it ended by the vendor's claim, if it is over. It has ended by now, so a later
    /// end is no claim. An end that is not credible at all is returned as it is.
    pub fn claimed_end(&self, observed_at: Timestamp) -> Option<Timestamp> {
        let resolved_at = self.resolved_at.filter(|_| self.status().value.is_over())?;
        let is_credible = credible(Some(resolved_at), observed_at).is_some();
        let is_ahead = resolved_at > observed_at.plus(BEHIND_MAX);
        (!is_ahead || !is_credible).then_some(resolved_at)
    }

    /// Returns the timeline with the identity of each update, in recording order: by shown time,
    /// then by filing time, then in reverse document order (documents list the newest first).
    ///
    /// An update without an id is identified by a digest of its time, phase and text. A second
    /// equal one gets a number, since two updates with the same text are two updates.
    pub fn timeline(&self) -> Vec<(String, &ObservedUpdate)> {
        let mut ordered: Vec<&ObservedUpdate> = self.updates.iter().rev().collect();
        ordered.sort_by_key(|update| (update.shown_at(), update.created_at));
        let mut seen = std::collections::BTreeMap::<String, u32>::new();
        ordered
            .into_iter()
            .map(|update| {
                let key = update.external_id.clone().unwrap_or_else(|| digest_of(update));
                let count = seen.entry(key.clone()).and_modify(|count| *count += 1).or_insert(1);
                let key = if *count == 1 { key } else { format!("{key}~{count}") };
                (key, update)
            })
            .collect()
    }
}

fn digest_of(update: &ObservedUpdate) -> String {
    let mut hasher = Sha256::new();
    hasher.update(update.shown_at().map_or(i64::MIN, Timestamp::micros).to_be_bytes());
    hasher.update(update.phase.raw.as_bytes());
    hasher.update([0]);
    hasher.update(update.body.as_bytes());
    format!("h-{}", hex::encode(&hasher.finalize()[..12]))
}
