//! What was learned from history instead of being seen to happen.

use std::time::Duration;

use signalbook_domain::event::{Fact, ReportChange};
use signalbook_domain::snapshot::Coverage;
use signalbook_domain::{Document, Failure, Worded};

use crate::support::facts::change;
use crate::support::{World, at, component, given_a_page, incident, maintenance, page};

fn backfilled(facts: &[Fact], stream: &str) -> Vec<bool> {
    let of = |fact: &&Fact| fact.event.stream_kind().word() == stream;
    facts.iter().filter(of).map(|fact| fact.backfilled).collect()
}

#[test]
fn the_first_good_reading_is_the_baseline_and_is_told_at_once() {
    let history = page([
        incident("old").status("resolved").update("1", "resolved", "Over.", at(10)),
        incident("open").status("investigating").update("2", "investigating", "Hm.", at(20)),
    ]);
    let world = World::new().when(history);
    assert_eq!(backfilled(world.told(), "incident"), [true; 4]);
    assert_eq!(backfilled(world.told(), "page"), [false; 2], "the page was seen to be readable");
    world.when_the_same().then_nothing();
}

#[test]
fn the_baseline_holds_components_and_planned_work_too() {
    let mut shown = page([maintenance("m")]).of(Document::Summary);
    shown.snapshot.components =
        crate::support::Page::from([component("search")]).snapshot.components;
    let world = World::new().when(shown);
    assert_eq!(backfilled(world.told(), "component"), [true]);
    assert_eq!(backfilled(world.told(), "maintenance"), [true]);
}

#[test]
fn what_is_shown_after_the_baseline_is_news() {
    let world = given_a_page().when(incident("x").status("investigating"));
    assert_eq!(backfilled(world.told(), "incident"), [false, false]);
}

#[test]
fn a_document_that_is_first_read_later_has_a_baseline_of_its_own() {
    let world = World::new().when(page([incident("open")]).of(Document::Summary));
    let both = page([
        incident("old").status("resolved").update("1", "resolved", "Over.", at(10)),
        incident("open"),
    ]);
    let world = world.when(both.clone().of(Document::Incidents));
    assert_eq!(backfilled(world.told(), "incident"), [true, true]);
    let world = world.when(page([incident("new"), incident("open")]).of(Document::Summary));
    assert_eq!(backfilled(world.told(), "incident"), [false]);
}

#[test]
fn several_first_documents_in_one_poll_are_each_a_baseline_and_one_append() {
    let world = World::new().when_all([
        page([incident("x")]).of(Document::Summary),
        page([incident("x"), incident("y")]).of(Document::Incidents),
        page([maintenance("m")]).of(Document::Maintenances).covering(Coverage::ActiveOnly),
    ]);
    assert_eq!(backfilled(world.told(), "incident"), [true, true]);
    assert_eq!(backfilled(world.told(), "maintenance"), [true]);
}

#[test]
fn a_failed_poll_is_no_baseline() {
    let world = World::new().when_failed(Failure::Unreachable).when(incident("x"));
    assert_eq!(backfilled(world.told(), "incident"), [true]);
}

#[test]
fn an_unchanged_answer_before_the_first_folded_one_is_no_baseline() {
    let world = World::new().when_unchanged(Document::Incidents).when(incident("x"));
    assert_eq!(backfilled(world.told(), "incident"), [true]);
}

#[test]
fn after_a_gap_of_over_an_hour_an_incident_first_seen_resolved_is_backfilled() {
    let over = incident("x")
        .status("resolved")
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "resolved", "Over.", at(20));
    let world = given_a_page().after(60).when(over.clone());
    assert_eq!(backfilled(world.told(), "incident"), [true; 3]);
    let world = given_a_page().after(59).when(over);
    assert_eq!(backfilled(world.told(), "incident"), [false; 3], "an hour is no gap yet");
}

/// The first answer after the gap came from a cache that did not know of it yet.
#[test]
fn what_was_over_before_we_were_back_is_history_also_when_it_is_shown_a_little_later() {
    let over = |id: &str, ended| {
        let ended = at(ended);
        incident(id).created(ended).update("1", "resolved", "Over.", ended).status("resolved")
    };
    let world = given_a_page().rarely_polled().after(600);
    let back = world.now;
    let world = world.when_unchanged(Document::Incidents).after(5).when(page([
        over("before", 300),
        incident("since")
            .created(back)
            .update("1", "resolved", "Over.", back.plus(Duration::from_mins(2)))
            .status("resolved"),
        incident("open").status("investigating"),
    ]));
    let opened = world.told().iter().filter_map(|fact| {
        let ReportChange::Opened(opened) = change(fact) else { return None };
        Some((opened.external_id.as_str(), fact.backfilled))
    });
    let expected = [("open", false), ("before", true), ("since", false)];
    assert_eq!(opened.collect::<Vec<_>>(), expected);
    let world = given_a_page().after(600).when_unchanged(Document::Incidents);
    let world = world.after(30).when_unchanged(Document::Incidents);
    let world = world.after(35).when(over("late", 300));
    assert_eq!(backfilled(world.told(), "incident"), [false; 2], "no cache is that old");
}

#[test]
fn failed_polls_are_part_of_the_gap() {
    let mut world = given_a_page();
    for _ in 0..7 {
        world = world.after(9).when_failed(Failure::Unreachable);
    }
    let world = world.when(incident("x").status("resolved"));
    assert_eq!(backfilled(world.told(), "incident"), [true; 2]);
}

#[test]
fn after_a_gap_an_incident_that_is_still_open_is_news() {
    let world = given_a_page().after(600).when(incident("x").status("investigating"));
    assert_eq!(backfilled(world.told(), "incident"), [false; 2]);
}

#[test]
fn after_a_gap_the_end_of_an_incident_that_was_known_is_news() {
    let world = given_a_page().when(incident("x").status("investigating"));
    let world = world.after(600).when(incident("x").status("resolved"));
    assert_eq!(backfilled(world.told(), "incident"), [false]);
}
