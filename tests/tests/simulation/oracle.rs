//! The judge: what had to be told, known from the vendors' documents alone.
//!
//! It shares no code with the readers and the rules that it judges. It reads the documents that
//! were served ([`shown`]) and the log as everybody may read it, as JSON ([`told`]), and holds the
//! two against each other after every observation:
//!
//! - *none invented*: every event stands on a document of the very observation that it names, one
//!   that is not older than what was read before ([`backing`]);
//! - *none twice*: every event changes what was told before it ([`told`]);
//! - *none lost*: behind a good poll, what it showed is what is told ([`truth`]);
//! - failed polls, and only they, make a page unreadable ([`health`]);
//! - history is marked as such, and nothing else is.

pub(crate) mod backing;
pub(crate) mod health;
pub(crate) mod ledger;
pub(crate) mod shown;
pub(crate) mod told;
pub(crate) mod truth;
pub(crate) mod views;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;
use signalbook_domain::Document;
use uuid::Uuid;

use self::backing::Leaf;
use self::health::Health;
use self::shown::{Micros, Served, Shown, is_over, micros};
use self::told::{Objection, Told, text};

/// Longer than this between two good polls, and what was over by the second was not seen to
/// happen, whichever poll shows it first for as long again.
const GAP: Micros = 3_600 * 1_000_000;

/// Our clock is behind the vendors' by more than this: their times say nothing then.
const BEHIND: Micros = 240 * 1_000_000;

/// An observation that reached the aggregator.
pub(crate) struct Heard<'a> {
    pub(crate) id: String,
    pub(crate) slot: i64,
    pub(crate) observed_at: Micros,
    pub(crate) served: &'a Served,
    /// Whether it was folded: it may have been lost, or refused.
    pub(crate) folded: bool,
}

/// What was seen while judging.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) documents: usize,
    pub(crate) stale: usize,
    /// Whether it came too late: behind a newer one.
    pub(crate) overtaken: bool,
}

/// One page as the oracle knows it.
pub(crate) struct PageOracle {
    pub(crate) id: Uuid,
    pub(crate) watched: bool,
    pub(crate) told: Told,
    pub(crate) health: Health,
    last_slot: i64,
    last_good: Option<Micros>,
    back: Option<Micros>,
    newest: Option<Micros>,
    read: BTreeMap<Document, Rc<Shown>>,
    patient: bool,
}

impl PageOracle {
    pub(crate) fn new(id: Uuid) -> Self {
        Self {
            id,
            watched: false,
            told: Told::default(),
            health: Health::default(),
            last_slot: 0,
            last_good: None,
            back: None,
            newest: None,
            read: BTreeMap::new(),
            patient: false,
        }
    }

    /// The page was added to the configuration, or taken out of it.
    pub(crate) fn configured(&mut self, watched: bool, events: &[Value]) -> Result<(), Objection> {
        let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
        let wanted = if watched { "page.added" } else { "page.removed" };
        self.watched = watched;
        self.last_slot += 1;
        if watched {
            self.health.added();
        }
        if kinds == [wanted] { Ok(()) } else { Err(format!("{kinds:?} was told, not {wanted}")) }
    }

    /// Judges the events that an observation brought.
    pub(crate) fn hear(
        &mut self,
        heard: &Heard<'_>,
        events: &[Value],
    ) -> Result<Verdict, Objection> {
        let overtaken = heard.slot <= self.last_slot;
        if !heard.folded || !self.watched || overtaken {
            let verdict = Verdict { overtaken, ..Verdict::default() };
            return match events.first() {
                None => Ok(verdict),
                Some(event) => {
                    let kind = &event["type"];
                    Err(format!("{kind} was told from what does not count: {event}"))
                }
            };
        }
        self.last_slot = heard.slot;
        for event in events {
            let right = event["observation_id"] == heard.id.as_str()
                && micros(&event["observed_at"]) == Some(heard.observed_at);
            if !right {
                return Err(format!("names another observation than its own: {event}"));
            }
        }
        let (of_page, of_things): (Vec<&Value>, Vec<&Value>) =
            events.iter().partition(|event| text(&event["stream"]).starts_with("page/"));
        let expected = match heard.served {
            Err(failure) => self.health.failed(*failure, heard.observed_at),
            Ok(_) => self.health.good(),
        };
        health::compare(&of_page, &expected)?;
        match heard.served {
            Err(_) if of_things.is_empty() => Ok(Verdict::default()),
            Err(_) => Err(format!("told from a failed poll: {}", of_things[0])),
            Ok(served) => self.good(heard, served, &of_things),
        }
    }

    fn good(
        &mut self,
        heard: &Heard<'_>,
        served: &[Rc<Shown>],
        events: &[&Value],
    ) -> Result<Verdict, Objection> {
        let at = heard.observed_at;
        if self.last_good.is_none_or(|good| at - good > GAP) {
            self.back = Some(at);
        }
        self.back = self.back.filter(|back| at - back <= GAP);
        self.last_good = Some(at);
        let before = std::mem::take(&mut self.read);
        let mut leaves = Vec::new();
        for shown in served {
            let stale = self.newest.is_some_and(|newest| shown.page_time < newest);
            self.newest = self.newest.max(Some(shown.page_time));
            self.patient |= shown.page_time > heard.observed_at + BEHIND;
            let before = before.get(&shown.document).map(Rc::as_ref);
            leaves.push(Leaf { shown, before, page: self.id, stale });
        }
        for event in events {
            self.judge(heard, event, &leaves)
                .map_err(|objection| format!("{objection}: {event}"))?;
        }
        for leaf in leaves.iter().filter(|leaf| !leaf.stale) {
            self.told.saw(leaf.shown);
        }
        let patient = self.patient.then_some(heard.id.as_str());
        truth::compare(self.id, &leaves, &self.told, patient)?;
        let verdict = Verdict {
            documents: leaves.len(),
            stale: leaves.iter().filter(|leaf| leaf.stale).count(),
            overtaken: false,
        };
        let fresh: Vec<bool> = leaves.iter().map(|leaf| !leaf.stale).collect();
        drop(leaves);
        self.read = before;
        for (shown, _) in served.iter().zip(fresh).filter(|(_, fresh)| *fresh) {
            self.read.insert(shown.document, shown.clone());
        }
        Ok(verdict)
    }

    fn judge(
        &mut self,
        heard: &Heard<'_>,
        event: &Value,
        leaves: &[Leaf<'_>],
    ) -> Result<(), Objection> {
        let backing = leaves.iter().find(|leaf| leaf.backs(event, &self.told));
        self.told.fold(event)?;
        let leaf = backing.ok_or("invented")?;
        let baseline = leaf.before.is_none();
        let key = self.told.report_key(event["stream"].as_str().unwrap_or_default());
        let was_over = key.is_some_and(|key| {
            let first_seen = self.told.reports.get(&key).is_some_and(|r| r.opened_by == heard.id);
            let over = leaf.shown.reports.get(&key).is_some_and(|shown| {
                let unseen = |back| back == heard.observed_at || shown.last_time() <= Some(back);
                is_over(&shown.status) && self.back.is_some_and(unseen)
            });
            first_seen && over
        });
        let history = baseline || was_over;
        if event["backfilled"] == history {
            Ok(())
        } else {
            Err(format!("should be marked as history: {history}"))
        }
    }

    /// The last documents that were read, without those that are older than another.
    pub(crate) fn newest_read(&self) -> impl Iterator<Item = &Shown> {
        let read = self.read.values().map(Rc::as_ref);
        read.filter(|shown| !self.patient && Some(shown.page_time) == self.newest)
    }
}
