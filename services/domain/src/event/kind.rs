//! The register of event kinds.
//!
//! A name never changes its meaning and is never reused.

use super::{ComponentChange, Event, PageEvent, ReportChange};
use crate::id::StreamKind;
use crate::words::{Phase, Worded as _, words};

words! {
    /// The kind of an event.
    #[derive(PartialOrd, Ord)]
    EventKind {
        /// An incident is on the page.
        IncidentOpened = "incident.opened",
        /// It is open; the source gives no phase.
        IncidentOpen = "incident.open",
        /// It is being investigated.
        IncidentInvestigating = "incident.investigating",
        /// The cause is known.
        IncidentIdentified = "incident.identified",
        /// A remedy is being monitored.
        IncidentMonitoring = "incident.monitoring",
        /// It is over.
        IncidentResolved = "incident.resolved",
        /// A postmortem was published.
        IncidentPostmortem = "incident.postmortem",
        /// An update with an unknown phase, or one of planned work.
        IncidentUpdated = "incident.updated",
        /// An update was edited.
        IncidentUpdateEdited = "incident.update_edited",
        /// An update was removed.
        IncidentUpdateRemoved = "incident.update_removed",
        /// Its title changed.
        IncidentRetitled = "incident.retitled",
        /// The vendor's claimed times changed.
        IncidentRetimed = "incident.retimed",
        /// Its impact changed.
        IncidentImpactChanged = "incident.impact_changed",
        /// The affected components changed.
        IncidentComponentsChanged = "incident.components_changed",
        /// The vendor deleted it.
        IncidentWithdrawn = "incident.withdrawn",
        /// The vendor shows it again.
        IncidentReappeared = "incident.reappeared",
        /// Another provider caused it.
        IncidentProviderLinked = "incident.provider_linked",
        /// The window of a planned incident changed.
        IncidentRescheduled = "incident.rescheduled",
        /// The vendor's new page shows it, possibly under another id.
        IncidentContinued = "incident.continued",
        /// Work is planned.
        MaintenanceScheduled = "maintenance.scheduled",
        /// An update while the work is scheduled.
        MaintenanceAnnounced = "maintenance.announced",
        /// The work is under way.
        MaintenanceStarted = "maintenance.started",
        /// The work is done and being checked.
        MaintenanceVerifying = "maintenance.verifying",
        /// The work is over.
        MaintenanceCompleted = "maintenance.completed",
        /// The work was cancelled.
        MaintenanceCancelled = "maintenance.cancelled",
        /// An update with an unknown phase, or one of incidents.
        MaintenanceUpdated = "maintenance.updated",
        /// An update was edited.
        MaintenanceUpdateEdited = "maintenance.update_edited",
        /// An update was removed.
        MaintenanceUpdateRemoved = "maintenance.update_removed",
        /// Its title changed.
        MaintenanceRetitled = "maintenance.retitled",
        /// The vendor's claimed times changed.
        MaintenanceRetimed = "maintenance.retimed",
        /// Its impact changed.
        MaintenanceImpactChanged = "maintenance.impact_changed",
        /// The affected components changed.
        MaintenanceComponentsChanged = "maintenance.components_changed",
        /// The vendor deleted it.
        MaintenanceWithdrawn = "maintenance.withdrawn",
        /// The vendor shows it again.
        MaintenanceReappeared = "maintenance.reappeared",
        /// Another provider caused it.
        MaintenanceProviderLinked = "maintenance.provider_linked",
        /// Its window changed.
        MaintenanceRescheduled = "maintenance.rescheduled",
        /// The vendor's new page shows it, possibly under another id.
        MaintenanceContinued = "maintenance.continued",
        /// A component is on the page.
        ComponentAdded = "component.added",
        /// Its status changed.
        ComponentStatusChanged = "component.status_changed",
        /// Its name changed.
        ComponentRenamed = "component.renamed",
        /// It is in another group, or its group was renamed.
        ComponentMoved = "component.moved",
        /// It is no longer on the page.
        ComponentRemoved = "component.removed",
        /// A page is watched.
        PageAdded = "page.added",
        /// Its platform was detected.
        PagePlatformDetected = "page.platform_detected",
        /// It cannot be read.
        PageUnreadable = "page.unreadable",
        /// It can be read.
        PageReadable = "page.readable",
        /// It answers from another address.
        PageMoved = "page.moved",
        /// It is no longer watched.
        PageRemoved = "page.removed",
        /// Some of its documents cannot be read.
        PagePartlyReadable = "page.partly_readable",
        /// It was not polled for a while.
        PageUnobserved = "page.unobserved",
        /// The vendor's own summary changed.
        PageIndicatorChanged = "page.indicator_changed",
        /// The vendor replaced it with another page.
        PageReplaced = "page.replaced",
        /// Its documents contradict each other.
        PageDisagreement = "page.disagreement",
        /// Its documents agree again.
        PageAgreement = "page.agreement",
    }
}

impl EventKind {
    /// Returns the name, as NATS, REST, SSE and exports show it.
    pub fn name(self) -> &'static str {
        self.word()
    }

    /// Returns the kind of stream that such events belong to: the first part of the name.
    pub fn stream_kind(self) -> StreamKind {
        let subject = self.word().split_once('.').and_then(|(kind, _)| StreamKind::from_word(kind));
        subject.unwrap_or(StreamKind::Page)
    }
}

