//! Partly readable reports, especially open ones.

use serde_json::{Value, json};
use signalbook_domain::snapshot::{ObservedReport, Snapshot};
use signalbook_domain::{Document, Impact, Phase, ReportKind};

use super::{incident, incidents, maintenance, page, read, summary, update, with};
use crate::statuspage::coverage::WINDOW;

fn open(id: &str) -> Value {
    let value = with(with(incident(id), "status", json!("identified")), "resolved_at", Value::Null);
    with(value, "impact", json!("critical"))
}

/// The snapshots of the summary and the list that show `value`.
fn shown(value: &Value) -> [Snapshot; 2] {
    let list = [value.clone()];
    [
        read(Document::Summary, &with(summary(), "incidents", json!(list))),
        read(Document::Incidents, &incidents(&list)),
    ]
}

/// Returns the report, which both documents must show alike.
#[track_caller]
fn kept(value: &Value) -> ObservedReport {
    let [mut current, mut list] = shown(value);
    assert_eq!(current.unidentified, [""; 0]);
    let report = current.reports.pop().expect("it is kept");
    assert_eq!(
        list.reports.pop().map(|listed| listed.external_id),
        Some(report.external_id.clone())
    );
    report
}

fn covers_incidents(snapshot: &Snapshot) -> bool {
    snapshot.coverage.iter().any(|(kind, _)| *kind == ReportKind::Incident)
}

#[test]
fn an_incident_without_a_title_is_kept_under_its_id() {
    for title in [
        Value::Null,
        json!(""),
        json!(" \t\r\n"),
        json!("\u{200b}\u{feff} \u{2060}"),
        json!({"en": "Down"}),
        json!(["Down"]),
        json!(7),
    ] {
        let value = with(open("i1"), "name", title.clone());
        let report = kept(&value);
        assert_eq!((report.external_id.as_str(), report.title), ("i1", None), "{title}");
        assert_eq!(report.impact.value, Impact::Critical);
        assert_eq!((report.phase.value, report.updates.len()), (Phase::Identified, 2));
        let [current, list] = shown(&value);
        assert!(covers_incidents(&current) && covers_incidents(&list));
        let note = "incident `i1` kept as far as it can be read: it has no `name`";
        assert_eq!((current.skipped, list.skipped), (vec![note.to_owned()], vec![note.to_owned()]));
    }
    assert_eq!(kept(&with(open("i1"), "name", None)).title, None);
}

#[test]
fn the_impact_of_an_incident_without_a_title_is_the_vendors_or_else_unknown() {
    let bare = with(open("i1"), "name", None);
    assert_eq!(kept(&with(bare.clone(), "impact", json!("minor"))).impact.value, Impact::Minor);
    for unknown in [json!(null), json!("dire"), json!({}), json!(3)] {
        assert_eq!(kept(&with(bare.clone(), "impact", unknown)).impact.value, Impact::Unknown);
    }
}

#[test]
fn what_is_no_list_is_not_an_empty_one() {
    for nonsense in [json!("soon"), json!({}), json!(0), json!(true)] {
        let value = with(open("i1"), "incident_updates", nonsense.clone());
        let report = kept(&with(value, "components", json!([{"id": "c1", "name": "Sending"}])));
        assert_eq!((report.updates.len(), report.affected.len()), (0, 1));
        assert!(!report.updates_complete && !report.affected_complete);
        assert_eq!(report.title.as_deref(), Some("Mail is late"));
        let report = kept(&with(open("i1"), "components", nonsense));
        assert_eq!((report.updates.len(), report.updates_complete), (2, true));
        assert!(report.affected.is_empty() && !report.affected_complete);
    }
    let value = with(with(open("i1"), "components", json!({})), "incident_updates", json!(1));
    let [current, _] = shown(&value);
    assert!(covers_incidents(&current));
    assert_eq!(
        current.skipped,
        [
            "incident `i1` kept as far as it can be read: expected `components` to be a list, \
             found an object",
            "incident `i1` kept as far as it can be read: expected `incident_updates` to be a \
             list, found a number",
        ]
    );
}

