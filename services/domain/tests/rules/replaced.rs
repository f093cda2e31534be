//! Another page that answers at the address.

use signalbook_domain::event::{Event, PageEvent};
use signalbook_domain::page::Health;
use signalbook_domain::snapshot::Coverage;
use signalbook_domain::{Document, Failure, ReportKind};

use crate::support::vendor::Shown;
use crate::support::{Page, World, at, component, incident, maintenance, page};

/// The current document of the page that the vendor calls `id`.
fn of(id: &str, reports: impl IntoIterator<Item = Shown>) -> Page {
    let mut shown = page(reports).of(Document::Summary).covering(Coverage::ActiveOnly);
    shown.snapshot.page_id = Some(id.to_owned());
    shown
}

fn list(id: &str, reports: impl IntoIterator<Item = Shown>) -> Page {
    let mut shown = page(reports);
    shown.snapshot.page_id = Some(id.to_owned());
    shown
}

fn over(id: &str, title: &str, start: i64) -> Shown {
    incident(id)
        .titled(title)
        .status("resolved")
        .started(at(start))
        .created(at(start))
        .resolved(at(start + 10))
        .update(&format!("{id}-1"), "investigating", "Looking.", at(start + 1))
        .update(&format!("{id}-2"), "resolved", "Over.", at(start + 10))
}

fn open(id: &str) -> Shown {
    incident(id).titled("It goes on").status("investigating").started(at(500)).created(at(500))
}

fn given() -> World {
    World::new()
        .when_all([of("p1", [open("o1")]), list("p1", [open("o1"), over("a1", "Mail", 10)])])
}

#[test]
fn another_page_is_believed_when_two_polls_agree_and_nothing_is_folded_before() {
    let new = [of("p2", [open("o2")]), list("p2", [open("o2"), over("a2", " MAIL\u{200b}", 10)])];
    let world = given().when_all(new.clone()).then_nothing();
    assert!(world.poll_state.must_be_whole(Document::Incidents), "it is asked for whole");
    let world = world.when_all(new.clone());
    assert_eq!(
        crate::support::facts::kinds(world.told()),
        ["page.replaced", "incident.continued", "incident.continued", "incident.retitled"]
    );
    assert!(world.told()[1..].iter().all(|fact| fact.backfilled), "its history is a new baseline");
    assert_eq!(world.page_state.reports.len(), 2, "each is there once");
    assert!(world.poll_state.in_trouble);
    world.when_all(new).then_nothing();
}

#[test]
fn a_page_that_is_back_in_the_second_poll_was_never_replaced() {
    given().when(of("p2", [])).then_nothing().when(of("p1", [open("o1")])).then_nothing();
}

#[test]
fn what_was_open_and_is_not_on_the_new_page_is_over_and_never_withdrawn() {
    let new = || [of("p2", []), list("p2", [over("a2", "Mail", 10)])];
    let world = given().when_all(new()).when_all(new());
    assert!(world.told().iter().all(|fact| fact.event.kind().name() != "incident.resolved"));
    let world = world.when_all(new()).then(["incident.resolved"]);
    let report = world.incident("o1");
    assert!(report.inferred && !report.withdrawn);
    world.when_all(new()).then_nothing();
}

#[test]
fn a_report_of_another_start_is_another_report() {
    let new = || [of("p2", []), list("p2", [over("a2", "Mail", 12)])];
    let world = given().when_all(new()).when_all(new());
    assert_eq!(world.page_state.reports.len(), 3);
    assert!(!world.incident("a1").withdrawn);
}

#[test]
fn an_update_of_a_continued_report_that_is_new_is_told_under_its_own_id() {
    let again = || over("a2", "Mail", 10);
    let longer = || again().update("a2-3", "postmortem", "Why.", at(40)).status("postmortem");
    let world = given()
        .when_all([of("p2", []), list("p2", [again()])])
        .when_all([of("p2", []), list("p2", [again()])])
        .when_all([of("p2", []), list("p2", [longer()])]);
    let told = world.only("incident.postmortem");
    assert_eq!(crate::support::facts::entered(told).0, Some("a2-3"));
    assert_eq!(world.incident("a2").updates.len(), 3);
    assert_eq!(world.incident("a1"), world.incident("a2"));
}

#[test]
fn the_same_page_at_another_host_has_moved_and_no_more() {
    let moved = of("p1", [open("o1")]).moved("https://status.kustomer-status.example");
    given().when(moved.clone()).then(["page.moved"]).when(moved).then_nothing();
}

#[test]
fn a_page_of_another_vendor_behind_a_redirect_is_not_read() {
    let foreign = of("p9", []).moved("https://status.unrelated.example");
    let world = given().when(foreign.clone()).then_nothing();
    assert_eq!(world.failed.as_ref().map(|failed| failed.failure), Some(Failure::AnotherPage));
    let since = world.now;
    let world = world.when(foreign.clone()).then(["page.unreadable"]);
    let told = world.only("page.unreadable");
    let Event::Page(PageEvent::Unreadable { detail, .. }) = &told.event else { panic!("{told:?}") };
    assert!(detail.contains("another page answers here"), "{detail}");
    assert_eq!(
        world.page_state.page.health,
        Health::Unreadable { since, failure: Failure::AnotherPage }
    );
    assert!(!world.incident("o1").is_over());
    world.when(foreign).then_nothing().when(of("p1", [open("o1")])).then(["page.readable"]);
}

#[test]
fn another_page_on_the_vendors_own_domain_or_hoster_is_a_rebuild() {
    for url in ["https://new.kustomer.com", "https://kustomer.com/status"] {
        let new = of("p2", [open("o2")]).moved(url);
        let world = given().when(new.clone()).then_nothing().when(new);
        assert_eq!(world.told()[0].event.kind().name(), "page.replaced", "{url}");
    }
}

