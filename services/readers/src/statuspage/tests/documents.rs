use serde_json::{Value, json};
use signalbook_domain::snapshot::Coverage;
use signalbook_domain::{ComponentStatus, Document, Failure, Platform, ReportKind};

use super::{incident, incidents, maintenance, page, read, summary, try_read, with};
use crate::limits::REPORTS_MAX;

#[test]
fn a_summary_tells_the_page_its_components_and_what_is_going_on() {
    let document = with(summary(), "incidents", json!([incident("i1")]));
    let document =
        with(document, "scheduled_maintenances", json!([maintenance("m1", "scheduled")]));
    let snapshot = read(Document::Summary, &document);
    assert_eq!(snapshot.document, Document::Summary);
    assert_eq!(snapshot.page_name.as_deref(), Some("Fernbase"));
    assert_eq!(snapshot.page_updated_at, "2026-02-12T15:11:05Z".parse().ok());
    let components = snapshot.components.unwrap();
    assert_eq!(components.len(), 2);
    assert_eq!(components[0].group.as_ref().unwrap().name.as_deref(), Some("Mail"));
    assert_eq!(components[0].status.value, ComponentStatus::PartialOutage);
    assert_eq!(components[0].updated_at, "2026-02-12T15:11:05Z".parse().ok());
    let reports: Vec<_> =
        snapshot.reports.iter().map(|report| (report.kind, report.external_id.as_str())).collect();
    assert_eq!(reports, [(ReportKind::Incident, "i1"), (ReportKind::Maintenance, "m1")]);
    assert_eq!(
        snapshot.coverage,
        [
            (ReportKind::Incident, Coverage::ActiveOnly),
            (ReportKind::Maintenance, Coverage::ActiveOnly)
        ]
    );
    assert!(snapshot.skipped.is_empty(), "{:?}", snapshot.skipped);
}

#[test]
fn lists_of_a_summary_that_are_null_or_absent_do_not_say_what_is_over() {
    for nothing in [None, Some(Value::Null)] {
        let document = with(summary(), "incidents", nothing.clone());
        let snapshot = read(Document::Summary, &document);
        assert!(snapshot.reports.is_empty());
        assert_eq!(snapshot.coverage, [(ReportKind::Maintenance, Coverage::ActiveOnly)]);
        let document = with(document, "scheduled_maintenances", nothing);
        assert_eq!(read(Document::Summary, &document).coverage, []);
    }
}

#[test]
fn a_list_of_a_summary_that_is_not_whole_does_not_say_what_is_over() {
    let broken = with(with(incident("i1"), "id", None), "shortlink", None);
    for list in [json!([broken]), json!(vec![incident("i1"); REPORTS_MAX + 1])] {
        let snapshot = read(Document::Summary, &with(summary(), "incidents", list));
        assert_eq!(snapshot.coverage, [(ReportKind::Maintenance, Coverage::ActiveOnly)]);
    }
}

#[test]
fn a_summary_without_components_tells_what_goes_on_and_says_nothing_of_them() {
    for (there, note) in [
        (
            None,
            "to have `components`, found only `incidents`, `page`, `scheduled_maintenances`, `status`",
        ),
        (
            Some(Value::Null),
            "to have `components`, found only `incidents`, `page`, `scheduled_maintenances`, `status`",
        ),
        (Some(json!("all")), "to be a list, found a text"),
        (Some(json!({"c1": {"name": "Login"}})), "to be a list, found an object"),
    ] {
        let document =
            with(with(summary(), "components", there), "incidents", json!([incident("i1")]));
        let snapshot = read(Document::Summary, &document);
        assert_eq!((snapshot.components, snapshot.components_complete), (None, false));
        assert_eq!((snapshot.reports.len(), snapshot.coverage.len()), (1, 2));
        assert_eq!(snapshot.skipped.len(), 1);
        assert!(snapshot.skipped[0].starts_with("nothing is known of the components: expected `"));
        assert!(snapshot.skipped[0].ends_with(note), "{:?}", snapshot.skipped);
    }
    let snapshot = read(Document::Summary, &with(summary(), "components", json!([])));
    assert_eq!((snapshot.components, snapshot.components_complete), (Some(vec![]), true));
    assert!(snapshot.skipped.is_empty());
}

