//! The identity of updates, and what happens to them after they were posted.

use signalbook_domain::event::ReportChange;

use crate::support::facts::{change, entered};
use crate::support::{at, given, given_a_page, incident};

#[test]
fn an_update_is_known_by_the_vendors_id() {
    let first = incident("x").update("1", "investigating", "Looking.", at(10));
    let world = given(first.clone())
        .when(incident("x").update("1", "investigating", "Looking closely.", at(10)))
        .then(["incident.update_edited"]);
    assert!(matches!(
        change(&world.told()[0]),
        ReportChange::UpdateEdited { update, body, .. } if update == "1" && body == "Looking closely."
    ));
}

#[test]
fn an_update_whose_time_the_vendor_leaves_out_later_keeps_it() {
    let timeless = |body: &str| {
        let mut shown = incident("x").update("1", "investigating", body, at(10));
        (shown.0.updates[0].display_at, shown.0.updates[0].created_at) = (None, None);
        shown
    };
    let world = given(incident("x").update("1", "investigating", "Looking.", at(10)))
        .when(timeless("Looking."))
        .then_nothing()
        .when(timeless("Looking closely."))
        .then(["incident.update_edited"]);
    assert_eq!(world.told()[0].times.published_at, Some(at(10)));
    assert_eq!(world.incident("x").updates["1"].shown_at, Some(at(10)));
}

#[test]
fn links_to_other_providers_are_recorded_up_to_a_number() {
    let links: Vec<String> =
        (0..25).map(|number| format!("https://status.other.example/incidents/{number}")).collect();
    let text = links.join(" and ");
    let world = given_a_page().when(incident("x").update("1", "investigating", &text, at(10)));
    assert_eq!(world.incident("x").links.len(), 20);
    world.when_the_same().then_nothing();
}

#[test]
fn an_update_without_an_id_is_known_by_its_time_phase_and_text() {
    let known = incident("x").nameless("investigating", "Looking.", at(10));
    for other in [
        known.clone().nameless("investigating", "Looking.", at(11)),
        known.clone().nameless("identified", "Looking.", at(10)),
        known.clone().nameless("investigating", "Looking closely.", at(10)),
    ] {
        let world = given(known.clone()).when_the_same().then_nothing().when(other);
        assert_eq!(world.told().len(), 1);
        world.when_the_same().then_nothing();
    }
}

#[test]
fn an_update_without_an_id_keeps_its_identity_wherever_it_is_listed() {
    let one =
        incident("x").nameless("investigating", "A", at(10)).nameless("monitoring", "B", at(20));
    let other =
        incident("x").nameless("monitoring", "B", at(20)).nameless("investigating", "A", at(10));
    given(one).when(other).then_nothing();
}

#[test]
fn two_updates_with_the_same_text_are_two_updates() {
    let shown = incident("x")
        .status("monitoring")
        .update("1", "monitoring", "We keep watching.", at(10))
        .update("2", "monitoring", "We keep watching.", at(10));
    given_a_page()
        .when(shown)
        .then(["incident.opened", "incident.monitoring", "incident.monitoring"])
        .when_the_same()
        .then_nothing();
}

#[test]
fn two_identical_updates_without_ids_are_two_updates() {
    let one = incident("x").nameless("monitoring", "We keep watching.", at(10));
    let two = one.clone().nameless("monitoring", "We keep watching.", at(10));
    given(one)
        .when(two.clone())
        .then(["incident.monitoring"])
        .when_the_same()
        .then_nothing()
        .when(two.nameless("monitoring", "We keep watching.", at(10)))
        .then(["incident.monitoring"]);
}

#[test]
fn an_edited_phase_or_display_time_is_an_edit_of_the_update() {
    let known = incident("x").status("monitoring").update("1", "monitoring", "Fixed.", at(10));
    for edited in [
        incident("x").status("monitoring").update("1", "identified", "Fixed.", at(10)),
        incident("x").status("monitoring").update("1", "monitoring", "Fixed.", at(12)),
    ] {
        given(known.clone())
            .when(edited)
            .then(["incident.update_edited"])
            .when_the_same()
            .then_nothing();
    }
}

#[test]
fn a_removed_update_with_a_newer_vendor_time_is_told_at_once() {
    let both = incident("x")
        .update("1", "investigating", "Looking.", at(10))
        .update("2", "investigating", "Oops.", at(11))
        .updated(at(11));
    let one = incident("x").update("1", "investigating", "Looking.", at(10)).updated(at(15));
    let world = given(both).when(one).then(["incident.update_removed"]);
    assert!(matches!(
        change(&world.told()[0]),
        ReportChange::UpdateRemoved { update } if update == "2"
    ));
}

#[test]
fn a_removed_update_without_a_newer_vendor_time_needs_two_polls() {
    let one = incident("x").update("1", "investigating", "Looking.", at(10));
    given(one.clone().update("2", "investigating", "Oops.", at(11)))
        .when(one)
        .then_nothing()
        .when_the_same()
        .then(["incident.update_removed"])
        .when_the_same()
        .then_nothing();
}

#[test]
fn a_removed_update_that_comes_back_without_a_newer_vendor_time_needs_two_polls() {
    let one = incident("x").status("monitoring").update("1", "monitoring", "Fixed.", at(10));
    let both = one.clone().update("2", "investigating", "Oops.", at(11));
    let world = given(both.clone()).when(one).when_the_same().then(["incident.update_removed"]);
    let world = world.when(both).then_nothing().when_the_same();
    assert_eq!(entered(&world.told()[0]).0, Some("2"));
}

#[test]
fn an_edit_that_is_taken_back_without_a_newer_vendor_time_needs_two_polls() {
    let before = incident("x").update("1", "investigating", "Looking.", at(10));
    let after = incident("x").update("1", "investigating", "Looking closely.", at(10));
    given(before.clone())
        .when(after)
        .then(["incident.update_edited"])
        .when(before)
        .then_nothing()
        .when_the_same()
        .then(["incident.update_edited"]);
}

#[test]
fn a_link_to_another_providers_incident_names_the_provider() {
    let link = "https://status.openai.com/incidents/01KH94";
    let shown = incident("x").update("1", "identified", &format!("See {link}."), at(10));
    let world = given_a_page().when(shown.clone()).then([
        "incident.opened",
        "incident.identified",
        "incident.provider_linked",
    ]);
    assert!(matches!(
        change(world.only("incident.provider_linked")),
        ReportChange::ProviderLinked { url } if url == link
    ));
    world
        .when(shown.update("2", "monitoring", &format!("Again: {link}"), at(20)))
        .then(["incident.monitoring"]);
}

#[test]
fn a_link_to_the_pages_own_incident_is_no_cause() {
    let body = "As in https://status.kustomer.com/incidents/9, we are looking.";
    given_a_page()
        .when(incident("x").update("1", "identified", body, at(10)))
        .then(["incident.opened", "incident.identified"]);
}

#[test]
fn a_link_that_an_edit_adds_is_recorded() {
    let first = incident("x").update("1", "identified", "A supplier.", at(10));
    let body = "A supplier: https://status.openai.com/incidents/1";
    given(first)
        .when(incident("x").update("1", "identified", body, at(10)))
        .then(["incident.update_edited", "incident.provider_linked"]);
}

#[test]
fn a_link_to_another_page_is_recorded_whoever_it_belongs_to() {
    let body = "See https://help.kustomer.com/incidents/9";
    given_a_page().when(incident("x").update("1", "identified", body, at(10))).then([
        "incident.opened",
        "incident.identified",
        "incident.provider_linked",
    ]);
}