#[test]
fn an_id_that_is_too_long_is_known_by_its_digest() {
    let (one, other) = ("i".repeat(129), format!("{}j", "i".repeat(128)));
    let report = kept(&open(&one));
    assert!(report.external_id.starts_with("h-") && report.external_id.len() == 26);
    assert_eq!(report.url.as_deref(), Some(&*format!("https://stspg.example/{one}")));
    assert_ne!(report.external_id, kept(&open(&other)).external_id);
    // Other changes do not affect its id.
    let changed = with(with(open(&one), "name", json!("Renamed")), "shortlink", None);
    let again = kept(&changed);
    assert_eq!((again.external_id, again.url), (report.external_id, None));
    assert!(shown(&changed).iter().all(covers_incidents));
}

#[test]
fn without_an_id_an_incident_is_known_by_its_link_and_else_by_title_and_time_of_filing() {
    for no_id in
        [None, Some(json!({})), Some(json!(1.5)), Some(json!(true)), Some(json!("\u{200b}"))]
    {
        let value = with(open("i1"), "id", no_id);
        let by_link = kept(&value);
        let edited = with(with(value.clone(), "name", json!("Renamed")), "created_at", None);
        assert_eq!(kept(&edited).external_id, by_link.external_id);
        assert!(shown(&value).iter().all(covers_incidents));
        let value = with(value, "shortlink", json!("nowhere"));
        let by_title = kept(&value);
        assert_ne!(by_title.external_id, by_link.external_id);
        let moved = with(value.clone(), "created_at", json!("2026-02-12T10:00:00-05:00"));
        assert_eq!(kept(&moved).external_id, by_title.external_id);
        let later = with(value.clone(), "created_at", json!("2026-02-12T15:00:01Z"));
        assert_ne!(kept(&later).external_id, by_title.external_id);
        // The title may change, so a missing report proves nothing.
        assert!(!shown(&value).iter().any(covers_incidents));
    }
}

#[test]
fn an_id_that_is_a_number_is_an_id() {
    assert_eq!(kept(&with(with(open("i1"), "id", json!(17)), "name", None)).external_id, "17");
}

#[test]
fn what_nothing_identifies_is_told_by_the_document_of_what_goes_on() {
    let bare = with(with(open("i1"), "id", json!([])), "shortlink", None);
    for (entry, words) in [
        (json!("broken"), "incident number 1: expected an object, found a text"),
        (json!(3), "incident number 1: expected an object, found a number"),
        (Value::Null, "incident number 1: expected an object, found null"),
        (json!({}), "incident number 1: it has no `id`, and nothing else identifies it"),
        (
            with(bare.clone(), "name", None),
            "incident number 1: its `id` is a list, and nothing else identifies it",
        ),
        (
            with(bare, "created_at", json!("lately")),
            "incident number 1: its `id` is a list, and nothing else identifies it",
        ),
    ] {
        let [current, list] = shown(&entry);
        assert_eq!(current.unidentified, [words]);
        assert_eq!(list.unidentified, [""; 0]);
        for snapshot in [current, list] {
            assert!(snapshot.reports.is_empty() && !covers_incidents(&snapshot));
            assert_eq!(snapshot.skipped.len(), 1, "{:?}", snapshot.skipped);
        }
    }
}

#[test]
fn what_one_kind_hides_takes_nothing_from_the_other() {
    let document = with(summary(), "scheduled_maintenances", json!([null]));
    let snapshot = read(Document::Summary, &with(document, "incidents", json!([open("i1")])));
    assert!(covers_incidents(&snapshot) && snapshot.coverage.len() == 1);
    assert_eq!(snapshot.unidentified, ["maintenance number 1: expected an object, found null"]);
}

#[test]
fn what_was_kept_while_it_went_on_is_known_again_when_it_is_over() {
    for open in [
        with(open("i1"), "name", json!({})),
        open(&"i".repeat(129)),
        with(open("i1"), "id", None),
        with(with(open("i1"), "id", None), "shortlink", None),
    ] {
        let over = with(open.clone(), "status", json!("resolved"));
        let over = kept(&with(over, "resolved_at", json!("2026-02-12T16:00:00Z")));
        assert_eq!(over.external_id, kept(&open).external_id);
        assert_eq!(over.resolved_at, "2026-02-12T16:00:00Z".parse().ok());
    }
}

