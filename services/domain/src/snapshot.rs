//! The neutral form of what one document of a page said at one moment.
//!
//! A reader turns a vendor's document into a [`Snapshot`]; nothing behind it knows a platform's
//! shapes. Times are the vendor's claims and may be absent or wrong.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::ReportKind;
use crate::time::{Timestamp, credible};
use crate::words::{ComponentStatus, Document, Impact, Phase, Worded};

/// Our own clock is not believed to be further behind than this (nothing is recorded then), so what
/// goes on cannot have begun later.
const BEHIND_MAX: Duration = Duration::from_hours(24);

/// A vendor's word: how we understand it, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// Our reading; `unknown` if we do not know the word.
    pub value: T,
    /// The vendor's own word.
    pub raw: String,
}

impl<T: Worded> Parsed<T> {
    /// A word that needs no translation.
    pub fn plain(value: T) -> Self {
        Self { value, raw: value.word().to_owned() }
    }
}

/// What one document said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Which document.
    pub document: Document,
    /// The vendor's name as the page gives it.
    pub page_name: Option<String>,
    /// The vendor's id of the page.
    pub page_id: Option<String>,
    /// The vendor's own summary of the whole page, if this document has one.
    pub indicator: Option<Indicator>,
    /// When the vendor last changed the page, as the document says.
    pub page_updated_at: Option<Timestamp>,
    /// The components, if this document lists them all.
    pub components: Option<Vec<ObservedComponent>>,
    /// Whether every component of the list could be read: if not, one that is missing may be
    /// one of those.
    pub components_complete: bool,
    /// Incidents and maintenances, in the document's order.
    pub reports: Vec<ObservedReport>,
    /// Unresolved entries that nothing identifies, in words for a person: something is open, and
    /// nobody can say what.
    pub unidentified: Vec<String>,
    /// What the document would have to contain if it existed, by kind of report. A kind whose list
    /// is not there, or could not be read whole, is left out.
    pub coverage: Vec<(ReportKind, Coverage)>,
    /// What was left out, mended or odd, in words for a person.
    pub skipped: Vec<String>,
    /// How many more such parts there were than are named.
    pub skipped_more: usize,
}

/// The vendor's own summary of a whole page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// How bad it is.
    pub level: Parsed<Impact>,
    /// The same in the vendor's words.
    pub description: String,
}

/// What a document would have to contain if it existed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// In the current document everything that is going on; in a list nothing for certain.
    ActiveOnly,
    /// Everything that the vendor created after this moment: a window of the newest.
    CreatedAfter(Timestamp),
    /// Everything that the vendor has.
    Everything,
}

impl Coverage {
    /// Whether a report that the vendor created at `created_at` would have to be there.
    pub fn must_contain(self, created_at: Option<Timestamp>) -> bool {
        match self {
            Self::ActiveOnly => false,
            Self::CreatedAfter(oldest) => created_at.is_some_and(|created| created > oldest),
            Self::Everything => true,
        }
    }
}

/// The group that a component belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedGroup {
    /// The vendor's id of the group.
    pub external_id: String,
    /// Its name, where the document gives it.
    pub name: Option<String>,
}

/// One component as a document shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedComponent {
    /// The vendor's id.
    pub external_id: String,
    /// The name, which need not be unique; none if it cannot be read.
    pub name: Option<String>,
    /// Its group.
    pub group: Option<ObservedGroup>,
    /// How it does.
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
    /// Its group.
    pub group: Option<ObservedGroup>,
}

/// One incident or maintenance as a document shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedReport {
    /// What it is.
    pub kind: ReportKind,
    /// The vendor's id.
    pub external_id: String,
    /// The title; none if it cannot be read.
    pub title: Option<String>,
    /// Where it stands, by the vendor's own status; an empty word if the vendor gives none.
    pub phase: Parsed<Phase>,
    /// How bad it is.
    pub impact: Parsed<Impact>,
    /// Where a person can read it.
    pub url: Option<String>,
    /// When the vendor filed it.
    pub created_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended; only meant if the phase is over or unknown.
    pub resolved_at: Option<Timestamp>,
    /// When planned work should begin.
    pub scheduled_for: Option<Timestamp>,
    /// When planned work should end.
    pub scheduled_until: Option<Timestamp>,
    /// When the vendor last changed it.
    pub updated_at: Option<Timestamp>,
    /// The affected components, each once.
    pub affected: Vec<ObservedAffected>,
    /// Whether everything that names affected components could be read: if not, one that is
    /// missing may be one of those.
    pub affected_complete: bool,
    /// The whole timeline, in any order.
    pub updates: Vec<ObservedUpdate>,
    /// Whether every update of the list could be read: if not, one that is missing may be one of
    /// those.
    pub updates_complete: bool,
}

/// One entry of a timeline as a document shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedUpdate {
    /// The vendor's id, where there is one.
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
    /// The time at which it stands in the timeline.
    pub fn shown_at(&self) -> Option<Timestamp> {
        self.display_at.or(self.created_at)
    }
}

impl ObservedReport {
    /// Where it stands: by the vendor's own status; by the newest update if there is none, or if
    /// it is a word that we do not know beside an end that the newest update tells too.
    pub fn status(&self) -> &Parsed<Phase> {
        let newest = || {
            let shown = |update: &&ObservedUpdate| (update.shown_at(), update.created_at);
            // Of two of one time the one that is listed first.
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

    /// Whether it is believed where the same document shows it as `other` too: the newer one, else
    /// the one that goes on, else the worse one.
    pub fn is_believed_over(&self, other: &Self) -> bool {
        match (self.updated_at, other.updated_at) {
            (Some(own), Some(others)) if own != others => own > others,
            _ => {
                let place = |shown: &Self| (!shown.status().value.is_over(), shown.severity());
                place(self) > place(other)
            }
        }
    }

    /// How bad it is: work that is under way is worse than work that is planned, and a worse
    /// impact than a better one.
    pub(crate) fn severity(&self) -> u8 {
        const UNDER_WAY: u8 = 100;
        let impact = self.impact.value.severity();
        if self.status().value.is_under_way() { UNDER_WAY + impact } else { impact }
    }

    /// When it began, by what the vendor claims, if it is known to have ended at `ended_at`: what
    /// would begin after it ended was filed afterwards, and what goes on has begun by now. Both
    /// began at the earliest of the times that are given.
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
        // If all of them lie ahead, our own clock is behind.
        given.min().filter(|given| *given <= latest).or(Some(started_at))
    }

    /// When it ended, by what the vendor claims, if it is over: what is over has ended by now, so
    /// a later end is no claim. One that is not credible at all is recorded as it is.
    pub fn claimed_end(&self, observed_at: Timestamp) -> Option<Timestamp> {
        let resolved_at = self.resolved_at.filter(|_| self.status().value.is_over())?;
        let is_credible = credible(Some(resolved_at), observed_at).is_some();
        let is_ahead = resolved_at > observed_at.plus(BEHIND_MAX);
        (!is_ahead || !is_credible).then_some(resolved_at)
    }

    /// The timeline with the identity of each update, in the order in which it is recorded:
    /// by shown time, then by filing time, then as the document lists them backwards
    /// (documents list the newest first).
    ///
    /// An update without an id is identified by a digest of its time, phase and text; a second
    /// one alike gets a number of its own, since two updates with the same text are two updates.
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
