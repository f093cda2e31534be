//! The acceptance case: an outage history reduced to its facts, once found whole at first sight
//! and once lived through poll by poll, must come out of REST as it is expected.
//!
//! What is expected is written in the double. Where the recorded facts are at hand, that is
//! compared with them: they lie beside the folder that `SIGNALBOOK_RECORDINGS` names.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fs};

use serde_json::{Value, json};
use signalbook_double::reference::{
    self, CAUSE_LINK, DOWNTIME_SECONDS, DOWNTIME_SHOWN, HEADLINE, OUTAGES, SINCE, SLUG, STORIES,
    Story,
};
use signalbook_tests::World;

const OUTAGES_PATH: &str = "/v1/providers/kustomer/outages";

fn time(text: &Value) -> jiff::Timestamp {
    text.as_str().unwrap_or_else(|| panic!("{text} is no time")).parse().unwrap()
}

fn texts(values: &Value, field: &str) -> Vec<String> {
    values.as_array().unwrap().iter().map(|v| v[field].as_str().unwrap().to_owned()).collect()
}

/// The block `expected` of the facts, under the names of REST.
fn assert_totals(history: &Value) {
    assert_eq!(history["headline"], HEADLINE);
    assert_eq!(history["outages_total"], OUTAGES);
    assert_eq!(history["downtime_seconds"], DOWNTIME_SECONDS);
    assert_eq!(history["downtime"], DOWNTIME_SHOWN);
    let first = STORIES.last().unwrap().started_at;
    assert_eq!((&history["since"], &first[..SINCE.len()]), (&first.into(), SINCE));
    assert_eq!(history["provider"]["status"], "up");
    assert_eq!(history["provider"]["slug"], "kustomer");
    assert_eq!(history["provider"]["pages"][0]["platform"], "statuspage");
    assert_eq!(history["provider"]["pages"][0]["health"], "readable");
    assert_eq!(history["next_cursor"], Value::Null);
}

fn assert_outage(shown: &Value, story: &Story) {
    let name = story.fact_id;
    assert_eq!(shown["title"], story.title, "{name}");
    assert_eq!(shown["external_id"], reference::external_id(name), "{name}");
    assert_eq!(shown["impact"], "minor", "{name}");
    assert_eq!(shown["duration"], story.shown_duration, "{name}");
    assert_eq!(shown["duration_seconds"], story.duration_seconds, "{name}");
    assert_eq!(time(&shown["started_at"]), story.started_at.parse().unwrap(), "{name}");
    assert_eq!(time(&shown["resolved_at"]), story.resolved_at.parse().unwrap(), "{name}");
    assert_eq!(shown["withdrawn"], false, "{name}");
    let phases: Vec<&str> = story.updates.iter().map(|(status, _, _)| status.word()).collect();
    assert_eq!(texts(&shown["updates"], "phase"), phases, "{name}");
    for (update, (_, at, body)) in shown["updates"].as_array().unwrap().iter().zip(story.updates) {
        assert_eq!(time(&update["published_at"]), at.parse().unwrap(), "{name}");
        assert_eq!(update["body"], *body, "{name}");
        assert_eq!(update["edited"], false, "{name}");
    }
    assert_eq!(shown["phase"], *phases.last().unwrap(), "{name}");
    let earliest =
        story.updates.iter().map(|(_, at, _)| at.parse::<jiff::Timestamp>().unwrap()).min();
    assert_eq!(time(&shown["announced_at"]), earliest.unwrap(), "{name}");
    let affected = shown["affected"].as_array().unwrap().iter();
    let affected: Vec<_> = affected.map(|one| json!([one["name"], one["group"]])).collect();
    let expected: Vec<_> = story.affected().map(|(name, group)| json!([name, group])).collect();
    assert_eq!(affected, expected, "{name}");
}

fn assert_history(history: &Value) {
    assert_totals(history);
    let outages = history["outages"].as_array().unwrap();
    assert_eq!(outages.len(), OUTAGES);
    for story in STORIES {
        let external_id = reference::external_id(story.fact_id);
        let shown = outages.iter().find(|outage| outage["external_id"] == external_id);
        assert_outage(shown.unwrap_or_else(|| panic!("{} is missing", story.fact_id)), story);
    }
    let starts: Vec<_> = outages.iter().map(|outage| time(&outage["started_at"])).collect();
    assert!(starts.is_sorted_by(|a, b| a > b), "newest first: {starts:?}");
    assert_twins(outages);
}

