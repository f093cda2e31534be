//! The SQLite adapter of the storage ports.
//!
//! Three files, each with one writer: `NAME.db` (the log), `NAME-views.db`, `NAME-evidence.db`. The
//! log's writer is a task that drains a channel of concurrent appends and writes them in one
//! transaction with few statements (module `log`), which makes `synchronous = full` affordable. A
//! lock on the file excludes other processes, so the writer's cache of streams stays valid.
//!
//! SQL is in `queries/`, one file per query, named after the function that uses it. A PostgreSQL
//! adapter is to have the same tree, so that comparing the two folders shows only the difference in
//! dialect.

#[macro_use]
mod query;

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
