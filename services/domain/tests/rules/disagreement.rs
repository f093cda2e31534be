//! Two documents of one page say different things of one report, and neither says that it is newer.

use signalbook_domain::event::{Event, PageEvent};
use signalbook_domain::snapshot::{Coverage, ObservedReport};
use signalbook_domain::{Document, ReportKind};

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

/// A page whose documents disagree: the small one said `A` and the list `B`.
fn disagreeing() -> World {
    given_a_page()
        .when_all([small([shown("A")]), list([shown("B")])])
        .then(["incident.opened", "incident.investigating"])
}

fn over() -> Shown {
    incident("x").titled("A").status("resolved").resolved(at(30)).updated(at(20))
}

#[test]
fn of_two_values_the_one_of_the_small_document_is_told_however_often_they_are_read() {
    let mut world = disagreeing();
    for news in ["1", "2", "3"] {
        let other = || incident("y").titled(news);
        world = world.when_all([small([shown("A"), other()]), list([shown("B"), other()])]);
        assert_eq!(world.told().len(), 1, "only the other one has changed");
        world = world.when_all([small([shown("A"), other()])]).then_nothing();
    }
    assert_eq!(world.incident("x").title, "A");
}

#[test]
fn the_document_whose_report_is_newer_is_believed() {
    let world = given_a_page()
        .when_all([small([shown("A")]), list([shown("B").updated(at(25))])])
        .then(["incident.opened", "incident.investigating"]);
    assert_eq!(world.incident("x").title, "B");
    world.when_all([small([shown("A")]), list([shown("B").updated(at(25))])]).then_nothing();
}

#[test]
fn of_two_of_one_time_the_one_that_says_open_is_believed_whichever_it_is() {
    let mut world = given_a_page().when_all([small([shown("A")]), list([over()])]);
    for _ in 0..5 {
        assert!(!world.incident("x").is_over());
        world = world.when_all([small([shown("A")]), list([over()])]).then_nothing();
    }
    let mut world = given_a_page().when_all([small([over()]), list([shown("A")])]);
    for _ in 0..5 {
        assert!(!world.incident("x").is_over());
        world = world.when_all([small([over()]), list([shown("A")])]).then_nothing();
    }
}

#[test]
fn an_end_that_the_other_document_shows_a_little_later_is_told_once_and_is_no_disagreement() {
    let ended = || over().updated(at(40));
    given_a_page()
        .when_all([small([shown("A")]), list([shown("A")])])
        .when_all([small([shown("A")]), list([ended()])])
        .then(["incident.resolved"])
        .when_all([small([shown("A")]), list([ended()])])
        .then_nothing()
        .when_all([small([]), list([ended()])])
        .then_nothing()
        .when_unchanged(Document::Summary)
        .then_nothing();
}

#[test]
fn an_end_without_a_time_is_told_when_the_small_document_does_not_list_it_any_more() {
    let undated = |shown: Shown| Shown(ObservedReport { updated_at: None, ..shown.0 });
    let open = || undated(shown("A"));
    let world = given_a_page()
        .when_all([small([open()]), list([open()])])
        .when_all([small([open()]), list([undated(over())])])
        .then_nothing()
        .when_all([small([])])
        .then_nothing();
    assert!(world.poll_state.must_be_whole(Document::Incidents), "the list is asked for whole");
    world.when_all([small([]), list([undated(over())])]).then(["incident.resolved"]);
}

#[test]
fn a_contradiction_of_a_quarter_of_an_hour_is_told_when_it_begins_to_stand_and_when_it_ends() {
    let contradicting = || [small([shown("A")]), list([over()])];
    let mut world = given_a_page().when_all(contradicting());
    let since = world.now;
    for _ in 1..15 {
        world = world.when_all(contradicting()).then_nothing();
    }
    world = world.when_all(contradicting()).then(["page.disagreement"]);
    let told = world.only("page.disagreement");
    let Event::Page(PageEvent::Disagreement { subject, detail }) = &told.event else { panic!() };
    assert_eq!(subject.id, world.page_state.report_stream(ReportKind::Incident, "x").id);
    assert_eq!(detail, "`summary` says `investigating`, `incidents` says `resolved`");
    assert_eq!(told.times.occurred_at, Some(since));
    for _ in 0..20 {
        world = world.when_all(contradicting()).then_nothing();
    }
    world = world.when_all([small([shown("A")]), list([shown("A")])]).then(["page.agreement"]);
    assert!(
        world.page_state.page.disagreements.is_empty()
            && world.poll_state.contradictions.is_empty()
    );
}

