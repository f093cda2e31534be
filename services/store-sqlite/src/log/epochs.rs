//! Epochs, and the restore mark of a log.

use signalbook_domain::{Position, Timestamp};
use signalbook_proto::chain::Epoch;
use signalbook_store::{AppendError, RestoreMark, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::{read_head, signed};
use crate::error::{Context as _, invalid};
use crate::file::{self, WriterPool};
use crate::row::{hash, unsigned};

const DOING: &str = "open an epoch";

pub(super) async fn list(readers: &SqlitePool) -> Result<Vec<Epoch>, StoreError> {
    let rows = query!("log/list_epochs").fetch_all(readers).await.context("read epochs")?;
    rows.iter().map(epoch).collect()
}

fn epoch(row: &SqliteRow) -> Result<Epoch, StoreError> {
    let read = || {
        Ok(Epoch {
            number: unsigned(row.try_get(0)?)?,
            after: Position(unsigned(row.try_get(1)?)?),
            opened_at: Timestamp::from_micros(row.try_get(2)?),
            previous: hash(row, 3)?,
            manifests: unsigned(row.try_get(4)?)?,
            manifest_hash: hash(row, 5)?,
            hash: hash(row, 6)?,
        })
    };
    let number = row.try_get(0).unwrap_or(0_i64);
    read().map_err(|error: sqlx::Error| invalid("epoch", number, error))
}

pub(crate) async fn find_mark(
    connection: &mut SqliteConnection,
) -> Result<Option<RestoreMark>, StoreError> {
    let row = query!("log/find_restore_mark")
        .fetch_optional(connection)
        .await
        .context("read the mark of a restore")?;
    let read = |row: SqliteRow| {
        Ok(RestoreMark {
            marked_at: Timestamp::from_micros(row.try_get(0)?),
            epoch: unsigned(row.try_get(1)?)?,
            reason: row.try_get(2)?,
        })
    };
    let mark = row.map(read).transpose();
    mark.map_err(|error: sqlx::Error| invalid("restore_mark", 1, error))
}

/// Sets the restore mark, unless there is one.
pub(crate) async fn put_mark(
    connection: &mut SqliteConnection,
    mark: &RestoreMark,
) -> Result<(), StoreError> {
    query!("log/put_restore_mark")
        .bind(mark.marked_at.micros())
        .bind(signed(mark.epoch))
        .bind(mark.reason.as_str())
        .execute(connection)
        .await
        .map(drop)
        .context("mark the log as restored")
}

/// Opens an epoch at the end of the log and removes the restore mark. `forget` is called before any
/// other write is possible.
pub(super) async fn open(
    writer: &WriterPool,
    number: u64,
    now: Timestamp,
    forget: impl FnOnce(),
) -> Result<Epoch, AppendError> {
    let mut tx = file::begin(writer).await.context(DOING)?;
    let head = read_head(&mut tx).await?;
    if number <= head.epoch.number {
        let reason = format!("the log is in epoch {} already", head.epoch);
        return Err(invalid("epoch", number, reason).into());
    }
    let epoch = head.opens(number, now);
    query!("log/insert_epoch")
        .bind(signed(epoch.number))
        .bind(signed(epoch.after.0))
        .bind(epoch.opened_at.micros())
        .bind(epoch.previous.as_slice())
        .bind(signed(epoch.manifests))
        .bind(epoch.manifest_hash.as_slice())
        .bind(epoch.hash.as_slice())
        .execute(&mut *tx)
        .await
        .context(DOING)?;
    let end = signalbook_store::Head { hash: epoch.hash, recorded_at: epoch.opened_at, ..head };
    super::commit::move_head(&mut tx, &end).await?;
    query!("log/remove_restore_mark").execute(&mut *tx).await.context(DOING)?;
    forget();
    tx.commit().await.context(DOING)?;
    Ok(epoch)
}
