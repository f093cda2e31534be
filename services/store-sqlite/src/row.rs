//! Converts rows to domain values. A row that violates an invariant of the schema is an error that
//! names table, key and column.

use std::time::Duration;

use signalbook_domain::event::{EventKind, Times};
use signalbook_domain::{
    EventId, ObservationId, OpenEnum, PageId, Position, Revision, StreamId, Timestamp,
};
use signalbook_proto::{EncodedManifest, ObservationRef, Record};
use signalbook_store::{ManifestRow, PageRow, RowVersion, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::error::{Context as _, invalid};
use crate::names::{Named, Nameless};

/// The id of stream number `id`, from columns 1 to 3.
pub(crate) fn stream(id: i64, row: &SqliteRow) -> Result<StreamId, StoreError> {
    let read = |error: sqlx::Error| invalid("stream", id, error);
    let slug: String = row.try_get(2).map_err(read)?;
    Ok(StreamId {
        kind: row
            .try_get::<&str, _>(1)
            .map_err(read)?
            .parse()
            .map_err(|error| invalid("stream", id, error))?,
        provider: slug.parse().map_err(|error| invalid("stream", id, error))?,
        id: uuid(row, 3).map_err(read)?,
    })
}

/// An event kind with its number.
pub(crate) fn kind(row: &SqliteRow) -> Result<(u64, OpenEnum<EventKind>), StoreError> {
    let read = || {
        let name: &str = row.try_get(1)?;
        Ok((unsigned(row.try_get(0)?)?, name.parse().map_err(decode)?))
    };
    read().map_err(|error: sqlx::Error| invalid("kind", "?", error))
}

/// An event without the names of its stream and kind, but with their numbers.
pub(crate) fn nameless(
    row: &SqliteRow,
) -> Result<Nameless<impl FnOnce(Named, OpenEnum<EventKind>) -> Record + use<>>, StoreError> {
    let position: i64 = row.try_get(0).context("read an event")?;
    read_event(row, position).map_err(|error| invalid("event", position, error))
}

/// Reads the columns that all event queries share. Each column costs a copy, so small numbers share
/// one, and so do ids and hashes.
fn read_event(
    row: &SqliteRow,
    position: i64,
) -> Result<Nameless<impl FnOnce(Named, OpenEnum<EventKind>) -> Record + use<>>, sqlx::Error> {
    let stream = row.try_get(1)?;
    let numbers = unsigned(row.try_get(3)?)?;
    let time = |index| row.try_get::<i64, _>(index).map(Timestamp::from_micros);
    let maybe = |index| {
        row.try_get::<Option<i64>, _>(index).map(|micros| micros.map(Timestamp::from_micros))
    };
    let marks: &[u8] = row.try_get(9)?;
    let (id, rest) = chunk(marks)?;
    let (payload_hash, rest) = chunk(rest)?;
    let (hash, mut rest) = chunk(rest)?;
    let mut observation = None;
    if numbers & 2 == 2 {
        let (id, behind) = chunk(rest)?;
        let (hash, behind) = chunk(behind)?;
        observation = Some(ObservationRef { id: ObservationId(Uuid::from_bytes(id)), hash });
        rest = behind;
    }
    let author = match rest {
        [] => None,
        author => Some(std::str::from_utf8(author).map_err(decode)?.parse().map_err(decode)?),
    };
    let position = Position(unsigned(position)?);
    let revision = Revision(unsigned(row.try_get(2)?)?);
    let schema = u16::try_from((numbers >> 2) & 0xffff).map_err(decode)?;
    let times = Times { occurred_at: maybe(4)?, published_at: maybe(5)?, observed_at: time(6)? };
    let recorded_at = time(7)?;
    let payload = row.try_get(8)?;
    let record = move |(stream, page), kind| Record {
        position,
        stream,
        page,
        revision,
        id: EventId(Uuid::from_bytes(id)),
        kind,
        schema,
        times,
        recorded_at,
        backfilled: numbers & 1 == 1,
        author,
        observation,
        payload,
        payload_hash,
        hash,
    };
    Ok(Nameless { stream, kind: numbers >> 18, record })
}

/// Splits off the first `N` bytes.
fn chunk<const N: usize>(bytes: &[u8]) -> Result<([u8; N], &[u8]), sqlx::Error> {
    let (first, rest) = bytes
        .split_first_chunk()
        .ok_or_else(|| decode(format!("{} bytes are left instead of {N}", bytes.len())))?;
    Ok((*first, rest))
}

/// A manifest, from columns 0 and 1.
pub(crate) fn manifest(row: &SqliteRow) -> Result<EncodedManifest, StoreError> {
    let read = |error: sqlx::Error| invalid("manifest", "?", error);
    let observation = ObservationId(uuid(row, 0).map_err(read)?);
    Ok(EncodedManifest::new(observation, row.try_get(1).map_err(read)?))
}

/// A manifest with its number and hash, from columns 0 to 3.
pub(crate) fn numbered_manifest(row: &SqliteRow) -> Result<ManifestRow, StoreError> {
    let number = row.try_get(2).and_then(unsigned);
    let number = number.map_err(|error| invalid("manifest", "?", error))?;
    let chained = hash(row, 3).map_err(|error| invalid("manifest", number, error))?;
    Ok(ManifestRow { number, manifest: manifest(row)?, hash: chained })
}

/// The row version of a page row, from column 9.
pub(crate) fn page_mark(row: &SqliteRow) -> Result<RowVersion, StoreError> {
    let mark = row.try_get(9).and_then(unsigned);
    mark.map(RowVersion).map_err(|error| invalid("page", "?", error))
}

pub(crate) fn page(row: &SqliteRow) -> Result<PageRow, StoreError> {
    let id = uuid(row, 0).context("read a page")?;
    read_page(row, PageId(id)).map_err(|error| invalid("page", id, error))
}

fn read_page(row: &SqliteRow, id: PageId) -> Result<PageRow, sqlx::Error> {
    let platform: Option<&str> = row.try_get(7)?;
    Ok(PageRow {
        id,
        provider: row.try_get::<&str, _>(1)?.parse().map_err(decode)?,
        name: row.try_get(2)?,
        url: row.try_get(3)?,
        interval: Duration::from_micros(unsigned(row.try_get(4)?)?),
        added_at: Timestamp::from_micros(row.try_get(5)?),
        watched: row.try_get::<i64, _>(6)? != 0,
        platform: platform.map(str::parse).transpose().map_err(decode)?,
        poll_state: serde_json::from_str(row.try_get(8)?).map_err(decode)?,
    })
}

pub(crate) fn uuid(row: &SqliteRow, index: usize) -> Result<Uuid, sqlx::Error> {
    Uuid::from_slice(row.try_get(index)?).map_err(decode)
}

pub(crate) fn optional_uuid(row: &SqliteRow, index: usize) -> Result<Option<Uuid>, sqlx::Error> {
    let bytes: Option<&[u8]> = row.try_get(index)?;
    bytes.map(|bytes| Uuid::from_slice(bytes).map_err(decode)).transpose()
}

pub(crate) fn hash(row: &SqliteRow, index: usize) -> Result<[u8; 32], sqlx::Error> {
    row.try_get::<&[u8], _>(index)?.try_into().map_err(decode)
}

pub(crate) fn unsigned(value: i64) -> Result<u64, sqlx::Error> {
    value.try_into().map_err(decode)
}

pub(crate) fn decode(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

/// Formats ids as a JSON array of hexadecimal texts, as queries expect them.
pub(crate) fn hex_list<'a>(ids: impl IntoIterator<Item = &'a Uuid>) -> String {
    let texts: Vec<String> = ids.into_iter().map(|id| id.simple().to_string()).collect();
    serde_json::json!(texts).to_string()
}
