//! The register of event kinds: a name, as the log and everybody else has it, and a number for the
//! ranges that kinds of streams have here.
//!
//! A name, once used, never changes its meaning and is never given away again.

use super::{ComponentChange, Event, PageEvent, ReportChange};
use crate::id::StreamKind;
use crate::words::{Phase, Worded};

macro_rules! kinds {
    ($($variant:ident = $number:literal $name:literal $doc:literal,)*) => {
        /// What kind of event it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EventKind { $(#[doc = $doc] $variant = $number,)* }

        impl EventKind {
            /// The name, as NATS, REST, SSE and exports show it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The number; a log has numbers of its own.
            pub fn number(self) -> u16 {
                self as u16
            }

            /// The kind with this number.
            pub fn from_number(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }
        }

        impl Worded for EventKind {
            /// By number.
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            fn word(self) -> &'static str {
                self.name()
            }

            fn from_word(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

kinds! {
    IncidentOpened = 1 "incident.opened" "An incident is on the page.",
    IncidentOpen = 2 "incident.open" "It goes on; the source says no more.",
    IncidentInvestigating = 3 "incident.investigating" "Somebody looks into it.",
    IncidentIdentified = 4 "incident.identified" "The cause is known.",
    IncidentMonitoring = 5 "incident.monitoring" "A remedy is watched.",
    IncidentResolved = 6 "incident.resolved" "It is over.",
    IncidentPostmortem = 7 "incident.postmortem" "It was explained.",
    IncidentUpdated = 8 "incident.updated" "An update with a phase that we do not know.",
    IncidentUpdateEdited = 9 "incident.update_edited" "An update was rewritten.",
    IncidentUpdateRemoved = 10 "incident.update_removed" "An update was taken away.",
    IncidentRetitled = 11 "incident.retitled" "It has another title.",
    IncidentRetimed = 12 "incident.retimed" "The vendor claims other times.",
    IncidentImpactChanged = 13 "incident.impact_changed" "It is said to be better or worse.",
    IncidentComponentsChanged = 14 "incident.components_changed" "It affects other components.",
    IncidentWithdrawn = 15 "incident.withdrawn" "The vendor deleted it.",
    IncidentReappeared = 16 "incident.reappeared" "The vendor shows it again.",
    IncidentProviderLinked = 17 "incident.provider_linked" "Another provider caused it.",
    IncidentRescheduled = 18 "incident.rescheduled" "A planned incident has another window.",
    IncidentContinued = 19 "incident.continued" "It goes on under another id of the vendor's.",
    MaintenanceScheduled = 51 "maintenance.scheduled" "Work is planned.",
    MaintenanceAnnounced = 52 "maintenance.announced" "An update before the work begins.",
    MaintenanceStarted = 53 "maintenance.started" "The work is under way.",
    MaintenanceVerifying = 54 "maintenance.verifying" "The work is done and checked.",
    MaintenanceCompleted = 55 "maintenance.completed" "The work is over.",
    MaintenanceCancelled = 56 "maintenance.cancelled" "The work was called off.",
    MaintenanceUpdated = 57 "maintenance.updated" "An update with a phase unknown to planned work.",
    MaintenanceUpdateEdited = 58 "maintenance.update_edited" "An update was rewritten.",
    MaintenanceUpdateRemoved = 59 "maintenance.update_removed" "An update was taken away.",
    MaintenanceRetitled = 60 "maintenance.retitled" "It has another title.",
    MaintenanceRetimed = 61 "maintenance.retimed" "The vendor claims other times.",
    MaintenanceImpactChanged = 62 "maintenance.impact_changed" "It has another impact.",
    MaintenanceComponentsChanged = 63 "maintenance.components_changed" "It affects other components.",
    MaintenanceWithdrawn = 64 "maintenance.withdrawn" "The vendor deleted it.",
    MaintenanceReappeared = 65 "maintenance.reappeared" "The vendor shows it again.",
    MaintenanceProviderLinked = 66 "maintenance.provider_linked" "Another provider is the cause.",
    MaintenanceRescheduled = 67 "maintenance.rescheduled" "It has another window.",
    MaintenanceContinued = 68 "maintenance.continued" "It goes on under another id of the vendor's.",
    ComponentAdded = 101 "component.added" "A component is on the page.",
    ComponentStatusChanged = 102 "component.status_changed" "It does better or worse.",
    ComponentRenamed = 103 "component.renamed" "It has another name.",
    ComponentMoved = 104 "component.moved" "It is in another group.",
    ComponentRemoved = 105 "component.removed" "It is no longer on the page.",
    PageAdded = 151 "page.added" "A page is watched.",
    PagePlatformDetected = 152 "page.platform_detected" "Its software is known.",
    PageUnreadable = 153 "page.unreadable" "It cannot be read.",
    PageReadable = 154 "page.readable" "It can be read.",
    PageMoved = 155 "page.moved" "It answers from another address.",
    PageRemoved = 156 "page.removed" "It is no longer watched.",
    PagePartlyReadable = 157 "page.partly_readable" "Some of its documents cannot be read.",
    PageUnobserved = 158 "page.unobserved" "Nobody polled it for a while.",
    PageIndicatorChanged = 159 "page.indicator_changed" "The vendor's own summary has changed.",
    PageReplaced = 160 "page.replaced" "The vendor has put another page in its place.",
    PageDisagreement = 161 "page.disagreement" "Its documents contradict each other.",
    PageAgreement = 162 "page.agreement" "Its documents agree again.",
}

impl EventKind {
    /// The kind of stream that events of this kind belong to.
    pub fn stream_kind(self) -> StreamKind {
        match self.number() {
            0..=50 => StreamKind::Incident,
            51..=100 => StreamKind::Maintenance,
            101..=150 => StreamKind::Component,
            _ => StreamKind::Page,
        }
    }
}

impl Event {
    /// The kind of this event.
    pub fn kind(&self) -> EventKind {
        match self {
            Self::Page(event) => page_kind(event),
            Self::Component(event) => component_kind(&event.change),
            Self::Incident(event) => incident_kind(&event.change),
            Self::Maintenance(event) => maintenance_kind(&event.change),
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

fn incident_kind(change: &ReportChange) -> EventKind {
    match change {
        ReportChange::Opened(_) => EventKind::IncidentOpened,
        ReportChange::Entered { phase, .. } => match phase.value {
            Phase::Open => EventKind::IncidentOpen,
            Phase::Investigating => EventKind::IncidentInvestigating,
            Phase::Identified => EventKind::IncidentIdentified,
            Phase::Monitoring => EventKind::IncidentMonitoring,
            Phase::Resolved => EventKind::IncidentResolved,
            Phase::Postmortem => EventKind::IncidentPostmortem,
            Phase::Unknown
            | Phase::Scheduled
            | Phase::InProgress
            | Phase::Verifying
            | Phase::Completed
            | Phase::Cancelled => EventKind::IncidentUpdated,
        },
        ReportChange::UpdateEdited { .. } => EventKind::IncidentUpdateEdited,
        ReportChange::UpdateRemoved { .. } => EventKind::IncidentUpdateRemoved,
        ReportChange::Retitled { .. } => EventKind::IncidentRetitled,
        ReportChange::Retimed { .. } => EventKind::IncidentRetimed,
        ReportChange::ImpactChanged { .. } => EventKind::IncidentImpactChanged,
        ReportChange::ComponentsChanged { .. } => EventKind::IncidentComponentsChanged,
        ReportChange::Withdrawn => EventKind::IncidentWithdrawn,
        ReportChange::Reappeared => EventKind::IncidentReappeared,
        ReportChange::ProviderLinked { .. } => EventKind::IncidentProviderLinked,
        ReportChange::Rescheduled(_) => EventKind::IncidentRescheduled,
        ReportChange::Continued { .. } => EventKind::IncidentContinued,
    }
}

fn maintenance_kind(change: &ReportChange) -> EventKind {
    match change {
        ReportChange::Opened(_) => EventKind::MaintenanceScheduled,
        ReportChange::Entered { phase, .. } => match phase.value {
            Phase::Scheduled => EventKind::MaintenanceAnnounced,
            Phase::InProgress => EventKind::MaintenanceStarted,
            Phase::Verifying => EventKind::MaintenanceVerifying,
            Phase::Completed => EventKind::MaintenanceCompleted,
            Phase::Cancelled => EventKind::MaintenanceCancelled,
            Phase::Unknown
            | Phase::Open
            | Phase::Investigating
            | Phase::Identified
            | Phase::Monitoring
            | Phase::Resolved
            | Phase::Postmortem => EventKind::MaintenanceUpdated,
        },
        ReportChange::UpdateEdited { .. } => EventKind::MaintenanceUpdateEdited,
        ReportChange::UpdateRemoved { .. } => EventKind::MaintenanceUpdateRemoved,
        ReportChange::Retitled { .. } => EventKind::MaintenanceRetitled,
        ReportChange::Retimed { .. } => EventKind::MaintenanceRetimed,
        ReportChange::ImpactChanged { .. } => EventKind::MaintenanceImpactChanged,
        ReportChange::ComponentsChanged { .. } => EventKind::MaintenanceComponentsChanged,
        ReportChange::Withdrawn => EventKind::MaintenanceWithdrawn,
        ReportChange::Reappeared => EventKind::MaintenanceReappeared,
        ReportChange::ProviderLinked { .. } => EventKind::MaintenanceProviderLinked,
        ReportChange::Rescheduled(_) => EventKind::MaintenanceRescheduled,
        ReportChange::Continued { .. } => EventKind::MaintenanceContinued,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_read_back_and_agree_with_the_stream() {
        for &kind in EventKind::ALL {
            assert_eq!(EventKind::from_number(kind.number()), Some(kind));
            assert_eq!(EventKind::from_word(kind.name()), Some(kind));
            let subject = kind.name().split('.').next().unwrap();
            assert_eq!(subject, kind.stream_kind().word());
        }
    }
}
