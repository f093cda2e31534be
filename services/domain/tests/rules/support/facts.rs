//! Looking into events.

use std::time::Duration;

use signalbook_domain::event::{Event, Fact, ReportChange};
use signalbook_domain::outage::{self, Interval};
use signalbook_domain::report::Report;

/// The names of the events' kinds.
pub(crate) fn kinds(facts: &[Fact]) -> Vec<&'static str> {
    facts.iter().map(|fact| fact.event.kind().name()).collect()
}

/// What changed about a report.
#[track_caller]
pub(crate) fn change(fact: &Fact) -> &ReportChange {
    match &fact.event {
        Event::Incident(event) | Event::Maintenance(event) => &event.change,
        Event::Page(_) | Event::Component(_) => panic!("{fact:?} is no event of a report"),
    }
}

/// An update that entered a timeline: its id, its text and whether it set the phase.
#[track_caller]
pub(crate) fn entered(fact: &Fact) -> (Option<&str>, &str, bool) {
    let ReportChange::Entered { update, body, sets_phase, .. } = change(fact) else {
        panic!("{fact:?} is no phase event")
    };
    (update.as_deref(), body, *sets_phase)
}

/// How many minutes an incident lasted; none while it goes on.
pub(crate) fn minutes(report: &Report) -> Option<u64> {
    let interval = Interval { start: report.started_at?, end: report.resolved_at };
    outage::duration(interval).as_ref().map(Duration::as_secs).map(|seconds| seconds / 60)
}
