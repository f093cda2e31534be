//! Which document a told event stands on. What stands on none was invented.

use serde_json::Value;
use uuid::Uuid;

use super::belief::{Copies, Copy};
use super::data::{affected, text};
use super::shown::{Family, Micros, ReportKey, Shown, ShownComponent, ShownReport, micros};
use super::told::Told;
use super::truth::component_id;

/// A document of the poll that is being judged.
pub(crate) struct Leaf<'a> {
    pub(crate) shown: &'a Shown,
    /// The document of its kind that was read before it.
    pub(crate) before: Option<&'a Copy>,
    /// All documents, as they are known with those of this poll.
    pub(crate) now: &'a Copies,
    /// Our id of the page.
    pub(crate) page: Uuid,
    /// Whether it is older than what was read before.
    pub(crate) stale: bool,
}

impl Leaf<'_> {
    /// Whether it is believed in what it says of a report.
    pub(crate) fn believes(&self, key: &ReportKey) -> bool {
        let own = self.now.get(self.shown.document);
        own.is_none_or(|own| !own.outranked.contains(key))
    }

    /// Whether it was read whole, and not only confirmed.
    pub(crate) fn is_folded(&self) -> bool {
        let now = self.now.get(self.shown.document);
        now.is_some_and(|now| self.before.is_none_or(|before| now.turn > before.turn))
    }

    /// Whether this document says what `event` tells. `told` is what was told before.
    pub(crate) fn backs(&self, event: &Value, told: &Told) -> bool {
        let kind = event["type"].as_str().unwrap_or_default();
        let stream = event["stream"].as_str().unwrap_or_default();
        let name = event["data"]["external_id"].as_str().map(str::to_owned);
        let name = told.names.get(stream).cloned().or(name);
        let (Some(name), false) = (name, self.stale) else { return false };
        let Some((subject, fact)) = kind.split_once('.') else { return false };
        match subject {
            "component" => self.backs_component(&name, fact, &event["data"]),
            "incident" => self.backs_report(&(Family::Incident, name), fact, event, told),
            "maintenance" => self.backs_report(&(Family::Maintenance, name), fact, event, told),
            _ => false,
        }
    }

    fn backs_component(&self, name: &str, fact: &str, data: &Value) -> bool {
        let Some((components, complete)) = &self.shown.components else { return false };
        if fact == "removed" {
            let before = self.before.and_then(|before| before.shown.components.as_ref());
            let gone_before = before.is_some_and(|(all, whole)| *whole && !all.contains_key(name));
            return *complete && gone_before && !components.contains_key(name);
        }
        components.get(name).is_some_and(|shown| match fact {
            "added" => {
                shown.name == text(&data["name"])
                    && shown.status == text(&data["status_raw"])
                    && same_group(shown, data)
            }
            "status_changed" => shown.status == text(&data["status_raw"]),
            "renamed" => shown.name == text(&data["name"]),
            "moved" => same_group(shown, data),
            _ => false,
        })
    }

    fn backs_report(&self, key: &ReportKey, fact: &str, event: &Value, told: &Told) -> bool {
        let data = &event["data"];
        if fact == "withdrawn" {
            let seen = told.reports.get(key).map_or(Micros::MAX, |told| told.seen);
            return self.lacks(key, seen) && !self.shown.existing.contains(&key.1);
        }
        if fact == "continued" {
            let name = (key.0, text(&data["external_id"]));
            let Some(shown) = self.shown.reports.get(&name) else { return false };
            let known = told.reports.get(key);
            return *key == name || known.is_some_and(|known| known.goes_on_as(key, &name, shown));
        }
        let Some(shown) = self.shown.reports.get(key) else { return false };
        let named = told.reports.get(key).map(|told| told.named(shown));
        let shown = named.as_deref().unwrap_or(shown);
        // What it alone knows is kept; in all else another document is believed.
        if !self.believes(key) {
            return data["sets_phase"] == false && says(shown, event);
        }
        let is_new = |key: &_, shown: &_| told.before_rebuild(key, shown).is_none();
        match fact {
            "opened" => {
                let began = micros(&event["occurred_at"]);
                opens(key, shown, data) && shown.began() == began && is_new(key, shown)
            }
            "scheduled" => {
                let planned = micros(&data["planned_from"]);
                opens(key, shown, data) && shown.planned.0 == planned && is_new(key, shown)
            }
            "retitled" => shown.title.as_deref() == data["title"].as_str(),
            "impact_changed" => shown.impact == text(&data["impact_raw"]),
            "reappeared" => true,
            "components_changed" => self.affects(key, shown, data, told),
            "rescheduled" => {
                let window = (micros(&data["planned_from"]), micros(&data["planned_until"]));
                shown.planned == window
            }
            "retimed" => {
                key.0 == Family::Maintenance || shown.began() == micros(&data["started_at"])
            }
            "provider_linked" => {
                let url = text(&data["url"]);
                shown.updates.values().any(|update| update.body.contains(&url))
            }
            "update_removed" => {
                let update = text(&data["update_id"]);
                let listed = told.reports.get(key).and_then(|told| told.listed.get(&update));
                self.removes(key, shown, &update, listed.copied().flatten(), told)
            }
            _ => says(shown, event),
        }
    }

    /// Whether the document and the one before it both lack a report that they would have, and
    /// are newer than the last that showed it, which was of the time `seen`.
    fn lacks(&self, key: &ReportKey, seen: Micros) -> bool {
        let lacks = |shown: &Shown| {
            let claim = shown.claims.get(&key.0).copied();
            let claims = claim.is_some_and(|claim| claim.covers(Some(Micros::MAX)));
            claims && shown.page_time > seen && !shown.reports.contains_key(key)
        };
        lacks(self.shown) && self.before.is_some_and(|before| lacks(&before.shown))
    }

    /// Whether the told components are those of the report. None is taken out where not all
    /// could be read.
    fn affects(&self, key: &ReportKey, shown: &ShownReport, data: &Value, told: &Told) -> bool {
        let now = affected(data);
        let ids = shown.affected.iter().map(|name| component_id(self.page, name));
        let kept = told.reports.get(key).is_some_and(|told| told.affected.is_subset(&now));
        now == ids.collect() && (shown.affected_complete || kept)
    }

    /// Whether the document lacks an update, and is newer than the last that showed it, which was
    /// of the time `listed`, or the second to lack it.
    fn removes(
        &self,
        key: &ReportKey,
        shown: &ShownReport,
        update: &str,
        listed: Option<Micros>,
        told: &Told,
    ) -> bool {
        let lacks =
            |shown: &ShownReport| shown.updates_complete && !shown.updates.contains_key(update);
        let before = self.before.and_then(|before| before.shown.reports.get(key));
        let lacked = |before: &ShownReport| {
            told.reports.get(key).is_some_and(|told| lacks(&told.named(before)))
        };
        lacks(shown) && (shown.updated > listed || before.is_some_and(lacked))
    }
}

