//! Folds observations into the log.
//!
//! For each observation: read its documents ([`reading`]), decide what they mean
//! (`signalbook_domain::decide`), and append the events with the page's new row in one append.
//! What is known of a page is kept in memory ([`page_cache`]) and is worth nothing once an append
//! is refused: then it is read again from the log and the decision made anew. A poll that brought
//! nothing new only moves the page's row, which is written a little later together with others
//! ([`write_behind`]).
//!
//! Promises: an observation is one append; an observation that comes twice is recorded once; an
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
