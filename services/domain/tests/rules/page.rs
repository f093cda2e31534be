//! The page itself: watched, read, moved, and whether it can be read at all.

use signalbook_domain::decide;
use signalbook_domain::event::{Event, PageEvent};
use signalbook_domain::page::Health;
use signalbook_domain::snapshot::{Indicator, Parsed};
use signalbook_domain::status::trusted_for;
use signalbook_domain::{Document, Failure, Impact};

use crate::support::facts::kinds;
use crate::support::{FIRST_POLL, INTERVAL, Page, URL, World, at, given_a_page, incident, page};

#[test]
fn a_page_is_added_once_and_again_only_with_another_name() {
    let mut world = World::new();
    assert_eq!(kinds(&world.log), ["page.added"]);
    assert!(decide::add_page(&mut world.page_state, "Kustomer", URL, world.now).is_empty());
    let renamed = decide::add_page(&mut world.page_state, "Kustomer Inc", URL, world.now);
    assert_eq!(kinds(&renamed), ["page.added"]);
}

#[test]
fn a_removed_page_is_told_once_and_its_polls_change_nothing() {
    let mut world = given_a_page();
    assert_eq!(kinds(&decide::remove_page(&mut world.page_state, world.now)), ["page.removed"]);
    assert!(decide::remove_page(&mut world.page_state, world.now).is_empty());
    let before = world.poll_state.clone();
    let world = world.when(incident("x"));
    assert!(world.told.is_none());
    assert_eq!(world.poll_state, before);
}

#[test]
fn the_first_good_poll_tells_the_platform_and_that_the_page_is_readable() {
    World::new()
        .when(page([]))
        .then(["page.platform_detected", "page.readable"])
        .when(page([]))
        .then_nothing();
}

#[test]
fn one_failed_poll_is_no_news() {
    given_a_page()
        .when_failed(Failure::Unreachable)
        .then_nothing()
        .when(page([]))
        .then_nothing()
        .when_failed(Failure::Unreachable)
        .then_nothing();
}

#[test]
fn two_failed_polls_in_a_row_make_a_page_unreadable_since_the_first() {
    let world = given_a_page().when_failed(Failure::Unreachable);
    let first = world.now;
    let world = world.when_failed(Failure::HttpError).then(["page.unreadable"]);
    let told = world.only("page.unreadable");
    assert_eq!(told.times.occurred_at, Some(first));
    assert!(matches!(
        &told.event,
        Event::Page(PageEvent::Unreadable { since, failure: Failure::HttpError, .. })
            if *since == first
    ));
    assert_eq!(
        world.page_state.page.health,
        Health::Unreadable { since: first, failure: Failure::HttpError }
    );
    assert_eq!(world.poll_state.failures(), 2);
}

#[test]
fn a_page_that_could_never_be_read_becomes_unreadable_too() {
    World::new()
        .when_failed(Failure::UnknownPlatform)
        .then_nothing()
        .when_failed(Failure::UnknownPlatform)
        .then(["page.unreadable"]);
}

#[test]
fn a_page_that_stays_unreadable_is_told_once_for_each_lasting_reason() {
    let world = given_a_page().when_failed(Failure::Unreachable);
    let first = world.now;
    let world = world
        .when_failed(Failure::Unreachable)
        .then(["page.unreadable"])
        .when_failed(Failure::Unreachable)
        .then_nothing()
        .when_failed(Failure::Blocked)
        .then_nothing()
        .when_failed(Failure::Blocked)
        .then(["page.unreadable"])
        .when_failed(Failure::Blocked)
        .then_nothing();
    assert_eq!(
        world.page_state.page.health,
        Health::Unreadable { since: first, failure: Failure::Blocked }
    );
}

#[test]
fn a_good_poll_makes_a_page_readable_again_even_if_nothing_changed() {
    let unreadable = given_a_page().when_failed(Failure::Blocked).when_failed(Failure::Blocked);
    unreadable.clone().when(page([])).then(["page.readable"]);
    let world = unreadable.when_unchanged(Document::Incidents).then(["page.readable"]);
    assert_eq!(world.page_state.page.health, Health::Readable { since: world.now });
    assert_eq!(world.poll_state.failures(), 0);
}

#[test]
fn failures_keep_the_last_good_poll_as_it_was() {
    let world = given_a_page();
    let good = world.poll_state.last_good_at;
    let world = world.when_failed(Failure::Unreachable).when_failed(Failure::Unreachable);
    assert_eq!(world.poll_state.last_good_at, good);
    assert_eq!(world.poll_state.last_poll_at, Some(world.now));
}

#[test]
fn a_page_that_answers_from_elsewhere_has_moved_and_may_move_back() {
    let elsewhere = "https://kustomer.statuspage.io";
    let world = given_a_page().when(page([]).moved(elsewhere)).then(["page.moved"]);
    assert_eq!(world.page_state.page.moved_to.as_deref(), Some(elsewhere));
    let world =
        world.when(page([]).moved(elsewhere)).then_nothing().when(page([])).then(["page.moved"]);
    assert_eq!(world.page_state.page.moved_to, None);
}

