//! A stale answer changes nothing.

use signalbook_domain::decide::STALE_POLLS_MIN;
use signalbook_domain::snapshot::Coverage;
use signalbook_domain::{Document, Timestamp};

use crate::support::{World, at, given, given_a_page, incident, page};

fn shown(title: &str, updated: Timestamp) -> crate::support::Page {
    page([incident("x").titled(title)]).updated(updated)
}

#[test]
fn a_page_with_an_older_vendor_time_is_ignored() {
    given(shown("New", at(20)))
        .when(shown("Old", at(19)))
        .then_nothing()
        .when_the_same()
        .then_nothing();
}

#[test]
fn a_page_with_an_equal_vendor_time_is_not_ignored() {
    given(shown("New", at(20))).when(shown("Newer", at(20))).then(["incident.retitled"]);
}

#[test]
fn a_page_is_compared_with_the_newest_time_in_any_of_its_documents() {
    given(shown("New", at(20)).of(Document::Summary))
        .when(shown("Old", at(19)).of(Document::Incidents))
        .then_nothing();
}

#[test]
fn a_stale_page_withdraws_nothing() {
    given(shown("New", at(20))).when(page([]).updated(at(10))).when_the_same().then_nothing();
}

#[test]
fn a_stale_page_between_leaves_a_change_pending() {
    given(shown("New", at(20)))
        .when(page([]).updated(at(20)))
        .then_nothing()
        .when(shown("Old", at(5)))
        .then_nothing()
        .when(page([]).updated(at(20)))
        .then(["incident.withdrawn"]);
}

#[test]
fn a_stale_answer_asks_for_the_whole_document_again() {
    let world = given(shown("New", at(20))).when(shown("Old", at(10)));
    assert!(world.poll_state.must_be_whole(Document::Incidents));
    assert!(!world.when(shown("New", at(20))).poll_state.must_be_whole(Document::Incidents));
}

#[test]
fn a_page_whose_clock_went_back_is_believed_after_two_hours() {
    let mut world = given(shown("New", at(500))).rarely_polled();
    for _ in 0..12 {
        world = world.after(9).when(shown("Restored", at(100))).then_nothing();
    }
    world
        .after(15)
        .when(shown("Restored", at(100)))
        .then(["incident.retitled"])
        .when(shown("Restored once more", at(101)))
        .then(["incident.retitled"]);
}

/// Our own clock went ahead, or nobody polled for a day: two answers prove nothing yet.
#[test]
fn hours_between_two_stale_answers_do_not_make_them_right() {
    let mut world = given(shown("New", at(500))).when(shown("Old", at(100)));
    world = world.rarely_polled().after(1_500);
    for _ in 2..STALE_POLLS_MIN {
        world = world.when(shown("Old", at(100))).then_nothing();
    }
    world.when(shown("Old", at(100))).then(["incident.retitled"]);
}

#[test]
fn a_clock_that_went_back_is_believed_for_every_document_of_the_page() {
    let mut world = given_a_page()
        .when(page([]).updated(at(500)).of(Document::Maintenances))
        .when(shown("New", at(500)));
    for _ in 0..14 {
        world = world.after(9).when(shown("Restored", at(100)));
    }
    assert_eq!(world.incident("x").title, "Restored");
    world.when(shown("Once more", at(101))).then(["incident.retitled"]);
}

#[test]
fn a_document_that_is_the_same_does_not_bring_the_old_clock_back() {
    let works = || page([]).updated(at(500)).of(Document::Maintenances);
    let mut world = given_a_page().when(works()).when(shown("New", at(500)));
    for _ in 0..14 {
        world =
            world.after(9).when_with_unchanged(shown("Restored", at(100)), Document::Maintenances);
    }
    assert_eq!(world.incident("x").title, "Restored");
    world
        .when_with_unchanged(shown("Once more", at(101)), Document::Maintenances)
        .then(["incident.retitled"]);
}

#[test]
fn a_page_time_in_the_future_does_not_make_later_answers_stale() {
    given(shown("Typo", at(900_000))).when(shown("Right", at(990))).then(["incident.retitled"]);
}

