//! The SQLite adapter of the storage ports.
//!
//! Three files, each with one writer: `NAME.db` (the log), `NAME-views.db`, `NAME-evidence.db`.
//! The log's writer is a task that drains a channel of concurrent appends and writes them in one
//! transaction with few statements (module `log`); that makes `synchronous = full` affordable.
//! A lock on the file keeps a second process out, so what the writer remembers of streams is true.
//!
//! SQL stands in `queries/`, one file per question, named like the function that asks it; the
//! PostgreSQL adapter is meant to have the same tree, so that comparing the two folders shows the
//! difference of dialects and nothing else.

mod backup;
mod bulk;
mod error;
mod evidence;
mod file;
mod log;
mod names;
mod row;
mod views;

pub use backup::{BackupError, Copied, back_up};
pub use error::SqliteFailure;
pub use evidence::SqliteEvidence;
pub use file::{FileGone, Location, OpenError, Stranger, was_opened};
pub use log::SqliteLog;
pub use views::SqliteViews;
