//! What the log has told, folded by the oracle. An event that changes nothing was told twice.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use super::data::{affected, group, planned, text};
use super::shown::{Family, Micros, ReportKey, Shown, ShownReport, is_over, micros};
use super::words::{check_words, our_word};

/// The fold of one page's streams.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) reports: BTreeMap<ReportKey, ToldReport>,
    pub(crate) components: BTreeMap<String, ToldComponent>,
    /// The vendor's id behind each stream.
    pub(crate) names: BTreeMap<String, String>,
    /// The turn that is being told.
    pub(crate) turn: i64,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, Default)]
pub(crate) struct ToldReport {
    pub(crate) id: Uuid,
    pub(crate) stream: String,
    pub(crate) title: String,
    pub(crate) impact: String,
    pub(crate) phase: String,
    pub(crate) created: Option<Micros>,
    started: Option<Micros>,
    pub(crate) planned: (Option<Micros>, Option<Micros>),
    pub(crate) affected: BTreeSet<Uuid>,
    pub(crate) updates: BTreeMap<String, ToldUpdate>,
    pub(crate) links: BTreeSet<String>,
    pub(crate) withdrawn: bool,
    /// Whether it stood on a page that was replaced, and was not seen on the new one.
    pub(crate) replaced: bool,
    /// Whether it goes on under another id than at first: its updates may have others too.
    continued: bool,
    /// Whether its end is inferred.
    pub(crate) inferred: bool,
    /// When it ended, if that is inferred.
    ended: Option<Micros>,
    over: bool,
    /// The observation that it was first told from.
    pub(crate) opened_by: String,
    /// The observation that it was last told as back from.
    pub(crate) back_by: String,
    pub(crate) backfilled: bool,
    /// The turn in which something was last told of it.
    told_in: i64,
    /// The vendor's time of the newest document that showed it.
    pub(crate) seen: Micros,
    /// The newest time of change of its own that a document showed.
    pub(crate) updated: Option<Micros>,
    /// The report's own time of change when a part of it was last served broken: what else
    /// changed until then is no news behind that, and waits for a second poll.
    pub(crate) broken: Option<Micros>,
    /// The report's own time of change when it last showed each update.
    pub(crate) listed: BTreeMap<String, Option<Micros>>,
    retimed: Option<(Value, Value)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToldUpdate {
    pub(crate) phase: String,
    pub(crate) body: String,
    pub(crate) at: Option<Micros>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ToldComponent {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) group: Option<(String, String)>,
    pub(crate) present: bool,
}

/// What was known of a report before a poll.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) updated: Option<Micros>,
    pub(crate) told_in: i64,
}

/// Why an event cannot have happened, or had happened before.
pub(crate) type Objection = String;

impl Told {
    /// Folds one event in.
    pub(crate) fn fold(&mut self, event: &Value) -> Result<(), Objection> {
        check_words(&event["data"])?;
        let stream = event["stream"].as_str().unwrap_or_default();
        let kind = event["type"].as_str().unwrap_or_default();
        let mut parts = stream.split('/');
        let id: Uuid = parts.nth(2).and_then(|id| id.parse().ok()).ok_or("no such stream")?;
        match stream.split('/').next() {
            Some("component") => self.component(stream, id, kind, event),
            Some("incident") => self.report(Family::Incident, stream, id, kind, event),
            Some("maintenance") => self.report(Family::Maintenance, stream, id, kind, event),
            _ => Ok(()),
        }
    }

    /// The vendor has put another page in the place of this one.
    pub(crate) fn replaced(&mut self) {
        self.reports.values_mut().for_each(|report| report.replaced = true);
    }

    /// The report that goes on under the id of `key`, if one does that is not known under it.
    pub(crate) fn before_rebuild(
        &self,
        key: &ReportKey,
        shown: &ShownReport,
    ) -> Option<&ReportKey> {
        let mut reports = self.reports.iter();
        reports.find(|(known, told)| told.goes_on_as(known, key, shown)).map(|(known, _)| known)
    }

    /// Remembers when each report, and each of its updates, was last seen.
    pub(crate) fn saw(&mut self, shown: &Shown) {
        for (key, report) in &shown.reports {
            if let Some(told) = self.reports.get_mut(key) {
                let report = &told.named(report);
                told.seen = told.seen.max(shown.page_time);
                told.updated = told.updated.max(report.updated);
                for update in report.updates.keys() {
                    let listed = told.listed.entry(update.clone()).or_default();
                    *listed = report.updated.max(*listed);
                }
                if !report.affected_complete {
                    told.broken = told.broken.max(report.updated);
                }
            }
        }
    }

