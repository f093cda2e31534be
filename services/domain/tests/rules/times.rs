//! When it began, when it ended, and what lengthens it.

use signalbook_domain::event::ReportChange;
use signalbook_domain::snapshot::ObservedReport;
use signalbook_domain::{Phase, Timestamp};

use crate::support::facts::{change, entered, minutes};
use crate::support::vendor::Shown;
use crate::support::{FIRST_POLL, at, given, given_a_page, incident};

fn resolved() -> Shown {
    incident("x")
        .status("resolved")
        .started(at(0))
        .resolved(at(30))
        .updated(at(30))
        .update("1", "investigating", "Looking.", at(2))
        .update("2", "resolved", "Over.", at(30))
}

fn without_claimed_end(mut shown: Shown) -> Shown {
    shown.0.resolved_at = None;
    shown
}

#[test]
fn the_vendors_start_the_first_update_and_our_observation_are_kept_apart() {
    let world = given_a_page().when(resolved().created(at(1)));
    let opened = world.only("incident.opened");
    assert_eq!(opened.times.occurred_at, Some(at(0)));
    assert_eq!(opened.times.published_at, Some(at(1)));
    assert_eq!(opened.times.observed_at, world.now);
    let announced = world.only("incident.investigating");
    assert_eq!(announced.times.published_at, Some(at(2)));
}

#[test]
fn a_duration_is_from_the_start_to_the_resolution() {
    assert_eq!(minutes(given(resolved()).incident("x")), Some(30));
    assert_eq!(minutes(given(without_claimed_end(resolved())).incident("x")), Some(30));
}

#[test]
fn the_vendors_claimed_end_stands_above_the_updates_time() {
    let world = given_a_page().when(resolved().resolved(at(25)));
    let told = world.only("incident.resolved");
    assert_eq!(told.times.occurred_at, Some(at(25)));
    assert_eq!(told.times.published_at, Some(at(30)));
    assert_eq!(minutes(world.incident("x")), Some(25));
    world.when_the_same().then_nothing();
}

#[test]
fn a_resolution_before_the_start_lasts_no_time() {
    let world = given(resolved().resolved(at(-40)));
    assert_eq!(minutes(world.incident("x")), Some(0));
}

#[test]
fn a_postmortem_after_resolved_neither_reopens_nor_lengthens() {
    for known in [resolved(), without_claimed_end(resolved())] {
        let explained = known.clone().status("postmortem").updated(at(900)).update(
            "3",
            "postmortem",
            "It was a cable.",
            at(900),
        );
        let world = given(known).when(explained).then(["incident.postmortem"]);
        assert_eq!(minutes(world.incident("x")), Some(30));
        assert!(!world.poll_state.in_trouble);
        world.when_the_same().then_nothing();
    }
}

#[test]
fn a_postmortem_under_a_status_that_stays_resolved_does_not_lengthen() {
    let known = without_claimed_end(resolved());
    let explained =
        known.clone().updated(at(900)).update("3", "postmortem", "It was a cable.", at(900));
    let world = given(known).when(explained);
    assert_eq!(world.incident("x").phase.value, Phase::Resolved);
    assert_eq!(minutes(world.incident("x")), Some(30));
    world.when_the_same().then_nothing();
}

#[test]
fn a_report_first_seen_with_its_postmortem_ends_when_the_vendor_says() {
    let shown = incident("x").status("postmortem").started(at(0)).resolved(at(30)).update(
        "1",
        "postmortem",
        "It was a cable.",
        at(900),
    );
    let world = given(shown);
    assert_eq!(minutes(world.incident("x")), Some(30));
    world.when_the_same().then_nothing();
}

#[test]
fn a_status_that_becomes_active_again_reopens() {
    let again = without_claimed_end(resolved()).status("investigating").updated(at(40));
    let world = given(resolved()).when(again).then(["incident.investigating"]);
    assert_eq!(minutes(world.incident("x")), None);
    assert!(world.poll_state.in_trouble);
}

#[test]
fn a_reopened_report_lasts_from_its_first_start_to_its_last_resolution() {
    let again = without_claimed_end(resolved()).status("investigating").updated(at(40)).update(
        "3",
        "investigating",
        "Not over.",
        at(40),
    );
    let over = again.clone().status("resolved").resolved(at(60)).updated(at(60)).update(
        "4",
        "resolved",
        "Over now.",
        at(60),
    );
    let world = given(resolved()).when(again).then(["incident.investigating"]);
    let world = world.when(over.clone()).then(["incident.resolved"]);
    assert_eq!(minutes(world.incident("x")), Some(60));
    let missed = given(resolved()).when(over).then(["incident.investigating", "incident.resolved"]);
    assert_eq!(minutes(missed.incident("x")), Some(60));
    missed.when_the_same().then_nothing();
}

#[test]
fn a_resolution_without_any_time_is_when_we_saw_it() {
    let world = given(incident("x").status("investigating").started(at(0)));
    let world = world.when(incident("x").status("resolved").started(at(0)));
    assert_eq!(world.incident("x").resolved_at, Some(world.now));
    world.when_the_same().then_nothing();
}

