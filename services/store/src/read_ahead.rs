//! Reads the log ahead of the caller that folds it.

use signalbook_domain::Position;
use signalbook_proto::Record;
use tokio::task::JoinHandle;

use crate::error::StoreError;
use crate::log::SharedLog;

/// The log in batches, each read while the caller processes the one before. For callers that read
/// the whole log, where reading and folding cost about the same.
pub struct ReadAhead {
    log: SharedLog,
    limit: u32,
    next: Option<JoinHandle<Result<Vec<Record>, StoreError>>>,
}

impl ReadAhead {
    /// Starts reading up to `limit` records after `after`.
    pub fn after(log: SharedLog, after: Position, limit: u32) -> Self {
        let mut ahead = Self { log, limit, next: None };
        ahead.read(after);
        ahead
    }

    /// The next batch; the batch after it is read meanwhile. Empty at the end of the log.
    pub async fn next(&mut self) -> Result<Vec<Record>, StoreError> {
        let Some(reading) = self.next.as_mut() else { return Ok(Vec::new()) };
        let read = reading.await;
        self.next = None;
        let stopped = |source| StoreError::Unavailable {
            doing: "read the log ahead",
            source: Box::new(source),
        };
        let records = read.map_err(stopped)??;
        if let Some(last) = records.last() {
            self.read(last.position);
        }
        Ok(records)
    }

    fn read(&mut self, after: Position) {
        let (log, limit) = (self.log.clone(), self.limit);
        self.next = Some(tokio::spawn(async move { log.read_after(after, limit).await }));
    }
}

impl Drop for ReadAhead {
    fn drop(&mut self) {
        if let Some(reading) = &self.next {
            reading.abort();
        }
    }
}