#[test]
fn what_is_over_and_has_a_broken_list_or_nothing_to_identify_it_is_left_out() {
    let nobody = with(with(with(open("i1"), "id", None), "shortlink", None), "name", None);
    let no_word = with(nobody.clone(), "status", None);
    let ended = |value: &Value| with(value.clone(), "resolved_at", json!("2026-02-12T16:00:00Z"));
    for over in [
        with(nobody.clone(), "status", json!("resolved")),
        with(nobody.clone(), "status", json!("postmortem")),
        with(with(incident("i1"), "incident_updates", json!("soon")), "name", None),
        with(incident("i1"), "components", json!({})),
        // Without a status, the newest update decides.
        no_word.clone(),
        ended(&with(nobody, "status", json!("pondering"))),
        ended(&with(no_word, "incident_updates", json!([]))),
    ] {
        for snapshot in shown(&over) {
            assert!(snapshot.reports.is_empty() && !covers_incidents(&snapshot), "{over}");
            assert_eq!((snapshot.unidentified.len(), snapshot.skipped.len()), (0, 1), "{over}");
        }
    }
}

#[test]
fn what_is_not_known_to_be_over_goes_on() {
    let nobody = with(with(with(open("i1"), "id", None), "shortlink", None), "name", None);
    let silent = with(with(nobody.clone(), "status", json!({})), "incident_updates", json!([]));
    for open in [
        with(nobody.clone(), "status", json!("pondering")),
        // The status decides, as for a fully readable report.
        with(nobody, "resolved_at", json!("2026-02-12T16:00:00Z")),
        with(silent.clone(), "resolved_at", None),
        with(silent, "resolved_at", json!("")),
    ] {
        let [current, list] = shown(&open);
        assert_eq!((current.unidentified.len(), list.unidentified.len()), (1, 0), "{open}");
    }
}

#[test]
fn planned_work_that_cannot_be_read_whole_is_kept_too() {
    let untitled = with(maintenance("m1", "in_progress"), "name", json!("\u{3164}"));
    let document = json!({"page": page(), "scheduled_maintenances": [untitled]});
    let report = read(Document::Maintenances, &document).reports.remove(0);
    assert_eq!((report.title, report.phase.value), (None, Phase::InProgress));
    assert_eq!(report.impact.value, Impact::Maintenance);
    assert_eq!(report.scheduled_until, "2026-02-15T02:00:00Z".parse().ok());
}

#[test]
fn a_template_is_left_out_whatever_else_is_wrong_with_it() {
    let template = with(with(open("t1"), "name", json!("\u{200b} _outage")), "id", json!({}));
    let [current, list] = shown(&with(template, "shortlink", None));
    for snapshot in [current, list] {
        assert!(snapshot.reports.is_empty() && snapshot.unidentified.is_empty());
        assert!(covers_incidents(&snapshot));
    }
}

#[test]
fn a_list_without_ids_still_shows_each_incident_once() {
    let value = with(open("i1"), "id", None);
    let [current, _] = shown(&value);
    let twice = with(summary(), "incidents", json!([value, value]));
    let snapshot = read(Document::Summary, &twice);
    assert_eq!(snapshot.reports, current.reports);
    assert!(snapshot.skipped.iter().any(|note| note.ends_with("the newer one counts")));
}

#[test]
fn a_full_list_with_an_untitled_open_incident_claims_what_it_did_before() {
    let mut list: Vec<Value> = (1..WINDOW).map(|n| incident(&format!("i{n}"))).collect();
    list.push(with(open("i0"), "name", None));
    let snapshot = read(Document::Incidents, &incidents(&list));
    assert_eq!((snapshot.reports.len(), snapshot.coverage.len()), (WINDOW, 1));
}

#[test]
fn an_update_of_an_incident_that_is_kept_is_read_like_any_other() {
    let text = update("u1", "identified", "Found\rit.", "2026-02-12T15:00:00Z");
    let value = with(with(open("i1"), "name", None), "incident_updates", json!([text, 5]));
    let report = kept(&value);
    assert_eq!((report.updates[0].body.as_str(), report.updates_complete), ("Found\nit.", false));
    let [current, _] = shown(&value);
    assert_eq!(current.skipped.len(), 2, "{:?}", current.skipped);
}
