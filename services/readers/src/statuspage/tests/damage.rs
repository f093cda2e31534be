use serde_json::{Value, json};
use signalbook_domain::snapshot::Snapshot;
use signalbook_domain::{Document, ReportKind};

use super::{incident, maintenance, summary, update, with};
use crate::error::ReadError;

fn whole() -> Value {
    let named = json!([{"code": "c2", "name": "Login"}]);
    let said = with(
        update("u1", "identified", "Found.", "2026-02-12T15:00:00Z"),
        "affected_components",
        named,
    );
    let own = json!([{"id": "c1", "name": "Sending", "group_id": "g1"}]);
    let shown = with(with(incident("i1"), "incident_updates", json!([said])), "components", own);
    let document = with(summary(), "incidents", json!([shown, incident("i2")]));
    with(document, "scheduled_maintenances", json!([maintenance("m1", "scheduled")]))
}

/// Collects every place in `value` as a JSON pointer.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Array(list) => {
            for (index, child) in list.iter().enumerate() {
                places(child, &format!("{here}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (key, child) in fields {
                places(child, &format!("{here}/{key}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

const DAMAGES: [&str; 7] = ["null", "true", "1.5", "\"?\"", "[]", "{}", "[[]]"];

/// Reads `whole` with each kind of damage at each place.
fn damaged(whole: &Value, mut see: impl FnMut(&str, &str, Result<Snapshot, ReadError>)) {
    let mut found = Vec::new();
    places(whole, "", &mut found);
    for place in found {
        for value in DAMAGES {
            let mut damaged = whole.clone();
            *damaged.pointer_mut(&place).unwrap() = value.parse().unwrap();
            let result = super::super::read(Document::Summary, damaged.to_string().as_bytes());
            see(&place, value, result);
        }
    }
}

#[test]
fn damage_in_any_one_place_is_survived_and_damage_in_one_incident_leaves_the_other() {
    damaged(&whole(), |place, value, result| {
        if place.starts_with("/incidents/0") {
            let reports = result.unwrap().reports;
            assert!(reports.iter().any(|report| report.external_id == "i2"), "{place} {value}");
        }
    });
}

#[test]
fn no_damage_in_any_one_place_hides_that_something_goes_on() {
    let begun = json!([update("u1", "investigating", "We look.", "2026-02-12T15:00:00Z")]);
    let open = with(with(incident("i1"), "incident_updates", begun), "resolved_at", None);
    let open = with(open, "status", json!("investigating"));
    damaged(&with(whole(), "incidents", json!([open])), |place, value, result| {
        let Ok(snapshot) = result else { return assert!(!place.starts_with("/incidents/0")) };
        let mut incidents =
            snapshot.reports.iter().filter(|shown| shown.kind == ReportKind::Incident);
        let is_open = incidents.any(|shown| !shown.status().value.is_over());
        // A missing list does not mean that all incidents are over; an empty one does.
        let is_listed = snapshot.coverage.iter().any(|(kind, _)| *kind == ReportKind::Incident);
        let is_told = is_open || !snapshot.unidentified.is_empty() || !is_listed;
        let is_emptied = (place, value) == ("/incidents", "[]");
        assert!(is_told || is_emptied, "{place} {value}: {snapshot:?}");
    });
}

#[test]
fn a_document_that_breaks_off_anywhere_is_never_read_as_a_shorter_one() {
    let text = whole().to_string();
    for end in 1..text.len() {
        let result = super::super::read(Document::Summary, &text.as_bytes()[..end]);
        assert!(matches!(result, Err(ReadError::Truncated { .. })), "{end}: {result:?}");
    }
}
