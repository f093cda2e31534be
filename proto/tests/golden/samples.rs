//! One event of each kind with every field given, and `bare` ones with as few as possible.

use signalbook_domain::event::{
    Affected, ComponentChange, ComponentEvent, Event, Fact, Group, Inferred, Opened, PageEvent,
    Planned, ReportChange, ReportEvent, Times, UnreadDocument,
};
use signalbook_domain::snapshot::{Indicator, Parsed};
use signalbook_domain::{
    ComponentStatus, Document, Failure, Impact, PageId, Phase, Platform, Slug, StreamId,
    StreamKind, Timestamp, Worded,
};
use uuid::Uuid;

/// A moment, in minutes.
pub(crate) fn at(minute: i64) -> Timestamp {
    Timestamp::from_seconds(1_770_000_000 + 60 * minute)
}

/// An event whose contents do not matter.
pub(crate) fn any_event() -> Event {
    Event::Page(PageEvent::Readable)
}

/// Every sample with its name.
pub(crate) fn all() -> Vec<(String, Fact)> {
    let mut all = Vec::new();
    for event in pages().into_iter().chain(components(true)).chain(reports(true)) {
        all.push((event.kind().name().to_owned(), fact(event, true)));
    }
    for event in components(false).into_iter().chain(reports(false)) {
        all.push((format!("{}.bare", event.kind().name()), fact(event, false)));
    }
    for event in inferred() {
        all.push((format!("{}.inferred", event.kind().name()), fact(event, false)));
    }
    for (word, event) in words() {
        all.push((format!("{}.{word}", event.kind().name()), fact(event, true)));
    }
    all
}

/// An event for each word of the vocabularies whose numbers the payloads hold (phases have an event
/// each), and a platform that has changed.
fn words() -> Vec<(&'static str, Event)> {
    let vendor_updated_at = Some(at(4));
    let changed = PageEvent::PlatformDetected {
        from: Some("instatus".parse().expect("it is a word")),
        platform: Platform::Statuspage.into(),
    };
    let mut words = vec![("from", Event::Page(changed))];
    for &failure in Failure::ALL {
        let event = PageEvent::Unreadable { failure, detail: String::new(), since: at(-1) };
        words.push((failure.word(), Event::Page(event)));
    }
    for &status in ComponentStatus::ALL {
        let change = ComponentChange::StatusChanged { status: Parsed::plain(status) };
        let event = ComponentEvent { change, vendor_updated_at };
        words.push((status.word(), Event::Component(event)));
    }
    for &impact in Impact::ALL {
        let change = ReportChange::ImpactChanged { impact: Parsed::plain(impact) };
        words.push((impact.word(), Event::Incident(ReportEvent { change, vendor_updated_at })));
    }
    words
}

fn fact(event: Event, full: bool) -> Fact {
    let provider: Slug = "kustomer".parse().expect("it is a slug");
    let stream = match event.stream_kind() {
        StreamKind::Page => StreamId::page(&provider, page()),
        kind @ (StreamKind::Component | StreamKind::Incident | StreamKind::Maintenance) => {
            StreamId::of(kind, &provider, page(), "x1")
        }
    };
    let claim = |minute| full.then(|| at(minute));
    let times = Times { occurred_at: claim(1), published_at: claim(2), observed_at: at(3) };
    Fact { stream, event, times, backfilled: full }
}

fn incident() -> StreamId {
    StreamId::of(StreamKind::Incident, &"kustomer".parse().expect("it is a slug"), page(), "x1")
}

fn page() -> PageId {
    PageId(Uuid::from_u128(0x82bb_7e31_6804_57e9_9a75_c8a3_f0f7_38be))
}

fn pages() -> Vec<Event> {
    [
        PageEvent::Added {
            name: "Kustomer".to_owned(),
            url: "https://status.kustomer.com".to_owned(),
        },
        PageEvent::PlatformDetected { from: None, platform: Platform::Statuspage.into() },
        PageEvent::Unreadable {
            failure: Failure::Blocked,
            detail: "answered 403 Forbidden".to_owned(),
            since: at(-1),
        },
        PageEvent::Readable,
        PageEvent::Moved { url: "https://kustomer.statuspage.io".to_owned() },
        PageEvent::Removed,
        PageEvent::PartlyReadable {
            documents: vec![
                UnreadDocument {
                    document: Document::Incidents.into(),
                    failure: Failure::HttpError,
                    detail: "answered 503".to_owned(),
                    since: at(-5),
                },
                UnreadDocument {
                    document: Document::Maintenances.into(),
                    failure: Failure::WrongShape,
                    detail: "expected a list".to_owned(),
                    since: at(-1),
                },
            ],
        },
        PageEvent::Unobserved { from: at(-60), until: at(3) },
        PageEvent::IndicatorChanged(Indicator {
            level: Parsed { value: Impact::Major, raw: "major".to_owned() },
            description: "Partial System Outage".to_owned(),
        }),
        PageEvent::Replaced {
            from: "p1".to_owned(),
            to: "p2".to_owned(),
            url: "https://status.kustomer.com".to_owned(),
        },
        PageEvent::Disagreement {
            subject: incident(),
            detail: "`summary` says `investigating`, `incidents` says `resolved`".to_owned(),
        },
        PageEvent::Agreement { subject: incident() },
    ]
    .map(Event::Page)
    .to_vec()
}

