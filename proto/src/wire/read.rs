//! Conversion from protobuf to domain events.

use prost::Message;
use signalbook_domain::event::{
    Affected, ComponentChange, ComponentEvent, Event, EventKind, Group, Inferred, Opened,
    PageEvent, Planned, ReportChange, ReportEvent, UnreadDocument,
};
use signalbook_domain::id::InvalidStream;
use signalbook_domain::snapshot::{Indicator, Parsed};
use signalbook_domain::{
    ComponentStatus, Failure, Impact, InvalidWord, OpenEnum, PageId, Phase, StreamId, StreamKind,
};
use signalbook_domain::{Timestamp, Worded};
use uuid::Uuid;

use super::Numbered as _;
use crate::generated as pb;

/// Why a payload cannot be decoded, as text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The payload is not valid for its kind.
    Invalid(String),
    /// The payload contains something that this version does not know.
    Unknown(String),
}

impl From<String> for Reason {
    fn from(reason: String) -> Self {
        Self::Invalid(reason)
    }
}

/// Decodes `bytes` as an event of `kind` with payload schema `schema`. Older schemas are converted
/// to the current form here.
pub(crate) fn decode(kind: EventKind, schema: u16, bytes: &[u8]) -> Result<Event, Reason> {
    match schema {
        1 => event(kind, bytes),
        later => Err(Reason::Unknown(format!("schema {later} is not known"))),
    }
}

fn event(kind: EventKind, bytes: &[u8]) -> Result<Event, Reason> {
    match kind.stream_kind() {
        StreamKind::Page => Ok(Event::Page(page(kind, bytes)?)),
        StreamKind::Component => Ok(Event::Component(component(kind, bytes)?)),
        StreamKind::Incident => Ok(Event::Incident(report(kind, bytes)?)),
        StreamKind::Maintenance => Ok(Event::Maintenance(report(kind, bytes)?)),
    }
}

fn message<M: Message + Default>(bytes: &[u8]) -> Result<M, Reason> {
    M::decode(bytes).map_err(|error| Reason::Invalid(error.to_string()))
}

fn page(kind: EventKind, bytes: &[u8]) -> Result<PageEvent, Reason> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller gives kinds of this stream only"
    )]
    Ok(match kind {
        EventKind::PageAdded => {
            let wire: pb::PageAdded = message(bytes)?;
            PageEvent::Added { name: wire.name, url: wire.url }
        }
        EventKind::PagePlatformDetected => {
            let wire: pb::PlatformDetected = message(bytes)?;
            let from = wire.from.as_deref().map(word).transpose()?;
            PageEvent::PlatformDetected { from, platform: word(&wire.platform)? }
        }
        EventKind::PageUnreadable => {
            let wire: pb::PageUnreadable = message(bytes)?;
            PageEvent::Unreadable {
                failure: Failure::from_number(wire.failure).unwrap_or(Failure::WrongShape),
                detail: wire.detail,
                since: Timestamp::from_micros(wire.since),
            }
        }
        EventKind::PageReadable => {
            message::<pb::PageReadable>(bytes).map(|_| PageEvent::Readable)?
        }
        EventKind::PageMoved => PageEvent::Moved { url: message::<pb::PageMoved>(bytes)?.url },
        EventKind::PageRemoved => message::<pb::PageRemoved>(bytes).map(|_| PageEvent::Removed)?,
        EventKind::PagePartlyReadable => {
            let wire: pb::PagePartlyReadable = message(bytes)?;
            let documents = wire.documents.into_iter().map(unread).collect::<Result<_, _>>()?;
            PageEvent::PartlyReadable { documents }
        }
        EventKind::PageUnobserved => {
            let wire: pb::PageUnobserved = message(bytes)?;
            let (from, until) = (wire.from, wire.until);
            PageEvent::Unobserved {
                from: Timestamp::from_micros(from),
                until: Timestamp::from_micros(until),
            }
        }
        EventKind::PageIndicatorChanged => {
            let wire: pb::PageIndicatorChanged = message(bytes)?;
            let level = read_impact(wire.indicator, wire.indicator_raw);
            PageEvent::IndicatorChanged(Indicator { level, description: wire.description })
        }
        EventKind::PageReplaced => {
            let wire: pb::PageReplaced = message(bytes)?;
            PageEvent::Replaced { from: wire.from, to: wire.to, url: wire.url }
        }
        EventKind::PageDisagreement => {
            let wire: pb::PageDisagreement = message(bytes)?;
            PageEvent::Disagreement { subject: stream(&wire.subject)?, detail: wire.detail }
        }
        EventKind::PageAgreement => {
            let wire: pb::PageAgreement = message(bytes)?;
            PageEvent::Agreement { subject: stream(&wire.subject)? }
        }
        other => return Err(format!("`{}` is no event of a page", other.name()).into()),
    })
}

