//! An incident's own fields, and polls that must change nothing.

use signalbook_domain::event::ReportChange;
use signalbook_domain::{Document, Failure};

use crate::support::facts::change;
use crate::support::{at, given, given_a_page, incident, page};

#[test]
fn an_incident_is_opened_once_with_what_the_vendor_says() {
    let world = given_a_page().when(
        incident("x").titled("Slow").impact("major").affects(["search"]).status("investigating"),
    );
    let ReportChange::Opened(opened) = change(world.only("incident.opened")) else {
        panic!("it is opened")
    };
    assert_eq!((opened.external_id.as_str(), opened.title.as_str()), ("x", "Slow"));
    assert_eq!(opened.affected[0].name, "SEARCH");
}

#[test]
fn two_incidents_with_one_title_are_two_incidents() {
    given_a_page()
        .when(page([incident("x"), incident("y")]))
        .then(["incident.opened", "incident.opened"]);
}

#[test]
fn an_incident_listed_twice_in_a_document_is_one_incident() {
    given_a_page().when(page([incident("x"), incident("x")])).then(["incident.opened"]);
}

#[test]
fn incidents_are_told_oldest_first_however_they_are_listed() {
    let world = given_a_page()
        .when(page([incident("new").started(at(90)), incident("old").started(at(10))]));
    let starts: Vec<_> = world.told().iter().map(|fact| fact.times.occurred_at).collect();
    assert_eq!(starts, [Some(at(10)), Some(at(90))]);
}

#[test]
fn a_new_title_impact_or_set_of_components_is_told() {
    let known = incident("x").titled("Slow").affects(["search"]);
    given(known.clone())
        .when(known.clone().titled("Very slow"))
        .then(["incident.retitled"])
        .when(known.clone().titled("Very slow").impact("critical"))
        .then(["incident.impact_changed"])
        .when(known.titled("Very slow").impact("critical").affects(["search", "chat"]))
        .then(["incident.components_changed"]);
}

#[test]
fn the_order_in_which_components_are_named_is_no_change() {
    given(incident("x").affects(["search", "chat"]))
        .when(incident("x").affects(["chat", "search"]))
        .then_nothing();
}

#[test]
fn the_same_snapshot_twice_appends_nothing() {
    let shown = incident("x")
        .status("resolved")
        .started(at(0))
        .resolved(at(30))
        .updated(at(31))
        .affects(["search"])
        .update("1", "investigating", "Looking.", at(1))
        .nameless("resolved", "Over.", at(30));
    given(shown).when_the_same().then_nothing().when_the_same().then_nothing();
}

#[test]
fn a_poll_that_says_nothing_changed_appends_nothing_and_keeps_the_last_good_poll_true() {
    let world = given(incident("x")).when_unchanged(Document::Incidents).then_nothing();
    assert_eq!(world.poll_state.last_good_at, Some(world.now));
    assert_eq!(world.poll_state.documents[&Document::Incidents].read_at, world.now);
}

#[test]
fn an_observation_of_an_older_slot_or_of_the_same_one_changes_nothing() {
    let world = given(incident("x"));
    for turns in [0, 1, 3] {
        let before = world.clone();
        let late = world.clone().when_late(turns, incident("y"));
        assert!(late.told.is_none(), "{turns} turns late");
        assert_eq!((late.page_state, late.poll_state), (before.page_state, before.poll_state));
    }
}

#[test]
fn failed_polls_change_no_incident() {
    let world = given(incident("x").status("investigating"));
    let before = world.page_state.reports.clone();
    let world = world
        .when_failed(Failure::WrongShape)
        .then_nothing()
        .when_failed(Failure::Blocked)
        .then(["page.unreadable"])
        .when_failed(Failure::Unreachable)
        .then_nothing();
    assert_eq!(world.page_state.reports, before);
    assert!(world.poll_state.in_trouble);
}
