//! Planned work.

use signalbook_domain::Phase;
use signalbook_domain::event::{Planned, ReportChange};

use crate::support::facts::{change, kinds};
use crate::support::{at, given, given_a_page, maintenance, page};

#[test]
fn planned_work_goes_through_its_own_phases() {
    let planned = maintenance("m").status("scheduled").planned(at(50), at(60));
    let started = planned.clone().status("in_progress").update("1", "in_progress", "Go.", at(50));
    let verifying = started.clone().status("verifying").update("2", "verifying", "Done?", at(55));
    let completed = verifying.clone().status("completed").update("3", "completed", "Yes.", at(58));
    let world = given_a_page()
        .when(planned)
        .then(["maintenance.scheduled", "maintenance.announced"])
        .when(started)
        .then(["maintenance.started"]);
    assert!(world.poll_state.in_trouble);
    let world = world
        .when(verifying)
        .then(["maintenance.verifying"])
        .when(completed)
        .then(["maintenance.completed"]);
    assert_eq!(world.maintenance("m").resolved_at, Some(at(58)));
    assert!(!world.poll_state.in_trouble);
}

#[test]
fn work_that_is_only_planned_is_no_trouble() {
    assert!(!given(maintenance("m").status("scheduled")).poll_state.in_trouble);
}

#[test]
fn cancelled_work_is_over() {
    let world = given(maintenance("m").status("scheduled"))
        .when(maintenance("m").status("cancelled").updated(at(40)))
        .then(["maintenance.cancelled"]);
    assert_eq!(world.maintenance("m").resolved_at, Some(at(40)));
}

#[test]
fn a_new_window_is_a_rescheduling() {
    let world = given(maintenance("m").planned(at(50), at(60)))
        .when(maintenance("m").planned(at(70), at(90)))
        .then(["maintenance.rescheduled"]);
    let window = Planned { from: Some(at(70)), until: Some(at(90)) };
    assert!(matches!(
        change(&world.told()[0]),
        ReportChange::Rescheduled(planned) if *planned == window
    ));
    assert_eq!(world.maintenance("m").planned, window);
}

#[test]
fn an_earlier_window_comes_back_only_with_two_polls() {
    given(maintenance("m").planned(at(50), at(60)))
        .when(maintenance("m").planned(at(70), at(90)))
        .when(maintenance("m").planned(at(50), at(60)))
        .then_nothing()
        .when_the_same()
        .then(["maintenance.rescheduled"]);
}

#[test]
fn an_incident_and_planned_work_with_one_id_are_two_things() {
    let world = given_a_page().when(page([crate::support::incident("x"), maintenance("x")]));
    assert_eq!(kinds(world.told()), ["incident.opened", "maintenance.scheduled"]);
    assert_ne!(world.told()[0].stream.id, world.told()[1].stream.id);
}

#[test]
fn planned_work_that_is_deleted_is_withdrawn_and_may_reappear() {
    let shown = maintenance("m").status("scheduled");
    given(shown.clone())
        .when(page([]))
        .then_nothing()
        .when_the_same()
        .then(["maintenance.withdrawn"])
        .when(shown)
        .then_nothing()
        .when_the_same()
        .then(["maintenance.reappeared"]);
}

#[test]
fn every_change_of_a_report_has_its_kind_for_planned_work_too() {
    let known = maintenance("m").titled("A").update("1", "scheduled", "Soon.", at(10));
    let body = "Soon, with https://status.openai.com/incidents/1";
    let changed = maintenance("m")
        .titled("B")
        .impact("minor")
        .affects(["db"])
        .started(at(12))
        .updated(at(20))
        .update("1", "scheduled", body, at(10));
    given(known).when(changed).then([
        "maintenance.retitled",
        "maintenance.impact_changed",
        "maintenance.components_changed",
        "maintenance.update_edited",
        "maintenance.provider_linked",
        "maintenance.retimed",
    ]);
}

#[test]
fn a_phase_that_planned_work_does_not_have_is_told_as_an_update() {
    let world = given_a_page()
        .when(maintenance("m").status("sleeping"))
        .then(["maintenance.scheduled", "maintenance.updated"]);
    assert_eq!(world.maintenance("m").phase.value, Phase::Unknown);
}

#[test]
fn work_that_begins_is_told_once_and_began_when_its_update_says() {
    let planned = maintenance("m").status("scheduled").planned(at(50), at(60));
    let started = planned
        .clone()
        .status("in_progress")
        .update("1", "in_progress", "Go.", at(51))
        .started(at(51));
    let world = given(planned).when(started).then(["maintenance.started"]);
    assert_eq!(world.maintenance("m").started_at, Some(at(51)));
}