fn component(kind: EventKind, bytes: &[u8]) -> Result<ComponentEvent, Reason> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the caller gives kinds of this stream only"
    )]
    let (change, updated) = match kind {
        EventKind::ComponentAdded => {
            let wire: pb::ComponentAdded = message(bytes)?;
            let change = ComponentChange::Added {
                page: PageId(uuid(&wire.page)?),
                external_id: wire.external_id,
                name: wire.name,
                group: wire.group.map(group),
                status: read_status(wire.status, wire.status_raw),
            };
            (change, wire.vendor_updated_at)
        }
        EventKind::ComponentStatusChanged => {
            let wire: pb::ComponentStatusChanged = message(bytes)?;
            let status = read_status(wire.status, wire.status_raw);
            (ComponentChange::StatusChanged { status }, wire.vendor_updated_at)
        }
        EventKind::ComponentRenamed => {
            let wire: pb::ComponentRenamed = message(bytes)?;
            (ComponentChange::Renamed { name: wire.name }, wire.vendor_updated_at)
        }
        EventKind::ComponentMoved => {
            let wire: pb::ComponentMoved = message(bytes)?;
            (ComponentChange::Moved { group: wire.group.map(group) }, wire.vendor_updated_at)
        }
        EventKind::ComponentRemoved => {
            (ComponentChange::Removed, message::<pb::ComponentRemoved>(bytes)?.vendor_updated_at)
        }
        other => return Err(format!("`{}` is no event of a component", other.name()).into()),
    };
    Ok(ComponentEvent { change, vendor_updated_at: time(updated) })
}

fn report(kind: EventKind, bytes: &[u8]) -> Result<ReportEvent, Reason> {
    use EventKind as K;
    #[expect(clippy::wildcard_enum_match_arm, reason = "the kinds left over are the phase events")]
    let (change, updated) = match kind {
        K::IncidentOpened | K::MaintenanceScheduled => {
            let wire: pb::Opened = message(bytes)?;
            let updated = wire.vendor_updated_at;
            (ReportChange::Opened(opened(wire)?), updated)
        }
        K::IncidentUpdateEdited | K::MaintenanceUpdateEdited => {
            let wire: pb::UpdateEdited = message(bytes)?;
            let phase = read_phase(wire.phase, wire.phase_raw);
            let change =
                ReportChange::UpdateEdited { update: wire.update_id, phase, body: wire.body };
            (change, wire.vendor_updated_at)
        }
        K::IncidentUpdateRemoved | K::MaintenanceUpdateRemoved => {
            let wire: pb::UpdateRemoved = message(bytes)?;
            (ReportChange::UpdateRemoved { update: wire.update_id }, wire.vendor_updated_at)
        }
        K::IncidentRetitled | K::MaintenanceRetitled => {
            let wire: pb::Retitled = message(bytes)?;
            (ReportChange::Retitled { title: wire.title }, wire.vendor_updated_at)
        }
        K::IncidentRetimed | K::MaintenanceRetimed => {
            let wire: pb::Retimed = message(bytes)?;
            let (started_at, resolved_at) = (time(wire.started_at), time(wire.resolved_at));
            (ReportChange::Retimed { started_at, resolved_at }, wire.vendor_updated_at)
        }
        K::IncidentImpactChanged | K::MaintenanceImpactChanged => {
            let wire: pb::ImpactChanged = message(bytes)?;
            let impact = read_impact(wire.impact, wire.impact_raw);
            (ReportChange::ImpactChanged { impact }, wire.vendor_updated_at)
        }
        K::IncidentComponentsChanged | K::MaintenanceComponentsChanged => {
            let wire: pb::ComponentsChanged = message(bytes)?;
            let affected = read_affected(wire.affected)?;
            (ReportChange::ComponentsChanged { affected }, wire.vendor_updated_at)
        }
        K::IncidentWithdrawn | K::MaintenanceWithdrawn => {
            (ReportChange::Withdrawn, message::<pb::Withdrawn>(bytes)?.vendor_updated_at)
        }
        K::IncidentReappeared | K::MaintenanceReappeared => {
            (ReportChange::Reappeared, message::<pb::Reappeared>(bytes)?.vendor_updated_at)
        }
        K::IncidentContinued | K::MaintenanceContinued => {
            let wire: pb::Continued = message(bytes)?;
            let change = ReportChange::Continued { external_id: wire.external_id };
            (change, wire.vendor_updated_at)
        }
        K::IncidentProviderLinked | K::MaintenanceProviderLinked => {
            let wire: pb::ProviderLinked = message(bytes)?;
            (ReportChange::ProviderLinked { url: wire.url }, wire.vendor_updated_at)
        }
        K::IncidentRescheduled | K::MaintenanceRescheduled => {
            let wire: pb::Rescheduled = message(bytes)?;
            let planned = read_planned(wire.planned_from, wire.planned_until);
            (ReportChange::Rescheduled(planned), wire.vendor_updated_at)
        }
        _ => entered(bytes)?,
    };
    Ok(ReportEvent { change, vendor_updated_at: time(updated) })
}

