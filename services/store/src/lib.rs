//! The storage ports: what every database adapter promises, independent of the implementation.
//!
//! - [`EventLog`]: the append-only log and, beside it, one mutable row per page;
//!   [`ReadAhead`] reads it while its caller folds.
//! - [`Views`]: the read models, each saved together with its checkpoint.
//! - [`Evidence`]: the raw documents behind the events.
//!
//! The feature `contract` adds the test suite that every adapter must pass ([`contract`]). No
//! database type appears in a signature or an error of this crate.
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
