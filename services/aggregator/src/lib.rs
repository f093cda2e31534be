//! Folds observations into the log.
//!
//! For each observation, the aggregator reads its documents ([`reading`]), decides what they mean
//! (`signalbook_domain::decide`), and appends the events and the page's new row in one append. A
//! cache ([`page_cache`]) holds pages; a refused append evicts the page, which is read again from
//! the log for a new decision. A poll without news only moves the page's row, which is written
//! slightly later, together with others ([`write_behind`]).
//!
//! Promises: an observation causes at most one append; a repeated observation is recorded once; an
//! observation's evidence is kept before its events are recorded, never after.

mod evidence;
mod page_cache;
pub mod reading;
mod reconcile;
mod service;
mod write_behind;

pub use reading::Reader;
pub use reconcile::{Reconciled, WatchedPage, reconcile};
pub use service::{Aggregator, Folded, StepError};
