use serde_json::{Value, json};
use signalbook_domain::Document;

use super::{incident, incidents, page, read, read_incident, summary, update, with};
use crate::limits::{BODY_BYTES_MAX, COMPONENTS_MAX, REPORTS_MAX, UPDATES_IN_ALL_MAX, UPDATES_MAX};

#[test]
fn titles_and_texts_lose_control_and_bidirectional_characters() {
    let body = "one\r\n\u{1b}[1mtwo\u{202e}\rthree";
    let text = update("u1", "investigating", body, "2026-02-12T15:00:00Z");
    let value = with(incident("i\u{0}1"), "name", json!("A\u{2066}B\u{0}C\u{202d}"));
    let (report, _) = read_incident(with(value, "incident_updates", json!([text])));
    assert_eq!((report.title.as_deref(), report.external_id.as_str()), (Some("ABC"), "i1"));
    assert_eq!(report.updates[0].body, "one\n[1mtwo\nthree");
}

#[test]
fn names_and_titles_are_one_line_without_what_nobody_sees_at_its_ends() {
    let name = |name: &str| json!(format!("\u{200b} {name}\u{2060}\r\n"));
    let components = json!([
        {"id": "g1", "name": name("Mail\rand more"), "group": true},
        {"id": "c1", "name": name("Sending\tmail"), "group_id": "g1", "status": " operational\n"},
    ]);
    let value = with(incident("i1"), "name", name("Mail\r\nis late 👩\u{200d}🔧 again"));
    let value = with(value, "components", json!([{"id": "c9", "name": name("Search")}]));
    let document = with(with(summary(), "components", components), "incidents", json!([value]));
    let snapshot = read(
        Document::Summary,
        &with(document, "page", with(page(), "name", name("Fern\u{85}base"))),
    );
    assert_eq!(snapshot.page_name.as_deref(), Some("Fern base"));
    let component = &snapshot.components.as_ref().unwrap()[0];
    assert_eq!(component.name.as_deref(), Some("Sending mail"));
    assert_eq!(component.status.raw, "operational");
    let group = component.group.as_ref().unwrap();
    assert_eq!(group.name.as_deref(), Some("Mail and more"));
    let report = &snapshot.reports[0];
    assert_eq!(report.title.as_deref(), Some("Mail is late 👩\u{200d}🔧 again"));
    assert_eq!(report.affected[0].name, "Search");
    assert!(snapshot.skipped.is_empty(), "{:?}", snapshot.skipped);
}

#[test]
fn a_long_title_is_cut_and_noted() {
    let (report, skipped) = read_incident(with(incident("i1"), "name", json!("é".repeat(501))));
    assert_eq!(report.title, Some("é".repeat(500)));
    assert_eq!(skipped, ["incident `i1`: `name` cut to 500 characters"]);
}

#[test]
fn a_long_text_is_cut_between_characters_and_noted() {
    let body = format!("a{}", "é".repeat(BODY_BYTES_MAX));
    let list = json!([update("u1", "investigating", &body, "2026-02-12T15:00:00Z")]);
    let (report, skipped) = read_incident(with(incident("i1"), "incident_updates", list));
    assert_eq!(report.updates[0].body.len(), BODY_BYTES_MAX - 1);
    assert_eq!(skipped, ["incident `i1`: update `u1`: `body` cut to 65536 bytes"]);
}

#[test]
fn of_too_many_updates_the_newest_are_kept() {
    let list: Vec<Value> = (0..=UPDATES_MAX)
        .map(|n| update(&n.to_string(), "monitoring", "", "2026-02-12T15:00:00Z"))
        .collect();
    let (report, skipped) = read_incident(with(incident("i1"), "incident_updates", json!(list)));
    assert_eq!(report.updates.len(), UPDATES_MAX);
    assert_eq!(report.updates[0].external_id.as_deref(), Some("0"));
    assert_eq!(skipped, ["incident `i1`: only the first 500 of 501 updates are kept"]);
}

#[test]
fn of_the_updates_of_all_incidents_together_so_many_are_kept() {
    let list: Vec<Value> = (0..UPDATES_MAX).map(|_| json!({})).collect();
    let reports = UPDATES_IN_ALL_MAX / UPDATES_MAX + 2;
    let list: Vec<Value> = (0..reports)
        .map(|n| with(incident(&n.to_string()), "incident_updates", json!(list)))
        .collect();
    let snapshot = read(Document::Incidents, &incidents(&list));
    let kept: usize = snapshot.reports.iter().map(|report| report.updates.len()).sum();
    assert_eq!((snapshot.reports.len(), kept), (reports, UPDATES_IN_ALL_MAX));
    assert!(!snapshot.reports[reports - 1].updates_complete);
    assert_eq!(snapshot.skipped[0], "incident `20`: only the first 0 of 500 updates are kept");
}

#[test]
fn too_many_incidents_are_cut_and_nothing_is_claimed_of_the_rest() {
    let list: Vec<Value> = (0..=REPORTS_MAX).map(|n| incident(&n.to_string())).collect();
    let snapshot = read(Document::Incidents, &incidents(&list));
    assert_eq!(snapshot.reports.len(), REPORTS_MAX);
    assert_eq!(snapshot.skipped, ["only the first 500 of 501 incidents are kept"]);
    assert_eq!(snapshot.coverage, []);
}

#[test]
fn too_many_affected_components_are_cut_and_noted_once() {
    let own: Vec<Value> = (0..COMPONENTS_MAX + 5).map(|n| json!({"id": n, "name": "x"})).collect();
    let (report, skipped) = read_incident(with(incident("i1"), "components", json!(own)));
    assert_eq!(report.affected.len(), COMPONENTS_MAX);
    assert_eq!(skipped, ["incident `i1`: only 5000 affected components are kept"]);
}

#[test]
fn an_id_is_never_cut() {
    let (id, title) = ("i".repeat(129), "x".repeat(99));
    let list = [with(incident(&id), "name", json!(title)), incident("i1")];
    let snapshot = read(Document::Incidents, &incidents(&list));
    assert!(snapshot.reports[0].external_id.starts_with("h-"));
    assert!(snapshot.skipped[0].contains("longer than 128 characters"), "{:?}", snapshot.skipped);
}
