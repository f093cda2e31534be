use std::collections::BTreeSet;

use serde_json::{Value, json};
use signalbook_domain::Impact;

use crate::support::{World, incident};

const PATH: &str = "/v1/providers/acme/outages";

fn world() -> World {
    let world = World::new();
    world.provider("acme");
    world
}

#[tokio::test]
async fn a_history_has_the_promised_shape() {
    let world = world();
    world.report(
        incident("acme", 1)
            .started("2026-02-12T15:11:05Z")
            .resolved("2026-02-12T15:49:46Z")
            .titled("Mail is slow")
            .affecting("Channel - Email", Some("Prod 1"))
            .update("u1", "2026-02-12T15:11:05Z", "We look into it.")
            .update("u2", "2026-02-12T15:20:00Z", "Found.")
            .removed("u2")
            .silent("2026-02-12T15:49:46Z"),
    );
    let json = world.get(PATH).await.json();
    assert_eq!(
        json["headline"],
        "There was 1 Acme outage since February 12, 2026 totaling 38m of downtime."
    );
    assert_eq!(json["outages_total"], 1);
    assert_eq!(json["since"], "2026-02-12T15:11:05Z");
    assert_eq!((&json["downtime_seconds"], &json["downtime"]), (&json!(2321), &json!("38m")));
    assert_eq!(json["provider"]["status"], "up");
    assert_eq!((&json["position"], &json["next_cursor"]), (&json!(world.position()), &Value::Null));
    let outage = &json["outages"][0];
    assert_eq!((&outage["duration_seconds"], &outage["duration"]), (&json!(2321), &json!("38m")));
    assert_eq!(outage["affected"][0]["group"], "Prod 1");
    let keys: Vec<&String> = outage.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "affected",
            "announced_at",
            "backfilled",
            "detected_at",
            "duration",
            "duration_seconds",
            "external_id",
            "formerly_affected",
            "id",
            "impact",
            "inferred",
            "page_removed_at",
            "phase",
            "resolved_at",
            "started_at",
            "title",
            "updates",
            "url",
            "withdrawn"
        ]
    );
    let updates = outage["updates"].as_array().unwrap();
    assert_eq!(updates.len(), 3);
    assert_eq!((&updates[0]["id"], updates[0].get("removed")), (&json!("u1"), None));
    assert_eq!(updates[1]["removed"], true);
    assert_eq!((&updates[2]["id"], &updates[2]["body"]), (&Value::Null, &json!("")));
}

#[tokio::test]
async fn an_open_outage_has_no_duration_yet_but_counts_until_now() {
    let world = world();
    world.report(incident("acme", 1).started("2026-03-01T23:00:00Z"));
    let json = world.get(PATH).await.json();
    assert_eq!(json["outages"][0]["duration"], Value::Null);
    assert_eq!(json["outages"][0]["duration_seconds"], Value::Null);
    assert_eq!(json["downtime_seconds"], 3600);
}

#[tokio::test]
async fn notices_are_listed_and_counted_in_no_total() {
    let world = world();
    world.report(
        incident("acme", 1)
            .impact(Impact::None)
            .started("2026-01-01T00:00:00Z")
            .resolved("2026-01-01T01:00:00Z"),
    );
    let json = world.get(PATH).await.json();
    assert_eq!((&json["outages_total"], &json["downtime_seconds"]), (&json!(0), &json!(0)));
    assert_eq!(
        (&json["since"], &json["headline"]),
        (&Value::Null, &json!("There were no Acme outages."))
    );
    assert_eq!(json["outages"][0]["impact"], "none");
}

#[tokio::test]
async fn a_withdrawn_outage_counts_until_it_was_withdrawn_and_is_marked() {
    let world = world();
    world.report(
        incident("acme", 1).started("2026-01-01T00:00:00Z").withdrawn("2026-01-01T00:30:00Z"),
    );
    let json = world.get(PATH).await.json();
    assert_eq!((&json["outages_total"], &json["downtime"]), (&json!(1), &json!("30m")));
    assert_eq!(json["outages"][0]["withdrawn"], true);
    assert_eq!(json["outages"][0]["resolved_at"], Value::Null);
}

#[tokio::test]
async fn all_pages_together_are_the_whole_history_and_totals_do_not_depend_on_the_page() {
    let world = world();
    for number in 0..120_i64 {
        // Pairs begin at the same moment, so that the id decides the order.
        let start = 1_760_000_000 + number / 2 * 86_400;
        world.report(incident("acme", number.try_into().unwrap()).lasting(start, 600));
    }
    let mut seen = Vec::new();
    let mut starts = Vec::new();
    let mut path = format!("{PATH}?limit=7");
    let mut pages = 0;
    loop {
        let json = world.get(&path).await.json();
        assert_eq!(
            (&json["outages_total"], &json["downtime_seconds"]),
            (&json!(120), &json!(36_000))
        );
        for outage in json["outages"].as_array().unwrap() {
            seen.push(outage["id"].as_str().unwrap().to_owned());
            starts.push(outage["started_at"].as_str().unwrap().to_owned());
        }
        pages += 1;
        let Some(cursor) = json["next_cursor"].as_str() else { break };
        path = format!("{PATH}?limit=7&cursor={cursor}");
    }
    assert_eq!((pages, seen.len()), (18, 120));
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 120);
    assert!(starts.is_sorted_by(|a, b| a >= b));
}