fn entered(bytes: &[u8]) -> Result<(ReportChange, Option<i64>), Reason> {
    let wire: pb::Entered = message(bytes)?;
    let change = ReportChange::Entered {
        phase: read_phase(wire.phase, wire.phase_raw),
        update: wire.update_id,
        body: wire.body,
        sets_phase: wire.sets_phase,
        inferred: wire.inferred.map(|wire| Inferred {
            last_listed_at: Timestamp::from_micros(wire.last_listed_at),
            first_missing_at: Timestamp::from_micros(wire.first_missing_at),
        }),
    };
    Ok((change, wire.vendor_updated_at))
}

fn unread(wire: pb::UnreadDocument) -> Result<UnreadDocument, Reason> {
    Ok(UnreadDocument {
        document: word(&wire.document)?,
        failure: Failure::from_number(wire.failure).unwrap_or(Failure::WrongShape),
        detail: wire.detail,
        since: Timestamp::from_micros(wire.since),
    })
}

fn word<T: Worded>(word: &str) -> Result<OpenEnum<T>, Reason> {
    word.parse().map_err(|error: InvalidWord| Reason::Invalid(error.to_string()))
}

fn stream(text: &str) -> Result<StreamId, Reason> {
    text.parse().map_err(|error: InvalidStream| Reason::Invalid(error.to_string()))
}

fn opened(wire: pb::Opened) -> Result<Opened, Reason> {
    Ok(Opened {
        page: PageId(uuid(&wire.page)?),
        external_id: wire.external_id,
        title: wire.title,
        impact: read_impact(wire.impact, wire.impact_raw),
        url: wire.url,
        affected: read_affected(wire.affected)?,
        created_at: time(wire.created_at),
        planned: read_planned(wire.planned_from, wire.planned_until),
    })
}

fn read_affected(all: Vec<pb::Affected>) -> Result<Vec<Affected>, Reason> {
    all.into_iter()
        .map(|wire| Ok(Affected { id: uuid(&wire.id)?, name: wire.name, group: wire.group }))
        .collect()
}

fn group(wire: pb::Group) -> Group {
    Group { external_id: wire.external_id, name: wire.name }
}

fn read_planned(from: Option<i64>, until: Option<i64>) -> Planned {
    Planned { from: time(from), until: time(until) }
}

fn read_phase(number: i32, raw: String) -> Parsed<Phase> {
    Parsed { value: Phase::from_number(number).unwrap_or(Phase::Unknown), raw }
}

fn read_impact(number: i32, raw: String) -> Parsed<Impact> {
    Parsed { value: Impact::from_number(number).unwrap_or(Impact::Unknown), raw }
}

fn read_status(number: i32, raw: String) -> Parsed<ComponentStatus> {
    Parsed { value: ComponentStatus::from_number(number).unwrap_or(ComponentStatus::Unknown), raw }
}

fn time(micros: Option<i64>) -> Option<Timestamp> {
    micros.map(Timestamp::from_micros)
}

fn uuid(bytes: &[u8]) -> Result<Uuid, Reason> {
    let reason = || format!("an id has {} bytes instead of 16", bytes.len());
    Uuid::from_slice(bytes).map_err(|_| Reason::Invalid(reason()))
}