    /// When each report last changed, as far as documents showed it, and the turn in which something
    /// was last told of it.
    pub(crate) fn times_of_change(&self) -> BTreeMap<Uuid, Known> {
        let known = |told: &ToldReport| Known { updated: told.updated, told_in: told.told_in };
        self.reports.values().map(|told| (told.id, known(told))).collect()
    }

    /// The report whose stream this is.
    pub(crate) fn report_key(&self, stream: &str) -> Option<ReportKey> {
        let family = match stream.split('/').next()? {
            "incident" => Family::Incident,
            "maintenance" => Family::Maintenance,
            _ => return None,
        };
        Some((family, self.names.get(stream)?.clone()))
    }

    fn component(
        &mut self,
        stream: &str,
        id: Uuid,
        kind: &str,
        event: &Value,
    ) -> Result<(), Objection> {
        let data = &event["data"];
        if kind == "component.added" {
            let name = text(&data["external_id"]);
            self.names.insert(stream.to_owned(), name.clone());
            let added = ToldComponent {
                id,
                name: text(&data["name"]),
                status: text(&data["status_raw"]),
                group: group(data),
                present: true,
            };
            let before = self.components.insert(name, added);
            return changed(before.is_none_or(|before| !before.present));
        }
        let known = self.names.get(stream).and_then(|name| self.components.get_mut(name));
        let component = known.ok_or("a component that was never added")?;
        match kind {
            "component.status_changed" => put(&mut component.status, text(&data["status_raw"])),
            "component.renamed" => put(&mut component.name, text(&data["name"])),
            "component.moved" => put(&mut component.group, group(data)),
            "component.removed" => put(&mut component.present, false),
            _ => Err(format!("unheard of: {kind}")),
        }
    }

    fn report(
        &mut self,
        family: Family,
        stream: &str,
        id: Uuid,
        kind: &str,
        event: &Value,
    ) -> Result<(), Objection> {
        let data = &event["data"];
        if matches!(kind, "incident.opened" | "maintenance.scheduled") {
            let name = text(&data["external_id"]);
            self.names.insert(stream.to_owned(), name.clone());
            let opened = ToldReport {
                id,
                stream: stream.to_owned(),
                title: text(&data["title"]),
                impact: text(&data["impact_raw"]),
                created: micros(&data["created_at"]),
                started: micros(&event["occurred_at"]),
                planned: planned(data),
                affected: affected(data),
                opened_by: text(&event["observation_id"]),
                backfilled: event["backfilled"] == true,
                told_in: self.turn,
                ..ToldReport::default()
            };
            return changed(self.reports.insert((family, name), opened).is_none());
        }
        let name = self.names.get(stream).ok_or("a report that was never opened")?;
        let key = (family, name.clone());
        if kind.ends_with(".continued") {
            let report = self.reports.remove(&key).ok_or("no such report")?;
            let now = (family, text(&data["external_id"]));
            self.names.insert(stream.to_owned(), now.1.clone());
            let goes_on = ToldReport { replaced: false, continued: true, ..report };
            return changed(self.reports.insert(now, goes_on).is_none());
        }
        let report = self.reports.get_mut(&key).ok_or("no such report")?;
        report.told_in = self.turn;
        report.fold(kind.split('.').nth(1).unwrap_or_default(), event)
    }
}

impl ToldReport {
    /// Whether it is over. What we cannot understand neither ends nor reopens it.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Whether it, known as `own`, may be what is shown as `key` on the page that was put in the
    /// place of its own: of the same family and title, and begun within a minute.
    pub(crate) fn goes_on_as(&self, own: &ReportKey, key: &ReportKey, shown: &ShownReport) -> bool {
        own.0 == key.0 && self.replaced && !self.withdrawn && self.is_same(key.0, shown)
    }

