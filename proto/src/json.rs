//! The only JSON representation of an event, used by NATS, REST, SSE and exports.

use serde::Serialize;
use signalbook_domain::event::{
    Affected, ComponentChange, ComponentEvent, Event, Fact, Group, Inferred, Opened, PageEvent,
    ReportChange, ReportEvent, UnreadDocument,
};
use signalbook_domain::snapshot::Indicator;
use signalbook_domain::{
    Author, ComponentStatus, EventId, Failure, Impact, ObservationId, OpenEnum, PageId, Phase,
    Platform, Position, Revision, Slug, Timestamp,
};
use uuid::Uuid;

use crate::chain::hex;
use crate::record::Record;

/// One event with its envelope.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the record")]
pub struct EventJson<'a> {
    pub position: Position,
    pub event_id: EventId,
    pub stream: String,
    pub revision: Revision,
    pub provider: &'a Slug,
    /// The page that the stream belongs to.
    pub page_id: PageId,
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub occurred_at: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub observed_at: Timestamp,
    pub recorded_at: Timestamp,
    pub backfilled: bool,
    /// The author; `null` if the vendor or a configuration is the source.
    pub author: Option<&'a str>,
    pub observation_id: Option<ObservationId>,
    /// The SHA-256 of the observation's manifest, in hexadecimal digits.
    pub observation_hash: Option<String>,
    /// The decoded payload; `null` if it was erased or a later version wrote it.
    pub data: Option<Data<'a>>,
    /// The payload in hexadecimal digits, if a later version wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    pub hash: String,
}

impl<'a> EventJson<'a> {
    /// The JSON of `record`, whose payload decodes to `fact`.
    pub fn new(record: &'a Record, fact: Option<&'a Fact>) -> Self {
        Self {
            position: record.position,
            event_id: record.id,
            stream: record.stream.to_string(),
            revision: record.revision,
            provider: &record.stream.provider,
            page_id: record.page,
            kind: record.kind.word(),
            occurred_at: record.times.occurred_at,
            published_at: record.times.published_at,
            observed_at: record.times.observed_at,
            recorded_at: record.recorded_at,
            backfilled: record.backfilled,
            author: record.author.as_ref().map(Author::as_str),
            observation_id: record.observation.map(|observation| observation.id),
            observation_hash: record.observation.map(|observation| hex(observation.hash)),
            data: fact.map(|fact| Data::new(&fact.event)),
            payload: record.payload.as_deref().filter(|_| fact.is_none()).map(hex),
            hash: hex(record.hash),
        }
    }
}

/// The payload of an event, by its kind. Absent fields are omitted.
#[serde_with::skip_serializing_none]
#[derive(Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the fields are those of the events in domain::event")]
pub struct Data<'a> {
    pub page_id: Option<PageId>,
    pub external_id: Option<&'a str>,
    pub name: Option<&'a str>,
    pub title: Option<&'a str>,
    pub url: Option<&'a str>,
    pub platform: Option<&'a OpenEnum<Platform>>,
    pub platform_before: Option<&'a OpenEnum<Platform>>,
    pub failure: Option<Failure>,
    pub detail: Option<&'a str>,
    pub since: Option<Timestamp>,
    pub group: Option<GroupJson<'a>>,
    pub status: Option<ComponentStatus>,
    pub status_raw: Option<&'a str>,
    pub impact: Option<Impact>,
    pub impact_raw: Option<&'a str>,
    pub affected: Option<Vec<AffectedJson<'a>>>,
    pub update_id: Option<&'a str>,
    pub phase: Option<Phase>,
    pub phase_raw: Option<&'a str>,
    pub sets_phase: Option<bool>,
    pub body: Option<&'a str>,
    pub created_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
    pub planned_from: Option<Timestamp>,
    pub planned_until: Option<Timestamp>,
    pub documents: Option<&'a [UnreadDocument]>,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub indicator: Option<Impact>,
    pub indicator_raw: Option<&'a str>,
    pub description: Option<&'a str>,
    pub external_id_before: Option<&'a str>,
    pub subject: Option<String>,
    pub inferred: Option<Inferred>,
    pub vendor_updated_at: Option<Timestamp>,
}

/// A group of components.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of domain::event::Group")]
pub struct GroupJson<'a> {
    pub external_id: &'a str,
    pub name: &'a str,
}

/// An affected component.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are those of domain::event::Affected")]
pub struct AffectedJson<'a> {
    pub id: Uuid,
    pub name: &'a str,
    pub group: Option<&'a str>,
}

impl<'a> Data<'a> {
    fn new(event: &'a Event) -> Self {
        match event {
            Event::Page(event) => Self::page(event),
            Event::Component(event) => Self::component(event),
            Event::Incident(event) | Event::Maintenance(event) => Self::report(event),
        }
    }

