//! Where a report stands: the vendor's own status, else the newest update.

use signalbook_domain::{Impact, Phase};

use crate::support::facts::entered;
use crate::support::vendor::Shown;
use crate::support::{at, given, given_a_page, incident};

#[test]
fn phases_may_start_anywhere() {
    for phase in ["identified", "monitoring", "resolved", "postmortem"] {
        let shown = incident("x").status(phase).update("1", phase, "News.", at(10));
        let world = given_a_page().when(shown);
        assert_eq!(world.told()[1].event.kind().name(), format!("incident.{phase}"));
        assert_eq!(world.told().len(), 2);
    }
}

#[test]
fn phases_may_skip_repeat_and_go_back() {
    let first = incident("x").status("monitoring").update("1", "monitoring", "Fixed?", at(10));
    let second = first.clone().status("investigating").update("2", "investigating", "No.", at(20));
    let third = second.clone().update("3", "investigating", "Still.", at(30));
    let fourth = third.clone().status("resolved").update("4", "resolved", "Yes.", at(40));
    given(first)
        .when(second)
        .then(["incident.investigating"])
        .when(third)
        .then(["incident.investigating"])
        .when(fourth)
        .then(["incident.resolved"]);
}

#[test]
fn a_whole_timeline_that_was_missed_is_told_in_its_order() {
    let shown = incident("x")
        .status("resolved")
        .update("3", "resolved", "Over.", at(30))
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "monitoring", "Watching.", at(20));
    given_a_page().when(shown).then([
        "incident.opened",
        "incident.investigating",
        "incident.monitoring",
        "incident.resolved",
    ]);
}

#[test]
fn a_status_without_an_update_yields_a_phase_event_without_text() {
    let first = incident("x").status("investigating").update("1", "investigating", "?", at(10));
    let world = given(first.clone())
        .when(first.status("monitoring").updated(at(50)))
        .then(["incident.monitoring"]);
    let told = world.only("incident.monitoring");
    assert_eq!(entered(told), (None, "", true));
    assert_eq!(told.times.occurred_at, Some(at(50)));
}

#[test]
fn a_report_that_begins_without_updates_still_has_its_status() {
    given_a_page()
        .when(incident("x").status("identified"))
        .then(["incident.opened", "incident.identified"])
        .when_the_same()
        .then_nothing();
}

#[test]
fn the_vendors_status_decides_against_the_newest_update() {
    let shown = incident("x").status("identified").update("1", "monitoring", "Watching.", at(10));
    let world = given_a_page().when(shown);
    assert_eq!(world.incident("x").phase.value, Phase::Identified);
    world.when_the_same().then_nothing();
}

#[test]
fn without_a_status_the_newest_update_by_display_time_decides() {
    let shown = incident("x").update("2", "identified", "Found.", at(20)).update(
        "1",
        "investigating",
        "Looking.",
        at(10),
    );
    let world = given_a_page().when(shown).then([
        "incident.opened",
        "incident.investigating",
        "incident.identified",
    ]);
    assert_eq!(world.incident("x").phase.value, Phase::Identified);
}

#[test]
fn without_a_status_and_without_updates_nothing_is_said_of_the_phase() {
    let world = given_a_page().when(incident("x")).then(["incident.opened"]);
    assert_eq!(world.incident("x").phase.value, Phase::Unknown);
}

#[test]
fn a_report_that_lost_its_status_and_its_updates_stays_in_its_phase() {
    let world = given(incident("x").update("1", "monitoring", "Fixed.", at(10)))
        .when(incident("x"))
        .then_nothing()
        .when_the_same()
        .then(["incident.update_removed"])
        .when_the_same()
        .then_nothing();
    assert_eq!(world.incident("x").phase.value, Phase::Monitoring);
}

#[test]
fn a_backdated_update_enters_at_its_time_and_changes_no_phase() {
    let first = incident("x").status("monitoring").update("2", "monitoring", "Fixed.", at(20));
    let world = given(first.clone())
        .when(first.update("1", "investigating", "We looked.", at(10)))
        .then(["incident.investigating"]);
    let told = world.only("incident.investigating");
    assert_eq!(entered(told), (Some("1"), "We looked.", false));
    assert_eq!(told.times.published_at, Some(at(10)));
    assert_eq!(world.incident("x").phase.value, Phase::Monitoring);
    world.when_the_same().then_nothing();
}

#[test]
fn a_backdated_resolution_that_explains_the_status_resolves() {
    let first = incident("x").status("monitoring").update("1", "monitoring", "Fixed.", at(20));
    let shown = first.clone().status("resolved").update("2", "resolved", "It was over.", at(15));
    let world = given(first).when(shown).then(["incident.resolved"]);
    assert_eq!(world.incident("x").resolved_at, Some(at(15)));
    world.when_the_same().then_nothing();
}