fn components(full: bool) -> Vec<Event> {
    let group =
        || full.then(|| Group { external_id: "g1".to_owned(), name: "Channels".to_owned() });
    let status =
        || Parsed { value: ComponentStatus::PartialOutage, raw: "partial_outage".to_owned() };
    let all = vec![
        ComponentChange::Added {
            page: page(),
            external_id: "x1".to_owned(),
            name: "Channel – Email".to_owned(),
            group: group(),
            status: status(),
        },
        ComponentChange::StatusChanged { status: status() },
        ComponentChange::Renamed { name: "Email".to_owned() },
        ComponentChange::Moved { group: group() },
        ComponentChange::Removed,
    ];
    let vendor_updated_at = full.then(|| at(4));
    all.into_iter()
        .map(|change| Event::Component(ComponentEvent { change, vendor_updated_at }))
        .collect()
}

/// Each phase of incidents and of planned work, with the vendor's word for it.
const INCIDENT: [(Phase, &str); 7] = [
    (Phase::Open, "ongoing"),
    (Phase::Investigating, "investigating"),
    (Phase::Identified, "identified"),
    (Phase::Monitoring, "monitoring"),
    (Phase::Resolved, "resolved"),
    (Phase::Postmortem, "postmortem"),
    (Phase::Unknown, "acknowledged"),
];
const MAINTENANCE: [(Phase, &str); 6] = [
    (Phase::Scheduled, "scheduled"),
    (Phase::InProgress, "in_progress"),
    (Phase::Verifying, "verifying"),
    (Phase::Completed, "completed"),
    (Phase::Cancelled, "cancelled"),
    (Phase::Unknown, "asleep"),
];

fn reports(full: bool) -> Vec<Event> {
    let vendor_updated_at = full.then(|| at(4));
    let event = move |change| ReportEvent { change, vendor_updated_at };
    let incidents = INCIDENT.iter().map(move |phase| entered(*phase, full));
    let works = MAINTENANCE.iter().map(move |phase| entered(*phase, full));
    let incidents =
        incidents.chain(changes(full)).map(move |change| Event::Incident(event(change)));
    let works = works.chain(changes(full)).map(move |change| Event::Maintenance(event(change)));
    incidents.chain(works).collect()
}

fn entered((value, raw): (Phase, &str), full: bool) -> ReportChange {
    ReportChange::Entered {
        phase: Parsed { value, raw: raw.to_owned() },
        update: full.then(|| "u1".to_owned()),
        body: if full {
            "We are “looking” into it.\nMore soon.".to_owned()
        } else {
            String::new()
        },
        sets_phase: full,
        inferred: None,
    }
}

/// Ends that the vendor did not announce.
fn inferred() -> Vec<Event> {
    let end = |phase: Phase| ReportEvent {
        change: ReportChange::Entered {
            phase: Parsed { value: phase, raw: String::new() },
            update: None,
            body: String::new(),
            sets_phase: true,
            inferred: Some(Inferred { last_listed_at: at(-2), first_missing_at: at(-1) }),
        },
        vendor_updated_at: None,
    };
    vec![
        Event::Incident(end(Phase::Resolved)),
        Event::Maintenance(end(Phase::Completed)),
        Event::Maintenance(end(Phase::Cancelled)),
    ]
}

fn changes(full: bool) -> Vec<ReportChange> {
    let time = |minute| full.then(|| at(minute));
    let planned = Planned { from: time(100), until: time(160) };
    let affected = if full {
        vec![
            Affected {
                id: Uuid::from_u128(0x11),
                name: "Email".to_owned(),
                group: Some("Channels".to_owned()),
            },
            Affected { id: Uuid::from_u128(0x12), name: "Search".to_owned(), group: None },
        ]
    } else {
        Vec::new()
    };
    let impact = || Parsed { value: Impact::Major, raw: "major".to_owned() };
    vec![
        ReportChange::Opened(Opened {
            page: page(),
            external_id: "x1".to_owned(),
            title: "Slow searches".to_owned(),
            impact: impact(),
            url: full.then(|| "https://status.kustomer.com/incidents/x1".to_owned()),
            affected: affected.clone(),
            created_at: time(0),
            planned,
        }),
        ReportChange::UpdateEdited {
            update: "u1".to_owned(),
            phase: Parsed::plain(Phase::Identified),
            body: "We know the cause.".to_owned(),
        },
        ReportChange::UpdateRemoved { update: "u1".to_owned() },
        ReportChange::Retitled { title: "Very slow searches".to_owned() },
        ReportChange::Retimed { started_at: time(-10), resolved_at: time(20) },
        ReportChange::ImpactChanged { impact: impact() },
        ReportChange::ComponentsChanged { affected },
        ReportChange::Withdrawn,
        ReportChange::Reappeared,
        ReportChange::Continued { external_id: "x2".to_owned() },
        ReportChange::ProviderLinked {
            url: "https://status.openai.com/incidents/01KH94".to_owned(),
        },
        ReportChange::Rescheduled(planned),
    ]
}
