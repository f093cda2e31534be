use super::*;
use crate::{Page, is_vendor_id, render};

#[test]
fn the_script_itself_adds_up_to_the_expected_downtime() {
    let page = life().at(settled_at());
    let mut spans: Vec<(i64, i64)> = page.incidents.iter().map(span).collect();
    spans.sort_unstable();
    let mut union = 0;
    let mut covered_until = i64::MIN;
    for (from, until) in spans {
        union += (until - from.max(covered_until)).max(0);
        covered_until = covered_until.max(until);
    }
    assert_eq!(union, DOWNTIME_SECONDS);
    assert_eq!(shown(union), DOWNTIME_SHOWN);
    assert_eq!(page.incidents.len(), OUTAGES);
}

#[test]
fn each_outage_has_the_length_and_the_figure_of_the_case() {
    let page = life().at(settled_at());
    let mut minutes = 0;
    for story in STORIES {
        let (from, until) = span(page.incident(&external_id(story.fact_id)).unwrap());
        assert_eq!(until - from, story.duration_seconds, "{}", story.fact_id);
        assert_eq!(shown(until - from), story.shown_duration, "{}", story.fact_id);
        minutes += story.duration_seconds / 60;
    }
    assert_eq!(minutes, SUM_OF_SHOWN_MINUTES);
}

#[test]
fn the_timelines_on_the_page_are_those_of_the_case() {
    let page = life().at(settled_at());
    for fact in facts()["incidents"].as_array().unwrap() {
        let incident = page.incident(&external_id(fact["id"].as_str().unwrap())).unwrap();
        let mut updates = incident.newest_first();
        updates.reverse();
        let told: Vec<Value> = updates
            .iter()
            .map(|update| json!([update.status.word(), format!("{:.0}", update.shown_at())]))
            .collect();
        assert_eq!(Value::from(told), fact["updates"]);
        let names: Vec<&str> = incident.components.iter().map(|id| name(&page, id)).collect();
        assert_eq!(json!(names), fact["affected"]);
        assert!(is_vendor_id(&incident.id));
    }
}

#[test]
fn two_updates_of_one_text_and_one_time_stay_two() {
    let page = life().at(settled_at());
    let updates = &page.incident(&external_id("kb-2026-05-01")).unwrap().updates;
    assert_eq!(updates[0].body, updates[1].body);
    assert_eq!(updates[0].shown_at(), updates[1].shown_at());
    assert_ne!(updates[0].id, updates[1].id);
}

#[test]
fn lived_through_the_backdated_update_appears_with_its_incident() {
    let id = external_id("kb-2026-03-19");
    assert!(life().at(time("2026-03-19T15:14:39Z")).incident(&id).is_none());
    let page = life().at(time("2026-03-19T15:14:40Z"));
    let incident = page.incident(&id).unwrap();
    assert_eq!(incident.updates.len(), 1);
    assert_eq!(incident.updates[0].display_at, Some(time("2026-03-19T14:42:00Z")));
    assert_eq!(incident.status, Status::Investigating);
}

#[test]
fn lived_through_the_page_is_calm_before_and_after() {
    for calm_at in [opened_at(), settled_at()] {
        let document = render::summary(&life(), calm_at, STATUS_PAGE);
        assert_eq!(document["status"]["indicator"], "none");
        assert_eq!(document["incidents"], json!([]));
    }
    let document = render::summary(&life(), time("2026-04-14T14:50:00Z"), STATUS_PAGE);
    assert_eq!(document["incidents"][0]["components"].as_array().unwrap().len(), 3);
}

#[test]
fn the_first_word_of_the_foreign_outage_holds_the_link_to_its_cause() {
    let page = life().at(settled_at());
    let updates = &page.incident(&external_id("kb-2026-02-12")).unwrap().updates;
    assert!(updates[0].body.contains(CAUSE_LINK));
}

fn span(incident: &crate::Incident) -> (i64, i64) {
    (incident.started_at.as_second(), incident.resolved_at.unwrap().as_second())
}

fn name<'a>(page: &'a Page, id: &str) -> &'a str {
    &page.component(id).unwrap().name
}

/// A length as people read it: whole minutes, no zeros.
fn shown(seconds: i64) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match (hours, minutes) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}
