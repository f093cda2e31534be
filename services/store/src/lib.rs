//! The ports of storage: what every database adapter promises, and nothing about how.
//!
//! - [`EventLog`]: the append-only log and, beside it, one mutable row per page;
//!   [`ReadAhead`] goes through it while its caller folds.
//! - [`Views`]: the read models, each moved together with its checkpoint.
//! - [`Evidence`]: the raw documents behind the events.
//!
//! With the feature `contract` this crate also holds the suite that every adapter must pass
//! ([`contract`]). No type of a database appears in a signature or an error here.
//!
//! Start reading at [`log`].

#![warn(missing_docs)]

pub mod checkpoint;
pub mod erasure;
pub mod error;
pub mod evidence;
pub mod log;
pub mod page;
pub mod read_ahead;
pub mod views;

#[cfg(feature = "contract")]
pub mod contract;

pub use checkpoint::Checkpoint;
pub use erasure::{Erased, Erasure};
pub use error::{AppendError, SaveError, StoreError};
pub use evidence::Evidence;
pub use log::{Append, Appended, EventLog, Head, ManifestRow, RestoreMark, Stream};
pub use page::{ConditionalPut, PageRow, RowVersion};
pub use read_ahead::ReadAhead;
pub use views::Views;
