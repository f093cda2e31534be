use jiff::tz::Offset;

use super::*;
use crate::{Act, Impact, Opening, Posting, Scheduling, Window};

const URL: &str = "http://double.test/p/fernbase";

#[test]
fn the_summary_has_the_platforms_shape() {
    let document = summary(&life(), at(15), URL);
    assert_eq!(
        document["page"],
        json!({
            "id": "f3rnb4s3page",
            "name": "Fernbase",
            "url": URL,
            "time_zone": "Etc/UTC",
            "updated_at": "2026-02-02T02:40:10.000Z",
        })
    );
    let minor = json!({"indicator": "minor", "description": "Partially Degraded Service"});
    assert_eq!(document["status"], minor);
    let group = &document["components"][0];
    assert_eq!((&group["group"], &group["components"]), (&json!(true), &json!(["mail"])));
    assert_eq!(group["status"], "degraded_performance");
    assert_eq!(
        document["components"][1],
        json!({
            "id": "mail",
            "name": "Mail",
            "status": "degraded_performance",
            "created_at": "2026-02-02T02:40:00.000Z",
            "updated_at": "2026-02-02T02:40:10.000Z",
            "position": 1,
            "description": null,
            "showcase": false,
            "start_date": "2026-02-02",
            "group_id": "east",
            "page_id": "f3rnb4s3page",
            "group": false,
            "only_show_if_degraded": false,
        })
    );
}

#[test]
fn an_incident_carries_whole_components_and_joined_names() {
    let document = summary(&life(), at(15), URL);
    let incident = &document["incidents"][0];
    let mut keys: Vec<&String> = incident.as_object().unwrap().keys().collect();
    let mut known = [
        "id",
        "name",
        "status",
        "created_at",
        "updated_at",
        "monitoring_at",
        "resolved_at",
        "impact",
        "shortlink",
        "started_at",
        "page_id",
        "incident_updates",
        "components",
        "reminder_intervals",
    ];
    known.sort_unstable();
    keys.sort_unstable();
    assert_eq!(keys, known);
    assert_eq!(incident["components"], json!([document["components"][1]]));
    assert_eq!(
        incident["incident_updates"][0],
        json!({
            "id": "u1",
            "status": "investigating",
            "body": "Looking.",
            "incident_id": "one",
            "created_at": "2026-02-02T02:40:10.000Z",
            "updated_at": "2026-02-02T02:40:10.000Z",
            "display_at": "2026-02-02T02:40:10.000Z",
            "affected_components": [{
                "code": "mail",
                "name": "East - Mail",
                "old_status": "operational",
                "new_status": "degraded_performance",
            }],
            "deliver_notifications": true,
            "custom_tweet": null,
            "tweet_id": null,
        })
    );
}

#[test]
fn a_closed_incident_leaves_the_summary_and_stays_in_the_list_newest_update_first() {
    assert_eq!(summary(&life(), at(40), URL)["incidents"], json!([]));
    let document = incidents(&life(), at(40), URL);
    let incident = &document["incidents"][0];
    assert_eq!(incident["status"], "postmortem");
    assert_eq!(incident["resolved_at"], "2026-02-02T02:40:20.000Z");
    let updates = incident["incident_updates"].as_array().unwrap();
    let told: Vec<_> = updates.iter().map(|update| &update["status"]).collect();
    assert_eq!(told, ["postmortem", "resolved", "investigating"]);
    assert_eq!(updates[0]["display_at"], Value::Null);
    assert_eq!(updates[1]["affected_components"], Value::Null);
}

#[test]
fn planned_work_is_in_the_summary_until_it_is_completed() {
    let window = Window { from: at(100), until: at(200) };
    let work = Scheduling {
        id: "work".into(),
        title: "New disks".into(),
        window,
        components: vec!["mail".into()],
        update: None,
    };
    let life = life()
        .then(at(50), Act::Schedule(work))
        .then(at(150), Act::complete("work", "w1", "Done."));
    let open = &summary(&life, at(60), URL)["scheduled_maintenances"][0];
    assert_eq!((&open["impact"], &open["status"]), (&json!("maintenance"), &json!("scheduled")));
    assert_eq!(open["scheduled_for"], "2026-02-02T02:41:40.000Z");
    assert_eq!(open["scheduled_until"], "2026-02-02T02:43:20.000Z");
    assert_eq!(summary(&life, at(160), URL)["scheduled_maintenances"], json!([]));
    let listed = scheduled_maintenances(&life, at(160), URL);
    assert_eq!(listed["scheduled_maintenances"][0]["status"], "completed");
    assert_eq!(incidents(&life, at(160), URL)["incidents"].as_array().unwrap().len(), 1);
}

