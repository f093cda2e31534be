//! Ends that no vendor announces: what the document of all that goes on lists no more, where no
//! other list can know what became of it.

use std::collections::BTreeMap;

use serde_json::Value;
use signalbook_domain::Document;

use super::belief::Copies;
use super::data::text;
use super::health::Health;
use super::shown::{Family, Micros, ReportKey, Shown, is_over, micros};
use super::told::{Objection, Told, ToldReport};

/// So many polls in a row that do not list a report end it.
const POLLS: u32 = 2;

/// A list that has to know, and fails or is old, is waited for no longer than this.
const WAIT: Micros = 24 * 3_600 * 1_000_000;

/// What was listed as open, and is not listed any more.
#[derive(Default)]
pub(crate) struct Ends {
    /// When each report was last listed as open by the current document.
    listed: BTreeMap<ReportKey, Micros>,
    /// When each was by another.
    by_lists: BTreeMap<ReportKey, Micros>,
    missing: BTreeMap<ReportKey, Gone>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gone {
    last_listed: Micros,
    first_missing: Micros,
    polls: u32,
}

impl Ends {
    /// A poll at `at` was answered.
    pub(crate) fn count(&mut self, copies: &Copies, told: &Told, at: Micros) {
        for gone in self.missing.values_mut() {
            gone.last_listed = gone.last_listed.min(at);
            gone.first_missing = gone.first_missing.min(at);
        }
        let Some(current) = copies.get(Document::Summary).filter(|copy| copy.came_at == at) else {
            return;
        };
        if current.is_stale {
            self.missing.values_mut().for_each(|gone| gone.polls = 0);
            return;
        }
        let current = &current.shown;
        for (key, listed) in self.listed.iter().chain(&self.by_lists) {
            let gone = Gone { last_listed: *listed, first_missing: at, polls: 0 };
            self.missing.entry(key.clone()).or_insert(gone);
        }
        self.missing.retain(|key, _| {
            told.reports.get(key).is_some_and(|told| !told.is_over() && !told.withdrawn)
                && !current.reports.contains_key(key)
        });
        for (key, gone) in &mut self.missing {
            // What a list shows as open goes on, and what is not read whole cannot say.
            let listed = listed_by_a_list(copies, key);
            gone.last_listed = gone.last_listed.max(listed.unwrap_or(gone.last_listed));
            if listed.is_some() || !current.whole.contains(&key.0) {
                gone.polls = 0;
                continue;
            }
            if gone.polls == 0 {
                gone.first_missing = at;
            }
            gone.polls += 1;
        }
        self.listed = open(current).map(|key| (key, at)).collect();
    }

    /// A poll was answered: remembers what lists show as open, also if the current document failed.
    pub(crate) fn note_lists(&mut self, copies: &Copies) {
        let lists = copies.all().filter(|copy| copy.shown.document != Document::Summary);
        let open = lists.flat_map(|copy| open(&copy.shown).map(|key| (key, copy.read_at)));
        self.by_lists = open.collect();
    }

    /// Folds the ends that were told as inferred at `at`, and what was told as withdrawn because no
    /// list has it any more, and compares them with what had to be. Answers how many ends there were.
    pub(crate) fn judge(
        &mut self,
        events: &[&Value],
        told: &mut Told,
        copies: &Copies,
        health: &Health,
        at: Micros,
    ) -> Result<usize, Objection> {
        let due = self.missing.iter().filter(|(_, gone)| gone.polls >= POLLS);
        let due = due.filter_map(|(key, gone)| {
            let known =
                told.reports.get(key).filter(|known| !known.is_over() && !known.withdrawn)?;
            let became = became(key, gone, known, copies, health, at);
            (became != Became::ForAList).then(|| (key.clone(), (*gone, became)))
        });
        let mut due: BTreeMap<ReportKey, (Gone, Became)> = due.collect();
        let ended = due.values().filter(|(_, became)| *became == Became::Over).count();
        for event in events {
            let key = told.report_key(event["stream"].as_str().unwrap_or_default());
            let gone = key.as_ref().and_then(|key| due.remove(key));
            let (Some(key), Some((gone, became))) = (key, gone) else {
                return Err(format!("nothing says that it ended: {event}"));
            };
            let is_right = match became {
                Became::Deleted => text(&event["type"]).ends_with(".withdrawn"),
                Became::Over | Became::ForAList => says_so(event, end(&key, &gone, told), &gone),
            };
            if !is_right {
                return Err(format!("it ended otherwise, as {gone:?} says: {event}"));
            }
            self.missing.remove(&key);
            told.fold(event)?;
        }
        match due.first_key_value() {
            None => Ok(ended),
            Some((key, gone)) => Err(format!("the end of {key:?} is not told: {gone:?}")),
        }
    }