#[test]
fn the_status_decides_at_once_even_if_it_was_left_within_the_same_answer() {
    let first = incident("x").status("monitoring").update("1", "monitoring", "Fixed.", at(20));
    let shown = first
        .clone()
        .status("resolved")
        .updated(at(90))
        .update("2", "resolved", "It was over.", at(15))
        .update("3", "monitoring", "We keep watching.", at(30));
    let world = given(first).when(shown);
    assert_eq!(world.incident("x").phase.value, Phase::Resolved);
    world.when_the_same().then_nothing();
}

#[test]
fn a_status_that_an_earlier_answer_had_counts_at_once_with_a_newer_vendor_time() {
    let first = incident("x").status("investigating").updated(at(10));
    let second = first.clone().status("monitoring").updated(at(20));
    let third = first.clone().status("investigating").impact("major").updated(at(30));
    given(first)
        .when(second)
        .then(["incident.monitoring"])
        .when(third)
        .then(["incident.impact_changed", "incident.investigating"]);
}

#[test]
fn a_report_first_seen_after_it_went_back_is_in_the_phase_that_the_vendor_says() {
    let shown = incident("x")
        .status("investigating")
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "monitoring", "Fixed?", at(20));
    let world = given_a_page().when(shown).then([
        "incident.opened",
        "incident.investigating",
        "incident.monitoring",
    ]);
    assert_eq!(entered(world.only("incident.monitoring")), (Some("2"), "Fixed?", false));
    assert_eq!(world.incident("x").phase.value, Phase::Investigating);
    world.when_the_same().then_nothing();
}

#[test]
fn an_unknown_phase_after_the_end_does_not_reopen() {
    let world = given(incident("x").status("investigating"))
        .when(incident("x").status("resolved"))
        .when(incident("x").status("archived"));
    assert!(world.incident("x").is_over() && !world.poll_state.in_trouble);
}

#[test]
fn an_unknown_phase_is_kept_raw_and_is_not_over() {
    let shown = incident("x").status("acknowledged").update("1", "acknowledged", "Seen.", at(10));
    let world = given_a_page().when(shown).then(["incident.opened", "incident.updated"]);
    let report = world.incident("x");
    assert_eq!((report.phase.value, report.phase.raw.as_str()), (Phase::Unknown, "acknowledged"));
    assert!(report.resolved_at.is_none() && world.poll_state.in_trouble);
}

#[test]
fn an_unknown_impact_is_kept_raw_and_is_not_harmless() {
    let world = given_a_page().when(incident("x").impact("catastrophic"));
    let impact = &world.incident("x").impact;
    assert_eq!((impact.value, impact.raw.as_str()), (Impact::Unknown, "catastrophic"));
    assert!(impact.value > Impact::None);
}

#[test]
fn an_update_of_the_same_minute_as_the_newest_is_not_backdated() {
    let first = incident("x").update("1", "investigating", "Looking.", at(10));
    let shown = first.clone().update("2", "identified", "Found.", at(10)).update(
        "3",
        "monitoring",
        "Fixed.",
        at(10),
    );
    let world = given(first).when(shown);
    assert_eq!(entered(&world.told()[0]), (Some("2"), "Found.", true));
    assert_eq!(entered(&world.told()[1]), (Some("3"), "Fixed.", true));
}

#[test]
fn a_status_that_did_not_change_stands_at_once_against_a_new_update() {
    let went_back = incident("x")
        .status("investigating")
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "identified", "Found?", at(20))
        .update("3", "investigating", "No.", at(30));
    let world = given(went_back.clone())
        .when(went_back.update("4", "monitoring", "Fixed?", at(40)))
        .then(["incident.monitoring"]);
    assert_eq!(entered(world.only("incident.monitoring")), (Some("4"), "Fixed?", false));
    assert_eq!(world.incident("x").phase.value, Phase::Investigating);
}

/// What a vendor shows in the end: it is over, and an update behind the end says otherwise.
fn over_with_a_note_behind() -> Shown {
    incident("x")
        .status("resolved")
        .resolved(at(30))
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "resolved", "Over.", at(30))
        .update("3", "monitoring", "We keep watching.", at(40))
}