    fn is_same(&self, family: Family, shown: &ShownReport) -> bool {
        let plain = |title: &str| -> String {
            let seen = title.chars().filter(|c| c.is_alphanumeric() || c.is_ascii_punctuation());
            seen.flat_map(char::to_lowercase).collect()
        };
        let (told, shown_start) = match family {
            Family::Incident => (self.started, shown.began()),
            Family::Maintenance => (self.planned.0, shown.planned.0),
        };
        let begins = told.or(self.created).zip(shown_start.or(shown.created));
        shown.title.as_ref().is_some_and(|title| plain(&self.title) == plain(title))
            && begins.is_some_and(|(one, other)| (one - other).abs() <= 60_000_000)
    }

    /// What is shown of it, with its updates under the ids by which they were told first: those of
    /// a report that goes on under another id are known by what they say.
    pub(crate) fn named<'a>(&self, shown: &'a ShownReport) -> Cow<'a, ShownReport> {
        if !self.continued {
            return Cow::Borrowed(shown);
        }
        let mut named = shown.clone();
        let mut unmet: Vec<(&String, &ToldUpdate)> = self.updates.iter().collect();
        unmet.retain(|(id, _)| !shown.updates.contains_key(*id));
        named.updates = BTreeMap::new();
        for (id, update) in &shown.updates {
            let same = |(_, told): &(&String, &ToldUpdate)| {
                (&told.phase, &told.body, told.at) == (&update.status, &update.body, update.at)
            };
            let known = self.updates.contains_key(id);
            let met = unmet.iter().position(same).filter(|_| !known);
            let id = met.map_or(id, |place| unmet.remove(place).0);
            named.updates.insert(id.clone(), update.clone());
        }
        Cow::Owned(named)
    }

    fn fold(&mut self, fact: &str, event: &Value) -> Result<(), Objection> {
        let data = &event["data"];
        match fact {
            "retitled" => put(&mut self.title, text(&data["title"])),
            "impact_changed" => put(&mut self.impact, text(&data["impact_raw"])),
            "components_changed" => put(&mut self.affected, affected(data)),
            "rescheduled" => put(&mut self.planned, planned(data)),
            "withdrawn" => put(&mut self.withdrawn, true),
            "reappeared" => {
                self.back_by = text(&event["observation_id"]);
                put(&mut self.withdrawn, false)
            }
            "provider_linked" => changed(self.links.insert(text(&data["url"]))),
            "retimed" => {
                self.inferred &= self.ended == micros(&data["resolved_at"]);
                self.started = micros(&data["started_at"]);
                let times = (data["started_at"].clone(), data["resolved_at"].clone());
                put(&mut self.retimed, Some(times))
            }
            "update_removed" => changed(self.updates.remove(&text(&data["update_id"])).is_some()),
            "update_edited" => {
                let known = self.updates.get_mut(&text(&data["update_id"]));
                put(known.ok_or("an edit of an update that was never told")?, update(event))
            }
            _ if data["sets_phase"].is_boolean() => self.enter(event),
            _ => Err(format!("unheard of: {fact}")),
        }
    }

    /// An update that is known may set the phase anew, if the vendor's status came to say the same:
    /// it says what it said.
    fn enter(&mut self, event: &Value) -> Result<(), Objection> {
        let data = &event["data"];
        let phase = text(&data["phase_raw"]);
        let sets_phase = data["sets_phase"] == true;
        let new = match data["update_id"].as_str() {
            Some(id) => match self.updates.insert(id.to_owned(), update(event)) {
                None => true,
                Some(known) if known != update(event) => {
                    return Err("an update is told anew with other words".to_owned());
                }
                Some(_) => sets_phase && self.phase != phase,
            },
            None => self.phase != phase || self.inferred != data["inferred"].is_object(),
        };
        if sets_phase {
            match our_word(&phase) {
                "unknown" => {}
                _ => self.over = is_over(&phase),
            }
            self.phase = phase;
            self.inferred = data["inferred"].is_object();
            self.ended = micros(&data["inferred"]["first_missing_at"]);
            self.retimed = None;
        }
        changed(new)
    }
}

fn changed(changed: bool) -> Result<(), Objection> {
    if changed { Ok(()) } else { Err("told twice".to_owned()) }
}

fn put<T: PartialEq>(field: &mut T, value: T) -> Result<(), Objection> {
    let is_new = *field != value;
    *field = value;
    changed(is_new)
}

fn update(event: &Value) -> ToldUpdate {
    let data = &event["data"];
    ToldUpdate {
        phase: text(&data["phase_raw"]),
        body: text(&data["body"]),
        at: micros(&event["published_at"]),
    }
}
