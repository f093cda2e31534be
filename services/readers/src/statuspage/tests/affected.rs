use serde_json::{Value, json};
use signalbook_domain::Document;
use signalbook_domain::snapshot::{ObservedAffected, ObservedGroup};

use super::{incident, read, read_incident, summary, update, with};

fn shown(id: &str, name: &str, group: Option<(&str, Option<&str>)>) -> ObservedAffected {
    ObservedAffected {
        external_id: id.to_owned(),
        name: name.to_owned(),
        group: group.map(|(id, name)| ObservedGroup {
            external_id: id.to_owned(),
            name: name.map(ToOwned::to_owned),
        }),
    }
}

fn said(affected: &Value) -> Value {
    let text = update("u1", "investigating", "We look.", "2026-02-12T15:00:00Z");
    json!([with(text, "affected_components", affected.clone())])
}

#[test]
fn components_of_the_incident_come_first_and_each_is_named_once() {
    let own = json!([
        {"id": "c1", "name": "Sending", "group_id": "g1", "group": false},
        {"id": "g1", "name": "Mail", "group": true},
        {"id": "c3", "name": "Search", "group_id": null},
    ]);
    let updates = said(&json!([
        {"code": "c9", "name": "Mail - Receiving"},
        {"code": "c1", "name": "Mail - Sending"},
        {"code": "g1", "name": "Mail"},
        {"code": "c9", "name": "Mail - Receiving"},
    ]));
    let value = with(with(incident("i1"), "components", own), "incident_updates", updates);
    let (report, skipped) = read_incident(value);
    assert_eq!(
        report.affected,
        [
            shown("c1", "Sending", Some(("g1", None))),
            shown("c3", "Search", None),
            shown("c9", "Mail - Receiving", None),
        ]
    );
    assert!(report.affected_complete && skipped.is_empty(), "{skipped:?}");
}

#[test]
fn what_the_document_knows_of_a_component_counts_more_than_its_long_name() {
    let updates = said(&json!([
        {"code": "c1", "name": "Mail - Sending"},
        {"code": "g1", "name": "Mail"},
        {"code": "gone", "name": "Mail - Gone"},
    ]));
    let value = with(incident("i1"), "incident_updates", updates);
    let document = with(summary(), "incidents", json!([value]));
    let report = read(Document::Summary, &document).reports.remove(0);
    assert_eq!(
        report.affected,
        [shown("c1", "Sending", Some(("g1", Some("Mail")))), shown("gone", "Mail - Gone", None)]
    );
}

#[test]
fn a_group_is_named_from_the_document() {
    let own = json!([{"id": "c7", "name": "New", "group_id": "g1"}]);
    let document = with(summary(), "incidents", json!([with(incident("i1"), "components", own)]));
    let report = read(Document::Summary, &document).reports.remove(0);
    assert_eq!(report.affected, [shown("c7", "New", Some(("g1", Some("Mail"))))]);
}

#[test]
fn a_broken_entry_costs_itself_alone() {
    let own = json!([3, {"id": "c1"}, {"id": "c2", "name": "Login"}]);
    let updates = said(
        &json!([null, {"name": "No code", "new_status": "operational"}, {"code": "c3"}, {"code": "c4", "name": "D"}]),
    );
    let value = with(with(incident("i1"), "components", own), "incident_updates", updates);
    let (report, skipped) = read_incident(value);
    assert_eq!(report.affected, [shown("c2", "Login", None), shown("c4", "D", None)]);
    assert!(!report.affected_complete);
    assert_eq!(
        skipped,
        [
            "incident `i1`: component number 1 left out: expected an object, found a number",
            "incident `i1`: component `c1` left out: it has no `name`",
            "incident `i1`: update `u1`: affected component number 1 left out: expected an object, \
             found null",
            "incident `i1`: update `u1`: affected component number 2 left out: it has no usable \
             `code`",
            "incident `i1`: update `u1`: affected component number 3 left out: it has no `name`",
        ]
    );
}

#[test]
fn affected_components_that_are_no_list_leave_the_update_as_it_is() {
    let value = with(incident("i1"), "incident_updates", said(&json!("all of them")));
    let (report, skipped) = read_incident(value);
    assert_eq!((report.updates.len(), report.affected.len()), (1, 0));
    assert_eq!(
        skipped,
        ["incident `i1`: update `u1`: expected `affected_components` to be a list, found a text"]
    );
}

#[test]
fn that_no_component_is_affected_may_be_said_in_words() {
    for words in [
        json!({"name": "None of our components is touched."}),
        json!({"code": null, "name": "-", "old_status": null, "new_status": ""}),
    ] {
        let value = with(incident("i1"), "incident_updates", said(&json!([words])));
        let (report, skipped) = read_incident(value);
        assert_eq!((report.affected, report.affected_complete), (vec![], true));
        assert!(skipped.is_empty(), "{skipped:?}");
    }
}