#[test]
fn an_update_behind_the_end_reopens_nothing_whether_it_was_lived_or_found() {
    let found = given_a_page().when(over_with_a_note_behind());
    let mut before = over_with_a_note_behind();
    let note = before.0.updates.remove(0);
    let lived = given(before.clone()).when({
        before.0.updates.insert(0, note);
        before.clone()
    });
    let after_a_gap = given(incident("x").status("investigating")).after(500).when(before);
    for world in [found, lived, after_a_gap] {
        assert_eq!(
            entered(world.only("incident.monitoring")),
            (Some("3"), "We keep watching.", false)
        );
        let report = world.incident("x");
        assert_eq!((report.phase.value, report.resolved_at), (Phase::Resolved, Some(at(30))));
        assert_eq!(report.updates.len(), 3);
        assert!(!world.poll_state.in_trouble);
        world.when_the_same().then_nothing();
    }
}

#[test]
fn an_update_that_says_that_it_is_over_while_the_vendor_says_that_it_is_not_ends_nothing() {
    let open = incident("x").status("monitoring").update("1", "monitoring", "Fixed?", at(10));
    let said = open.clone().update("2", "resolved", "Over.", at(20));
    let world = given(open).when(said.clone()).then(["incident.resolved"]);
    assert_eq!(entered(world.only("incident.resolved")), (Some("2"), "Over.", false));
    assert!(world.incident("x").resolved_at.is_none() && world.poll_state.in_trouble);
    // The status follows later: the update that said so is the one that ends it.
    let world = world.when(said.status("resolved").updated(at(50))).then(["incident.resolved"]);
    assert_eq!(entered(world.only("incident.resolved")), (Some("2"), "Over.", true));
    assert_eq!(world.incident("x").resolved_at, Some(at(20)));
    assert_eq!(world.incident("x").updates.len(), 2);
    world.when_the_same().then_nothing();
}

#[test]
fn a_status_that_no_update_explains_lets_those_before_it_set_the_phases_as_they_did() {
    let shown = incident("x")
        .status("monitoring")
        .updated(at(60))
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "identified", "Found.", at(20));
    let world = given_a_page().when(shown).then([
        "incident.opened",
        "incident.investigating",
        "incident.identified",
        "incident.monitoring",
    ]);
    assert!(world.told()[1..3].iter().all(|fact| entered(fact).2));
    assert_eq!(entered(world.only("incident.monitoring")), (None, "", true));
}

#[test]
fn phases_that_were_lived_through_are_told_in_their_order() {
    let shown = incident("x")
        .status("resolved")
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "resolved", "Over?", at(20))
        .update("3", "investigating", "No.", at(30))
        .update("4", "resolved", "Over.", at(40));
    let world = given_a_page().when(shown);
    assert!(world.told()[1..].iter().all(|fact| entered(fact).2));
    assert_eq!(world.incident("x").resolved_at, Some(at(40)));
}

#[test]
fn a_backdated_update_of_the_present_phase_moves_no_resolution() {
    let first = incident("x").status("resolved").update("2", "resolved", "Over.", at(20));
    let world = given(first.clone()).when(first.update("1", "resolved", "Over?", at(15)));
    assert_eq!(entered(&world.told()[0]), (Some("1"), "Over?", false));
    assert_eq!(world.incident("x").resolved_at, Some(at(20)));
}

#[test]
fn a_word_that_we_do_not_know_beside_an_end_is_what_the_newest_update_says() {
    let shown = incident("x")
        .status("closed")
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "resolved", "Over.", at(30));
    let without_an_end = given(shown.clone());
    assert!(!without_an_end.incident("x").is_over());
    let world = given(shown.clone().resolved(at(30)));
    assert!(world.incident("x").is_over());
    world.when_the_same().then_nothing();
    let goes_on = shown.resolved(at(30)).update("3", "investigating", "Again.", at(40));
    assert!(!given(goes_on).incident("x").is_over());
}

#[test]
fn a_note_behind_the_end_reopens_nothing_where_the_status_is_another_word_for_over() {
    let resolved = incident("x")
        .status("resolved")
        .update("1", "investigating", "Looking.", at(2))
        .update("2", "resolved", "Over.", at(30))
        .updated(at(30));
    let explained = resolved
        .clone()
        .status("postmortem")
        .update("3", "monitoring", "By the way.", at(60))
        .updated(at(120));
    for world in [given(resolved).when(explained.clone()), given(explained)] {
        let report = world.incident("x");
        assert_eq!((report.phase.value, report.resolved_at), (Phase::Postmortem, Some(at(30))));
        world.when_the_same().then_nothing();
    }
}

#[test]
fn a_status_and_an_update_that_only_differ_in_case_say_the_same() {
    let shown = incident("x").status("Resolved").update("1", "resolved", "Over.", at(30));
    let world = given_a_page().when(shown).then(["incident.opened", "incident.resolved"]);
    assert_eq!(entered(world.only("incident.resolved")), (Some("1"), "Over.", true));
    world.when_the_same().then_nothing();
}
