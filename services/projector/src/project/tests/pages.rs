//! What a page shows about itself.

use signalbook_domain::event::UnreadDocument;
use signalbook_domain::page::Health;
use signalbook_domain::snapshot::Indicator;
use signalbook_domain::status::Span;
use signalbook_domain::{Document, Failure, ReportKind};

use super::*;

fn unread(document: Document, seconds: i64) -> UnreadDocument {
    let (failure, detail) = (Failure::HttpError, "HTTP 500".to_owned());
    UnreadDocument { document: document.into(), failure, detail, since: at(seconds) }
}

fn unreadable(seconds: i64) -> PageEvent {
    let (failure, detail) = (Failure::AnotherPage, "page `p2`".to_owned());
    PageEvent::Unreadable { failure, detail, since: at(seconds) }
}

fn indicator(level: Impact, raw: &str, description: &str) -> PageEvent {
    let level = Parsed { value: level, raw: raw.to_owned() };
    PageEvent::IndicatorChanged(Indicator { level, description: description.to_owned() })
}

#[test]
fn a_page_is_read_in_part_or_whole_since_then_or_not_at_all() {
    let mut scene = Scene::default();
    scene.added(10);
    assert_eq!(scene.own_page().health(), Health::Unread);
    let lists = vec![unread(Document::Incidents, 15), unread(Document::Maintenances, 14)];
    scene.page(PageEvent::PartlyReadable { documents: lists.clone() }, 20);
    assert_eq!(scene.provider().first_read_at, Some(at(20)));
    assert_eq!(scene.own_page().unread, lists);
    let partly = |since, current_since| Health::PartlyReadable { since: at(since), current_since };
    assert_eq!(scene.own_page().health(), partly(14, None));
    let documents = vec![unread(Document::Summary, 25), unread(Document::Incidents, 15)];
    scene.page(PageEvent::PartlyReadable { documents }, 30);
    assert_eq!(scene.own_page().health(), partly(15, Some(at(25))));

    scene.page(unreadable(33), 35);
    let failure = Failure::AnotherPage;
    assert_eq!(scene.own_page().health(), Health::Unreadable { since: at(33), failure });
    assert_eq!(scene.own_page().detail.as_deref(), Some("page `p2`"));
    assert!(scene.own_page().unread.is_empty());

    scene.page(PageEvent::Readable, 40);
    assert_eq!(scene.own_page().health(), Health::Readable { since: at(40) });
    assert_eq!(scene.provider().first_read_at, Some(at(20)));
    scene.page(PageEvent::PartlyReadable { documents: lists }, 50);
    scene.page(PageEvent::Readable, 60);
    assert_eq!(scene.own_page().health(), Health::Readable { since: at(60) });
}

#[test]
fn an_indicator_is_kept_with_when_its_word_was_first_seen() {
    let mut scene = Scene::begin();
    scene.page(indicator(Impact::Minor, "minor", "Some trouble"), 20);
    scene.page(indicator(Impact::Minor, "minor", "Other trouble"), 30);
    let known = scene.own_page().indicator.clone().unwrap();
    assert_eq!((known.level, known.raw.as_str()), (Impact::Minor, "minor"));
    assert_eq!((known.description.as_str(), known.seen_at), ("Other trouble", at(20)));
    scene.page(indicator(Impact::Unknown, "wobbly", ""), 40);
    let known = scene.own_page().indicator.clone().unwrap();
    assert_eq!((known.level, known.seen_at), (Impact::Unknown, at(40)));
}

#[test]
fn a_disagreement_stands_with_its_title_until_the_documents_agree() {
    let mut scene = Scene::begin();
    scene.opened(20);
    let detail = "`summary` says `resolved`, `incidents` says `monitoring`".to_owned();
    let event = PageEvent::Disagreement { subject: incident(), detail: detail.clone() };
    let times = Times { occurred_at: Some(at(25)), ..seen(40) };
    scene.tell(page_stream(), Event::Page(event), times);
    let known = scene.own_page().disagreements[&incident().id].clone();
    assert_eq!((&known.kind, known.since), (&ReportKind::Incident, at(25)));
    assert_eq!((known.title.as_str(), &known.detail), ("Searches fail", &detail));
    scene.change(ReportChange::Retitled { title: "Nothing works".to_owned() }, 50);
    assert_eq!(scene.own_page().disagreements[&incident().id].title, "Nothing works");
    scene.page(PageEvent::Agreement { subject: incident() }, 60);
    assert!(scene.own_page().disagreements.is_empty());
}

#[test]
fn the_last_time_in_which_nobody_polled_is_kept() {
    let mut scene = Scene::begin();
    scene.page(PageEvent::Unobserved { from: at(20), until: at(900) }, 900);
    assert_eq!(scene.own_page().unobserved, Some(Span { since: at(20), until: at(900) }));
}

#[test]
fn a_page_that_is_added_again_keeps_what_it_said_and_is_unread() {
    let mut scene = Scene::begin();
    scene.page(indicator(Impact::None, "none", "All well"), 20);
    let (subject, detail) = (incident(), "x".to_owned());
    scene.page(PageEvent::Disagreement { subject, detail }, 20);
    scene.page(PageEvent::PartlyReadable { documents: vec![unread(Document::Summary, 5)] }, 20);
    scene.page(PageEvent::Removed, 30);
    assert!(!scene.own_page().watched);
    scene.added(40);
    let page = scene.own_page();
    assert!(page.watched && page.indicator.is_some() && page.disagreements.len() == 1);
    assert_eq!((page.health(), page.added_at), (Health::Unread, at(40)));
}