#[test]
fn a_start_that_the_vendor_moves_is_told() {
    let world = given(resolved())
        .when(resolved().started(at(-5)).updated(at(50)))
        .then(["incident.retimed"]);
    assert!(matches!(
        change(&world.told()[0]),
        ReportChange::Retimed { started_at, resolved_at }
            if (*started_at, *resolved_at) == (Some(at(-5)), Some(at(30)))
    ));
    assert_eq!(minutes(world.incident("x")), Some(35));
}

#[test]
fn an_end_that_the_vendor_rewrites_is_told() {
    let world = given(resolved())
        .when(resolved().resolved(at(20)).updated(at(500)))
        .then(["incident.retimed"])
        .when_the_same()
        .then_nothing();
    assert_eq!(minutes(world.incident("x")), Some(20));
}

#[test]
fn a_start_that_the_vendor_leaves_out_later_is_not_forgotten() {
    let mut later = resolved().updated(at(50));
    later.0.started_at = None;
    let world = given(resolved()).when(later).then_nothing();
    assert_eq!(world.incident("x").started_at, Some(at(0)));
}

#[test]
fn an_earlier_claim_of_times_comes_back_only_with_two_polls() {
    given(resolved())
        .when(resolved().started(at(-5)))
        .then(["incident.retimed"])
        .when(resolved())
        .then_nothing()
        .when_the_same()
        .then(["incident.retimed"]);
}

#[test]
fn an_update_behind_the_end_takes_nothing_back() {
    let shown = resolved().resolved(at(60)).update("3", "monitoring", "Not quite.", at(40));
    let world = given_a_page().when(shown);
    let ends: Vec<_> = world
        .told()
        .iter()
        .filter(|fact| fact.event.kind().name() == "incident.resolved")
        .map(|fact| fact.times.occurred_at)
        .collect();
    assert_eq!(ends, [Some(at(60))]);
    let contradicting = world.only("incident.monitoring");
    assert_eq!(contradicting.times.occurred_at, Some(at(40)));
    assert_eq!(entered(contradicting), (Some("3"), "Not quite.", false));
    assert_eq!(minutes(world.incident("x")), Some(60));
}

/// Filed afterwards: the vendor's start is the moment of filing.
fn filed_afterwards() -> Shown {
    incident("x")
        .status("resolved")
        .created(at(5))
        .started(at(500))
        .resolved(at(30))
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "resolved", "Over.", at(30))
}

#[test]
fn what_would_begin_after_it_ended_begins_at_the_earliest_of_the_times_that_are_given() {
    let world = given_a_page().when(filed_afterwards());
    assert_eq!(world.incident("x").started_at, Some(at(5)));
    assert_eq!(minutes(world.incident("x")), Some(25));
    world.when_the_same().then_nothing();
    let lived = given(incident("x").status("investigating").created(at(5)).started(at(500)))
        .when(filed_afterwards());
    assert_eq!(lived.incident("x").started_at, Some(at(5)));
    lived.when_the_same().then_nothing();
}

#[test]
fn an_outage_never_begins_after_it_ended_whatever_the_vendor_gives() {
    let shown = incident("x").status("resolved").created(at(400)).started(at(500)).resolved(at(30));
    let world = given_a_page().when(shown.clone().update("1", "resolved", "Over.", at(450)));
    let report = world.incident("x");
    assert_eq!((report.started_at, report.resolved_at), (Some(at(30)), Some(at(30))));
    let without_end = Shown(ObservedReport { resolved_at: None, ..shown.0 })
        .update("1", "investigating", "Looking.", at(20))
        .update("2", "resolved", "Over.", at(40));
    let world = given_a_page().when(without_end);
    assert_eq!(world.incident("x").started_at, Some(at(20)));
}

#[test]
fn starts_and_ends_that_cannot_be_true_are_kept_in_the_log_and_not_believed() {
    let zero: Timestamp = "0001-01-01T00:00:00Z".parse().unwrap();
    let far: Timestamp = "2999-01-01T00:00:00Z".parse().unwrap();
    let shown = incident("x").status("resolved").started(zero).resolved(far).update(
        "1",
        "resolved",
        "Over.",
        at(30),
    );
    let world = given_a_page().when(shown);
    assert_eq!(world.only("incident.opened").times.occurred_at, Some(zero));
    assert_eq!(world.only("incident.resolved").times.occurred_at, Some(far));
    let report = world.incident("x");
    assert_eq!((report.started_at, report.resolved_at), (None, Some(at(30))));
    world.when_the_same().then_nothing();
}

#[test]
fn what_goes_on_has_begun_by_now() {
    let ahead = at(FIRST_POLL + 100_000);
    let shown = incident("x").status("investigating").created(at(5)).started(ahead);
    let world = given_a_page().when(shown.update("1", "investigating", "Looking.", at(7)));
    assert_eq!(world.incident("x").started_at, Some(at(5)));
    world.when_the_same().then_nothing();
}

#[test]
fn what_is_over_has_ended_by_now() {
    let ahead = at(FIRST_POLL + 100_000);
    let world = given_a_page().when(resolved().resolved(ahead));
    assert_eq!(world.only("incident.resolved").times.occurred_at, Some(at(30)));
    assert_eq!(minutes(world.incident("x")), Some(30));
    world.when_the_same().then_nothing();
    let world = given(without_claimed_end(resolved())).when(resolved().resolved(ahead));
    world.then_nothing().when_the_same().then_nothing();
}
