//! Carries out polls: fetches documents and emits observations.
//!
//! - [`answer`] is pure: what an HTTP answer, or its failure, means for a poll.
//! - [`Poller`] takes polls from the bus, fetches through the guarded client, and puts an
//!   observation on the bus for every poll, also for one that failed.
//!
//! Promises: a poller needs no database; a document travels only when it is new; what is not a
//! plain good answer is a failure and never an empty page.
//! It does not judge what a document says; that is the aggregator's, with a reader.

pub mod answer;
mod fetch;
mod service;

pub use service::{POLLS_UNDER_WAY, Poller};