fn opens(key: &ReportKey, shown: &ShownReport, data: &Value) -> bool {
    let stand_in = match key.0 {
        Family::Incident => "Incident without a readable title",
        Family::Maintenance => "Maintenance without a readable title",
    };
    shown.title.as_deref().unwrap_or(stand_in) == text(&data["title"])
        && shown.impact == text(&data["impact_raw"])
        && shown.created == micros(&data["created_at"])
}

/// Whether an update, or the report's own status, says what a phase event or an edit tells. The
/// status is told without a text only where no update says the same.
fn says(shown: &ShownReport, event: &Value) -> bool {
    let data = &event["data"];
    let phase = text(&data["phase_raw"]);
    let Some(id) = data["update_id"].as_str() else {
        let is_said = shown.updates.values().any(|update| update.status == phase);
        return shown.status == phase && !is_said;
    };
    shown.updates.get(id).is_some_and(|update| {
        update.status == phase
            && update.body == text(&data["body"])
            && update.at == micros(&event["published_at"])
    })
}

/// A group whose name could not be read is known by its id, or not at all.
fn same_group(shown: &ShownComponent, data: &Value) -> bool {
    let told = data.get("group").filter(|group| !group.is_null());
    match (&shown.group, told) {
        (None, None) => true,
        (Some((id, name)), Some(told)) => {
            *id == text(&told["external_id"]) && (name.is_empty() || *name == text(&told["name"]))
        }
        (Some((_, name)), None) => name.is_empty(),
        (None, Some(_)) => false,
    }
}