#[test]
fn a_document_that_fails_meanwhile_neither_ends_a_contradiction_nor_lets_it_stand() {
    let contradicting = || [small([shown("A")]), list([over()])];
    let mut world = given_a_page().when_all(contradicting()).rarely_polled();
    for _ in 0..20 {
        world = world.when_without([(Document::Incidents, 503)], [small([shown("A")])]);
        assert!(world.told().iter().all(|fact| fact.event.kind().name() != "page.disagreement"));
    }
    world.when_all(contradicting()).then(["page.readable", "page.disagreement"]);
}

#[test]
fn a_contradiction_that_stands_needs_nothing_of_an_unchanged_poll() {
    let mut world = given_a_page();
    for _ in 0..17 {
        world = world.when_all([small([shown("A")]), list([over()])]);
    }
    let before = world.poll_state.clone();
    let world = world.when_unchanged(Document::Summary).then_nothing();
    assert_eq!(world.poll_state.contradictions, before.contradictions);
}

#[test]
fn a_value_that_both_come_to_say_is_told_once() {
    disagreeing()
        .when_all([small([shown("B")]), list([shown("B")])])
        .then(["incident.retitled"])
        .when_all([small([shown("B")]), list([shown("B")])])
        .then_nothing();
}

#[test]
fn a_document_that_shows_a_report_no_more_has_no_say_in_it() {
    let listed = page([shown("B")]).of(Document::Incidents);
    disagreeing()
        .when_all([small([]), listed.clone()])
        .then(["incident.retitled"])
        .when_all([small([]), listed])
        .then_nothing();
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
        .then_nothing()
        .when_all([small([]), list([])])
        .then(["incident.withdrawn"]);
}

#[test]
fn an_update_that_only_one_of_them_lacks_is_neither_removed_nor_told_again() {
    let without = || shown("A");
    let with = || shown("A").update("1", "investigating", "Looking.", at(10));
    for swapped in [false, true] {
        let both = |other: Shown| {
            let (one, two) = if swapped { (with(), without()) } else { (without(), with()) };
            [small([one, other.clone()]), list([two, other])]
        };
        let mut world = given_a_page().when_all(both(incident("y").titled("0")));
        assert_eq!(world.incident("x").updates.len(), 1);
        for news in ["1", "2", "3"] {
            let [small, list] = both(incident("y").titled(news));
            world = world.when_all([small.clone(), list]).then(["incident.retitled"]);
            world = world.when_all([small]).then_nothing();
        }
        assert_eq!(world.incident("x").updates.len(), 1);
    }
}

#[test]
fn a_report_that_a_list_lacked_from_its_first_sight_on_is_a_contradiction_too() {
    let mut world = given_a_page().when_all([small([shown("A")]), list([])]);
    for _ in 1..15 {
        world = world.when_all([small([shown("A")]), list([])]).then_nothing();
    }
    world = world.when_all([small([shown("A")]), list([])]).then(["page.disagreement"]);
    let told = world.only("page.disagreement");
    let Event::Page(PageEvent::Disagreement { detail, .. }) = &told.event else { panic!() };
    assert_eq!(detail, "`summary` says `investigating`, `incidents` does not list it");
}

#[test]
fn a_list_that_was_read_before_the_report_went_on_is_asked_for_whole_once() {
    let world = given_a_page().when(list([over()])).when_all([small([shown("A").updated(at(40))])]);
    assert!(!world.incident("x").is_over());
    assert!(world.poll_state.must_be_whole(Document::Incidents));
    let world = world.when_all([small([shown("A").updated(at(40))]), list([over()])]);
    assert!(!world.poll_state.must_be_whole(Document::Incidents));
    assert_eq!(world.poll_state.contradictions.len(), 1);
}

#[test]
fn what_a_document_said_counts_while_it_fails() {
    let world = given_a_page().when_all([small([over()]), list([shown("A")])]);
    let world = world
        .when_without([(Document::Incidents, 503)], [small([over()])])
        .then_nothing()
        .when_all([small([over()]), list([shown("A")])])
        .then_nothing();
    assert!(!world.incident("x").is_over());
    let world = given_a_page().when_all([small([shown("A")]), list([shown("A")])]);
    world
        .when_without([(Document::Summary, 503)], [list([])])
        .then_nothing()
        .when_without([(Document::Summary, 503)], [list([])])
        .then(["page.unreadable"]);
}

