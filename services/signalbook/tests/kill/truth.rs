//! What the vendors show against what the program says that they do.

use std::collections::BTreeMap;

use serde_json::Value;
use signalbook_double::{Incident, Page};

use crate::program::Program;
use crate::vendors::Vendors;

/// The first thing that the program says of a vendor and that is not so, or the other way round.
pub(crate) fn lie(program: &Program, slug: &str, page: &Page) -> Option<String> {
    let outages = program.json(&format!("/v1/providers/{slug}/outages?limit=200"));
    let works = program.json(&format!("/v1/maintenances?provider={slug}&limit=200"));
    let provider = program.json(&format!("/v1/providers/{slug}"));
    reports(&page.incidents, outages["outages"].as_array()?)
        .or_else(|| reports(&page.maintenances, works["maintenances"].as_array()?))
        .or_else(|| components(page, provider["components"].as_array()?))
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
    let told: BTreeMap<&str, &str> = told
        .iter()
        .map(|shown| (shown["external_id"].as_str().unwrap(), shown["name"].as_str().unwrap()))
        .collect();
    let own = page.components.iter().filter(|component| !component.is_group);
    let own: BTreeMap<&str, &str> =
        own.map(|component| (component.id.as_str(), component.name.as_str())).collect();
    (told != own).then(|| format!("the components {told:?} for {own:?}"))
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
}