impl Event {
    /// Returns the kind of this event.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Page(event) => page_kind(event),
            Self::Component(event) => component_kind(&event.change),
            Self::Incident(event) => report_kinds(&event.change).0,
            Self::Maintenance(event) => report_kinds(&event.change).1,
        }
    }
}

fn page_kind(event: &PageEvent) -> EventKind {
    match event {
        PageEvent::Added { .. } => EventKind::PageAdded,
        PageEvent::PlatformDetected { .. } => EventKind::PagePlatformDetected,
        PageEvent::Unreadable { .. } => EventKind::PageUnreadable,
        PageEvent::Readable => EventKind::PageReadable,
        PageEvent::Moved { .. } => EventKind::PageMoved,
        PageEvent::Removed => EventKind::PageRemoved,
        PageEvent::PartlyReadable { .. } => EventKind::PagePartlyReadable,
        PageEvent::Unobserved { .. } => EventKind::PageUnobserved,
        PageEvent::IndicatorChanged(_) => EventKind::PageIndicatorChanged,
        PageEvent::Replaced { .. } => EventKind::PageReplaced,
        PageEvent::Disagreement { .. } => EventKind::PageDisagreement,
        PageEvent::Agreement { .. } => EventKind::PageAgreement,
    }
}

fn component_kind(change: &ComponentChange) -> EventKind {
    match change {
        ComponentChange::Added { .. } => EventKind::ComponentAdded,
        ComponentChange::StatusChanged { .. } => EventKind::ComponentStatusChanged,
        ComponentChange::Renamed { .. } => EventKind::ComponentRenamed,
        ComponentChange::Moved { .. } => EventKind::ComponentMoved,
        ComponentChange::Removed => EventKind::ComponentRemoved,
    }
}

/// Returns the kinds of a change: for an incident and for a maintenance.
fn report_kinds(change: &ReportChange) -> (EventKind, EventKind) {
    use EventKind as Kind;
    match change {
        ReportChange::Opened(_) => (Kind::IncidentOpened, Kind::MaintenanceScheduled),
        ReportChange::Entered { phase, .. } => phase_kinds(phase.value),
        ReportChange::UpdateEdited { .. } => {
            (Kind::IncidentUpdateEdited, Kind::MaintenanceUpdateEdited)
        }
        ReportChange::UpdateRemoved { .. } => {
            (Kind::IncidentUpdateRemoved, Kind::MaintenanceUpdateRemoved)
        }
        ReportChange::Retitled { .. } => (Kind::IncidentRetitled, Kind::MaintenanceRetitled),
        ReportChange::Retimed { .. } => (Kind::IncidentRetimed, Kind::MaintenanceRetimed),
        ReportChange::ImpactChanged { .. } => {
            (Kind::IncidentImpactChanged, Kind::MaintenanceImpactChanged)
        }
        ReportChange::ComponentsChanged { .. } => {
            (Kind::IncidentComponentsChanged, Kind::MaintenanceComponentsChanged)
        }
        ReportChange::Withdrawn => (Kind::IncidentWithdrawn, Kind::MaintenanceWithdrawn),
        ReportChange::Reappeared => (Kind::IncidentReappeared, Kind::MaintenanceReappeared),
        ReportChange::ProviderLinked { .. } => {
            (Kind::IncidentProviderLinked, Kind::MaintenanceProviderLinked)
        }
        ReportChange::Rescheduled(_) => (Kind::IncidentRescheduled, Kind::MaintenanceRescheduled),
        ReportChange::Continued { .. } => (Kind::IncidentContinued, Kind::MaintenanceContinued),
    }
}

/// Returns the kinds of an update with this phase: for an incident and for a maintenance.
fn phase_kinds(phase: Phase) -> (EventKind, EventKind) {
    use EventKind as Kind;
    match phase {
        Phase::Open => (Kind::IncidentOpen, Kind::MaintenanceUpdated),
        Phase::Investigating => (Kind::IncidentInvestigating, Kind::MaintenanceUpdated),
        Phase::Identified => (Kind::IncidentIdentified, Kind::MaintenanceUpdated),
        Phase::Monitoring => (Kind::IncidentMonitoring, Kind::MaintenanceUpdated),
        Phase::Resolved => (Kind::IncidentResolved, Kind::MaintenanceUpdated),
        Phase::Postmortem => (Kind::IncidentPostmortem, Kind::MaintenanceUpdated),
        Phase::Scheduled => (Kind::IncidentUpdated, Kind::MaintenanceAnnounced),
        Phase::InProgress => (Kind::IncidentUpdated, Kind::MaintenanceStarted),
        Phase::Verifying => (Kind::IncidentUpdated, Kind::MaintenanceVerifying),
        Phase::Completed => (Kind::IncidentUpdated, Kind::MaintenanceCompleted),
        Phase::Cancelled => (Kind::IncidentUpdated, Kind::MaintenanceCancelled),
        Phase::Unknown => (Kind::IncidentUpdated, Kind::MaintenanceUpdated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_agree_with_the_stream() {
        for &kind in EventKind::ALL {
            assert_eq!(EventKind::from_word(kind.name()), Some(kind));
            let subject = kind.name().split('.').next().unwrap();
            assert_eq!(subject, kind.stream_kind().word());
        }
    }
}
