//! Converts rows of the views to values. A row that differs from what was saved is reported as
//! damage.

use serde::de::DeserializeOwned;
use signalbook_domain::outage::Interval;
use signalbook_domain::{Position, Timestamp, Worded};
use signalbook_store::views::{Outage, StatusInterval};
use signalbook_store::{Checkpoint, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::sum;
use crate::error::damaged;
use crate::row::{decode, hash, unsigned, uuid};

/// The document of a row of `table`; the first columns are its text, checksum and key.
pub(super) fn document<T: DeserializeOwned>(
    table: &'static str,
    row: &SqliteRow,
) -> Result<T, StoreError> {
    let key: &str = row.try_get(2).map_err(|error| damaged(table, "?", error))?;
    let read = || {
        let (text, expected): (&str, i64) = (row.try_get(0)?, row.try_get(1)?);
        compare("sum", &sum::document(text), &expected)?;
        serde_json::from_str(text).map_err(decode)
    };
    read().map_err(|error: sqlx::Error| damaged(table, key, error))
}

/// A status interval; the last columns are its component and position.
pub(super) fn status_interval(row: &SqliteRow) -> Result<StatusInterval, StoreError> {
    let read = || {
        let end: Option<i64> = row.try_get(2)?;
        let interval = StatusInterval {
            status: word(row, 0)?,
            start: Timestamp::from_micros(row.try_get(1)?),
            end: end.map(Timestamp::from_micros),
        };
        let position = Position(unsigned(row.try_get(5)?)?);
        compare("sum", &sum::interval(uuid(row, 4)?, position, &interval), &row.try_get(3)?)?;
        Ok(interval)
    };
    let component = || uuid(row, 4).map_or_else(|_| "?".to_owned(), |id: Uuid| id.to_string());
    read().map_err(|error: sqlx::Error| damaged("status_interval", component(), error))
}

/// The checkpoint of the views; none if nothing was saved yet.
pub(super) fn checkpoint(row: &SqliteRow) -> Result<Option<Checkpoint>, StoreError> {
    let read = || {
        let position = Position(unsigned(row.try_get(0)?)?);
        let (epoch, known): (Option<&str>, Option<&[u8]>) = (row.try_get(1)?, row.try_get(2)?);
        let found: Option<i64> = row.try_get(3)?;
        let Some(epoch) = epoch else {
            let is_new = position == Position(0) && known.is_none() && found.is_none();
            return if is_new { Ok(None) } else { Err(decode("it names no epoch")) };
        };
        let epoch = epoch.parse().map_err(decode)?;
        let checkpoint = Checkpoint { epoch, position, hash: hash(row, 2)? };
        compare("sum", &found, &Some(sum::checkpoint(&checkpoint)))?;
        Ok(Some(checkpoint))
    };
    read().map_err(|error: sqlx::Error| damaged("checkpoint", 1, error))
}

/// The data of an incident that an index alone provides.
pub(super) fn outage(row: &SqliteRow) -> Result<Outage, StoreError> {
    let read = || {
        let end: Option<i64> = row.try_get(1)?;
        Ok(Outage {
            interval: Interval {
                start: Timestamp::from_micros(row.try_get(0)?),
                end: end.map(Timestamp::from_micros),
            },
            impact: word(row, 2)?,
        })
    };
    read().map_err(|error: sqlx::Error| damaged("report_view", "?", error))
}

/// Fails if a value differs from what was saved.
pub(super) fn compare<T: PartialEq>(
    what: &'static str,
    found: &T,
    expected: &T,
) -> Result<(), sqlx::Error> {
    if found == expected {
        return Ok(());
    }
    Err(decode(format!("its {what} is not the one that was saved")))
}

fn word<T: Worded>(row: &SqliteRow, index: usize) -> Result<T, sqlx::Error> {
    let word: &str = row.try_get(index)?;
    T::from_word(word).ok_or_else(|| decode(format!("`{word}` is no word of its list")))
}