#[test]
fn a_summary_in_the_place_of_a_list_is_no_list_of_everything() {
    for document in [Document::Incidents, Document::Maintenances] {
        let error = try_read(document, &summary()).unwrap_err();
        assert!(error.to_string().contains("found the page's summary"), "{error}");
        assert_eq!(error.failure(), Failure::WrongShape);
    }
}

#[test]
fn a_document_without_its_list_is_no_such_document() {
    let bare = json!({"page": page()});
    for (document, value, expected) in [
        (
            Document::Summary,
            bare.clone(),
            "expected `summary.json` to have `components`, found only `page`",
        ),
        (
            Document::Summary,
            with(summary(), "page", None),
            "expected `summary.json` to have `page`, found only `components`, `incidents`, \
             `scheduled_maintenances`, `status`",
        ),
        (
            Document::Incidents,
            bare.clone(),
            "expected `incidents.json` to have `incidents`, found only `page`",
        ),
        (
            Document::Maintenances,
            json!({}),
            "expected `scheduled-maintenances.json` to have `scheduled_maintenances`, found \
             nothing",
        ),
        (
            Document::Summary,
            with(with(summary(), "components", json!("none")), "status", None),
            "expected `components` of `summary.json` to be a list, found a text",
        ),
        (
            Document::Incidents,
            json!({"page": [], "incidents": []}),
            "expected `page` of `incidents.json` to be an object, found a list",
        ),
    ] {
        let error = try_read(document, &value).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.failure(), Failure::WrongShape);
    }
}

#[test]
fn an_empty_list_of_incidents_is_valid() {
    let snapshot = read(Document::Incidents, &incidents(&[]));
    assert!(snapshot.reports.is_empty() && snapshot.components.is_none());
}

#[test]
fn a_page_of_the_platform_is_recognised_by_its_shape() {
    let detect = |document, value: &Value| crate::detect(document, value.to_string().as_bytes());
    let imitator = json!({
        "page": {"id": "01JXAMPLE0000000000000PAGE", "name": "Fern", "url": "https://s.example/"},
        "status": {"indicator": "none", "description": "fine"},
    });
    let found = Some(Platform::Statuspage);
    assert_eq!(detect(Document::Summary, &summary()), found);
    assert_eq!(detect(Document::Summary, &imitator), found);
    assert_eq!(detect(Document::Incidents, &incidents(&[])), found);
    let planned = json!({"page": page(), "scheduled_maintenances": []});
    assert_eq!(detect(Document::Maintenances, &planned), found);
}

#[test]
fn other_documents_are_not_recognised() {
    for value in [
        json!([]),
        json!({"page": {"status": "UP"}}),
        json!({"page": {"id": {}}, "status": {"indicator": "none"}}),
        json!({"page": {"id": "a"}, "components": []}),
        json!({"page": {"id": "a"}, "status": "none", "incidents": []}),
        json!({"page": {"id": "a"}, "status": {"description": "fine"}}),
        json!({"page": "a", "status": "none"}),
    ] {
        assert_eq!(crate::detect(Document::Summary, value.to_string().as_bytes()), None, "{value}");
    }
    assert_eq!(crate::detect(Document::Incidents, summary_without_incidents().as_bytes()), None);
    assert_eq!(crate::detect(Document::Summary, b"<html>"), None);
}

#[test]
fn a_summary_is_recognised_also_where_its_word_or_its_id_cannot_be_read() {
    for value in [
        json!({"page": {"id": 7}, "status": {"indicator": "none"}}),
        json!({"page": {"name": "Fern"}, "status": {"indicator": "none"}}),
        json!({"page": {"id": "a"}, "status": {"indicator": null}}),
        json!({"page": {"id": "a"}, "status": {"indicator": 3}}),
        json!({"page": {"id": "a"}, "components": [], "incidents": []}),
    ] {
        let platform = crate::detect(Document::Summary, value.to_string().as_bytes());
        assert_eq!(platform, Some(Platform::Statuspage), "{value}");
    }
}

