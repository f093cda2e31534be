//! Documents that fail while others can be read.

use signalbook_domain::event::{Event, PageEvent, UnreadDocument};
use signalbook_domain::page::Health;
use signalbook_domain::{Document, Failure};

use crate::support::{Page, World, given_a_page, incident, page};

const INCIDENTS: Document = Document::Incidents;

fn small(page: Page) -> Page {
    page.of(Document::Summary)
}

fn unread(world: &World) -> Vec<UnreadDocument> {
    let told = world.only("page.partly_readable");
    let Event::Page(PageEvent::PartlyReadable { documents }) = &told.event else {
        panic!("{told:?} is another event")
    };
    documents.clone()
}

#[test]
fn a_document_that_the_vendor_never_had_is_not_offered_and_no_trouble() {
    let mut world = World::new()
        .when_without([(INCIDENTS, 404)], [small(page([incident("x").status("investigating")]))])
        .then([
            "page.platform_detected",
            "page.readable",
            "incident.opened",
            "incident.investigating",
        ]);
    for status in [410, 404, 404] {
        world = world.when_without([(INCIDENTS, status)], [small(page([incident("x")]))]);
        assert!(world.poll_state.missing[&INCIDENTS].not_offered);
    }
    assert!(matches!(world.page_state.page.health, Health::Readable { .. }));
}

#[test]
fn a_document_that_fails_twice_makes_the_page_partly_readable_since_the_first() {
    let world = given_a_page()
        .when_without([(INCIDENTS, 503)], [small(page([incident("x")]))])
        .then(["incident.opened"]);
    let first = world.now;
    let world = world
        .when_without([(INCIDENTS, 503)], [small(page([incident("x"), incident("y")]))])
        .then(["page.partly_readable", "incident.opened"]);
    let documents = unread(&world);
    assert_eq!(documents.len(), 1);
    assert_eq!((&documents[0].document, documents[0].since), (&INCIDENTS.into(), first));
    assert_eq!(documents[0].failure, Failure::HttpError);
    assert_eq!(
        world.page_state.page.health,
        Health::PartlyReadable { since: first, current_since: None }
    );
    assert_eq!(world.poll_state.last_good_at, Some(world.now), "the current document was read");
    world
        .when_without([(INCIDENTS, 503)], [small(page([incident("x"), incident("y")]))])
        .then_nothing()
        .when_unchanged(Document::Summary)
        .then_nothing()
        .when(page([incident("x"), incident("y")]))
        .then(["page.readable"]);
}

#[test]
fn a_document_that_was_there_and_is_not_found_any_more_fails_like_any_other() {
    given_a_page()
        .when_without([(INCIDENTS, 404)], [small(page([]))])
        .then_nothing()
        .when_without([(INCIDENTS, 404)], [small(page([]))])
        .then(["page.partly_readable"]);
}

#[test]
fn a_document_that_was_never_read_and_fails_with_an_error_is_missed() {
    World::new()
        .when_without([(INCIDENTS, 500)], [small(page([]))])
        .then(["page.platform_detected", "page.readable"])
        .when_without([(INCIDENTS, 500)], [small(page([]))])
        .then(["page.partly_readable"]);
}

#[test]
fn nothing_is_concluded_from_a_document_that_fails() {
    let world = given_a_page().when(page([incident("x").status("investigating")]));
    let world = world
        .when_without([(INCIDENTS, 500)], [small(page([incident("x").status("investigating")]))])
        .when_without([(INCIDENTS, 500)], [small(page([incident("x").status("investigating")]))]);
    assert!(!world.incident("x").withdrawn);
}

#[test]
fn the_documents_that_cannot_be_read_are_told_again_when_they_change() {
    let both = [(INCIDENTS, 500), (Document::Maintenances, 500)];
    let world = given_a_page()
        .when_without([(INCIDENTS, 500)], [small(page([]))])
        .when_without(both, [small(page([]))])
        .then(["page.partly_readable"])
        .when_without(both, [small(page([]))])
        .then(["page.partly_readable"]);
    assert_eq!(unread(&world).len(), 2);
    let world = world
        .when_without([(INCIDENTS, 500)], [small(page([])), page([]).of(Document::Maintenances)])
        .then(["page.partly_readable"]);
    assert_eq!(unread(&world).len(), 1);
}

#[test]
fn without_the_current_document_the_page_is_unreadable_and_the_others_are_folded() {
    let shown = page([incident("x").status("investigating")]);
    let world = given_a_page()
        .when_without([(Document::Summary, 500)], [shown.clone()])
        .then(["incident.opened", "incident.investigating"])
        .when_without([(Document::Summary, 500)], [shown])
        .then(["page.unreadable"]);
    assert_eq!(world.poll_state.failures(), 2);
    world
        .when_without([(INCIDENTS, 500)], [small(page([incident("x").status("investigating")]))])
        .then(["page.readable"]);
}

#[test]
fn an_open_entry_that_nothing_identifies_makes_the_current_document_one_that_cannot_be_read() {
    let mut broken = small(page([]));
    broken.snapshot.unidentified = vec!["incident number 1 has no `id`".to_owned()];
    let world = given_a_page().when(broken.clone()).then(["page.partly_readable"]);
    let since = world.now;
    assert_eq!(
        world.page_state.page.health,
        Health::PartlyReadable { since, current_since: Some(since) }
    );
    assert!(unread(&world)[0].detail.contains("incident number 1"));
    broken.snapshot.unidentified = vec!["incident number 2 has no `id`".to_owned()];
    let world = world.when(broken).then_nothing().when_unchanged(Document::Summary).then_nothing();
    world.when(small(page([]))).then(["page.readable"]);
}