    fn page(event: &'a PageEvent) -> Self {
        match event {
            PageEvent::Added { name, url } => {
                Self { name: Some(name), url: Some(url), ..Self::default() }
            }
            PageEvent::PlatformDetected { from, platform } => {
                Self { platform_before: from.as_ref(), platform: Some(platform), ..Self::default() }
            }
            PageEvent::Unreadable { failure, detail, since } => Self {
                failure: Some(*failure),
                detail: Some(detail),
                since: Some(*since),
                ..Self::default()
            },
            PageEvent::Moved { url } => Self { url: Some(url), ..Self::default() },
            PageEvent::PartlyReadable { documents } => {
                Self { documents: Some(documents), ..Self::default() }
            }
            PageEvent::Unobserved { from, until } => {
                Self { from: Some(*from), until: Some(*until), ..Self::default() }
            }
            PageEvent::IndicatorChanged(Indicator { level, description }) => Self {
                indicator: Some(level.value),
                indicator_raw: Some(&level.raw),
                description: Some(description),
                ..Self::default()
            },
            PageEvent::Replaced { from, to, url } => Self {
                external_id_before: Some(from),
                external_id: Some(to),
                url: Some(url),
                ..Self::default()
            },
            PageEvent::Disagreement { subject, detail } => {
                Self { subject: Some(subject.to_string()), detail: Some(detail), ..Self::default() }
            }
            PageEvent::Agreement { subject } => {
                Self { subject: Some(subject.to_string()), ..Self::default() }
            }
            PageEvent::Readable | PageEvent::Removed => Self::default(),
        }
    }

    fn component(event: &'a ComponentEvent) -> Self {
        let data = match &event.change {
            ComponentChange::Added { page, external_id, name, group, status } => Self {
                page_id: Some(*page),
                external_id: Some(external_id),
                name: Some(name),
                group: group.as_ref().map(group_json),
                status: Some(status.value),
                status_raw: Some(&status.raw),
                ..Self::default()
            },
            ComponentChange::StatusChanged { status } => Self {
                status: Some(status.value),
                status_raw: Some(&status.raw),
                ..Self::default()
            },
            ComponentChange::Renamed { name } => Self { name: Some(name), ..Self::default() },
            ComponentChange::Moved { group } => {
                Self { group: group.as_ref().map(group_json), ..Self::default() }
            }
            ComponentChange::Removed => Self::default(),
        };
        Self { vendor_updated_at: event.vendor_updated_at, ..data }
    }

    fn report(event: &'a ReportEvent) -> Self {
        let data = match &event.change {
            ReportChange::Opened(opened) => Self::opened(opened),
            ReportChange::Entered { phase, update, body, sets_phase, inferred } => Self {
                update_id: update.as_deref(),
                phase: Some(phase.value),
                phase_raw: Some(&phase.raw),
                sets_phase: Some(*sets_phase),
                body: Some(body),
                inferred: *inferred,
                ..Self::default()
            },
            ReportChange::UpdateEdited { update, phase, body } => Self {
                update_id: Some(update),
                phase: Some(phase.value),
                phase_raw: Some(&phase.raw),
                body: Some(body),
                ..Self::default()
            },
            ReportChange::UpdateRemoved { update } => {
                Self { update_id: Some(update), ..Self::default() }
            }
            ReportChange::Retitled { title } => Self { title: Some(title), ..Self::default() },
            ReportChange::Retimed { started_at, resolved_at } => {
                Self { started_at: *started_at, resolved_at: *resolved_at, ..Self::default() }
            }
            ReportChange::ImpactChanged { impact } => Self {
                impact: Some(impact.value),
                impact_raw: Some(&impact.raw),
                ..Self::default()
            },
            ReportChange::ComponentsChanged { affected } => {
                Self { affected: Some(affected_json(affected)), ..Self::default() }
            }
            ReportChange::Continued { external_id } => {
                Self { external_id: Some(external_id), ..Self::default() }
            }
            ReportChange::Withdrawn | ReportChange::Reappeared => Self::default(),
            ReportChange::ProviderLinked { url } => Self { url: Some(url), ..Self::default() },
            ReportChange::Rescheduled(planned) => {
                Self { planned_from: planned.from, planned_until: planned.until, ..Self::default() }
            }
        };
        Self { vendor_updated_at: event.vendor_updated_at, ..data }
    }

    fn opened(opened: &'a Opened) -> Self {
        Self {
            page_id: Some(opened.page),
            external_id: Some(&opened.external_id),
            title: Some(&opened.title),
            impact: Some(opened.impact.value),
            impact_raw: Some(&opened.impact.raw),
            url: opened.url.as_deref(),
            affected: Some(affected_json(&opened.affected)),
            created_at: opened.created_at,
            planned_from: opened.planned.from,
            planned_until: opened.planned.until,
            ..Self::default()
        }
    }
}

fn group_json(group: &Group) -> GroupJson<'_> {
    GroupJson { external_id: &group.external_id, name: &group.name }
}

fn affected_json(affected: &[Affected]) -> Vec<AffectedJson<'_>> {
    affected
        .iter()
        .map(|affected| AffectedJson {
            id: affected.id,
            name: &affected.name,
            group: affected.group.as_deref(),
        })
        .collect()
}