fn summary_without_incidents() -> String {
    with(summary(), "incidents", None).to_string()
}

#[test]
fn pages_in_the_platforms_shape_are_read_as_far_as_they_go() {
    let document = json!({
        "page": {"id": "01JXAMPLE0000000000000PAGE", "name": "Fern", "url": "https://s.example/"},
        "status": {"indicator": "minor", "description": "slow"},
        "components": [{"id": "01C", "name": "Search", "status": "full_outage"}],
        "incidents": [{
            "id": "01K",
            "name": "Search is slow",
            "status": "monitoring",
            "impact": "none",
            "created_at": "2026-02-12T15:00:00Z",
            "updated_at": "2026-02-12T15:30:00Z",
            "incident_updates": [{"id": "01U", "status": "monitoring", "body": "**Better**"}],
        }],
    });
    let snapshot = read(Document::Summary, &document);
    let report = &snapshot.reports[0];
    assert_eq!(report.url.as_deref(), Some("https://s.example/incidents/01K"));
    assert_eq!((report.started_at, report.affected.len(), report.updates.len()), (None, 0, 1));
    assert_eq!(snapshot.components.unwrap()[0].status.value, ComponentStatus::MajorOutage);
    assert!(snapshot.skipped.is_empty());
}

#[test]
fn the_imitator_that_leaves_out_empty_lists_may_do_so_everywhere() {
    let document = json!({"page": {"id": "01JXAMPLE0000000000000PAGE"}});
    let snapshot = read(Document::Incidents, &document);
    let claimed = [(ReportKind::Incident, Coverage::ActiveOnly)];
    assert_eq!((snapshot.reports, snapshot.coverage), (vec![], claimed.to_vec()));
    let document = json!({
        "page": {"id": "01JXAMPLE0000000000000PAGE"},
        "status": {"indicator": "none", "description": "fine"},
        "components": [],
    });
    let kinds = [ReportKind::Incident, ReportKind::Maintenance];
    let coverage = read(Document::Summary, &document).coverage;
    assert_eq!(coverage, kinds.map(|kind| (kind, Coverage::ActiveOnly)));
}

#[test]
fn every_document_says_of_which_page_it_is() {
    let planned = |page: Value| json!({"page": page, "scheduled_maintenances": []});
    for (id, said) in [
        (json!("f3rnb4s3page"), Some("f3rnb4s3page")),
        (json!(4711), Some("4711")),
        (json!(" \u{feff}f3rn\u{0}b4s3\u{202e} "), Some("f3rnb4s3")),
        (json!("\u{200b}"), None),
        (Value::Null, None),
    ] {
        let page = with(page(), "id", id);
        let documents = [
            (Document::Summary, with(summary(), "page", page.clone())),
            (Document::Incidents, with(incidents(&[]), "page", page.clone())),
            (Document::Maintenances, planned(page)),
        ];
        for (document, value) in documents {
            let snapshot = read(document, &value);
            assert_eq!(snapshot.page_id.as_deref(), said);
            assert!(snapshot.skipped.is_empty());
        }
    }
    for (id, note) in [
        (json!("p".repeat(129)), "is longer than 128 characters"),
        (json!(["f3rnb4s3page"]), "page: its `id` is a list"),
    ] {
        let snapshot = read(Document::Summary, &with(summary(), "page", with(page(), "id", id)));
        assert_eq!((snapshot.page_id, snapshot.skipped.len()), (None, 1));
        assert!(snapshot.skipped[0].ends_with(note), "{:?}", snapshot.skipped);
    }
}

#[test]
fn a_summary_without_its_list_of_incidents_does_not_say_that_none_is_open() {
    for missing in [None, Some(Value::Null)] {
        let snapshot = read(Document::Summary, &with(summary(), "incidents", missing));
        assert_eq!(snapshot.unidentified, ["there is no list `incidents`"]);
        assert_eq!(snapshot.coverage, [(ReportKind::Maintenance, Coverage::ActiveOnly)]);
    }
}