#[test]
fn the_list_holds_the_newest_fifty_by_their_filing() {
    let mut life = life();
    for number in 0..60 {
        let opening = Opening::new(format!("n{number}"), "Slow", Impact::None);
        life.push(at(100 + number), Act::Open(opening));
    }
    let document = incidents(&life, at(1000), URL);
    let listed = document["incidents"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[0]["id"]), (LIST_LIMIT, &json!("n59")));
    assert_eq!(listed[49]["id"], "n10");
}

#[test]
fn times_are_written_in_the_pages_zone() {
    let life = life().zone("America/New_York", Offset::constant(-5));
    let document = incidents(&life, at(15), URL);
    assert_eq!(document["incidents"][0]["created_at"], "2026-02-01T21:40:10.000-05:00");
    assert_eq!(document["page"]["time_zone"], "America/New_York");
}

#[test]
fn a_misprint_is_in_one_document_and_says_nothing_of_its_time() {
    let misprint =
        |document, misprint| Act::Misprint { document, incident: "one".into(), misprint };
    let open = Some(Misprint::Status(Status::Monitoring));
    let life = life()
        .then(at(40), misprint(Document::Summary, open))
        .then(at(41), misprint(Document::Incidents, Some(Misprint::AsOf(at(15)))));
    let (small, list) = (summary(&life, at(50), URL), incidents(&life, at(50), URL));
    let (small, list) = (&small["incidents"][0], &list["incidents"][0]);
    assert_eq!((&small["status"], &small["resolved_at"]), (&json!("monitoring"), &Value::Null));
    assert_eq!(small["updated_at"], "2026-02-02T02:40:30.000Z");
    assert_eq!((&list["status"], &list["resolved_at"]), (&json!("investigating"), &Value::Null));
    assert_eq!(list["updated_at"], "2026-02-02T02:40:10.000Z");
    let life = life.then(at(60), misprint(Document::Summary, None));
    assert_eq!(summary(&life, at(60), URL)["incidents"], json!([]));
}

#[test]
fn an_entry_can_be_hidden_or_half_readable() {
    let listed = |misprint| {
        let misprint = Some(misprint);
        let incident = "one".to_owned();
        let act = Act::Misprint { document: Document::Incidents, incident, misprint };
        incidents(&life().then(at(40), act), at(40), URL)["incidents"].clone()
    };
    assert_eq!(listed(Misprint::Hidden), json!([]));
    assert_eq!(listed(Misprint::NoTitle)[0]["name"], Value::Null);
    assert_eq!(listed(Misprint::Anonymous)[0]["id"], Value::Null);
    assert!(listed(Misprint::NoUpdates)[0]["incident_updates"].is_string());
}

#[test]
fn the_word_at_the_top_follows_the_components_unless_somebody_sets_it() {
    let set = |indicator| Act::SetIndicator { indicator };
    let life = life().then(at(40), set(Some(Impact::Critical))).then(at(50), set(None));
    assert_eq!(summary(&life, at(40), URL)["status"]["indicator"], "critical");
    assert_eq!(summary(&life, at(50), URL)["status"]["indicator"], "minor");
}

fn life() -> Life {
    let degraded = ComponentStatus::DegradedPerformance;
    let first = Posting::new("u1", Status::Investigating, "Looking.").affects("mail", degraded);
    let opening = Opening::new("one", "Mail is slow", Impact::Minor).component("mail");
    Life::new("Fernbase", "f3rnb4s3page", at(0))
        .group("east", "East")
        .component("mail", "Mail", Some("east"))
        .then(at(10), Act::Open(opening.update(first)))
        .then(at(20), Act::resolve("one", "u2", "Over."))
        .then(at(30), Act::postmortem("one", "u3", "# Why"))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_770_000_000 + second).unwrap()
}