/// What is easily lost: a repeated update, a backdated one, and components of one name.
fn assert_twins(outages: &[Value]) {
    let find = |fact_id: &str| {
        let external_id = reference::external_id(fact_id);
        outages.iter().find(|outage| outage["external_id"] == external_id).unwrap()
    };
    let twice = find("kb-2026-05-01")["updates"].as_array().unwrap();
    assert_eq!(twice[0]["body"], twice[1]["body"]);
    assert_ne!(twice[0]["id"], twice[1]["id"]);
    let backdated = find("kb-2026-03-19");
    assert!(time(&backdated["updates"][0]["published_at"]) < time(&backdated["started_at"]));
    let knowledge_base = &find("kb-2026-04-14")["affected"];
    assert_eq!(texts(knowledge_base, "name"), ["Knowledge base"; 3]);
    assert_eq!(texts(knowledge_base, "group"), ["Prod 1", "Prod 2", "Prod 3"]);
    let email = &find("kb-2026-05-01")["affected"];
    assert_eq!(texts(email, "group"), ["Prod 1", "Prod 2"]);
}

#[tokio::test]
async fn the_reference_history_found_at_first_sight_comes_out_as_expected() {
    let later = reference::settled_at() + Duration::from_hours(24);
    let mut world = World::begin(later).await.unwrap();
    world.watch(SLUG, reference::life()).await.unwrap();
    assert_eq!(world.poll_due().await.unwrap(), 1, "one poll sees the whole page");
    let history = world.json(OUTAGES_PATH).await.unwrap();
    assert_history(&history);
    for outage in history["outages"].as_array().unwrap() {
        assert_eq!(outage["backfilled"], true);
        assert_eq!(time(&outage["detected_at"]), later);
    }
    assert_eq!(history["position"], json!(world.log.head().await.unwrap().position));
}

#[tokio::test]
async fn the_reference_history_lived_through_poll_by_poll_comes_out_as_expected() {
    let mut world = World::begin(reference::opened_at()).await.unwrap();
    world.watch(SLUG, reference::life()).await.unwrap();
    world.poll_due().await.unwrap();
    let mut moments: Vec<_> = reference::life().script().iter().map(|entry| entry.at).collect();
    moments.dedup();
    for at in moments {
        // The poll that sees it comes half a minute later; quiet days in between are left out.
        world.clock.set((at + Duration::from_secs(30)).into());
        world.poll_due().await.unwrap();
        world.poll().await.unwrap();
    }
    let history = world.json(OUTAGES_PATH).await.unwrap();
    assert_history(&history);
    for outage in history["outages"].as_array().unwrap() {
        assert_eq!(outage["backfilled"], false);
        let late = time(&outage["detected_at"]).duration_since(time(&outage["started_at"]));
        assert!((0..=60).contains(&late.as_secs()), "detected {late} after it began");
    }
}

#[tokio::test]
async fn another_provider_that_caused_an_incident_is_linked() {
    let mut world = World::begin(reference::settled_at()).await.unwrap();
    world.watch(SLUG, reference::life()).await.unwrap();
    world.poll_due().await.unwrap();
    let events = world.json("/v1/events?limit=500").await.unwrap();
    let linked: Vec<&Value> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["type"] == "incident.provider_linked")
        .collect();
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0]["data"]["url"], CAUSE_LINK);
}

/// The fields of a document, each by its path, without those that hold words for people.
fn fields(path: &str, value: &Value) -> BTreeMap<String, Value> {
    const PROSE: [&str; 4] = ["about", "order", "why", "note"];
    match value {
        Value::Object(object) => {
            let told = object.iter().filter(|(key, _)| !PROSE.contains(&key.as_str()));
            told.flat_map(|(key, value)| fields(&format!("{path}/{key}"), value)).collect()
        }
        Value::Array(list) if !list.is_empty() => {
            let numbered = list.iter().enumerate();
            numbered.flat_map(|(at, value)| fields(&format!("{path}/{at}"), value)).collect()
        }
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            BTreeMap::from([(path.to_owned(), value.clone())])
        }
    }
}

#[test]
fn what_is_expected_is_what_was_recorded() {
    let Some(recordings) = env::var_os("SIGNALBOOK_RECORDINGS").map(PathBuf::from) else {
        println!("the recorded facts are not at hand: SIGNALBOOK_RECORDINGS is not set");
        return;
    };
    let file = recordings.join("../reference/outage-history.json");
    let recorded = match fs::read_to_string(&file) {
        Ok(recorded) => recorded,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("the recorded facts are not at hand: there is no {}", file.display());
            return;
        }
        Err(error) => panic!("{}: {error}", file.display()),
    };
    assert!(recorded.contains(CAUSE_LINK));
    let recorded = fields("", &serde_json::from_str(&recorded).unwrap());
    let expected = fields("", &reference::facts());
    for path in recorded.keys().chain(expected.keys()) {
        assert_eq!(expected.get(path), recorded.get(path), "{path}");
    }
}
