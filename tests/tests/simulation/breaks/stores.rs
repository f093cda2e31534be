//! Stores that keep wrongly.

use signalbook_domain::{EventId, Position, Revision};
use signalbook_proto::Record;
use signalbook_store::Append;
use signalbook_store::views::Rows;
use uuid::Uuid;

use super::Break;

/// What is appended in place of `append`.
pub(crate) fn appended(broken: Option<Break>, mut append: Append) -> Append {
    if broken == Some(Break::BaselineForgotten)
        && let Some(put) = &mut append.page
    {
        put.row.memo.documents.values_mut().for_each(|memo| memo.folded = false);
    }
    append
}

/// What a failed append leaves behind.
pub(crate) fn left_behind(broken: Option<Break>, append: &Append) -> Option<Append> {
    let half = append.events.len() / 2;
    let kept = broken == Some(Break::HalfAppendKept) && half > 0;
    kept.then(|| Append { events: append.events[..half].to_vec(), ..append.clone() })
}

/// What is appended again after an answer was lost.
pub(crate) fn repeated(broken: Option<Break>, append: &Append) -> Option<Append> {
    if broken != Some(Break::AppendedAgain) {
        return None;
    }
    let mut again = append.clone();
    for (index, draft) in &mut again.events {
        draft.id = EventId(Uuid::from_u128(!draft.id.0.as_u128()));
        let stream = &mut again.streams[*index];
        stream.expected = Revision(stream.expected.0 + 1);
    }
    if let Some(put) = &mut again.page {
        put.expected = Some(put.row.memo.last_slot);
    }
    Some(again)
}

/// The batch that a projector reads in place of `records`.
pub(crate) fn batch(broken: Option<Break>, mut records: Vec<Record>) -> Vec<Record> {
    if broken == Some(Break::ProjectorSkips) && records.len() > 1 {
        records.remove(0);
    }
    records
}

/// Where a projector that begins thinks that the views are.
pub(crate) fn reached(broken: Option<Break>, reached: Position) -> Position {
    match broken {
        Some(Break::ProjectorRepeats) => Position(reached.0.saturating_sub(1)),
        _ => reached,
    }
}

/// The rows that are saved in place of `rows`.
pub(crate) fn saved(broken: Option<Break>, mut rows: Rows) -> Rows {
    if broken == Some(Break::ResolvedByOurClock) {
        for report in rows.reports.values_mut().filter(|report| report.resolved_at.is_some()) {
            report.resolved_at = report.updates.iter().map(|update| update.observed_at).max();
        }
    }
    rows
}
