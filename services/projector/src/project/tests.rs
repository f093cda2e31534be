//! What the views make of a report whose page is removed, and of phases that nobody knows.

use signalbook_domain::event::{Fact, Opened, Planned, ReportChange, ReportEvent, Times};
use signalbook_domain::outage::Interval;
use signalbook_domain::snapshot::Said;
use signalbook_domain::status::Status;
use signalbook_domain::{Impact, Phase, Slug, StreamId, StreamKind, Timestamp, Worded as _};
use signalbook_store::views::{ProviderView, ReportView};

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn slug() -> Slug {
    "acme".parse().unwrap()
}

fn page() -> PageId {
    PageId::derive(&slug(), "https://status.acme.example")
}

fn incident() -> StreamId {
    StreamId::of(StreamKind::Incident, &slug(), page(), "i1")
}

/// Rows and where the next event stands.
#[derive(Default)]
struct Scene(Rows, u64);

impl Scene {
    fn tell(&mut self, stream: StreamId, event: Event, seconds: i64) {
        let observed_at = at(seconds);
        let times = Times { occurred_at: None, published_at: None, observed_at };
        let fact = Fact { stream, event, times, backfilled: false };
        self.1 += 1;
        apply(&mut self.0, &fact, Position(self.1));
    }

    fn page(&mut self, event: PageEvent, seconds: i64) {
        let stream = StreamId { kind: StreamKind::Page, provider: slug(), id: page().0 };
        self.tell(stream, Event::Page(event), seconds);
    }

    fn added(&mut self, seconds: i64) {
        let url = "https://status.acme.example".to_owned();
        self.page(PageEvent::Added { name: "Acme".to_owned(), url }, seconds);
    }

    fn change(&mut self, change: ReportChange, seconds: i64) {
        let event = ReportEvent { change, vendor_updated_at: None };
        self.tell(incident(), Event::Incident(event), seconds);
    }

    fn opened(&mut self, seconds: i64) {
        let impact = Said { value: Impact::Major, raw: "major".to_owned() };
        let opened = Opened {
            page: page(),
            external_id: "i1".to_owned(),
            title: "Searches fail".to_owned(),
            impact,
            url: None,
            affected: Vec::new(),
            planned: Planned::default(),
            created_at: None,
        };
        self.change(ReportChange::Opened(opened), seconds);
        self.entered(Phase::Investigating, seconds);
    }

    fn entered(&mut self, phase: Phase, seconds: i64) {
        let change = ReportChange::Entered {
            phase: Said { value: phase, raw: phase.word().to_owned() },
            update: None,
            body: String::new(),
            sets_phase: true,
            inferred: None,
        };
        self.change(change, seconds);
    }

    fn provider(&self) -> &ProviderView {
        &self.0.providers[&slug()]
    }

    fn report(&self) -> &ReportView {
        &self.0.reports[&incident().id]
    }

    fn reported(&self) -> (Status, Timestamp) {
        (self.provider().reported, self.provider().reported_since)
    }
}

#[test]
fn an_unknown_phase_after_a_resolution_reopens_nothing() {
    let mut scene = Scene::default();
    scene.added(10);
    scene.opened(20);
    assert_eq!(scene.reported(), (Status::Major, at(20)));
    scene.entered(Phase::Resolved, 30);
    scene.entered(Phase::Unknown, 40);
    assert_eq!(scene.reported(), (Status::Up, at(30)));
    assert!(scene.provider().open.is_empty());
    scene.entered(Phase::Monitoring, 50);
    assert_eq!(scene.reported(), (Status::Major, at(50)), "an active phase reopens");
}

#[test]
fn an_unknown_phase_ends_nothing() {
    let mut scene = Scene::default();
    scene.added(10);
    scene.opened(20);
    scene.entered(Phase::Unknown, 30);
    assert_eq!(scene.reported(), (Status::Major, at(20)));
}

#[test]
fn what_is_open_when_its_page_is_removed_ends_there_until_the_page_is_added_again() {
    let mut scene = Scene::default();
    scene.added(10);
    scene.opened(20);
    scene.page(PageEvent::Removed, 50);
    assert_eq!(scene.provider().pages[&page()].removed_at, Some(at(50)));
    assert_eq!(scene.report().interval(), Interval { start: at(20), end: Some(at(50)) });
    assert_eq!(scene.reported(), (Status::Up, at(50)));

    scene.added(80);
    assert_eq!(scene.provider().pages[&page()].removed_at, None);
    assert_eq!(scene.report().interval(), Interval { start: at(20), end: None });
    assert_eq!(scene.reported(), (Status::Major, at(80)));
    scene.entered(Phase::Resolved, 90);
    assert_eq!(scene.report().interval().end, Some(at(90)));
    assert_eq!(scene.reported(), (Status::Up, at(90)));
}

#[test]
fn a_page_that_is_removed_touches_what_is_open_on_it_and_nothing_else() {
    let mut scene = Scene::default();
    scene.added(10);
    scene.opened(20);
    let stream = StreamId { kind: StreamKind::Page, provider: slug(), id: page().0 };
    let times = Times { occurred_at: None, published_at: None, observed_at: at(30) };
    let of = |event| {
        let (stream, times) = (stream.clone(), times);
        let fact = Fact { stream, event: Event::Page(event), times, backfilled: false };
        let mut keys = Keys::default();
        touch_open(&mut keys, &scene.0, &fact);
        keys.reports.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(of(PageEvent::Removed), [incident().id]);
    assert!(of(PageEvent::Readable).is_empty());
    scene.entered(Phase::Resolved, 40);
    scene.page(PageEvent::Removed, 50);
    assert_eq!(scene.report().page_removed_at, None);
}
