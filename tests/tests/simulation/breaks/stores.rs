//! Stores that keep wrongly.

use signalbook_domain::event::{Event, Fact, ReportChange, ReportEvent, Times};
use signalbook_domain::pending::{PendingChange, StreamChange};
use signalbook_domain::{EventId, PageId, Position, Revision, StreamId, StreamKind};
use signalbook_proto::{Draft, Record};
use signalbook_store::log::SharedLog;
use signalbook_store::views::Rows;
use signalbook_store::{Append, StoreError, Stream};
use uuid::Uuid;

use super::Break;

/// So many events are applied once more by a projector that begins.
const REPEATED: u64 = 5;

/// What is appended in place of `append`.
pub(crate) fn appended(broken: Option<Break>, mut append: Append) -> Append {
    if broken == Some(Break::BaselineForgotten)
        && let Some(put) = &mut append.page
    {
        put.row.poll_state.documents.values_mut().for_each(|document| document.folded = false);
    }
    for (index, draft) in &mut append.events {
        let stream = &append.streams[*index].id;
        match broken {
            Some(Break::ContradictionSetsThePhase) => *draft = retold(draft, stream, set_phase),
            Some(Break::FilingTakenAsStart) => *draft = retold(draft, stream, begin_when_filed),
            _ => {}
        }
    }
    append
}

/// An event of `stream` that says something else.
fn retold(draft: &Draft, stream: &StreamId, change: impl FnOnce(&mut Fact)) -> Draft {
    let record = Record {
        position: Position(0),
        stream: stream.clone(),
        page: PageId(Uuid::nil()),
        revision: Revision(0),
        id: draft.id,
        kind: draft.kind.clone(),
        schema: draft.schema,
        times: draft.times,
        recorded_at: draft.times.observed_at,
        backfilled: draft.backfilled,
        author: None,
        observation: draft.observation,
        payload: Some(draft.payload.clone()),
        payload_hash: draft.payload_hash,
        hash: [0; 32],
    };
    let Ok(mut fact) = record.decode() else { return draft.clone() };
    change(&mut fact);
    Draft { id: draft.id, ..Draft::encode(&fact, draft.id.0, 0, draft.observation) }
}

fn set_phase(fact: &mut Fact) {
    if let Event::Incident(event) | Event::Maintenance(event) = &mut fact.event
        && let ReportChange::Entered { sets_phase, .. } = &mut event.change
    {
        *sets_phase = true;
    }
}

fn begin_when_filed(fact: &mut Fact) {
    if let Event::Incident(event) = &fact.event
        && let ReportChange::Opened(opened) = &event.change
        && fact.times.occurred_at < opened.created_at
    {
        fact.times.occurred_at = opened.created_at;
    }
}

/// Tells at once what an append's poll state only waits for: reports that are deleted.
pub(crate) async fn withdrawn_at_once(
    broken: Option<Break>,
    log: &SharedLog,
    append: &mut Append,
) -> Result<(), StoreError> {
    let Some(put) = append.page.as_ref().filter(|_| broken == Some(Break::OnePollEnough)) else {
        return Ok(());
    };
    let (page, poll_state) = (put.row.id, put.row.poll_state.clone());
    let cause = append.events.iter().find_map(|(_, draft)| draft.observation);
    let (Some(observed_at), Some(cause)) = (poll_state.last_poll_at, cause) else { return Ok(()) };
    let pending = poll_state.documents.values().flat_map(|document| &document.pending);
    for change in pending {
        let PendingChange::Of(stream, StreamChange::Removed) = change else { continue };
        let is_known = append.streams.iter().any(|known| known.id == *stream);
        if is_known || stream.kind == StreamKind::Component {
            continue;
        }
        let told = log.read_stream(stream, Revision(0), u32::MAX).await?;
        let event = ReportEvent { change: ReportChange::Withdrawn, vendor_updated_at: None };
        let is_maintenance = stream.kind == StreamKind::Maintenance;
        let event = if is_maintenance { Event::Maintenance(event) } else { Event::Incident(event) };
        let times = Times { occurred_at: None, published_at: None, observed_at };
        let fact = Fact { stream: stream.clone(), event, times, backfilled: false };
        let ordinal = 10_000 + u32::try_from(append.events.len()).unwrap_or_default();
        let draft = Draft::encode(&fact, cause.id.0, ordinal, Some(cause));
        let expected = told.last().map_or(Revision(0), |record| record.revision);
        append.events.push((append.streams.len(), draft));
        append.streams.push(Stream { id: stream.clone(), page, expected });
    }
    Ok(())
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
        put.expected = Some(put.row.poll_state.last_slot);
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
        Some(Break::ProjectorRepeats) => Position(reached.0.saturating_sub(REPEATED)),
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
