//! Removes the remains of deleted rows from a file.

use signalbook_store::StoreError;
use sqlx::Row as _;

use super::Database;
use crate::error::Context as _;

const DOING: &str = "overwrite what was removed";

impl Database {
    /// Rewrites the file, because pages keep parts of deleted rows. Fails while another program
    /// reads the file, since that keeps the old pages in it.
    pub(crate) async fn compact(&self) -> Result<(), StoreError> {
        let mut writer = self.writer.acquire().await.context(DOING)?;
        sqlx::raw_sql("vacuum").execute(&mut *writer).await.context(DOING)?;
        // Fails at once if there is a reader, since it may stay for any time.
        let hurry = sqlx::raw_sql("pragma busy_timeout = 0").execute(&mut *writer).await;
        hurry.context(DOING)?;
        let done = sqlx::raw_sql("pragma wal_checkpoint(truncate)").fetch_one(&mut *writer).await;
        let is_busy: bool = done.and_then(|row| row.try_get(0)).context(DOING)?;
        if is_busy {
            let source = "another program reads the file: end it, and try again".into();
            return Err(StoreError::Unavailable { doing: DOING, source });
        }
        Ok(())
    }
}
