//! Records documents of one page that contradict each other for longer than a cache explains.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use uuid::Uuid;

use super::EventRecorder;
use super::statements::{Statements, contradict, differing};
use crate::event::PageEvent;
use crate::id::{ReportKind, StreamId};
use crate::poll_state::{Field, PollState, Statement};
use crate::time::Timestamp;
use crate::words::Document;

/// A contradiction is recorded once it has lasted this long, with good polls of both documents. A
/// shorter one may be a document that lags behind by a cache's lifetime.
pub const STANDING_AFTER: Duration = Duration::from_mins(15);

/// The most contradictions that are followed; further ones are not recorded.
const CONTRADICTIONS_MAX: usize = 100;

/// Updates the followed contradictions, and records those that have lasted or have ended.
pub(super) fn follow(recorder: &mut EventRecorder<'_>, poll_state: &mut PollState) {
    let (statements, remembered) =
        (Statements::fresh(poll_state), Statements::remembered(poll_state));
    let at = recorder.observed_at;
    let mut found = BTreeMap::new();
    for report in statements.reports() {
        let Some((kind, _)) = recorder.page_state.report_by_id(report) else { continue };
        let said = statements.about(report);
        let Some((one, other)) = contradicting(said) else { continue };
        let since = poll_state.contradictions.get(&report).copied().unwrap_or(at);
        if found.len() < CONTRADICTIONS_MAX {
            found.insert(report, since);
        }
        let subject = subject_of(recorder, kind, report);
        let stands = read_until(poll_state, one.0, other.0)
            .is_some_and(|both| both.since(since) >= STANDING_AFTER);
        if stands && !recorder.page_state.page.disagreements.contains(&subject) {
            let detail = put(one, other);
            recorder.record_page(PageEvent::Disagreement { subject, detail }, Some(since));
        }
    }
    // A failing or stale document states nothing now: its contradictions stay as they were.
    for (report, since) in &poll_state.contradictions {
        let stays = contradicting(remembered.about(*report)).is_some();
        if stays && found.len() < CONTRADICTIONS_MAX {
            found.entry(*report).or_insert(*since);
        }
    }
    poll_state.contradictions = found;
    let over = recorder
        .page_state
        .page
        .disagreements
        .iter()
        .filter(|subject| !poll_state.contradictions.contains_key(&subject.id));
    for subject in over.cloned().collect::<Vec<_>>() {
        recorder.record_page(PageEvent::Agreement { subject }, None);
    }
}

type Parsed = (Document, Statement);

fn contradicting(said: &[Parsed]) -> Option<(&Parsed, &Parsed)> {
    let pairs = said
        .iter()
        .enumerate()
        .flat_map(|(index, one)| said[index + 1..].iter().map(move |other| (one, other)));
    pairs.into_iter().find(|(one, other)| contradict(&one.1, &other.1))
}

/// Returns the time up to which both documents were read.
fn read_until(poll_state: &PollState, one: Document, other: Document) -> Option<Timestamp> {
    let read = |document| poll_state.documents.get(&document).and_then(|state| state.fresh_at);
    Some(read(one)?.min(read(other)?))
}

fn subject_of(recorder: &EventRecorder<'_>, kind: ReportKind, report: Uuid) -> StreamId {
    StreamId::report(kind, &recorder.page_state.provider, report)
}

/// Describes the contradiction between two documents.
fn put(one: &Parsed, other: &Parsed) -> String {
    let fields: BTreeSet<Field> = differing(&one.1, &other.1).collect();
    if one.1.is_over != other.1.is_over || fields.contains(&Field::Status) {
        let says = |(document, said): &Parsed| match &said.phase {
            Some(phase) => format!("`{document}` says `{phase}`"),
            None => format!("`{document}` does not list it"),
        };
        return format!("{}, {}", says(one), says(other));
    }
    let what = match fields.first() {
        Some(Field::Title) => "title",
        Some(Field::Impact) => "impact",
        Some(Field::ScheduledFor | Field::ScheduledUntil) => "plan",
        Some(Field::StartedAt | Field::ResolvedAt) => "start or end",
        Some(Field::Status) | None if one.1.affected != other.1.affected => "list of components",
        Some(Field::Status) | None => "text of an update",
    };
    format!("`{}` and `{}` give another {what}", one.0, other.0)
}
