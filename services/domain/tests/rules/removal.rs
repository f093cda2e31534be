//! Absence, and returns to an earlier value: both may be a stale cache speaking.

use signalbook_domain::snapshot::Coverage;
use signalbook_domain::{Document, Failure};

use crate::support::{at, given, given_a_page, incident, page};

#[test]
fn absence_is_not_resolution() {
    let world = given(incident("x").status("investigating"))
        .when(page([]).covering(Coverage::ActiveOnly))
        .then_nothing()
        .when_the_same()
        .then_nothing();
    assert!(world.incident("x").resolved_at.is_none() && !world.incident("x").withdrawn);
    assert!(world.poll_state.in_trouble);
}

#[test]
fn an_incident_that_left_a_document_which_had_to_contain_it_is_withdrawn_when_two_polls_agree() {
    let world = given(incident("x").status("investigating"))
        .when(page([]))
        .then_nothing()
        .when_the_same()
        .then(["incident.withdrawn"])
        .when_the_same()
        .then_nothing();
    assert!(world.incident("x").withdrawn && !world.poll_state.in_trouble);
}

#[test]
fn an_absence_asks_for_the_whole_document_again_so_that_an_unchanged_poll_can_agree() {
    let world = given(incident("x")).when(page([]));
    assert!(world.poll_state.must_be_whole(Document::Incidents));
    let world = world.when_the_same().then(["incident.withdrawn"]);
    assert!(!world.poll_state.must_be_whole(Document::Incidents));
}

#[test]
fn an_incident_that_is_back_in_the_second_poll_was_never_gone() {
    given(incident("x"))
        .when(page([]))
        .when(incident("x"))
        .then_nothing()
        .when(page([]))
        .then_nothing()
        .when(incident("x"))
        .then_nothing();
}

#[test]
fn a_failed_poll_between_neither_agrees_nor_objects() {
    given(incident("x"))
        .when(page([]))
        .when_failed(Failure::Unreachable)
        .then_nothing()
        .when(page([]))
        .then(["incident.withdrawn"]);
}

#[test]
fn an_incident_that_fell_out_of_the_window_of_the_newest_is_not_withdrawn() {
    let window = |oldest| page([]).covering(Coverage::CreatedAfter(at(oldest)));
    given(incident("x").created(at(50)))
        .when(window(60))
        .when_the_same()
        .then_nothing()
        .when(window(50))
        .when_the_same()
        .then_nothing()
        .when(window(49))
        .when_the_same()
        .then(["incident.withdrawn"]);
}

#[test]
fn an_incident_of_unknown_age_is_not_missed_in_a_window() {
    given(incident("x"))
        .when(page([]).covering(Coverage::CreatedAfter(at(0))))
        .when_the_same()
        .then_nothing();
}

#[test]
fn a_document_of_another_kind_says_nothing_of_incidents_that_it_does_not_cover() {
    let mut other = page([]).of(Document::Maintenances);
    other.snapshot.coverage.clear();
    given(incident("x")).when(other).when_the_same().then_nothing();
}

#[test]
fn absence_in_two_different_documents_is_no_agreement() {
    given(incident("x"))
        .when(page([]))
        .then_nothing()
        .when(page([]).of(Document::Summary))
        .then_nothing();
}

#[test]
fn a_withdrawn_incident_that_is_shown_with_a_newer_vendor_time_reappeared() {
    let shown = incident("x").status("investigating").updated(at(10));
    let world = given(shown.clone())
        .when(page([]))
        .when_the_same()
        .then(["incident.withdrawn"])
        .when(shown.updated(at(20)))
        .then(["incident.reappeared"]);
    assert!(!world.incident("x").withdrawn);
}

#[test]
fn a_withdrawn_incident_that_is_shown_as_it_was_reappeared_when_two_polls_agree() {
    let shown = incident("x").status("investigating").updated(at(10));
    given(shown.clone())
        .when(page([]))
        .when_the_same()
        .when(shown.titled("Other"))
        .then_nothing()
        .when_the_same()
        .then(["incident.reappeared", "incident.retitled"])
        .when_the_same()
        .then_nothing();
}

#[test]
fn a_return_to_an_earlier_value_without_a_newer_vendor_time_needs_two_polls() {
    let before = incident("x").titled("A").impact("minor").status("investigating").affects(["a"]);
    let after = incident("x").titled("B").impact("major").status("monitoring").affects(["a", "b"]);
    let kinds = ["incident.retitled", "incident.impact_changed", "incident.components_changed"];
    let world = given(before.clone()).when(after);
    assert_eq!(world.told().len(), 4);
    let world = world.when(before).then_nothing().when_the_same();
    assert_eq!(crate::support::facts::kinds(world.told())[..3], kinds);
    world.when_the_same().then_nothing();
}

#[test]
fn a_return_with_an_equal_vendor_time_needs_two_polls_too() {
    let shown = incident("x").updated(at(10));
    given(shown.clone().titled("A"))
        .when(shown.clone().titled("B"))
        .then(["incident.retitled"])
        .when(shown.titled("A"))
        .then_nothing()
        .when_the_same()
        .then(["incident.retitled"]);
}

#[test]
fn a_return_with_a_newer_vendor_time_counts_at_once() {
    given(incident("x").titled("A").updated(at(10)))
        .when(incident("x").titled("B").updated(at(20)))
        .then(["incident.retitled"])
        .when(incident("x").titled("A").updated(at(30)))
        .then(["incident.retitled"]);
}

#[test]
fn a_stale_cache_that_comes_and_goes_tells_nothing() {
    let mut world = given(incident("x").titled("A")).when(incident("x").titled("B"));
    for _ in 0..5 {
        world = world.when(incident("x").titled("A")).then_nothing();
        world = world.when(incident("x").titled("B")).then_nothing();
    }
}

#[test]
fn a_resolution_that_is_taken_back_without_an_update_needs_two_polls() {
    let open = incident("x").status("investigating");
    given_a_page()
        .when(open.clone())
        .when(incident("x").status("resolved"))
        .then(["incident.resolved"])
        .when(open)
        .then_nothing()
        .when_the_same()
        .then(["incident.investigating"]);
}

#[test]
fn an_update_that_is_missing_from_a_list_that_could_not_be_read_whole_is_not_removed() {
    let mut half = incident("x").status("investigating").updated(at(30));
    half.0.updates_complete = false;
    given(incident("x").update("1", "investigating", "Looking.", at(10)).status("investigating"))
        .when(half)
        .then_nothing()
        .when_the_same()
        .then_nothing();
}

#[test]
fn a_component_that_is_taken_out_of_an_incident_is_told_at_once_only_with_a_newer_vendor_time() {
    let both = incident("x").affects(["c1", "c2"]).updated(at(20));
    let one = incident("x").affects(["c1"]);
    given(both.clone())
        .when(one.clone().updated(at(20)))
        .then_nothing()
        .when_the_same()
        .then(["incident.components_changed"]);
    given(both).when(one.updated(at(21))).then(["incident.components_changed"]);
}

#[test]
fn a_component_that_is_missing_where_not_all_could_be_read_is_not_taken_out() {
    let whole = incident("x").affects(["c1", "c2"]).status("investigating");
    let mut half = incident("x").affects(["c1"]).status("investigating").updated(at(30));
    half.0.affected_complete = false;
    let mut more = incident("x").affects(["c1", "c2", "c3"]);
    more.0.affected_complete = false;
    given(whole)
        .when(half)
        .then_nothing()
        .when_the_same()
        .then_nothing()
        .when(more.status("investigating").updated(at(40)))
        .then(["incident.components_changed"]);
}
