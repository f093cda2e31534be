//! Reading the log ahead of the one who folds it.

use signalbook_domain::Position;
use signalbook_proto::Record;
use tokio::task::JoinHandle;

use crate::error::StoreError;
use crate::log::SharedLog;

/// The log in pages, each read while the one before it is worked on: for whoever goes through
/// the whole log, where reading and folding cost about the same.
pub struct ReadAhead {
    log: SharedLog,
    limit: u32,
    next: Option<JoinHandle<Result<Vec<Record>, StoreError>>>,
}

impl ReadAhead {
    /// Begins to read up to `limit` records after `after`.
    pub fn after(log: SharedLog, after: Position, limit: u32) -> Self {
        let mut ahead = Self { log, limit, next: None };
        ahead.read(after);
        ahead
    }

    /// The next page, while that behind it is read; an empty one at the end of the log.
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
