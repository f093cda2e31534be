//! The facts of the golden log. They never change: `chain.json` holds their hashes.

use signalbook_domain::event::{
    Affected, ComponentChange, ComponentEvent, Event, Fact, Opened, PageEvent, Planned,
    ReportChange, ReportEvent, Times,
};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::snapshot::Parsed;
use signalbook_domain::{
    Author, ComponentStatus, Impact, ObservationId, PageId, Phase, Platform, Slug, StreamId,
    StreamKind, Timestamp,
};
use uuid::Uuid;

use crate::manifest::ObservationRef;
use crate::record::Draft;

const MINUTE: i64 = 60 * 1_000_000;

pub(super) struct Step {
    pub(super) now: Timestamp,
    pub(super) page: PageId,
    pub(super) events: Vec<(StreamId, Draft)>,
}

/// The page, facts and recording time of one cause.
struct Cause {
    at: Timestamp,
    now: Timestamp,
    page: Page,
    observation: Option<ObservationRef>,
    author: Option<Author>,
    facts: Vec<(StreamId, Event, Claims, bool)>,
}

/// The claimed times: `occurred_at` and `published_at`.
type Claims = (Option<Timestamp>, Option<Timestamp>);

const NO_CLAIMS: Claims = (None, None);

pub(super) fn steps() -> Vec<Step> {
    [an_operator_adds_a_page(), the_baseline(), the_clock_went_back(), another_provider()]
        .into_iter()
        .map(Cause::encode)
        .collect()
}

fn an_operator_adds_a_page() -> Cause {
    let page = Page::new("kustomer", "https://status.kustomer.com");
    let added = PageEvent::Added {
        name: "Kustomer".to_owned(),
        url: "https://status.kustomer.com".to_owned(),
    };
    let facts = vec![(page.stream(), Event::Page(added), NO_CLAIMS, false)];
    let author = "person:alice@example.com".parse().ok();
    Cause { at: minute(0), now: minute(0), page, observation: None, author, facts }
}

fn the_baseline() -> Cause {
    let page = Page::new("kustomer", "https://status.kustomer.com");
    let (incident, component) =
        (page.thing(StreamKind::Incident, "x1"), page.thing(StreamKind::Component, "c1"));
    let detected =
        PageEvent::PlatformDetected { from: None, platform: Platform::Statuspage.into() };
    let added = ComponentChange::Added {
        page: page.id,
        external_id: "c1".to_owned(),
        name: "Search".to_owned(),
        group: None,
        status: Parsed::plain(ComponentStatus::Degraded),
    };
    let opened = Opened {
        page: page.id,
        external_id: "x1".to_owned(),
        title: "Slow searches".to_owned(),
        impact: Parsed::plain(Impact::Minor),
        url: Some("https://status.kustomer.com/incidents/x1".to_owned()),
        affected: vec![Affected { id: component.id, name: "Search".to_owned(), group: None }],
        created_at: Some(minute(-30)),
        planned: Planned::default(),
    };
    let investigating = entered(Phase::Investigating, Some("u1"), "We are looking into it.");
    let facts = vec![
        (page.stream(), Event::Page(detected), NO_CLAIMS, false),
        (page.stream(), Event::Page(PageEvent::Readable), NO_CLAIMS, false),
        (
            component,
            Event::Component(ComponentEvent {
                change: added,
                vendor_updated_at: Some(minute(-29)),
            }),
            (None, Some(minute(-29))),
            true,
        ),
        (
            incident.clone(),
            incident_event(ReportChange::Opened(opened)),
            (Some(minute(-31)), Some(minute(-30))),
            true,
        ),
        (incident, incident_event(investigating), (Some(minute(-30)), None), true),
    ];
    Cause { at: minute(1), now: minute(2), page, observation: observation(1), author: None, facts }
}

/// The clock is behind, so its events are recorded at the time of the previous ones.
fn the_clock_went_back() -> Cause {
    let page = Page::new("kustomer", "https://status.kustomer.com");
    let incident = page.thing(StreamKind::Incident, "x1");
    let linked = ReportChange::ProviderLinked {
        url: "https://status.openai.com/incidents/01KH94".to_owned(),
    };
    let resolved = entered(Phase::Resolved, None, "");
    let claims = (Some(minute(3)), Some(minute(4)));
    let facts = vec![
        (incident.clone(), incident_event(resolved), claims, false),
        (incident, incident_event(linked), NO_CLAIMS, false),
    ];
    Cause {
        at: minute(5),
        now: minute(-600),
        page,
        observation: observation(2),
        author: None,
        facts,
    }
}

fn another_provider() -> Cause {
    let page = Page::new("zurich-io", "https://status.example.com/de");
    let work = page.thing(StreamKind::Maintenance, "wartung-7");
    let scheduled = Opened {
        page: page.id,
        external_id: "wartung-7".to_owned(),
        title: "Größere Wartung 🛠".to_owned(),
        impact: Parsed { value: Impact::Unknown, raw: "geplant".to_owned() },
        url: None,
        affected: Vec::new(),
        created_at: None,
        planned: Planned { from: Some(minute(100)), until: Some(minute(160)) },
    };
    let event = Event::Maintenance(ReportEvent {
        change: ReportChange::Opened(scheduled),
        vendor_updated_at: None,
    });
    let before_1970 = Timestamp::from_micros(-1_234_567_890_123);
    let facts = vec![(work, event, (Some(before_1970), None), false)];
    let at = Timestamp::from_micros(minute(6).micros() + 123_456);
    Cause { at, now: minute(7), page, observation: observation(3), author: None, facts }
}

fn entered(phase: Phase, update: Option<&str>, body: &str) -> ReportChange {
    ReportChange::Entered {
        phase: Parsed::plain(phase),
        update: update.map(str::to_owned),
        body: body.to_owned(),
        sets_phase: true,
        inferred: None,
    }
}

fn incident_event(change: ReportChange) -> Event {
    Event::Incident(ReportEvent { change, vendor_updated_at: Some(minute(-29)) })
}

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_micros(1_770_000_000_000_000 + MINUTE * minute)
}

#[expect(clippy::unnecessary_wraps, reason = "an event's observation may be absent")]
fn observation(number: u128) -> Option<ObservationRef> {
    let id = Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0000 + number);
    // An arbitrary hash in place of a manifest's.
    Some(ObservationRef { id: ObservationId(id), hash: ContentHash::of(id.as_bytes()).0 })
}

struct Page {
    provider: Slug,
    id: PageId,
}

impl Page {
    fn new(provider: &str, url: &str) -> Self {
        let provider: Slug = provider.parse().expect("it is a slug");
        Self { id: PageId::derive(&provider, url), provider }
    }

    fn stream(&self) -> StreamId {
        StreamId::page(&self.provider, self.id)
    }

    fn thing(&self, kind: StreamKind, external_id: &str) -> StreamId {
        StreamId::of(kind, &self.provider, self.id, external_id)
    }
}

impl Cause {
    fn encode(self) -> Step {
        let cause = self.observation.map_or(self.page.id.0, |observation| observation.id.0);
        let encode = |(ordinal, (stream, event, claims, backfilled)): (u32, _)| {
            let (occurred_at, published_at) = claims;
            let times = Times { occurred_at, published_at, observed_at: self.at };
            let fact = Fact { stream, event, times, backfilled };
            let draft = Draft::encode(&fact, cause, ordinal, self.observation);
            (fact.stream, Draft { author: self.author.clone(), ..draft })
        };
        let events = (0..).zip(self.facts).map(encode).collect();
        Step { now: self.now, page: self.page.id, events }
    }
}