    /// The vendor has put another page in the place of this one: what was listed as open is over
    /// unless that lists it too.
    pub(crate) fn replaced(&mut self, at: Micros) {
        let by_lists = std::mem::take(&mut self.by_lists);
        for (key, last_listed) in std::mem::take(&mut self.listed).into_iter().chain(by_lists) {
            let gone = Gone { last_listed, first_missing: at, polls: 0 };
            self.missing.entry(key).or_insert(gone);
        }
    }

    /// Polls of before are not in a row with those after.
    pub(crate) fn interrupted(&mut self) {
        self.missing.values_mut().for_each(|gone| gone.polls = 0);
    }

    /// A report is called otherwise from now on.
    pub(crate) fn renamed(&mut self, before: &ReportKey, now: ReportKey) {
        if let Some(gone) = self.missing.remove(before) {
            self.missing.insert(now, gone);
        }
    }
}

/// What a document shows as open.
fn open(shown: &Shown) -> impl Iterator<Item = ReportKey> {
    let open = shown.reports.iter().filter(|(_, report)| !is_over(&report.status));
    open.map(|(key, _)| key.clone())
}

/// When a list that can be relied on last showed a report as open.
fn listed_by_a_list(copies: &Copies, key: &ReportKey) -> Option<Micros> {
    let lists = copies.all().filter(|copy| {
        copy.shown.document != Document::Summary && !copy.is_stale && !copy.is_failing
    });
    let open = lists
        .filter(|copy| copy.shown.reports.get(key).is_some_and(|report| !is_over(&report.status)));
    open.map(|copy| copy.read_at).max()
}

/// How it ended: planned work that had not begun was called off.
fn end(key: &ReportKey, gone: &Gone, told: &Told) -> &'static str {
    let known = told.reports.get(key);
    let under_way = |known: &ToldReport| {
        ["in_progress", "verifying"].contains(&known.phase.as_str())
            || known.planned.0.is_some_and(|from| from <= gone.first_missing)
    };
    match key.0 {
        Family::Incident => "resolved",
        Family::Maintenance if known.is_some_and(under_way) => "completed",
        Family::Maintenance => "cancelled",
    }
}

fn says_so(event: &Value, phase: &str, gone: &Gone) -> bool {
    let data = &event["data"];
    let inferred = &data["inferred"];
    text(&data["phase"]) == phase
        && data["sets_phase"] == true
        && data["update_id"].is_null()
        && event["occurred_at"].is_null()
        && event["backfilled"] == false
        && text(&data["body"]).is_empty()
        && micros(&inferred["last_listed_at"]) == Some(gone.last_listed)
        && micros(&inferred["first_missing_at"]) == Some(gone.first_missing)
}

/// What became of a report that is listed as open no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    /// The list of what is over says it, or will.
    ForAList,
    /// It was deleted: that list would have to have it, and has not.
    Deleted,
    /// It is over, and no list can know.
    Over,
}

fn became(
    key: &ReportKey,
    gone: &Gone,
    known: &ToldReport,
    copies: &Copies,
    health: &Health,
    at: Micros,
) -> Became {
    let document = key.0.list();
    let is_patient = at - gone.first_missing < WAIT;
    let copy = copies.get(document);
    let has_to = copy.is_some_and(|copy| copy.shown.must_list(key, known));
    // What could not be read of a list may be the report.
    let is_uncertain = copy.is_none_or(|copy| copy.shown.claims_nothing(key.0));
    if let Some(miss) = health.miss(document) {
        let waits = !miss.is_not_there && (is_uncertain || has_to) && is_patient;
        return if waits { Became::ForAList } else { Became::Over };
    }
    // A list that has not come yet and has not failed either is waited for.
    let Some(copy) = copy else {
        return if is_patient { Became::ForAList } else { Became::Over };
    };
    let was_asked = !copy.is_stale && copy.read_at >= gone.first_missing;
    match copy.shown.reports.contains_key(key) {
        true if is_patient => Became::ForAList,
        false if was_asked && has_to => Became::Deleted,
        false if (is_uncertain || has_to) && is_patient => Became::ForAList,
        true | false => Became::Over,
    }
}
