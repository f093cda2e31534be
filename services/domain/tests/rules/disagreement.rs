//! Two documents of one page say different things of one report, and neither says that it is newer.

use signalbook_domain::Document;
use signalbook_domain::snapshot::Coverage;

use crate::support::vendor::Shown;
use crate::support::{Page, World, at, given_a_page, incident, page};

/// What the small document shows.
fn small(reports: impl IntoIterator<Item = Shown>) -> Page {
    page(reports).of(Document::Summary).covering(Coverage::ActiveOnly)
}

fn list(reports: impl IntoIterator<Item = Shown>) -> Page {
    page(reports).of(Document::Incidents)
}

fn shown(title: &str) -> Shown {
    incident("x").titled(title).status("investigating").updated(at(20))
}

/// A page whose documents disagree: the small one said `A` first, and the list `B`.
fn disagreeing() -> World {
    given_a_page().when_all([small([shown("A")]), list([shown("B")])]).then([
        "incident.opened",
        "incident.investigating",
        "incident.retitled",
    ])
}

#[test]
fn each_of_two_values_is_told_once_however_often_they_are_read() {
    let mut world = disagreeing();
    for news in ["1", "2", "3"] {
        let other = || incident("y").titled(news);
        world = world.when_all([small([shown("A"), other()]), list([shown("B"), other()])]);
        assert_eq!(world.told().len(), 1, "only the other one has changed");
        world = world.when_all([small([shown("A"), other()])]).then_nothing();
    }
    assert_eq!(world.incident("x").title, "B");
}

#[test]
fn the_document_that_changed_a_field_last_may_take_it_back_when_two_polls_agree() {
    disagreeing()
        .when_all([small([shown("A")]), list([shown("A")])])
        .then_nothing()
        .when_all([small([shown("A")]), list([shown("A")])])
        .then(["incident.retitled"]);
}

#[test]
fn a_value_that_nobody_had_before_is_told_at_once_by_either() {
    disagreeing()
        .when_all([small([shown("C")]), list([shown("B")])])
        .then(["incident.retitled"])
        .when_all([list([shown("B")])])
        .when_the_same()
        .then_nothing();
}

#[test]
fn a_document_that_shows_a_report_no_more_has_no_say_in_it() {
    disagreeing()
        .when_all([list([]).covering(Coverage::ActiveOnly)])
        .then_nothing()
        .when_all([small([shown("A")])])
        .then_nothing()
        .when_all([small([shown("A")])])
        .then(["incident.retitled"]);
}

#[test]
fn a_list_deletes_nothing_that_the_small_document_shows() {
    let world = given_a_page().when_all([small([shown("A")]), list([shown("A")])]);
    world
        .when_all([list([])])
        .then_nothing()
        .when_all([list([])])
        .then_nothing()
        .when_all([small([]), list([])])
        .then(["incident.withdrawn"]);
}

#[test]
fn a_list_that_is_newer_than_the_small_document_knows_better() {
    let stale = small([shown("A")]).updated(at(30));
    given_a_page()
        .when_all([stale.clone(), list([shown("A")]).updated(at(30))])
        .when_all([list([]).updated(at(40))])
        .then_nothing()
        .when_all([stale, list([]).updated(at(40))])
        .then(["incident.withdrawn"]);
}

#[test]
fn an_update_that_only_one_of_them_lacks_is_neither_removed_nor_told_again() {
    let without = || shown("A");
    let with = || shown("A").update("1", "investigating", "Looking.", at(10));
    let mut world = given_a_page().when_all([small([without()]), list([with()])]);
    assert_eq!(world.incident("x").updates.len(), 1);
    for news in ["1", "2"] {
        let other = || incident("y").titled(news);
        world = world.when_all([small([without(), other()]), list([with(), other()])]);
        world = world.when_all([small([without(), other()])]).then_nothing();
    }
    assert_eq!(world.incident("x").updates.len(), 1);
}
