//! Reports that the list of what goes on does not show any more.

use signalbook_domain::event::{Inferred, ReportChange};
use signalbook_domain::snapshot::Coverage;
use signalbook_domain::{Document, Failure, Phase, ReportKind};

use crate::support::facts::{change, entered};
use crate::support::vendor::Shown;
use crate::support::{Page, World, at, incident, maintenance, page};

const LISTS: [(ReportKind, Coverage); 2] =
    [(ReportKind::Incident, Coverage::ActiveOnly), (ReportKind::Maintenance, Coverage::ActiveOnly)];

/// The current document.
fn now(reports: impl IntoIterator<Item = Shown>) -> Page {
    let mut shown = page(reports).of(Document::Summary);
    shown.snapshot.coverage = LISTS.to_vec();
    shown
}

/// The list of incidents that were filed after minute 100.
fn newest(reports: impl IntoIterator<Item = Shown>) -> Page {
    page(reports).covering(Coverage::CreatedAfter(at(100)))
}

fn open() -> Shown {
    incident("x").status("investigating").created(at(10)).started(at(10))
}

/// One that the list of incidents would have to contain.
fn young() -> Shown {
    incident("x").status("investigating").created(at(500))
}

/// A page whose list of incidents does not reach as far as what is open.
fn given_open() -> World {
    World::new().when_all([now([open()]), newest([])])
}

#[track_caller]
fn inferred(world: &World, kind: &str) -> Inferred {
    let ReportChange::Entered { inferred, .. } = change(world.only(kind)) else {
        panic!("{kind} is no phase event")
    };
    inferred.expect("the end is inferred")
}

#[test]
fn what_two_polls_do_not_list_as_open_and_no_list_can_know_is_over() {
    let world = given_open();
    let last_listed_at = world.now;
    let world = world.when_all([now([]), newest([])]).then_nothing();
    let first_missing_at = world.now;
    let world = world.when_all([now([]), newest([])]).then(["incident.resolved"]);
    assert_eq!(
        inferred(&world, "incident.resolved"),
        Inferred { last_listed_at, first_missing_at }
    );
    let told = world.only("incident.resolved");
    assert_eq!((told.times.occurred_at, entered(told)), (None, (None, "", true)));
    let report = world.incident("x");
    assert_eq!((report.phase.value, report.resolved_at), (Phase::Resolved, Some(first_missing_at)));
    assert!(report.inferred && !world.poll_state.in_trouble);
    world.when_all([now([]), newest([])]).then_nothing();
}

#[test]
fn an_unchanged_second_poll_agrees() {
    given_open()
        .when_all([now([]), newest([])])
        .when_unchanged(Document::Summary)
        .then(["incident.resolved"]);
}

#[test]
fn a_failed_poll_between_neither_agrees_nor_objects() {
    given_open()
        .when_all([now([]), newest([])])
        .when_failed(Failure::Unreachable)
        .then_nothing()
        .when_unchanged(Document::Summary)
        .then(["incident.resolved"]);
}

#[test]
fn a_poll_between_that_cannot_say_begins_the_row_anew() {
    let dated = |minute: i64, page: Page| page.updated(at(minute));
    let mut half = dated(20, now([]));
    half.snapshot.coverage.clear();
    for cannot_say in [half, dated(10, now([]))] {
        let world = World::new()
            .when_all([dated(20, now([open()])), newest([])])
            .when_all([dated(20, now([])), newest([])])
            .when_all([cannot_say, newest([])])
            .then_nothing()
            .when_all([dated(20, now([])), newest([])])
            .then_nothing();
        let first_missing_at = world.now;
        let world = world.when_all([dated(20, now([])), newest([])]).then(["incident.resolved"]);
        assert_eq!(inferred(&world, "incident.resolved").first_missing_at, first_missing_at);
    }
}

#[test]
fn the_second_poll_may_be_before_the_first_by_our_own_clock() {
    let mut world =
        given_open().rarely_polled().after(600).when_all([now([]), newest([])]).then_nothing();
    world.now = at(crate::support::FIRST_POLL + 2);
    world.when_all([now([]), newest([])]).then(["incident.resolved"]);
    let mut world = World::new().when_all([now([young()]), newest([young()])]);
    world = world.rarely_polled().after(600).when_all([now([]), newest([])]).then_nothing();
    world.now = at(crate::support::FIRST_POLL + 2);
    world.when_all([now([]), newest([])]).then(["incident.withdrawn"]);
}

#[test]
fn what_is_listed_again_in_the_second_poll_never_ended() {
    given_open()
        .when_all([now([]), newest([])])
        .when_all([now([open()]), newest([])])
        .then_nothing()
        .when_all([now([]), newest([])])
        .then_nothing();
}

#[test]
fn a_list_that_is_not_whole_or_not_there_says_nothing() {
    let mut half = now([]);
    half.snapshot.coverage.clear();
    let world = given_open().when(half.clone()).when(half).then_nothing();
    assert!(!world.incident("x").is_over());
}

#[test]
fn planned_work_is_completed_after_its_planned_start_and_cancelled_before() {
    for (from, kind, phase) in [
        (10, "maintenance.completed", Phase::Completed),
        (5_000, "maintenance.cancelled", Phase::Cancelled),
    ] {
        let shown = maintenance("m").status("scheduled").planned(at(from), at(from + 60));
        let world = World::new()
            .when_without([(Document::Maintenances, 404)], [now([shown])])
            .when(now([]))
            .when(now([]))
            .then([kind]);
        assert_eq!(world.maintenance("m").phase.value, phase);
        inferred(&world, kind);
    }
}

