//! What a hundred pages say in the course of time.

use signalbook_domain::event::{
    Affected, ComponentChange, ComponentEvent, Event, Group, Opened, PageEvent, Planned,
    ReportChange, ReportEvent,
};
use signalbook_domain::snapshot::Parsed;
use signalbook_domain::{ComponentStatus, Impact, Phase, StreamId, StreamKind};

use super::{PROVIDERS, Page, Story, at, pages, prose, seen, story};

/// Components of each page.
const COMPONENTS: usize = 10;

/// An incident in so many has a component that is told to do worse, and then well.
const INCIDENTS_PER_TROUBLE: usize = 4;

/// From one incident of a page to the next.
const INCIDENT_EVERY_SECONDS: i64 = 3 * 86_400;

/// About `count` events of a hundred pages in the order of time.
pub(crate) fn lives(count: usize) -> Vec<Story> {
    let mut telling = ReportDiff { rng: fastrand::Rng::with_seed(7), told: Vec::new() };
    let pages = pages();
    for page in &pages {
        telling.start(page);
    }
    let mut incident = 0;
    while telling.told.len() < count {
        telling.incident(&pages[incident % PROVIDERS], incident);
        incident += 1;
    }
    let mut told = telling.told;
    told.sort_by_key(|(seconds, _, _, _)| *seconds);
    let stories = told.into_iter().enumerate();
    stories
        .map(|(number, (seconds, page, stream, event))| {
            story(&page, stream, event, seen(at(seconds)), number)
        })
        .collect()
}

/// Collects what is said, not yet in order.
struct ReportDiff {
    rng: fastrand::Rng,
    told: Vec<(i64, Page, StreamId, Event)>,
}

impl ReportDiff {
    /// A page is added and read for the first time.
    fn start(&mut self, page: &Page) {
        let stream = StreamId::page(&page.provider, page.id);
        let name = page.provider.to_string();
        let url = format!("https://status.{name}.example");
        for event in [PageEvent::Added { name, url }, PageEvent::Readable] {
            self.told.push((0, page.clone(), stream.clone(), Event::Page(event)));
        }
        for number in 0..COMPONENTS {
            let group = Group { external_id: "g1".to_owned(), name: "Platform".to_owned() };
            let added = ComponentChange::Added {
                page: page.id,
                external_id: component(number),
                name: prose::component(number).to_owned(),
                group: (number % 2 == 0).then_some(group),
                status: Parsed::plain(ComponentStatus::Operational),
            };
            self.component(page, number, 0, added);
        }
    }

    /// An incident with about seven events, and sometimes trouble of a component.
    fn incident(&mut self, page: &Page, number: usize) {
        let turn = i64::try_from(number / PROVIDERS).unwrap_or(i64::MAX);
        let start = 3_600 + turn * INCIDENT_EVERY_SECONDS + self.rng.i64(0..INCIDENT_EVERY_SECONDS);
        let external_id = format!("{number:012x}");
        let stream = StreamId::of(StreamKind::Incident, &page.provider, page.id, &external_id);
        let mut changes = vec![self.opened(page, number, &external_id)];
        changes.push(self.entered(Phase::Investigating, number, 1));
        if !number.is_multiple_of(3) {
            changes.push(self.entered(Phase::Identified, number, 2));
        }
        changes.push(ReportChange::ImpactChanged { impact: Parsed::plain(Impact::Major) });
        changes.push(self.entered(Phase::Monitoring, number, 3));
        changes.push(self.entered(Phase::Monitoring, number, 4));
        changes.push(self.entered(Phase::Resolved, number, 5));
        if number % 3 == 1 {
            changes.push(self.entered(Phase::Postmortem, number, 6));
        }
        let mut seconds = start;
        for change in changes {
            let event = ReportEvent { change, vendor_updated_at: Some(at(seconds)) };
            self.told.push((seconds, page.clone(), stream.clone(), Event::Incident(event)));
            seconds += self.rng.i64(300..3_600);
        }
        if number.is_multiple_of(INCIDENTS_PER_TROUBLE) {
            let worse = Parsed::plain(ComponentStatus::PartialOutage);
            let well = Parsed::plain(ComponentStatus::Operational);
            for (when, status) in [(start + 60, worse), (seconds, well)] {
                let change = ComponentChange::StatusChanged { status };
                self.component(page, number % COMPONENTS, when, change);
            }
        }
    }

    fn opened(&mut self, page: &Page, number: usize, external_id: &str) -> ReportChange {
        let affected = |component: usize| Affected {
            id: component_stream(page, component).id,
            name: prose::component(component).to_owned(),
            group: component.is_multiple_of(2).then(|| "Platform".to_owned()),
        };
        let first = self.rng.usize(..COMPONENTS - 1);
        ReportChange::Opened(Opened {
            page: page.id,
            external_id: external_id.to_owned(),
            title: prose::title(number).to_owned(),
            impact: Parsed::plain(Impact::Minor),
            url: Some(format!("https://stspg.io/{external_id}")),
            affected: vec![affected(first), affected(first + 1)],
            created_at: None,
            planned: Planned::default(),
        })
    }

    fn entered(&mut self, phase: Phase, number: usize, turn: usize) -> ReportChange {
        ReportChange::Entered {
            phase: Parsed::plain(phase),
            update: Some(format!("{number:010x}{turn:02}")),
            body: prose::body(&mut self.rng),
            sets_phase: true,
            inferred: None,
        }
    }

    fn component(&mut self, page: &Page, number: usize, when: i64, change: ComponentChange) {
        let event = ComponentEvent { change, vendor_updated_at: Some(at(when)) };
        let stream = component_stream(page, number);
        self.told.push((when, page.clone(), stream, Event::Component(event)));
    }
}

fn component(number: usize) -> String {
    format!("c{number:03}")
}

fn component_stream(page: &Page, number: usize) -> StreamId {
    StreamId::of(StreamKind::Component, &page.provider, page.id, &component(number))
}
