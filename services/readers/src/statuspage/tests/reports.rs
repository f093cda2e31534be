use serde_json::{Value, json};
use signalbook_domain::snapshot::Parsed;
use signalbook_domain::{Document, Impact, Phase, ReportKind, Timestamp};

use super::{
    incident, incidents, maintenance, page, read, read_incident, read_maintenance, update, with,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn an_incident_is_read_whole() {
    let (report, skipped) = read_incident(incident("i1"));
    assert_eq!((report.kind, report.external_id.as_str()), (ReportKind::Incident, "i1"));
    assert_eq!(report.title.as_deref(), Some("Mail is late"));
    assert_eq!(
        (report.phase, report.impact),
        (Parsed::plain(Phase::Resolved), Parsed::plain(Impact::Minor))
    );
    assert_eq!(report.url.as_deref(), Some("https://stspg.example/i1"));
    assert_eq!(report.created_at, Some(at("2026-02-12T15:00:00Z")));
    assert_eq!(report.started_at, Some(at("2026-02-12T14:59:59Z")));
    assert_eq!(report.resolved_at, Some(at("2026-02-12T16:00:00Z")));
    assert_eq!(report.updated_at, Some(at("2026-02-12T16:00:01Z")));
    let updates: Vec<_> = report
        .updates
        .iter()
        .map(|update| (update.external_id.as_deref().unwrap(), update.phase.value, &*update.body))
        .collect();
    assert_eq!(
        updates,
        [("u2", Phase::Resolved, "All sent."), ("u1", Phase::Investigating, "We look.")]
    );
    assert!(skipped.is_empty(), "{skipped:?}");
}

#[test]
fn a_resolution_is_kept_unless_the_incident_goes_on() {
    for (status, kept) in
        [("investigating", false), ("postmortem", true), ("resolved", true), ("mystery", true)]
    {
        let (report, _) = read_incident(with(incident("i1"), "status", json!(status)));
        assert_eq!(report.resolved_at.is_some(), kept, "{status}");
    }
}

#[test]
fn unknown_words_are_unknown_and_kept() {
    let value = with(with(incident("i1"), "status", json!("pondering")), "impact", json!("dire"));
    let (report, skipped) = read_incident(value);
    assert_eq!(report.phase, Parsed { value: Phase::Unknown, raw: "pondering".to_owned() });
    assert_eq!(report.impact, Parsed { value: Impact::Unknown, raw: "dire".to_owned() });
    assert!(skipped.is_empty());
}

#[test]
fn one_broken_incident_does_not_lose_the_rest() {
    let list = [
        json!(null),
        with(with(incident("i1"), "id", None), "shortlink", None),
        with(incident("i2"), "name", json!("  ")),
        with(incident("i3"), "incident_updates", json!("soon")),
        with(incident("i4"), "components", json!({})),
        incident("i5"),
    ];
    let snapshot = read(Document::Incidents, &incidents(&list));
    let ids: Vec<_> = snapshot.reports.iter().map(|report| &*report.external_id).collect();
    assert_eq!(ids[1..], ["i2", "i5"]);
    assert_eq!(
        snapshot.skipped,
        [
            "incident number 1 left out: expected an object, found null",
            "incident number 2 kept as far as it can be read: it has no `id`",
            "incident `i2` kept as far as it can be read: it has no `name`",
            "incident `i3` left out: expected `incident_updates` to be a list, found a text",
            "incident `i4` left out: expected `components` to be a list, found an object",
        ]
    );
}

#[test]
fn of_incidents_with_one_id_the_newer_one_counts_else_the_open_else_the_worse() {
    let shown = |title: &str, updated_at: &str, status: &str, impact: &str| {
        let entry = with(incident("i1"), "name", json!(title));
        let entry = with(entry, "updated_at", json!(updated_at));
        with(with(entry, "status", json!(status)), "impact", json!(impact))
    };
    let (early, late) = ("2026-02-12T15:00:00Z", "2026-02-12T15:30:00Z");
    let believed = |right: Value, wrong: Value| {
        for list in [[right.clone(), wrong.clone()], [wrong, right]] {
            let snapshot = read(Document::Incidents, &incidents(&list));
            assert_eq!(snapshot.reports.len(), 1);
            assert_eq!(snapshot.reports[0].title.as_deref(), Some("Right"));
            assert_eq!(snapshot.skipped, ["incident `i1` is listed twice: the newer one counts"]);
        }
    };
    believed(
        shown("Right", late, "resolved", "none"),
        shown("Older", early, "identified", "critical"),
    );
    believed(
        shown("Right", late, "identified", "minor"),
        shown("Over", late, "resolved", "critical"),
    );
    believed(
        shown("Right", late, "identified", "critical"),
        shown("Milder", late, "identified", "minor"),
    );
    let timeless = with(shown("Over", late, "resolved", "critical"), "updated_at", None);
    believed(shown("Right", early, "identified", "minor"), timeless);
}

#[test]
fn a_template_is_no_incident() {
    let template = with(incident("t1"), "name", json!("_database trouble"));
    let snapshot = read(Document::Incidents, &incidents(&[template, incident("i1")]));
    assert_eq!(snapshot.reports.len(), 1);
    assert_eq!(snapshot.skipped, ["incident `t1` left out: its name marks it as a template"]);
}

#[test]
fn a_broken_update_does_not_lose_the_rest_of_the_timeline() {
    let list = json!([
        17,
        {"status": "monitoring", "display_at": null},
        {"id": ["x"], "status": "identified", "body": 5},
        update("u1", "investigating", "We look.", "2026-02-12T15:00:00Z"),
        update("u1", "investigating", "We looked.", "2026-02-12T15:00:00Z"),
    ]);
    let (report, skipped) = read_incident(with(incident("i1"), "incident_updates", list));
    let updates: Vec<_> = report
        .updates
        .iter()
        .map(|update| (update.external_id.as_deref(), update.phase.value, &*update.body))
        .collect();
    assert_eq!(
        updates,
        [
            (None, Phase::Monitoring, ""),
            (None, Phase::Identified, ""),
            (Some("u1"), Phase::Investigating, "We look.")
        ]
    );
    assert_eq!(
        skipped,
        [
            "incident `i1`: update number 1 left out: expected an object, found a number",
            "incident `i1`: update number 3: kept without its `id`, which is a list",
            "incident `i1`: update number 3: expected `body` to be a text, found a number",
            "incident `i1`: update `u1` is listed twice: the second is left out",
        ]
    );
}

#[test]
fn a_list_that_is_not_there_is_not_an_empty_one() {
    for nothing in [None, Some(Value::Null)] {
        let (report, _) = read_incident(with(incident("i1"), "incident_updates", nothing.clone()));
        assert!(report.updates.is_empty() && !report.updates_complete);
        let (report, _) = read_incident(with(incident("i1"), "components", nothing));
        assert!(report.affected.is_empty() && !report.affected_complete);
    }
    let (report, _) = read_incident(with(incident("i1"), "incident_updates", json!([])));
    assert!(report.updates_complete && report.affected_complete);
}

#[test]
fn an_update_may_have_no_time_to_show() {
    let postmortem = json!({
        "id": "u3", "status": "postmortem", "body": "Why it broke.", "display_at": null,
        "created_at": "2026-02-20T09:00:00+01:00", "updated_at": "2026-02-20T08:00:00Z",
    });
    let (report, skipped) =
        read_incident(with(incident("i1"), "incident_updates", json!([postmortem])));
    assert_eq!(report.updates[0].display_at, None);
    assert_eq!(report.updates[0].shown_at(), Some(at("2026-02-20T08:00:00Z")));
    assert!(skipped.is_empty());
}

#[test]
fn a_time_that_cannot_be_read_is_noted_and_is_as_good_as_none() {
    let value = with(incident("i1"), "started_at", json!("last Tuesday"));
    let (report, skipped) = read_incident(with(value, "resolved_at", json!(1_770_000_000)));
    assert_eq!((report.started_at, report.resolved_at), (None, None));
    assert_eq!(
        skipped,
        [
            "incident `i1`: `started_at` is no time: `last Tuesday`",
            "incident `i1`: expected `resolved_at` to be a time, found a number",
        ]
    );
}

#[test]
fn times_that_are_absent_null_or_empty_are_no_mistake() {
    for nothing in [None, Some(Value::Null), Some(json!(""))] {
        let (report, skipped) = read_incident(with(incident("i1"), "started_at", nothing));
        assert_eq!(report.started_at, None);
        assert!(skipped.is_empty());
    }
}

#[test]
fn an_incident_without_a_link_is_found_below_the_page() {
    let (report, _) = read_incident(with(incident("i 1"), "shortlink", None));
    assert_eq!(report.url.as_deref(), Some("https://status.fernbase.example/incidents/i%201"));
    let home = with(page(), "url", json!("https://fernbase.example/status/?lang=de"));
    let list = [with(incident("i1"), "shortlink", Value::Null)];
    let document = with(incidents(&list), "page", home);
    let report = read(Document::Incidents, &document).reports.remove(0);
    assert_eq!(report.url.as_deref(), Some("https://fernbase.example/status/incidents/i1"));
}

#[test]
fn a_link_that_leads_to_no_web_page_is_not_taken() {
    let (report, skipped) =
        read_incident(with(incident("i1"), "shortlink", json!("javascript:alert(1)")));
    assert_eq!(report.url.as_deref(), Some("https://status.fernbase.example/incidents/i1"));
    assert_eq!(skipped, ["incident `i1`: `shortlink` is no web address: `javascript:alert(1)`"]);
}

#[test]
fn planned_work_has_a_plan_and_has_not_begun_when_it_was_filed() {
    let report = read_maintenance(&maintenance("m1", "scheduled"));
    assert_eq!((report.kind, report.phase.value), (ReportKind::Maintenance, Phase::Scheduled));
    assert_eq!(report.scheduled_for, Some(at("2026-02-14T22:00:00Z")));
    assert_eq!(report.scheduled_until, Some(at("2026-02-15T02:00:00Z")));
    assert_eq!(report.started_at, None);
}

#[test]
fn planned_work_began_when_an_update_said_so_or_else_as_planned() {
    for status in ["in_progress", "verifying", "completed"] {
        let silent = maintenance("m1", status);
        assert_eq!(
            read_maintenance(&silent).started_at,
            Some(at("2026-02-14T22:00:00Z")),
            "{status}"
        );
        let timeline = json!([
            update("u3", "verifying", "", "2026-02-14T23:00:00Z"),
            update("u2", "in_progress", "", "2026-02-14T22:00:09Z"),
            update("u1", "scheduled", "", "2026-02-01T09:00:00Z"),
        ]);
        let announced = with(silent, "incident_updates", timeline);
        assert_eq!(
            read_maintenance(&announced).started_at,
            Some(at("2026-02-14T22:00:09Z")),
            "{status}"
        );
    }
}

#[test]
fn planned_work_without_a_plan_began_as_the_document_says() {
    let unplanned = with(maintenance("m1", "in_progress"), "scheduled_for", None);
    assert_eq!(read_maintenance(&unplanned).started_at, Some(at("2026-02-01T08:59:59.9Z")));
}

#[test]
fn planned_work_that_was_called_off_never_began() {
    assert_eq!(read_maintenance(&maintenance("m1", "cancelled")).started_at, None);
}

#[test]
fn planned_work_that_does_not_say_how_bad_it_is_is_planned_work() {
    let report = read_maintenance(&with(maintenance("m1", "scheduled"), "impact", Value::Null));
    assert_eq!(report.impact, Parsed::plain(Impact::Maintenance));
    let (report, _) = read_incident(with(incident("i1"), "impact", Value::Null));
    assert_eq!(report.impact, Parsed { value: Impact::Unknown, raw: String::new() });
}
