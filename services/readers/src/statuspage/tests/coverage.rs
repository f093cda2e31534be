use serde_json::{Value, json};
use signalbook_domain::snapshot::Coverage;
use signalbook_domain::{Document, ReportKind, Timestamp};

use super::{incident, incidents, maintenance, page, read, with};
use crate::statuspage::coverage::WINDOW;

/// The coverage of a list; `None` means not even all open incidents.
fn covers(list: &[Value]) -> Option<Coverage> {
    match read(Document::Incidents, &incidents(list)).coverage[..] {
        [] => None,
        [(ReportKind::Incident, coverage)] => Some(coverage),
        _ => panic!("a list of incidents covers nothing else"),
    }
}

/// A full list: incident `number` is filed at that minute and ends half a minute later.
fn full() -> Vec<Value> {
    (0..WINDOW)
        .rev()
        .map(|minute| {
            let value = incident(&format!("i{minute}"));
            let value = with(value, "created_at", json!(format!("2026-02-12T15:{minute:02}:00Z")));
            with(value, "resolved_at", json!(format!("2026-02-12T15:{minute:02}:30Z")))
        })
        .collect()
}

fn after(text: &str) -> Coverage {
    Coverage::CreatedAfter(text.parse::<Timestamp>().unwrap())
}

#[test]
fn a_list_that_is_not_full_holds_everything() {
    assert_eq!(covers(&[]), Some(Coverage::Everything));
    assert_eq!(covers(&full()[1..]), Some(Coverage::Everything));
}

#[test]
fn a_full_list_holds_what_was_filed_after_the_oldest_had_ended() {
    assert_eq!(covers(&full()), Some(after("2026-02-12T15:00:30Z")));
}

#[test]
fn an_open_incident_of_long_ago_does_not_widen_the_window() {
    let mut list = full();
    list[0] = with(
        with(incident("old"), "status", json!("monitoring")),
        "created_at",
        json!("2019-01-01T00:00:00Z"),
    );
    assert_eq!(covers(&list), Some(after("2026-02-12T15:00:30Z")));
    let open: Vec<Value> =
        full().into_iter().map(|value| with(value, "status", json!("monitoring"))).collect();
    assert_eq!(covers(&open), Some(Coverage::ActiveOnly));
}

#[test]
fn a_window_of_planned_work_reaches_back_to_the_earliest_plan() {
    let list: Vec<Value> = (0..WINDOW)
        .map(|hour| {
            let value = maintenance(&format!("m{hour}"), "completed");
            let value = with(value, "created_at", json!("2026-01-01T00:00:00Z"));
            let day = 10 + hour / 24;
            let hour = hour % 24;
            with(value, "scheduled_for", json!(format!("2026-02-{day}T{hour:02}:00:00Z")))
        })
        .collect();
    let document = json!({"page": page(), "scheduled_maintenances": list});
    let snapshot = read(Document::Maintenances, &document);
    assert_eq!(snapshot.coverage, [(ReportKind::Maintenance, after("2026-02-10T00:00:00Z"))]);
}

#[test]
fn nothing_is_claimed_if_an_entry_was_left_out_or_does_not_say_when_it_was_filed() {
    assert_eq!(covers(&[incident("i1"), json!("broken")]), None);
    let undated = with(incident("i1"), "created_at", None);
    assert_eq!(covers(&[undated]), Some(Coverage::ActiveOnly));
    let nameless = with(with(incident("i1"), "id", json!({})), "shortlink", None);
    assert_eq!(covers(&[nameless]), None);
}

#[test]
fn templates_and_repetitions_do_not_weaken_the_claim() {
    let template = with(incident("t1"), "name", json!("_template"));
    assert_eq!(covers(&[incident("i1"), incident("i1"), template]), Some(Coverage::Everything));
}

#[test]
fn the_imitator_with_short_lists_never_claims_everything() {
    let page = json!({"id": "01JXAMPLE0000000000000PAGE", "name": "Fern"});
    let document = with(incidents(&[incident("i1")]), "page", page);
    let snapshot = read(Document::Incidents, &document);
    assert_eq!(snapshot.coverage, [(ReportKind::Incident, after("2026-02-12T16:00:00Z"))]);
}

#[test]
fn a_list_that_does_not_say_whose_it_is_claims_nothing() {
    for document in [json!({"incidents": []}), json!({"page": {}, "incidents": []})] {
        let snapshot = read(Document::Incidents, &document);
        assert_eq!(snapshot.coverage, []);
    }
}