#[test]
fn a_list_of_another_page_than_the_current_document_is_not_folded() {
    given()
        .when_all([of("p1", [open("o1")]), list("p7", [over("z", "Of others", 20)])])
        .then_nothing();
}

#[test]
fn a_page_that_is_put_back_for_longer_than_a_cache_lives_is_believed() {
    let new = || of("p2", [open("o2")]).updated(at(800));
    let old = || of("p1", [open("o1")]).updated(at(700));
    let world = given().when(new()).when(new()).when(old()).then_nothing();
    let world = world.rarely_polled().after(130).when(old()).then_nothing().when(old());
    assert_eq!(world.told()[0].event.kind().name(), "page.replaced");
}

#[test]
fn a_page_without_an_id_is_known_by_its_host_and_components() {
    let showing = |ids: &[&str], url: Option<&str>| {
        let mut shown = page([]).of(Document::Summary).covering(Coverage::ActiveOnly);
        let listed = ids.iter().map(|id| Page::from([component(id)]).snapshot.components.unwrap());
        shown.snapshot.components = Some(listed.flatten().collect());
        shown.moved_to = url.map(str::to_owned);
        shown
    };
    let given = || World::new().when(showing(&["a", "b", "c"], None));
    let elsewhere = Some("https://status.kustomer.net");
    given().when(showing(&["a", "b", "d"], elsewhere)).then(["page.moved", "component.added"]);
    given()
        .when(showing(&["x", "y", "c"], elsewhere))
        .then_nothing()
        .when(showing(&["x", "y", "c"], elsewhere))
        .then(["page.unreadable"]);
    given().when(showing(&["x", "y", "z"], None)).then(["component.added"; 3]);
}

#[test]
fn a_report_that_was_filed_afterwards_goes_on_too() {
    let filed = |id: &str| over(id, "Mail", 10).started(at(700)).created(at(10));
    let old = [of("p1", []), list("p1", [filed("a1")])];
    let new = || [of("p2", []), list("p2", [filed("a2")])];
    let world = World::new().when_all(old).when_all(new()).when_all(new());
    assert_eq!(crate::support::facts::kinds(world.told()), ["page.replaced", "incident.continued"]);
}

#[test]
fn of_several_reports_of_one_title_the_one_that_begins_nearest_goes_on() {
    let work = |id: &str, from: i64| {
        maintenance(id)
            .titled("Weekly")
            .status("scheduled")
            .created(at(10))
            .planned(at(from), at(from + 60))
    };
    let showing = |id: &str, works: [Shown; 2]| {
        let mut shown = of(id, works);
        shown.snapshot.coverage.push((ReportKind::Maintenance, Coverage::ActiveOnly));
        shown
    };
    let old = showing("p1", [work("a1", 9_000), work("b1", 19_000)]);
    let new = showing("p2", [work("b2", 19_000), work("a2", 9_000)]);
    let world = World::new().when(old).when(new.clone()).when(new).then([
        "page.replaced",
        "maintenance.continued",
        "maintenance.continued",
    ]);
    for (old, new) in [("a1", "a2"), ("b1", "b2")] {
        assert_eq!(world.maintenance(old), world.maintenance(new));
    }
}

#[test]
fn copies_of_a_page_from_before_it_was_replaced_do_not_put_it_back() {
    let new = || of("p2", [open("o2")]).updated(at(800));
    let old = || of("p1", [open("o1")]).updated(at(700));
    let world = given().when(new()).when(new());
    let world = world.when(old()).then_nothing().when(old()).then_nothing();
    world.when(new()).then_nothing();
}

#[test]
fn a_page_that_is_put_back_goes_on_with_its_reports_under_their_own_ids() {
    let list = |id: &str, open_id: &str| [of(id, [open(open_id)]), list(id, [open(open_id)])];
    let world = given().when_all(list("p2", "o2")).when_all(list("p2", "o2"));
    let world = world.when_all(list("p1", "o1")).when_all(list("p1", "o1"));
    assert_eq!(world.told()[0].event.kind().name(), "page.replaced");
    let world = world
        .when_all([of("p1", []), crate::replaced::list("p1", [])])
        .when_all([of("p1", []), crate::replaced::list("p1", [])]);
    assert!(world.incident("o1").withdrawn, "its deletion is noticed again");
}

#[test]
fn a_list_of_another_page_for_longer_than_a_cache_lives_is_told_as_one_that_cannot_be_read() {
    let both = || [of("p1", [open("o1")]), list("p2", [over("b1", "Other", 10)])];
    let mut world = given().rarely_polled();
    for _ in 0..6 {
        world = world.when_all(both()).then_nothing().after(23);
        assert!(world.poll_state.must_be_whole(Document::Incidents), "its next answer comes whole");
    }
    let world = world.when_all(both()).then(["page.partly_readable"]);
    let Health::PartlyReadable { .. } = &world.page_state.page.health else { panic!() };
    assert_eq!(world.page_state.page.unread[0].failure, Failure::AnotherPage);
    world
        .when_all(both())
        .then_nothing()
        .when_all([of("p1", [open("o1")]), list("p1", [open("o1"), over("a1", "Mail", 10)])])
        .then(["page.readable"]);
}

#[test]
fn a_report_that_goes_on_on_a_page_made_from_an_older_copy_is_read_from_there() {
    let known = || open("o1").updated(at(620));
    let copied = || open("o2").status("resolved").resolved(at(610)).updated(at(615));
    let new = || [of("p2", []), list("p2", [copied()])];
    let world = World::new().when_all([of("p1", [known()]), list("p1", [known()])]);
    let world = world.when_all(new()).when_all(new()).when_all(new());
    assert!(world.incident("o2").is_over());
}
