//! Carries out polls: fetches documents and emits observations.
//!
//! - [`answer`] is pure: what an HTTP answer, or its failure, means for a poll.
//! - [`Poller`] takes polls from the bus, fetches through the guarded client, and puts an
//!   observation on the bus for every poll that could be made, also for one that failed.
//!
//! Promises: a poller needs no database; a document travels only when it is new; what is not a
//! plain good answer is a failure and never an empty page, unless it is we who lack something
//! (`lacking.rs`), which is no observation at all; a page that hangs keeps no other waiting
//! (`lanes.rs`), and a list that hangs keeps no current document waiting (`late.rs`).
//! It does not judge what a document says; that is the aggregator's, with a reader.

pub mod answer;
mod fetch;
mod lacking;
mod lanes;
mod late;
mod observe;
mod poll;
mod service;

pub use fetch::{Fetch, Fetching};
pub use lacking::Lack;
pub use lanes::{FAST_POLLS, SLOW_AFTER, SLOW_POLLS};
pub use service::Poller;
