//! Deliberate erasures.

use sha2::{Digest as _, Sha256};
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{Position, Timestamp};
use signalbook_store::erasure::{Erased, Erasure};
use signalbook_store::{AppendError, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::{SqlitePool, SqliteRow};

use super::signed;
use crate::error::{Context as _, invalid};
use crate::file::{self, WriterPool};
use crate::row::{decode, hash, unsigned};

const DOING: &str = "erase a payload";

pub(super) async fn list(readers: &SqlitePool) -> Result<Vec<Erasure>, StoreError> {
    let rows = query!("log/list_erasures").fetch_all(readers).await.context("read erasures")?;
    let read =
        |(row, number)| erasure(row, number).map_err(|error| invalid("erasure", number, error));
    rows.iter().zip(1..).map(read).collect()
}

fn erasure(row: &SqliteRow, number: i64) -> Result<Erasure, sqlx::Error> {
    if row.try_get::<i64, _>(0)? != number {
        return Err(decode("the one with that number is not there"));
    }
    let what = match row.try_get::<Option<i64>, _>(1)? {
        Some(position) => Erased::Payload(Position(unsigned(position)?)),
        None => Erased::Document(ContentHash(hash(row, 2)?)),
    };
    let at = Timestamp::from_micros(row.try_get(3)?);
    let erasure = Erasure { what, at, by: row.try_get(4)?, reason: row.try_get(5)? };
    if seal(&erasure) != hash(row, 6)? {
        return Err(decode("it is not the one that was recorded"));
    }
    Ok(erasure)
}

/// The checksum of an erasure, since no chain covers it.
fn seal(erasure: &Erasure) -> [u8; 32] {
    let mut hasher = Sha256::new();
    match erasure.what {
        Erased::Payload(position) => hasher.update(position.0.to_be_bytes()),
        Erased::Document(hash) => hasher.update(hash.0),
    }
    hasher.update(erasure.at.micros().to_be_bytes());
    for text in [&erasure.by, &erasure.reason] {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    hasher.finalize().into()
}

/// Records an erasure and, for an event, erases its payload. Returns whether the erasure is new.
pub(super) async fn erase(writer: &WriterPool, erasure: &Erasure) -> Result<bool, AppendError> {
    let mut tx = file::begin(writer).await.context(DOING)?;
    let (position, document) = match erasure.what {
        Erased::Payload(position) => (Some(signed(position.0)), None),
        Erased::Document(hash) => (None, Some(hash.0.to_vec())),
    };
    if let Some(position) = position {
        let there: bool = sqlx::query_scalar(sql!("log/has_event"))
            .bind(position)
            .fetch_one(&mut *tx)
            .await
            .context(DOING)?;
        if !there {
            return Err(invalid("event", position, "there is no such event").into());
        }
    }
    let inserted = query!("log/insert_erasure")
        .bind(position)
        .bind(document)
        .bind(erasure.at.micros())
        .bind(erasure.by.as_str())
        .bind(erasure.reason.as_str())
        .bind(seal(erasure).to_vec())
        .execute(&mut *tx)
        .await
        .context(DOING)?;
    if let Some(position) = position {
        query!("log/erase_payload").bind(position).execute(&mut *tx).await.context(DOING)?;
    }
    tx.commit().await.context(DOING)?;
    Ok(inserted.rows_affected() > 0)
}
