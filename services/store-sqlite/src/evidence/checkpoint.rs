//! The checkpoint of the log, stored beside the documents.

use sha2::{Digest as _, Sha256};
use signalbook_domain::Position;
use signalbook_store::{Checkpoint, StoreError};
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Row as _, ValueRef as _};

use crate::error::{Context as _, invalid};
use crate::log::signed;
use crate::row::{decode, hash, unsigned};

pub(super) async fn find(readers: &SqlitePool) -> Result<Option<Checkpoint>, StoreError> {
    let row = query!("evidence/find_checkpoint")
        .fetch_optional(readers)
        .await
        .context("read what was noted of the log's end")?;
    let read = || {
        let row = row.ok_or_else(|| decode("it is not there"))?;
        let known = (0..4).map(|column| Ok(!row.try_get_raw(column)?.is_null()));
        let known: Result<Vec<bool>, sqlx::Error> = known.collect();
        if !known?.contains(&true) {
            return Ok(None);
        }
        let epoch = row.try_get::<&str, _>(0)?.parse().map_err(decode)?;
        let position = Position(unsigned(row.try_get(1)?)?);
        let checkpoint = Checkpoint { epoch, position, hash: hash(&row, 2)? };
        if hash(&row, 3)? != seal(&checkpoint) {
            return Err(decode("it is not the one that was noted"));
        }
        Ok(Some(checkpoint))
    };
    read().map_err(|error: sqlx::Error| invalid("evidence_checkpoint", 1, error))
}

pub(crate) async fn put(
    tx: &mut SqliteConnection,
    checkpoint: &Checkpoint,
) -> Result<(), StoreError> {
    query!("evidence/move_checkpoint")
        .bind(checkpoint.epoch.to_string())
        .bind(signed(checkpoint.position.0))
        .bind(checkpoint.hash.as_slice())
        .bind(seal(checkpoint).as_slice())
        .execute(tx)
        .await
        .map(drop)
        .context("note the log's end")
}

fn seal(checkpoint: &Checkpoint) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(checkpoint.epoch.to_string());
    hasher.update(checkpoint.position.0.to_be_bytes());
    hasher.update(checkpoint.hash);
    hasher.finalize().into()
}