#[test]
fn an_incident_with_an_older_vendor_time_is_ignored() {
    let new = incident("x").status("monitoring").updated(at(20));
    let old = incident("x").status("investigating").titled("Old").updated(at(19)).update(
        "1",
        "investigating",
        "Looking.",
        at(10),
    );
    given(new).when(old).then_nothing().when_the_same().then_nothing();
}

#[test]
fn an_incident_with_an_equal_vendor_time_is_not_ignored() {
    given(incident("x").updated(at(20)))
        .when(incident("x").titled("Other").updated(at(20)))
        .then(["incident.retitled"]);
}

#[test]
fn an_incident_time_in_the_future_does_not_make_later_answers_stale() {
    given(incident("x").updated(at(900_000)))
        .when(incident("x").titled("Right").updated(at(990)))
        .then(["incident.retitled"]);
}

#[test]
fn a_time_in_the_future_is_no_newer_one() {
    let shown = |title: &str, minute| incident("x").titled(title).updated(at(minute));
    given(shown("A", 20))
        .when(shown("B", 900_000))
        .then(["incident.retitled"])
        .when(shown("A", 900_001))
        .then_nothing()
        .when_the_same()
        .then(["incident.retitled"]);
}

#[test]
fn one_stale_incident_does_not_hide_the_others() {
    let fresh = page([incident("x").updated(at(20)), incident("y").updated(at(20))]);
    let mixed = page([
        incident("x").titled("Old").updated(at(10)),
        incident("y").titled("New").updated(at(30)),
    ]);
    given(fresh).when(mixed).then(["incident.retitled"]);
}

#[test]
fn a_stale_first_reading_of_a_document_is_not_its_baseline() {
    let history = incident("old").status("resolved").started(at(1)).resolved(at(2));
    let world = World::new().when(page([]).updated(at(20)).of(Document::Summary));
    let world = world.when(page([history.clone()]).updated(at(10))).then_nothing();
    assert!(!world.poll_state.has_read(Document::Incidents));
    let world = world.when(page([history]).updated(at(20)));
    assert!(world.told().iter().all(|fact| fact.backfilled) && !world.told().is_empty());
    assert!(world.poll_state.has_read(Document::Incidents));
}

/// The small document comes from a cache and is confirmed again and again, while the list says that
/// the page has changed since.
#[test]
fn an_unchanged_answer_is_old_if_another_document_says_that_the_page_is_newer() {
    let small = page([incident("x")]).of(Document::Summary).covering(Coverage::ActiveOnly);
    let list = || page([]).updated(at(40));
    let none_open = || page([]).of(Document::Summary).covering(Coverage::ActiveOnly);
    given_a_page()
        .when(small.updated(at(30)))
        .when_with_unchanged(list(), Document::Summary)
        .then_nothing()
        .when_with_unchanged(list(), Document::Summary)
        .then_nothing()
        .when_all([none_open(), list()])
        .then_nothing()
        .when_all([none_open(), list()])
        .then(["incident.withdrawn"]);
}

/// The small document says a time that lies in our future, which is not believed: it is not as old
/// as the time before.
#[test]
fn an_unchanged_answer_is_not_judged_by_a_time_that_is_not_its_own() {
    let world = given_a_page()
        .when(page([]).updated(at(10)).of(Document::Summary))
        .when(page([]).updated(at(90_000)).of(Document::Summary))
        .when(page([]).updated(at(20)))
        .when_unchanged(Document::Summary)
        .then_nothing();
    assert!(!world.poll_state.must_be_whole(Document::Summary));
}

/// The current document of a page whose time of change moves with every answer.
#[test]
fn a_list_that_comes_late_is_compared_with_its_own_last_alone() {
    let now =
        |minute| page([]).of(Document::Summary).covering(Coverage::ActiveOnly).updated(at(minute));
    let list = |title: &str, minute| shown(title, at(minute)).of(Document::Incidents);
    let world = given_a_page()
        .when(now(20))
        .when_with_late(now(22), list("Slow", 21))
        .then(["incident.opened"])
        .when(now(23).updated(at(22)))
        .then_nothing();
    assert!(world.poll_state.documents[&Document::Summary].stale.is_none());
    let world = world.when_with_late(now(24), list("Older", 20)).then_nothing();
    world.when_with_late(now(25), list("Newer", 23)).then(["incident.retitled"]);
}