#[test]
fn what_a_list_would_have_to_contain_and_lacks_was_deleted() {
    World::new()
        .when_all([now([young()]), newest([young()])])
        .when_all([now([]), newest([])])
        .then_nothing()
        .when_all([now([]), newest([])])
        .then(["incident.withdrawn"])
        .when_all([now([]), newest([])])
        .then_nothing();
}

#[test]
fn what_a_list_shows_as_open_goes_on() {
    let mut world = World::new().when_all([now([open()]), newest([open()])]);
    for _ in 0..5 {
        world = world.when_all([now([]), newest([open()])]).then_nothing();
    }
    assert!(!world.incident("x").is_over());
}

#[test]
fn what_a_list_shows_as_over_is_over_by_the_vendors_word() {
    let over = incident("x").status("resolved").created(at(10)).started(at(10)).resolved(at(40));
    let world = World::new().when_all([now([open()]), newest([open()])]);
    let world = world.when_all([now([]), newest([over])]).then(["incident.resolved"]);
    assert!(!world.incident("x").inferred);
    assert_eq!(world.incident("x").resolved_at, Some(at(40)));
}

#[test]
fn a_list_that_fails_is_waited_for_but_not_for_longer_than_a_day() {
    let failing = [(Document::Incidents, 503)];
    let mut world = World::new()
        .rarely_polled()
        .when_all([now([incident("x").status("investigating").created(at(500))]), newest([])]);
    for _ in 0..5 {
        world = world.after(300).when_without(failing, [now([])]);
        assert!(!world.incident("x").is_over());
    }
    world.after(300).when_without(failing, [now([])]).then(["incident.resolved"]);
}

#[test]
fn a_list_that_is_not_there_any_more_is_not_waited_for() {
    let gone = [(Document::Incidents, 404)];
    World::new()
        .when_all([now([young()]), newest([young()])])
        .when_without(gone, [now([])])
        .when_without(gone, [now([])])
        .then(["page.partly_readable", "incident.resolved"]);
}

#[test]
fn an_end_that_the_vendor_shows_later_puts_the_inferred_one_right() {
    let over = || incident("x").status("resolved").created(at(10)).started(at(10)).resolved(at(40));
    let world = given_open()
        .when_all([now([]), newest([])])
        .when_all([now([]), newest([])])
        .when_all([now([]), newest([over()])])
        .then(["incident.retimed"]);
    let report = world.incident("x");
    assert_eq!((report.resolved_at, report.inferred), (Some(at(40)), false));
    world.when_all([now([]), newest([over()])]).then_nothing();
}

#[test]
fn what_is_listed_as_open_again_reopens_when_two_polls_agree() {
    let world = given_open()
        .when_all([now([]), newest([])])
        .when_all([now([]), newest([])])
        .when(now([open()]))
        .then_nothing()
        .when(now([open()]))
        .then(["incident.investigating"]);
    assert!(world.incident("x").resolved_at.is_none() && world.poll_state.in_trouble);
    world.when(now([open()])).then_nothing();
}

#[test]
fn what_a_list_alone_showed_as_open_is_over_when_the_list_does_not_reach_it_any_more() {
    let mut world = World::new();
    for _ in 0..4 {
        world = world.when_all([now([]), newest([open()])]);
    }
    let last_listed_at = world.now;
    let world = world.when_all([now([]), newest([])]).then_nothing();
    let first_missing_at = world.now;
    let world = world.when_all([now([]), newest([])]).then(["incident.resolved"]);
    assert_eq!(
        inferred(&world, "incident.resolved"),
        Inferred { last_listed_at, first_missing_at }
    );
}

#[test]
fn a_list_that_could_not_be_read_whole_is_waited_for_like_one_that_fails() {
    let half = || page([]).covering_nothing();
    let mut world = World::new().rarely_polled().when_all([now([open()]), half()]);
    for _ in 0..5 {
        world = world.after(300).when_all([now([]), half()]);
        assert!(!world.incident("x").is_over());
    }
    world.after(300).when_all([now([]), half()]).then(["incident.resolved"]);
}

#[test]
fn a_list_that_promises_nothing_is_not_waited_for() {
    let list = || page([]).covering(Coverage::ActiveOnly);
    World::new()
        .when_all([now([open()]), list()])
        .when_all([now([]), list()])
        .when_all([now([]), list()])
        .then(["incident.resolved"]);
}

#[test]
fn an_inferred_end_of_another_kind_than_the_vendors_is_put_right() {
    let shown = || maintenance("m").planned(at(5_000), at(5_060)).created(at(10));
    let list = |reports| page(reports).of(Document::Maintenances);
    World::new()
        .when_without([(Document::Maintenances, 404)], [now([shown().status("scheduled")])])
        .when(now([]))
        .when(now([]))
        .then(["maintenance.cancelled"])
        .when_all([now([]), list([shown().status("completed").updated(at(40))])])
        .then(["maintenance.completed"]);
}

#[test]
fn a_list_that_has_not_come_yet_is_waited_for() {
    let mut world = World::new().when(now([young()])).when(now([])).when(now([])).then_nothing();
    assert!(!world.incident("x").is_over());
    let over = young().status("resolved").resolved(at(600)).updated(at(600));
    world = world.when_all([now([]), newest([over])]).then(["incident.resolved"]);
    assert!(!world.incident("x").inferred);
}