#[test]
fn a_link_to_the_address_that_a_page_moved_to_is_its_own() {
    let body = "See https://kustomer.statuspage.io/incidents/1";
    let shown = page([incident("x").update("1", "identified", body, at(10))]);
    given_a_page().when(shown.moved("https://kustomer.statuspage.io")).then([
        "page.moved",
        "incident.opened",
        "incident.identified",
    ]);
}

#[test]
fn a_page_that_is_watched_again_must_be_read_again_first() {
    let mut world = given_a_page().when(page([]).moved("https://elsewhere.example"));
    decide::remove_page(&mut world.page_state, at(FIRST_POLL + 10));
    decide::add_page(&mut world.page_state, "Kustomer", URL, at(FIRST_POLL + 20));
    assert_eq!(world.page_state.page.health, Health::Unread);
    assert_eq!(world.page_state.page.moved_to, None, "where it answers from is seen anew");
    world.when(page([])).then(["page.readable"]);
}

#[test]
fn a_gap_in_which_nobody_polled_is_told_at_the_first_good_poll_after_it() {
    let world = given_a_page();
    let good = world.now;
    let world =
        world.after(2).when(page([])).then_nothing().after(60).when_failed(Failure::Blocked);
    let world = world.then_nothing().when_unchanged(Document::Incidents).then(["page.unobserved"]);
    let Event::Page(PageEvent::Unobserved { from, until }) = world.only("page.unobserved").event
    else {
        panic!("it is another event")
    };
    assert_eq!(from, good.plus(3 * INTERVAL).plus(trusted_for(INTERVAL)));
    assert_eq!(until, world.now);
    world.when_unchanged(Document::Incidents).then_nothing();
}

#[test]
fn a_gap_that_was_told_as_unreadable_is_told_as_that_alone() {
    given_a_page()
        .when_failed(Failure::Unreachable)
        .after(60)
        .when_failed(Failure::Unreachable)
        .then(["page.unreadable"])
        .after(60)
        .when(page([]))
        .then(["page.readable"]);
    // Nobody polled, and only then it could not be read.
    let world = given_a_page()
        .after(60)
        .when_failed(Failure::Unreachable)
        .when_failed(Failure::Unreachable)
        .when(page([]))
        .then(["page.unobserved", "page.readable"]);
    let Event::Page(PageEvent::Unobserved { until, .. }) = world.only("page.unobserved").event
    else {
        panic!("it is another event")
    };
    assert_eq!(until, world.now.minus(2 * INTERVAL));
}

#[test]
fn a_page_that_is_watched_again_was_not_unobserved_meanwhile() {
    let mut world = given_a_page();
    decide::remove_page(&mut world.page_state, world.now);
    decide::add_page(&mut world.page_state, "Kustomer", URL, world.now);
    world.after(600).when(page([])).then(["page.readable"]);
}

fn summing_up(raw: &str, level: Impact) -> Page {
    let mut shown = page([]).of(Document::Summary);
    let level = Parsed { value: level, raw: raw.to_owned() };
    shown.snapshot.indicator = Some(Indicator { level, description: format!("{raw} outage") });
    shown
}

#[test]
fn the_vendors_own_summary_is_told_at_once_when_it_is_worse_and_after_two_polls_when_it_is_better()
{
    let world = given_a_page()
        .when(summing_up("none", Impact::None))
        .then(["page.indicator_changed"])
        .when(summing_up("major", Impact::Major))
        .then(["page.indicator_changed"])
        .when(summing_up("none", Impact::None))
        .then_nothing();
    assert!(world.poll_state.must_be_whole(Document::Summary));
    let world = world
        .when(summing_up("major", Impact::Major))
        .then_nothing()
        .when(summing_up("minor", Impact::Minor))
        .then_nothing()
        .when_the_same()
        .then(["page.indicator_changed"])
        .when_the_same()
        .then_nothing()
        .when(page([]).of(Document::Summary))
        .then_nothing();
    let indicator = world.page_state.page.indicator.as_ref().unwrap();
    assert_eq!(
        (indicator.level.value, indicator.description.as_str()),
        (Impact::Minor, "minor outage")
    );
}

#[test]
fn polls_from_before_a_page_was_put_away_are_in_no_row_with_those_after_it() {
    let lists = [Document::Incidents, Document::Maintenances];
    let failing = |world: World| {
        world.when_without(lists.map(|list| (list, 503)), [page([]).of(Document::Summary)])
    };
    let mut world = failing(given_a_page().rarely_polled()).then_nothing();
    decide::remove_page(&mut world.page_state, world.now);
    world = world.after(60 * 24 * 30);
    decide::add_page(&mut world.page_state, "Kustomer", URL, world.now);
    world.poll_state = world.poll_state.interrupted(world.now);
    let world = failing(world).then(["page.readable"]);
    failing(world).then(["page.partly_readable"]);
}
