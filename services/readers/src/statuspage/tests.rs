//! Tests of this platform's rules on small synthetic documents.

mod affected;
mod bounds;
mod coverage;
mod damage;
mod documents;
mod half_read;
mod indicator;
mod reports;

use serde_json::{Value, json};
use signalbook_domain::Document;
use signalbook_domain::snapshot::{ObservedReport, Snapshot};

use crate::error::ReadError;

fn read(document: Document, value: &Value) -> Snapshot {
    try_read(document, value).unwrap()
}

fn try_read(document: Document, value: &Value) -> Result<Snapshot, ReadError> {
    super::read(document, value.to_string().as_bytes())
}

fn page() -> Value {
    json!({
        "id": "f3rnb4s3page",
        "name": "Fernbase",
        "url": "https://status.fernbase.example",
        "time_zone": "Etc/UTC",
        "updated_at": "2026-02-12T15:11:05.000Z",
    })
}

fn summary() -> Value {
    json!({
        "page": page(),
        "status": {"indicator": "none", "description": "All Systems Operational"},
        "components": [
            {"id": "g1", "name": "Mail", "status": "operational", "group": true, "components": ["c1"]},
            {"id": "c1", "name": "Sending", "status": "partial_outage", "group": false,
             "group_id": "g1", "updated_at": "2026-02-12T10:11:05.000-05:00"},
            {"id": "c2", "name": "Login", "status": "operational", "group": false, "group_id": null},
        ],
        "incidents": [],
        "scheduled_maintenances": [],
    })
}

fn incident(id: &str) -> Value {
    json!({
        "id": id,
        "name": "Mail is late",
        "status": "resolved",
        "created_at": "2026-02-12T15:00:00.000Z",
        "updated_at": "2026-02-12T16:00:01.000Z",
        "monitoring_at": null,
        "resolved_at": "2026-02-12T16:00:00.000Z",
        "impact": "minor",
        "shortlink": format!("https://stspg.example/{id}"),
        "started_at": "2026-02-12T14:59:59.000Z",
        "page_id": "f3rnb4s3page",
        "incident_updates": [
            update("u2", "resolved", "All sent.", "2026-02-12T16:00:00Z"),
            update("u1", "investigating", "We look.", "2026-02-12T15:00:00Z"),
        ],
        "components": [],
    })
}

fn update(id: &str, status: &str, body: &str, at: &str) -> Value {
    json!({
        "id": id,
        "status": status,
        "body": body,
        "created_at": at,
        "updated_at": at,
        "display_at": at,
        "affected_components": null,
    })
}

fn maintenance(id: &str, status: &str) -> Value {
    json!({
        "id": id,
        "name": "New disks",
        "status": status,
        "created_at": "2026-02-01T09:00:00.000Z",
        "started_at": "2026-02-01T08:59:59.900Z",
        "updated_at": "2026-02-01T09:00:00.000Z",
        "impact": "maintenance",
        "scheduled_for": "2026-02-14T22:00:00.000Z",
        "scheduled_until": "2026-02-15T02:00:00.000Z",
        "incident_updates": [],
        "components": [],
    })
}

/// Returns `value` with `field` set, or removed if `to` is `None`.
fn with(mut value: Value, field: &str, to: impl Into<Option<Value>>) -> Value {
    let fields = value.as_object_mut().unwrap();
    match to.into() {
        Some(to) => fields.insert(field.to_owned(), to),
        None => fields.remove(field),
    };
    value
}

fn incidents(list: &[Value]) -> Value {
    json!({"page": page(), "incidents": list})
}

fn read_incident(value: Value) -> (ObservedReport, Vec<String>) {
    let mut snapshot = read(Document::Incidents, &incidents(&[value]));
    (snapshot.reports.pop().unwrap(), snapshot.skipped)
}

fn read_maintenance(value: &Value) -> ObservedReport {
    let document = json!({"page": page(), "scheduled_maintenances": [value]});
    read(Document::Maintenances, &document).reports.pop().unwrap()
}
