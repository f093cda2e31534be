//! The effect of each event on the views.

mod pages;
mod removal;
mod reports;
mod signs;

use signalbook_domain::event::{
    Affected, ComponentChange, ComponentEvent, Event, Fact, Inferred, Opened, PageEvent, Planned,
    ReportChange, ReportEvent, Times,
};
use signalbook_domain::snapshot::Parsed;
use signalbook_domain::{
    ComponentStatus, Impact, PageId, Phase, Position, Slug, StreamId, StreamKind, Timestamp,
    Worded as _,
};
use signalbook_store::views::{PageView, ProviderView, ReportView, Rows};
use uuid::Uuid;

use super::apply;

/// A time `seconds` after a base at which all events are credible.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_770_000_000 + seconds)
}

fn slug() -> Slug {
    "acme".parse().unwrap()
}

fn page() -> PageId {
    PageId::derive(&slug(), "https://status.acme.example")
}

fn page_stream() -> StreamId {
    StreamId::page(&slug(), page())
}

fn incident() -> StreamId {
    StreamId::of(StreamKind::Incident, &slug(), page(), "i1")
}

fn work() -> StreamId {
    StreamId::of(StreamKind::Maintenance, &slug(), page(), "m1")
}

fn component(name: &str) -> StreamId {
    StreamId::of(StreamKind::Component, &slug(), page(), name)
}

fn affected(name: &str) -> Affected {
    Affected { id: component(name).id, name: name.to_owned(), group: None }
}

/// The times of a fact without vendor times.
fn seen(seconds: i64) -> Times {
    Times { occurred_at: None, published_at: None, observed_at: at(seconds) }
}

/// The opening of a report that affects `names`.
fn opened(impact: Impact, names: &[&str]) -> Opened {
    Opened {
        page: page(),
        external_id: "i1".to_owned(),
        title: "Searches fail".to_owned(),
        impact: Parsed::plain(impact),
        url: None,
        affected: names.iter().map(|name| affected(name)).collect(),
        planned: Planned::default(),
        created_at: None,
    }
}

/// A phase entered without an update.
fn entered(phase: Phase) -> ReportChange {
    ReportChange::Entered {
        phase: Parsed { value: phase, raw: phase.word().to_owned() },
        update: None,
        body: String::new(),
        sets_phase: true,
        inferred: None,
    }
}

/// A phase entered by an update.
fn posted(id: &str, phase: Phase, sets_phase: bool) -> ReportChange {
    ReportChange::Entered {
        phase: Parsed::plain(phase),
        update: Some(id.to_owned()),
        body: format!("The text of {id}"),
        sets_phase,
        inferred: None,
    }
}

/// Rows and the position of the next event.
#[derive(Default)]
struct Scene(Rows, u64);

impl Scene {
    /// A provider whose page is watched from second 10 and readable from second 11.
    fn begin() -> Self {
        let mut scene = Self::default();
        scene.added(10);
        scene.page(PageEvent::Readable, 11);
        scene
    }

    fn tell(&mut self, stream: StreamId, event: Event, times: Times) {
        let fact = Fact { stream, event, times, backfilled: false };
        self.1 += 1;
        apply(&mut self.0, &fact, Position(self.1));
    }

    fn page(&mut self, event: PageEvent, seconds: i64) {
        self.tell(page_stream(), Event::Page(event), seen(seconds));
    }

    fn added(&mut self, seconds: i64) {
        let url = "https://status.acme.example".to_owned();
        self.page(PageEvent::Added { name: "Acme".to_owned(), url }, seconds);
    }

    fn component(&mut self, name: &str, status: ComponentStatus, seconds: i64) {
        let stream = component(name);
        let status = Parsed::plain(status);
        let change = if self.0.components.contains_key(&stream.id) {
            ComponentChange::StatusChanged { status }
        } else {
            let (external_id, name) = (name.to_owned(), name.to_owned());
            ComponentChange::Added { page: page(), external_id, name, group: None, status }
        };
        self.component_change(name, change, seconds);
    }

    fn component_change(&mut self, name: &str, change: ComponentChange, seconds: i64) {
        let event = ComponentEvent { change, vendor_updated_at: None };
        self.tell(component(name), Event::Component(event), seen(seconds));
    }

    fn change(&mut self, change: ReportChange, seconds: i64) {
        self.change_at(change, seen(seconds));
    }

    fn change_at(&mut self, change: ReportChange, times: Times) {
        let event = ReportEvent { change, vendor_updated_at: None };
        self.tell(incident(), Event::Incident(event), times);
    }

    fn opened(&mut self, seconds: i64) {
        self.change(ReportChange::Opened(opened(Impact::Major, &[])), seconds);
        self.entered(Phase::Investigating, seconds);
    }

    fn entered(&mut self, phase: Phase, seconds: i64) {
        self.change(entered(phase), seconds);
    }

    fn work(&mut self, change: ReportChange, seconds: i64) {
        let event = ReportEvent { change, vendor_updated_at: None };
        self.tell(work(), Event::Maintenance(event), seen(seconds));
    }

    fn provider(&self) -> &ProviderView {
        &self.0.providers[&slug()]
    }

    fn own_page(&self) -> &PageView {
        &self.provider().pages[&page()]
    }

    fn report(&self) -> &ReportView {
        &self.0.reports[&incident().id]
    }

    fn open(&self) -> Vec<Uuid> {
        self.provider().open.keys().copied().collect()
    }
}