#[tokio::test]
async fn a_cursor_of_another_epoch_is_refused_and_an_entity_tag_is_not_known() {
    let world = world();
    for number in 1..=3 {
        world.report(incident("acme", number).lasting(1_760_000_000, 600));
    }
    let answer = world.get(&format!("{PATH}?limit=1")).await;
    let tag = answer.header("etag");
    let cursor = answer.json()["next_cursor"].as_str().unwrap().to_owned();
    let next = format!("{PATH}?limit=1&cursor={cursor}");
    assert_eq!(world.get(&next).await.status, 200);
    assert_eq!(world.get_if(&format!("{PATH}?limit=1"), &tag).await.status, 304);
    world.restored();
    let refused = world.get(&next).await;
    assert_eq!(refused.status, 410);
    let json = refused.json();
    assert_eq!(json["type"], "urn:signalbook:problem:other-epoch");
    assert_eq!(
        json["detail"],
        "This place is of epoch `1-07070707`, and the log is in epoch `2-07070707`: it was restored \
         from a copy, or is another one, and other events may stand there. Begin again without it."
    );
    assert_eq!(world.get_if(&format!("{PATH}?limit=1"), &tag).await.status, 200);
    assert_eq!(world.get(PATH).await.json()["epoch"], "2-07070707");
}

#[tokio::test]
async fn a_window_counts_only_what_lies_in_it() {
    let world = world();
    world.report(
        incident("acme", 1).started("2026-01-31T23:00:00Z").resolved("2026-02-01T02:00:00Z"),
    );
    world.report(
        incident("acme", 2).started("2026-02-10T00:00:00Z").resolved("2026-02-10T01:00:00Z"),
    );
    world.report(
        incident("acme", 3).started("2026-03-01T00:00:00Z").resolved("2026-03-01T01:00:00Z"),
    );
    let json = world.get(&format!("{PATH}?since=2026-02-01&until=2026-03-01&limit=1")).await.json();
    assert_eq!((&json["outages_total"], &json["downtime"]), (&json!(2), &json!("3h")));
    assert_eq!(json["since"], "2026-02-01T00:00:00Z");
    assert_eq!(json["outages"].as_array().unwrap().len(), 1);
    let empty = world.get(&format!("{PATH}?since=&until=&limit=&cursor=")).await.json();
    assert_eq!(empty["outages_total"], 3);
}

#[tokio::test]
async fn what_cannot_be_understood_is_answered_with_what_was_expected() {
    let world = world();
    for (query, parameter, expected) in [
        ("since=soon", "since", "2026-02-12T15:11:05Z"),
        ("until=2026-02-30", "until", "a date like"),
        ("limit=201", "limit", "from 1 to 200"),
        ("limit=0", "limit", "from 1 to 200"),
        ("cursor=abc", "cursor", "next_cursor"),
        ("since=2026-02-02&until=2026-02-01", "until", "after `since`"),
        ("form=1", "form", "no parameters other than"),
    ] {
        let answer = world.get(&format!("{PATH}?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        let json = answer.json();
        assert_eq!(json["parameter"], parameter, "{query}");
        assert!(json["expected"].as_str().unwrap().contains(expected), "{query}: {json}");
    }
    assert_eq!(world.get("/v1/providers/nobody/outages").await.status, 404);
}

#[tokio::test]
async fn the_history_of_a_provider_that_is_no_longer_watched_stays_readable() {
    let world = world();
    world.report(
        incident("acme", 1).started("2026-02-10T00:00:00Z").resolved("2026-02-10T01:00:00Z"),
    );
    world.forget("acme");
    let json = world.get(PATH).await.json();
    assert_eq!(json["outages_total"], 1);
    assert_eq!(
        (&json["provider"]["status"], &json["provider"]["status_since"]),
        (&json!("unknown"), &Value::Null)
    );
    assert_eq!(json["provider"]["pages"], json!([]));
}

#[tokio::test]
async fn a_quiet_history_is_not_sent_again() {
    let world = world();
    world.report(
        incident("acme", 1).started("2026-02-10T00:00:00Z").resolved("2026-02-10T01:00:00Z"),
    );
    let tag = world.get(PATH).await.header("etag");
    world.advance(120);
    assert_eq!(world.get_if(PATH, &tag).await.status, 304);
    world.report(incident("acme", 2).started("2026-03-01T23:00:00Z"));
    assert_eq!(world.get_if(PATH, &tag).await.status, 200);
}
