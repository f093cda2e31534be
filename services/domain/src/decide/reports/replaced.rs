//! Reports that the vendor shows on its new page under another id.

use std::time::Duration;

use uuid::Uuid;

use super::{EventRecorder, plausible, wrap};
use crate::event::{Fact, ReportChange, ReportEvent, Times};
use crate::id::{ReportKind, StreamId};
use crate::report::{Lineage, Report};
use crate::snapshot::{ObservedReport, ObservedUpdate, Snapshot};
use crate::text::is_invisible;
use crate::time::{Timestamp, credible};

/// The greatest difference between the starts of one report on both pages.
const START_TOLERANCE: Duration = Duration::from_mins(1);

/// Records which reports of a replaced page the new page shows: those with equal kind, title and
/// start (the nearest if there are several), and those with unchanged ids.
pub(in crate::decide) fn continue_replaced(
    recorder: &mut EventRecorder<'_>,
    snapshot: &Snapshot,
    backfilled: bool,
) {
    for observed in &snapshot.reports {
        let own = recorder.page_state.report_stream(observed.kind, &observed.external_id);
        let stream = match recorder.page_state.report(&own) {
            Some(known) if known.lineage == Lineage::Replaced => own,
            Some(_) => continue,
            None => match predecessor(recorder, observed) {
                Some(id) => StreamId { id, ..own },
                None => continue,
            },
        };
        let change = ReportChange::Continued { external_id: observed.external_id.clone() };
        let observed_at = recorder.observed_at;
        let vendor_updated_at = plausible(observed.updated_at, observed_at);
        let event = wrap(&stream, ReportEvent { change, vendor_updated_at });
        let times = Times { occurred_at: None, published_at: None, observed_at };
        recorder.record(Fact { stream, event, times, backfilled });
    }
}

/// Returns our id of the matching report on the replaced page.
fn predecessor(recorder: &EventRecorder<'_>, observed: &ObservedReport) -> Option<Uuid> {
    let title = simplified(observed.title.as_ref()?);
    let start = start_shown(observed, recorder.observed_at)?;
    let candidates = recorder.page_state.reports.iter().filter(|((kind, _), known)| {
        *kind == observed.kind
            && known.lineage == Lineage::Replaced
            && !known.withdrawn
            && simplified(&known.title) == title
    });
    let distances = candidates.filter_map(|((kind, id), known)| {
        let known_start = start_known(*kind, known)?;
        let apart = known_start.since(start).max(start.since(known_start));
        let filed_alike = known.created_at == observed.created_at;
        (apart <= START_TOLERANCE).then_some((apart, !filed_alike, *id))
    });
    distances.min().map(|(_, _, id)| id)
}

/// Returns the start. Planned work starts at its planned time, which is known before and after it
/// begins.
fn start_known(kind: ReportKind, known: &Report) -> Option<Timestamp> {
    let planned = known.planned.from.filter(|_| kind == ReportKind::Maintenance);
    planned.or(known.started_at).or(known.created_at)
}

fn start_shown(observed: &ObservedReport, observed_at: Timestamp) -> Option<Timestamp> {
    let planned = observed.scheduled_for.filter(|_| observed.kind == ReportKind::Maintenance);
    let claimed = || credible(observed.claimed_start(None, observed_at), observed_at);
    let first_shown = || observed.updates.iter().filter_map(ObservedUpdate::shown_at).min();
    planned.or_else(claimed).or(observed.created_at).or_else(first_shown)
}

/// Strips whitespace and invisible characters from a title and lowercases it.
fn simplified(title: &str) -> String {
    let is_seen = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible(*c);
    title.chars().filter(is_seen).flat_map(char::to_lowercase).collect()
}