#[test]
fn of_a_report_that_both_call_over_one_is_believed_too() {
    let explained = || over().status("postmortem");
    let mut world = given_a_page().when_all([small([over()]), list([explained()])]);
    assert_eq!(world.incident("x").phase.raw, "resolved");
    for _ in 0..5 {
        world = world.when_all([small([over()]), list([explained()])]).then_nothing();
    }
}

#[test]
fn what_a_document_said_counts_while_a_cache_answers_for_it() {
    let fresh = |minute| small([shown("A")]).updated(at(minute));
    let world = given_a_page().when_all([fresh(50), list([over()]).updated(at(50))]);
    let world = world
        .when_all([fresh(40), list([over()]).updated(at(60))])
        .then_nothing()
        .when_all([fresh(60), list([over()]).updated(at(60))])
        .then_nothing();
    assert!(!world.incident("x").is_over());
}

#[test]
fn an_update_of_a_document_that_is_not_believed_takes_nothing_from_the_one_that_is() {
    let went_back = || {
        incident("x")
            .titled("A")
            .status("identified")
            .update("1", "monitoring", "Fixed?", at(5))
            .update("2", "identified", "No.", at(10))
            .updated(at(20))
    };
    let newer = |status: &str| {
        went_back().update("3", "monitoring", "Fixed.", at(30)).status(status).updated(at(40))
    };
    let world = given_a_page().when_all([small([went_back()]), list([went_back()])]);
    let world = world
        .when_all([small([newer("resolved")]), list([newer("monitoring")])])
        .then(["incident.monitoring"]);
    assert_eq!(crate::support::facts::entered(&world.told()[0]), (Some("3"), "Fixed.", true));
}

#[test]
fn of_two_of_one_time_the_one_that_says_worse_is_believed() {
    let world = given_a_page()
        .when_all([small([shown("A").impact("none")]), list([shown("A").impact("critical")])]);
    assert_eq!(world.incident("x").impact.raw, "critical");
}

#[test]
fn documents_that_differ_in_any_part_of_a_report_do_not_take_turns() {
    let update = |body: &str| shown("A").update("1", "investigating", body, at(10));
    for (one, other) in [
        (update("One."), update("Other.")),
        (shown("A").affects(["c"]), shown("A").affects([])),
        (shown("A").started(at(3)), shown("A").started(at(4))),
    ] {
        let mut world = given_a_page().when_all([small([one.clone()]), list([other.clone()])]);
        for minute in 100..106 {
            let small = small([one.clone()]).updated(at(minute));
            let list = list([other.clone()]).updated(at(minute));
            world = world.when_all([small, list]).then_nothing();
        }
    }
}

#[test]
fn a_time_in_the_future_makes_no_document_the_newer_one() {
    let ahead = at(10_000_000);
    let mut world = given_a_page();
    for _ in 0..3 {
        world = world.when_all([small([shown("A")]), list([over().updated(ahead)])]);
        assert!(!world.incident("x").is_over());
    }
}

#[test]
fn a_field_that_one_document_alone_gives_is_no_contradiction() {
    let mut world = given_a_page().rarely_polled();
    for _ in 0..20 {
        world = world.when_all([small([shown("A")]), list([shown("A").started(at(10))])]);
        assert!(world.poll_state.contradictions.is_empty());
    }
}

#[test]
fn what_is_contradicted_is_said_in_words() {
    let (titled, affecting) = (shown("B"), shown("A").affects(["c"]));
    let edited = |body: &str| shown("A").update("1", "investigating", body, at(10));
    for (one, other, detail) in [
        (shown("A"), titled, "`summary` and `incidents` give another title"),
        (shown("A"), affecting, "`summary` and `incidents` give another list of components"),
        (
            edited("This."),
            edited("That."),
            "`summary` and `incidents` give another text of an update",
        ),
    ] {
        let mut world = given_a_page();
        for _ in 0..16 {
            world = world.when_all([small([one.clone()]), list([other.clone()])]);
        }
        let told = world.only("page.disagreement");
        let Event::Page(PageEvent::Disagreement { detail: told, .. }) = &told.event else {
            panic!()
        };
        assert_eq!(told, detail);
    }
}
