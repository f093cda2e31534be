//! Whether an append is already recorded, which makes appends idempotent.

use signalbook_domain::{EventId, Position};
use signalbook_store::{Append, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use uuid::Uuid;

use crate::error::{Context as _, invalid};
use crate::row::{self, hex_list, unsigned};

/// How much of an append is in the log.
pub(super) enum Recorded {
    None,
    /// Some of its events, such as this one, but not as this append.
    Some(EventId),
    /// All of it, as the same events of the same streams at consecutive positions, ending here.
    All(Position),
}

pub(super) async fn recorded(
    tx: &mut SqliteConnection,
    append: &Append,
) -> Result<Recorded, StoreError> {
    let ids: Vec<Uuid> = append.events.iter().map(|(_, draft)| draft.id.0).collect();
    let rows = query!("log/find_event_ids")
        .bind(hex_list(&ids))
        .fetch_all(&mut *tx)
        .await
        .context("look up events")?;
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Recorded::None) };
    let (begin, end) = (position(first)?, position(last)?);
    let side_by_side = rows.len() == ids.len() && end.0 - begin.0 + 1 == ids.len() as u64;
    let read = |row| row::uuid(row, 4).map_err(|error| invalid("event", begin, error));
    for (row, (index, draft)) in rows.iter().zip(&append.events) {
        let stream = row::stream(0, row)?;
        if !side_by_side || read(row)? != draft.id.0 || stream != append.streams[*index].id {
            return Ok(Recorded::Some(EventId(read(row)?)));
        }
    }
    Ok(Recorded::All(end))
}

fn position(row: &SqliteRow) -> Result<Position, StoreError> {
    let position = row.try_get(0).and_then(unsigned);
    position.map(Position).map_err(|error| invalid("event", "?", error))
}
