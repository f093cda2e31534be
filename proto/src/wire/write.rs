//! Conversion from domain events to protobuf.

use prost::Message;
use signalbook_domain::Timestamp;

use signalbook_domain::event::{
    Affected, ComponentChange, ComponentEvent, Event, Group, Opened, PageEvent, ReportChange,
    ReportEvent, UnreadDocument,
};

use super::Numbered as _;
use crate::generated as pb;

/// Encodes the payload of `event`.
pub(crate) fn encode(event: &Event) -> Vec<u8> {
    match event {
        Event::Page(event) => page(event),
        Event::Component(event) => component(event),
        Event::Incident(event) | Event::Maintenance(event) => report(event),
    }
}

fn page(event: &PageEvent) -> Vec<u8> {
    match event {
        PageEvent::Added { name, url } => {
            pb::PageAdded { name: name.clone(), url: url.clone() }.encode_to_vec()
        }
        PageEvent::PlatformDetected { from, platform } => pb::PlatformDetected {
            platform: platform.word().to_owned(),
            from: from.as_ref().map(|from| from.word().to_owned()),
        }
        .encode_to_vec(),
        PageEvent::Unreadable { failure, detail, since } => pb::PageUnreadable {
            failure: failure.number(),
            detail: detail.clone(),
            since: since.micros(),
        }
        .encode_to_vec(),
        PageEvent::Readable => pb::PageReadable {}.encode_to_vec(),
        PageEvent::Moved { url } => pb::PageMoved { url: url.clone() }.encode_to_vec(),
        PageEvent::Removed => pb::PageRemoved {}.encode_to_vec(),
        PageEvent::PartlyReadable { documents } => {
            pb::PagePartlyReadable { documents: documents.iter().map(unread).collect() }
                .encode_to_vec()
        }
        PageEvent::Unobserved { from, until } => {
            pb::PageUnobserved { from: from.micros(), until: until.micros() }.encode_to_vec()
        }
        PageEvent::IndicatorChanged(indicator) => pb::PageIndicatorChanged {
            indicator: indicator.level.value.number(),
            indicator_raw: indicator.level.raw.clone(),
            description: indicator.description.clone(),
        }
        .encode_to_vec(),
        PageEvent::Replaced { from, to, url } => {
            pb::PageReplaced { from: from.clone(), to: to.clone(), url: url.clone() }
                .encode_to_vec()
        }
        PageEvent::Disagreement { subject, detail } => {
            pb::PageDisagreement { subject: subject.to_string(), detail: detail.clone() }
                .encode_to_vec()
        }
        PageEvent::Agreement { subject } => {
            pb::PageAgreement { subject: subject.to_string() }.encode_to_vec()
        }
    }
}

fn unread(document: &UnreadDocument) -> pb::UnreadDocument {
    pb::UnreadDocument {
        document: document.document.word().to_owned(),
        failure: document.failure.number(),
        detail: document.detail.clone(),
        since: document.since.micros(),
    }
}

fn component(event: &ComponentEvent) -> Vec<u8> {
    let vendor_updated_at = micros(event.vendor_updated_at);
    match &event.change {
        ComponentChange::Added { page, external_id, name, group: of, status } => {
            pb::ComponentAdded {
                vendor_updated_at,
                page: page.0.as_bytes().to_vec(),
                external_id: external_id.clone(),
                name: name.clone(),
                group: of.as_ref().map(group),
                status: status.value.number(),
                status_raw: status.raw.clone(),
            }
            .encode_to_vec()
        }
        ComponentChange::StatusChanged { status } => pb::ComponentStatusChanged {
            vendor_updated_at,
            status: status.value.number(),
            status_raw: status.raw.clone(),
        }
        .encode_to_vec(),
        ComponentChange::Renamed { name } => {
            pb::ComponentRenamed { vendor_updated_at, name: name.clone() }.encode_to_vec()
        }
        ComponentChange::Moved { group: to } => {
            pb::ComponentMoved { vendor_updated_at, group: to.as_ref().map(group) }.encode_to_vec()
        }
        ComponentChange::Removed => pb::ComponentRemoved { vendor_updated_at }.encode_to_vec(),
    }
}

