//! Components of a page.

use signalbook_domain::event::{ComponentChange, Event, Fact};
use signalbook_domain::{ComponentStatus, Document};

use crate::support::{Page, at, component, given, page};

fn change(fact: &Fact) -> &ComponentChange {
    let Event::Component(event) = &fact.event else { panic!("{fact:?} is of a component") };
    &event.change
}

#[test]
fn a_component_is_added_once() {
    given([component("a")])
        .then(["component.added"])
        .when([component("a"), component("b")])
        .then(["component.added"])
        .when_the_same()
        .then_nothing();
}

#[test]
fn components_with_one_name_are_told_apart_by_their_ids() {
    given([component("a").named("Email"), component("b").named("Email")])
        .then(["component.added", "component.added"])
        .when([component("a").named("Email"), component("b").named("Email").status("degraded")])
        .then(["component.status_changed"]);
}

#[test]
fn a_new_status_is_told_with_the_vendors_time() {
    let world = given([component("a")])
        .when([component("a").status("major_outage").updated(at(7))])
        .then(["component.status_changed"]);
    assert_eq!(world.told()[0].times.occurred_at, Some(at(7)));
}

#[test]
fn an_unknown_status_is_kept_raw_and_is_not_healthy() {
    let world = given([component("a")])
        .when([component("a").status("wobbly")])
        .then(["component.status_changed"]);
    assert!(matches!(
        change(&world.told()[0]),
        ComponentChange::StatusChanged { status }
            if status.value == ComponentStatus::Unknown && status.raw == "wobbly"
    ));
}

#[test]
fn a_new_name_is_a_renaming() {
    given([component("a")]).when([component("a").named("Search")]).then(["component.renamed"]);
}

#[test]
fn a_component_without_a_readable_name_has_a_stand_in_and_keeps_the_name_that_it_had() {
    let world = given([component("a"), component("b").nameless().status("major_outage")])
        .then(["component.added", "component.added"])
        .when([component("a").nameless(), component("b").status("major_outage")])
        .then(["component.renamed"]);
    let ComponentChange::Renamed { name } = change(&world.told()[0]) else { panic!() };
    assert_eq!(name, "B");
}

#[test]
fn a_new_group_is_a_move_and_so_is_a_groups_new_name() {
    given([component("a").within("g", Some("Core"))])
        .when([component("a").within("h", Some("Edge"))])
        .then(["component.moved"])
        .when([component("a").within("h", Some("Edges"))])
        .then(["component.moved"])
        .when([component("a")])
        .then(["component.moved"]);
}

#[test]
fn a_group_that_a_document_does_not_name_is_the_one_that_was_known() {
    given([component("a").within("g", Some("Core"))])
        .when([component("a").within("g", None)])
        .then_nothing()
        .when([component("a").within("unheard", None)])
        .then_nothing();
}

#[test]
fn a_component_that_left_the_page_is_removed_when_two_polls_agree() {
    given([component("a"), component("b")])
        .when([component("a")])
        .then_nothing()
        .when_the_same()
        .then(["component.removed"])
        .when_the_same()
        .then_nothing();
}

#[test]
fn a_document_without_a_list_of_components_removes_none() {
    given([component("a")])
        .when(page([]).of(Document::Summary))
        .then_nothing()
        .when_the_same()
        .then_nothing();
}

#[test]
fn a_removed_component_that_is_shown_as_it_was_is_added_when_two_polls_agree() {
    let none = || Page::from([] as [crate::support::vendor::ShownComponent; 0]);
    given([component("a")])
        .when(none())
        .when_the_same()
        .then(["component.removed"])
        .when([component("a")])
        .then_nothing()
        .when_the_same()
        .then(["component.added"]);
}

#[test]
fn a_removed_component_with_a_newer_vendor_time_is_added_at_once() {
    let none = || Page::from([] as [crate::support::vendor::ShownComponent; 0]);
    given([component("a").updated(at(1))])
        .when(none())
        .when_the_same()
        .when([component("a").updated(at(2))])
        .then(["component.added"]);
}

#[test]
fn a_component_with_an_older_vendor_time_is_ignored_and_one_with_an_equal_time_is_not() {
    given([component("a").updated(at(9))])
        .when([component("a").status("degraded").updated(at(8))])
        .then_nothing()
        .when([component("a").status("degraded").updated(at(9))])
        .then(["component.status_changed"]);
}

#[test]
fn a_return_to_an_earlier_value_needs_two_polls() {
    let before = || [component("a").within("g", Some("Core"))];
    let after = [component("a").named("B").within("h", Some("Edge")).status("degraded")];
    let kinds = ["component.renamed", "component.moved", "component.status_changed"];
    given(before())
        .when(after)
        .then(kinds)
        .when(before())
        .then_nothing()
        .when_the_same()
        .then(kinds)
        .when_the_same()
        .then_nothing();
}

#[test]
fn a_return_with_a_newer_vendor_time_counts_at_once() {
    given([component("a").updated(at(1))])
        .when([component("a").status("degraded").updated(at(2))])
        .when([component("a").updated(at(3))])
        .then(["component.status_changed"]);
}

#[test]
fn a_component_that_is_missing_from_a_list_that_could_not_be_read_whole_is_not_removed() {
    let mut half = Page::from([component("a")]);
    half.snapshot.components_complete = false;
    let again = half.clone();
    given([component("a"), component("b")]).when(half).then_nothing().when(again).then_nothing();
}
