//! The judge: what had to be told, known from the vendors' documents alone.
//!
//! It shares no code with the readers and the rules that it judges. It reads the documents that
//! were served ([`shown`]) and the log as everybody may read it, as JSON ([`told`]), and holds the
//! two against each other after every observation:
//!
//! - *none invented*: every event stands on a document of the very observation that it names, one
//!   that is not older than what was read before ([`backing`]);
//! - *none twice*: every event changes what was told before it ([`told`]);
//! - *none lost*: behind a good poll, what it showed is what is told ([`truth`]), and where two
//!   documents say different things, what the one shows that is believed ([`belief`]);
//! - the vendor's own status decides the phase ([`phases`]), and what it lists as open no more is
//!   over, if no list can know better ([`ends`]);
//! - failed polls and documents, and only they, make a page unreadable or partly so ([`health`]);
//! - history is marked as such, and nothing else is.

pub(crate) mod backing;
pub(crate) mod belief;
mod data;
pub(crate) mod ends;
pub(crate) mod health;
pub(crate) mod identity;
pub(crate) mod ledger;
pub(crate) mod page;
pub(crate) mod phases;
pub(crate) mod shown;
pub(crate) mod sign;
pub(crate) mod standing;
pub(crate) mod told;
pub(crate) mod truth;
pub(crate) mod views;
mod words;

use serde_json::Value;
use signalbook_domain::Document;
use uuid::Uuid;

use self::backing::Leaf;
use self::belief::{Copies, Copy};
use self::data::text;
use self::ends::Ends;
use self::health::Health;
use self::identity::{Answering, Identity};
use self::page::Expected;
use self::phases::Phases;
use self::shown::{Came, Micros, Served, is_over, micros};
use self::sign::Sign;
use self::standing::Standing;
use self::told::{Objection, Told};
use self::truth::Sights;

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
    /// Ends that were inferred.
    pub(crate) inferred: usize,
    /// Contradictions that were told.
    pub(crate) disagreements: usize,
}

/// One page as the oracle knows it.
pub(crate) struct PageOracle {
    pub(crate) id: Uuid,
    pub(crate) watched: bool,
    pub(crate) told: Told,
    pub(crate) health: Health,
    ends: Ends,
    pub(crate) standing: Standing,
    pub(crate) sign: Sign,
    identity: Identity,
    last_slot: i64,
    last_good: Option<Micros>,
    back: Option<Micros>,
    newest: Option<Micros>,
    copies: Copies,
    patient: bool,
}

