//! Streams of ten events whose payloads have one size, as the goals of the log ask for.

use signalbook_domain::event::{Event, Opened, Planned, ReportChange, ReportEvent};
use signalbook_domain::snapshot::Parsed;
use signalbook_domain::{Impact, PageId, Phase, StreamId, StreamKind, Timestamp};

use super::{Page, Story, at, pages, prose, seen, story};

/// The bytes of every payload.
const PAYLOAD_BYTES: usize = 256;

/// Events of each stream: one that opens the incident, and its updates.
pub(crate) const EVENTS_PER_STREAM: usize = 10;

/// Streams of one page that follow each other: an append is what one observation of one page told.
const STREAMS_IN_A_ROW: usize = 100;

/// The phases of an incident's updates.
const PHASES: [Phase; 9] = [
    Phase::Investigating,
    Phase::Investigating,
    Phase::Identified,
    Phase::Identified,
    Phase::Monitoring,
    Phase::Monitoring,
    Phase::Monitoring,
    Phase::Resolved,
    Phase::Postmortem,
];

/// `count` events, stream after stream.
pub(crate) fn equal(count: usize) -> Vec<Story> {
    equal_from(0, count)
}

/// `count` events of those, from the one numbered `first`.
pub(crate) fn equal_from(first: usize, count: usize) -> Vec<Story> {
    let pages = pages();
    (first..first + count).map(|number| one(&pages, number)).collect()
}

fn one(pages: &[Page], number: usize) -> Story {
    let (incident, turn) = (number / EVENTS_PER_STREAM, number % EVENTS_PER_STREAM);
    let page = &pages[incident / STREAMS_IN_A_ROW % pages.len()];
    let external_id = format!("{incident:012x}");
    let stream = StreamId::of(StreamKind::Incident, &page.provider, page.id, &external_id);
    let shown_at = at(i64::try_from(number).unwrap_or(i64::MAX));
    let make = |filler: &str| match turn.checked_sub(1) {
        None => opened(page.id, &external_id, filler, shown_at),
        Some(turn) => entered(PHASES[turn], &format!("{number:012x}"), filler, shown_at),
    };
    let whole = |bytes| {
        let text = prose::text(number, bytes);
        story(page, stream.clone(), make(&text), seen(shown_at), number)
    };
    // The length of a text stands before it and takes bytes of its own, so ask twice.
    let mut bytes = PAYLOAD_BYTES / 2;
    let mut made = whole(bytes);
    for _ in 0..2 {
        bytes = (bytes + PAYLOAD_BYTES).saturating_sub(made.draft.payload.len());
        made = whole(bytes);
    }
    assert_eq!(made.draft.payload.len(), PAYLOAD_BYTES, "a text has no length that fits");
    made
}

fn opened(page: PageId, external_id: &str, title: &str, at: Timestamp) -> Event {
    let opened = Opened {
        page,
        external_id: external_id.to_owned(),
        title: title.to_owned(),
        impact: Parsed::plain(Impact::Minor),
        url: Some(format!("https://stspg.io/{external_id}")),
        affected: Vec::new(),
        created_at: Some(at),
        planned: Planned::default(),
    };
    incident(ReportChange::Opened(opened), at)
}

fn entered(phase: Phase, update: &str, body: &str, at: Timestamp) -> Event {
    let change = ReportChange::Entered {
        phase: Parsed::plain(phase),
        update: Some(update.to_owned()),
        body: body.to_owned(),
        sets_phase: true,
        inferred: None,
    };
    incident(change, at)
}

fn incident(change: ReportChange, at: Timestamp) -> Event {
    Event::Incident(ReportEvent { change, vendor_updated_at: Some(at) })
}
