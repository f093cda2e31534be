//! What the vendors show against what the program says that they do.

use std::collections::BTreeMap;

use serde_json::Value;
use signalbook_double::{ComponentStatus, Incident, Page};

use super::vendors::Vendors;
use crate::support::Program;

/// The first thing that the program says of a vendor and that is not so, or the other way round.
pub(crate) fn lie(program: &Program, slug: &str, page: &Page) -> Option<String> {
    let list = |path: String, key: &str| match program.json(&path)[key].take() {
        Value::Array(list) => Ok(list),
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Object(_)) => Err(format!("{path} has `{key}`: {other}")),
    };
    let compared = || {
        let outages = list(format!("/v1/providers/{slug}/outages?limit=200"), "outages")?;
        let works = list(format!("/v1/maintenances?provider={slug}&limit=200"), "maintenances")?;
        let parts = list(format!("/v1/providers/{slug}"), "components")?;
        Ok(reports(&page.incidents, &outages)
            .or_else(|| reports(&page.maintenances, &works))
            .or_else(|| components(page, &parts)))
    };
    compared().unwrap_or_else(Some)
}

/// A provider that is still up though it shows signs of trouble: they make it degraded once they
/// have lasted for an interval.
pub(crate) fn turning(program: &Program) -> Option<String> {
    let providers = program.json("/v1/providers")["providers"].take();
    let is_turning = |provider: &&Value| {
        provider["status"] == "up"
            && provider["signs"].as_array().is_some_and(|all| !all.is_empty())
    };
    let turning = providers.as_array().and_then(|all| all.iter().find(is_turning).cloned())?;
    Some(format!("{} has not turned degraded", turning["slug"]))
}

fn reports(own: &[Incident], told: &[Value]) -> Option<String> {
    let mut told: BTreeMap<&str, &Value> =
        told.iter().map(|report| (report["external_id"].as_str().unwrap(), report)).collect();
    for incident in own {
        let Some(report) = told.remove(incident.id.as_str()) else {
            return Some(format!("nothing of {incident:?}"));
        };
        if !is_told(incident, report) {
            return Some(format!("{report} for {incident:?}"));
        }
    }
    let ghost = told.values().find(|report| report["withdrawn"] == false);
    ghost.map(|report| format!("{report}, which the vendor does not show"))
}

fn is_told(incident: &Incident, report: &Value) -> bool {
    let told: BTreeMap<&str, &str> = report["updates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|update| update["removed"] != true)
        .filter_map(|update| Some((update["id"].as_str()?, update["body"].as_str()?)))
        .collect();
    let own: BTreeMap<&str, &str> =
        incident.updates.iter().map(|update| (update.id.as_str(), update.body.as_str())).collect();
    report["title"] == incident.title
        && report["phase"] == incident.status.word()
        && (incident.window.is_some() || report["impact"] == incident.impact.word())
        && report["withdrawn"] == false
        && told == own
}

fn components(page: &Page, told: &[Value]) -> Option<String> {
    let text = |shown: &'_ Value, key: &str| shown[key].as_str().unwrap().to_owned();
    let told: BTreeMap<String, (String, String)> = told
        .iter()
        .map(|shown| (text(shown, "external_id"), (text(shown, "name"), text(shown, "status"))))
        .collect();
    let own = page.components.iter().filter(|component| !component.is_group);
    let own: BTreeMap<String, (String, String)> =
        own.map(|own| (own.id.clone(), (own.name.clone(), word(own.status).to_owned()))).collect();
    (told != own).then(|| format!("the components {told:?} for {own:?}"))
}

/// Our word for what a vendor says of a component.
fn word(status: ComponentStatus) -> &'static str {
    match status {
        ComponentStatus::Operational => "operational",
        ComponentStatus::UnderMaintenance => "maintenance",
        ComponentStatus::DegradedPerformance => "degraded",
        ComponentStatus::PartialOutage => "partial_outage",
        ComponentStatus::MajorOutage => "major_outage",
        ComponentStatus::Other(_) => "unknown",
    }
}

/// Everything that the views say, without what grows with the time.
#[derive(Debug, PartialEq)]
pub(crate) struct Answers(Vec<Value>);

impl Answers {
    pub(crate) fn of(program: &Program, vendors: &Vendors) -> Self {
        let paths = vendors.slugs().flat_map(|slug| {
            [
                format!("/v1/providers/{slug}"),
                format!("/v1/providers/{slug}/outages?limit=200"),
                format!("/v1/maintenances?provider={slug}&limit=200"),
            ]
        });
        let timeless = |path: String| {
            let mut answer = program.json(&path);
            for grows in ["downtime_seconds", "downtime", "headline"] {
                answer.as_object_mut().unwrap().remove(grows);
            }
            answer
        };
        Self(paths.map(timeless).collect())
    }

    /// That each answer is the same as `before`.
    #[track_caller]
    pub(crate) fn expect_same(&self, before: &Self, why: &str) {
        assert_eq!(self.0.len(), before.0.len());
        for (now, before) in self.0.iter().zip(&before.0) {
            let (Value::Object(now), Value::Object(before)) = (now, before) else { panic!() };
            for (key, value) in now {
                let now = Value::Object(now.clone());
                assert_eq!(Some(value), before.get(key), "{why}: `{key}` of {now}");
            }
            assert_eq!(now.len(), before.len(), "{why}");
        }
    }
}