impl PageOracle {
    pub(crate) fn new(id: Uuid) -> Self {
        Self {
            id,
            watched: false,
            told: Told::default(),
            health: Health::default(),
            ends: Ends::default(),
            standing: Standing::default(),
            sign: Sign::default(),
            identity: Identity::default(),
            last_slot: 0,
            last_good: None,
            back: None,
            newest: None,
            copies: Copies::default(),
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
            self.ends.interrupted();
            self.identity.interrupted();
            self.standing
                .interrupted(events.iter().find_map(|event| micros(&event["observed_at"])));
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
        self.told.turn = heard.slot;
        for event in events {
            let right = event["observation_id"] == heard.id.as_str()
                && micros(&event["observed_at"]) == Some(heard.observed_at);
            if !right {
                return Err(format!("names another observation than its own: {event}"));
            }
        }
        let (of_page, of_things): (Vec<&Value>, Vec<&Value>) =
            events.iter().partition(|event| text(&event["stream"]).starts_with("page/"));
        match heard.served {
            Err(failure) => {
                page::compare(&of_page, &self.health.failed(*failure, heard.observed_at))?;
                match of_things.first() {
                    None => Ok(Verdict::default()),
                    Some(event) => Err(format!("told from a failed poll: {event}")),
                }
            }
            Ok(served) => self.answered(heard, served, &of_page, &of_things),
        }
    }

    fn answered(
        &mut self,
        heard: &Heard<'_>,
        served: &[Came],
        of_page: &[&Value],
        of_things: &[&Value],
    ) -> Result<Verdict, Objection> {
        let at = heard.observed_at;
        let current = served.iter().find(|came| came.document == Document::Summary);
        let current = current.ok_or("the current document is always asked for")?;
        let mut expected = Vec::new();
        if let Ok(shown) = &current.result {
            match self.identity.judge(shown, self.newest) {
                Answering::Same => {}
                Answering::Replaced(from) => {
                    let to = shown.page_id.clone();
                    expected.push(Expected::Replaced { from, to });
                    expected.extend(self.replaced(at));
                }
                Answering::Doubtful => {
                    return match of_page.iter().chain(of_things).next() {
                        None => Ok(Verdict::default()),
                        Some(event) => Err(format!("told from a page in doubt: {event}")),
                    };
                }
            }
        }
        let copies = &self.copies;
        self.health.count(served, at, |document| copies.get(document).is_some());
        if let Err(miss) = &current.result {
            expected.extend(self.health.failed(miss.failure, at));
        } else {
            self.seen_again(at);
            expected.extend(self.health.good(at));
        }
        let before = self.copies.clone();
        self.take_in(served, at);
        if let Ok(shown) = &current.result {
            let copy = self.copies.get(Document::Summary);
            let unidentified = copy.is_some_and(|copy| copy.shown.unidentified);
            expected.extend(self.health.documents(unidentified, at));
            if copy.is_some_and(|copy| copy.read_at == at && !copy.is_stale) {
                expected.extend(self.sign.read(shown));
            }
        }
        let verdict = self.read(heard, served, &before, of_things)?;
        let disagreements = self.standing.follow(&self.copies, &self.told, at);
        let told = disagreements.iter().filter(|one| matches!(one, Expected::Disagreement { .. }));
        let verdict = Verdict { disagreements: told.count(), ..verdict };
        expected.extend(disagreements);
        page::compare(of_page, &expected)?;
        Ok(verdict)
    }

    /// The vendor has put another page in the place of this one, whose documents begin anew.
    fn replaced(&mut self, at: Micros) -> Vec<Expected> {
        self.copies = Copies::default();
        self.newest = None;
        self.health.replaced();
        self.sign.replaced();
        self.ends.replaced(at);
        self.told.replaced();
        self.standing.replaced(&self.told)
    }

    /// A poll was good, and may have ended a gap.
    fn seen_again(&mut self, at: Micros) {
        if self.last_good.is_none_or(|good| at - good > GAP) {
            self.back = Some(at);
        }
        self.back = self.back.filter(|back| at - back <= GAP);
        self.last_good = Some(at);
    }

    /// Judges what was told of the things that the documents of a poll show.
    fn read(
        &mut self,
        heard: &Heard<'_>,
        served: &[Came],
        before: &Copies,
        events: &[&Value],
    ) -> Result<Verdict, Objection> {
        let at = heard.observed_at;
        let now = self.copies.clone();
        let leaves = self.leaves(served, before, &now);
        let (ends, events): (Vec<&Value>, Vec<&Value>) = events.iter().partition(|event| {
            let is_withdrawn = text(&event["type"]).ends_with(".withdrawn");
            let is_backed = || leaves.iter().any(|leaf| leaf.backs(event, &self.told));
            event["data"]["inferred"].is_object() || (is_withdrawn && !is_backed())
        });
        let phases = Phases::of(&events, &self.told);
        let known = self.told.times_of_change();
        let matter = now.matter(&self.told);
        for event in events {
            self.judge(heard, event, &leaves)
                .map_err(|objection| format!("{objection}: {event}"))?;
        }
        for leaf in leaves.iter().filter(|leaf| !leaf.stale) {
            self.told.saw(leaf.shown);
        }
        let patient = self.patient.then_some(heard.id.as_str());
        let sights = Sights::new(&leaves, &self.told, &known, patient);
        truth::compare(self.id, &leaves, &self.told, &sights)?;
        phases.judge(&self.told, &sights)?;
        for leaf in leaves.iter().filter(|leaf| !leaf.stale && leaf.is_folded()) {
            let missed = now.missed(leaf.shown, &self.told);
            let mixed = sights.mixed();
            self.copies.change(leaf.shown.document, |copy| {
                (copy.missed, copy.mixed) = (missed, mixed);
            });
            self.copies.note_absences(leaf.shown.document, &matter, &self.told);
        }
        self.ends.count(&now, &self.told, at);
        self.ends.note_lists(&now);
        let (told, health) = (&mut self.told, &self.health);
        Ok(Verdict {
            documents: leaves.len(),
            stale: leaves.iter().filter(|leaf| leaf.stale).count(),
            overtaken: false,
            disagreements: 0,
            inferred: self.ends.judge(&ends, told, &now, health, at)?,
        })
    }

    /// Remembers what came.
    fn take_in(&mut self, served: &[Came], at: Micros) {
        for came in served {
            let is_list = came.document != Document::Summary;
            match &came.result {
                Err(_) => self.copies.change(came.document, |copy| copy.is_failing = true),
                Ok(shown)
                    if is_list && !came.is_unchanged && self.identity.is_of_another(shown) =>
                {
                    self.copies.old(came.document, at);
                    continue;
                }
                // Also what is only confirmed is old if the page has said since that it is newer.
                Ok(shown) if came.is_unchanged && !self.copies.is_unchanged(shown) => {
                    self.copies.change(came.document, |copy| copy.is_failing = false);
                }
                Ok(_) if came.is_unchanged => {
                    let newest = self.newest;
                    self.copies.change(came.document, |copy| copy.confirm(at, newest));
                }
                Ok(shown) if self.newest.is_some_and(|newest| shown.page_time < newest) => {
                    self.copies.old(came.document, at);
                }
                Ok(shown) => {
                    if came.document == Document::Summary {
                        self.identity.folded(shown);
                    }
                    self.newest = Some(shown.page_time);
                    self.patient |= shown.page_time > at + BEHIND;
                    self.copies.put(shown.clone(), at, self.last_slot);
                }
            }
            if let Ok(shown) = &came.result
                && !came.is_unchanged
            {
                self.copies.came(shown);
            }
        }
        for came in served {
            let copy = self.copies.get(came.document);
            if copy.is_some_and(|copy| copy.turn == self.last_slot && !copy.is_stale) {
                self.copies.rank(came.document);
            }
        }
    }

    fn leaves<'a>(&self, served: &'a [Came], before: &'a Copies, now: &'a Copies) -> Vec<Leaf<'a>> {
        let came = served.iter().filter_map(|came| Some((came, came.result.as_ref().ok()?)));
        came.map(|(came, shown)| {
            let copy = now.get(came.document);
            // What is only confirmed is what is known.
            let known = copy.filter(|_| came.is_unchanged);
            let shown = known.map_or(shown, |copy| &copy.shown);
            let is_folded = |copy: &Copy| !copy.is_stale && copy.shown.page_id == shown.page_id;
            let stale = !copy.is_some_and(is_folded);
            Leaf { shown, before: before.get(came.document), now, page: self.id, stale }
        })
        .collect()
    }

    fn judge(
        &mut self,
        heard: &Heard<'_>,
        event: &Value,
        leaves: &[Leaf<'_>],
    ) -> Result<(), Objection> {
        let backing = leaves.iter().find(|leaf| leaf.backs(event, &self.told));
        let before = self.told.report_key(event["stream"].as_str().unwrap_or_default());
        self.told.fold(event)?;
        let leaf = backing.ok_or("invented")?;
        let baseline = leaf.before.is_none();
        let key = self.told.report_key(event["stream"].as_str().unwrap_or_default());
        if let (Some(before), Some(now)) = (before, &key)
            && before != *now
        {
            self.ends.renamed(&before, now.clone());
            self.standing.renamed(&before, now);
        }
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
    pub(crate) fn newest_read(&self) -> impl Iterator<Item = &Copy> {
        let read = self.copies.all().filter(|copy| !copy.is_stale);
        read.filter(|copy| !self.patient && Some(copy.shown.page_time) == self.newest)
    }
}
