//! The reference case: a vendor with six outages whose figures are known.
//!
//! One life serves both ways of reading it.
//! Under a clock that stands late ([`settled_at`]) the page shows all six as history;
//! under a clock that is moved on from [`opened_at`] polls see them grow, since each act happens
//! at its true time: an update is posted at the time it shows, except the first one of
//! `kb-2026-03-19`, which is posted when the incident is filed and dated 32 minutes before.
//!
//! The times, phases and figures are facts of the case; every text is ours.

mod story;

use jiff::Timestamp;
use serde_json::{Value, json};

pub use self::story::{STORIES, Story};
use crate::{Act, ComponentStatus, Impact, Life, Opening, Posting, Status, derived_id};

/// The slug of the vendor.
pub const SLUG: &str = "kustomer";
/// The name of the vendor.
pub const NAME: &str = "Kustomer";
/// The address of the vendor's own status page.
pub const STATUS_PAGE: &str = "https://status.kustomer.com";
/// The sentence over the history.
pub const HEADLINE: &str =
    "There were 6 Kustomer outages since February 12, 2026 totaling 10h 51m of downtime.";
/// The number of outages.
pub const OUTAGES: usize = 6;
/// The day of the first outage.
pub const SINCE: &str = "2026-02-12";
/// The length of all outages together.
pub const DOWNTIME_SECONDS: i64 = 39_073;
/// The same as it is shown: seconds are added first and rounded last.
pub const DOWNTIME_SHOWN: &str = "10h 51m";
/// What the rounded durations add up to, which is not what is shown.
pub const SUM_OF_SHOWN_MINUTES: i64 = 648;
/// The vendor's incident that caused the one of February 12.
pub const CAUSE_LINK: &str = "https://status.openai.com/incidents/01KH94NGSXNH9H4WBPXB3RFZWX";

/// The groups of the page.
const GROUPS: [&str; 3] = ["Prod 1", "Prod 2", "Prod 3"];

/// The components of the page with their groups: names repeat, keys do not.
const COMPONENTS: [(&str, &str, Option<&str>); 11] = [
    ("p1-chat", "Channel - Chat", Some("Prod 1")),
    ("p1-email", "Channel - Email", Some("Prod 1")),
    ("p1-knowledge", "Knowledge base", Some("Prod 1")),
    ("p1-voice", "Kustomer Voice", Some("Prod 1")),
    ("p1-search", "Search", Some("Prod 1")),
    ("p2-email", "Channel - Email", Some("Prod 2")),
    ("p2-knowledge", "Knowledge base", Some("Prod 2")),
    ("p2-search", "Search", Some("Prod 2")),
    ("p3-knowledge", "Knowledge base", Some("Prod 3")),
    ("p3-workflows", "Workflows", Some("Prod 3")),
    ("openai", "OpenAI", None),
];

/// The life of the reference vendor.
pub fn life() -> Life {
    let born_at = time("2025-03-03T09:00:00Z");
    let mut life = Life::new(NAME, derived_id(SLUG), born_at);
    for group in GROUPS {
        life = life.group(component_id(group), group);
    }
    for (key, name, group) in COMPONENTS {
        life = life.component(component_id(key), name, group.map(component_id).as_deref());
    }
    for story in STORIES.iter().rev() {
        play(&mut life, story);
    }
    life
}

/// A moment just before the first outage.
pub fn opened_at() -> Timestamp {
    time("2026-02-12T15:00:00Z")
}

/// A moment at which all is over and explained.
pub fn settled_at() -> Timestamp {
    time("2026-05-02T00:00:00Z")
}

/// The id on the page of an incident of the case: `kb2026050100` for `kb-2026-05-01`.
pub fn external_id(fact_id: &str) -> String {
    format!("{}00", fact_id.replace('-', ""))
}

/// The id on the page of a component, by its key (`p1-email`) or its group's name.
pub fn component_id(key: &str) -> String {
    derived_id(&format!("{SLUG}/{key}"))
}

/// What must come out, in the form of the case's own document, without its prose.
pub fn facts() -> Value {
    json!({
        "provider": {
            "slug": SLUG,
            "name": NAME,
            "status_page": STATUS_PAGE,
            "platform": "statuspage",
        },
        "expected": {
            "headline": HEADLINE,
            "outages": OUTAGES,
            "since": SINCE,
            "downtime_seconds": DOWNTIME_SECONDS,
            "downtime_shown": DOWNTIME_SHOWN,
            "sum_of_shown_minutes": SUM_OF_SHOWN_MINUTES,
            "current": "up",
        },
        "incidents": STORIES.iter().map(fact).collect::<Vec<_>>(),
    })
}

impl Story {
    /// The affected components, each with its name and its group's.
    pub fn affected(&self) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
        self.components.iter().filter_map(|key| {
            let found = COMPONENTS.iter().find(|(other, ..)| other == key);
            found.map(|&(_, name, group)| (name, group))
        })
    }
}

fn fact(story: &Story) -> Value {
    let updates = story.updates.iter().map(|(status, at, _)| json!([status.word(), at]));
    json!({
        "id": story.fact_id,
        "title": story.title,
        "impact": "minor",
        "affected": story.affected().map(|(name, _)| name).collect::<Vec<_>>(),
        "started_at": story.started_at,
        "resolved_at": story.resolved_at,
        "shown_duration": story.shown_duration,
        "updates": updates.collect::<Vec<_>>(),
        "duration_seconds": story.duration_seconds,
    })
}

/// Writes one story into the script, each act at its true time.
fn play(life: &mut Life, story: &Story) {
    let id = external_id(story.fact_id);
    let started_at = time(story.started_at);
    let mut opening = Opening::new(&id, story.title, Impact::Minor).started_at(started_at);
    opening.components = story.components.iter().map(|key| component_id(key)).collect();
    let mut later = Vec::new();
    for (index, (status, at, body)) in story.updates.iter().enumerate() {
        let at = time(at);
        let mut posting =
            Posting::new(derived_id(&format!("{}/{index}", story.fact_id)), *status, *body);
        if index == 0 {
            posting = set_all(posting, story, ComponentStatus::DegradedPerformance);
        }
        if *status == Status::Resolved {
            posting = set_all(posting, story, ComponentStatus::Operational);
        }
        match at.cmp(&started_at) {
            std::cmp::Ordering::Less => opening.updates.push(posting.display_at(at)),
            std::cmp::Ordering::Equal => opening.updates.push(posting),
            std::cmp::Ordering::Greater => later.push((at, posting)),
        }
    }
    life.push(started_at, Act::Open(opening));
    for (at, posting) in later {
        life.push(at, Act::post(&id, posting));
    }
}

fn set_all(posting: Posting, story: &Story, status: ComponentStatus) -> Posting {
    story.components.iter().fold(posting, |posting, key| posting.affects(component_id(key), status))
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("the times of the case are written out and well formed")
}

#[cfg(test)]
mod tests;