fn report(event: &ReportEvent) -> Vec<u8> {
    let vendor_updated_at = micros(event.vendor_updated_at);
    match &event.change {
        ReportChange::Opened(event) => opened(event, vendor_updated_at).encode_to_vec(),
        ReportChange::Entered { phase, update, body, sets_phase, inferred } => pb::Entered {
            vendor_updated_at,
            phase: phase.value.number(),
            phase_raw: phase.raw.clone(),
            update_id: update.clone(),
            body: body.clone(),
            sets_phase: *sets_phase,
            inferred: inferred.map(|inferred| pb::Inferred {
                last_listed_at: inferred.last_listed_at.micros(),
                first_missing_at: inferred.first_missing_at.micros(),
            }),
        }
        .encode_to_vec(),
        ReportChange::UpdateEdited { update, phase, body } => pb::UpdateEdited {
            vendor_updated_at,
            update_id: update.clone(),
            phase: phase.value.number(),
            phase_raw: phase.raw.clone(),
            body: body.clone(),
        }
        .encode_to_vec(),
        ReportChange::UpdateRemoved { update } => {
            pb::UpdateRemoved { vendor_updated_at, update_id: update.clone() }.encode_to_vec()
        }
        ReportChange::Retitled { title } => {
            pb::Retitled { vendor_updated_at, title: title.clone() }.encode_to_vec()
        }
        ReportChange::Retimed { started_at, resolved_at } => pb::Retimed {
            vendor_updated_at,
            started_at: micros(*started_at),
            resolved_at: micros(*resolved_at),
        }
        .encode_to_vec(),
        ReportChange::ImpactChanged { impact } => pb::ImpactChanged {
            vendor_updated_at,
            impact: impact.value.number(),
            impact_raw: impact.raw.clone(),
        }
        .encode_to_vec(),
        ReportChange::ComponentsChanged { affected: all } => {
            pb::ComponentsChanged { vendor_updated_at, affected: affected(all) }.encode_to_vec()
        }
        ReportChange::Withdrawn => pb::Withdrawn { vendor_updated_at }.encode_to_vec(),
        ReportChange::Reappeared => pb::Reappeared { vendor_updated_at }.encode_to_vec(),
        ReportChange::Continued { external_id } => {
            pb::Continued { vendor_updated_at, external_id: external_id.clone() }.encode_to_vec()
        }
        ReportChange::ProviderLinked { url } => {
            pb::ProviderLinked { vendor_updated_at, url: url.clone() }.encode_to_vec()
        }
        ReportChange::Rescheduled(planned) => pb::Rescheduled {
            vendor_updated_at,
            planned_from: micros(planned.from),
            planned_until: micros(planned.until),
        }
        .encode_to_vec(),
    }
}

fn opened(opened: &Opened, vendor_updated_at: Option<i64>) -> pb::Opened {
    pb::Opened {
        vendor_updated_at,
        page: opened.page.0.as_bytes().to_vec(),
        external_id: opened.external_id.clone(),
        title: opened.title.clone(),
        impact: opened.impact.value.number(),
        impact_raw: opened.impact.raw.clone(),
        url: opened.url.clone(),
        affected: affected(&opened.affected),
        created_at: micros(opened.created_at),
        planned_from: micros(opened.planned.from),
        planned_until: micros(opened.planned.until),
    }
}

fn affected(all: &[Affected]) -> Vec<pb::Affected> {
    let wire = |one: &Affected| pb::Affected {
        id: one.id.as_bytes().to_vec(),
        name: one.name.clone(),
        group: one.group.clone(),
    };
    all.iter().map(wire).collect()
}

fn group(group: &Group) -> pb::Group {
    pb::Group { external_id: group.external_id.clone(), name: group.name.clone() }
}

fn micros(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::micros)
}
