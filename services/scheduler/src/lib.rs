//! Decides which page is due and publishes polls on the bus.
//!
//! - [`due_queue`] is pure: it decides when each page is due and spaces the polls of one host.
//! - [`job`] is pure: it decides which documents a poll fetches.
//! - [`Scheduler`] feeds both with page rows and the clock.
//!
//! Promises: no page is due twice in one slot; polls of one host are spaced; a failing page is
//! polled at growing intervals, and so is a failing list, which never delays polls of the current
//! document; a vendor that asks us to wait is left alone, within bounds. Several schedulers may
//! run: page and slot identify a poll, and the bus keeps one poll per page.

pub mod due_queue;
pub mod job;
pub mod poll_policy;
mod service;

pub use due_queue::DueQueue;
pub use poll_policy::PollPolicy;
pub use service::{Scheduler, StepError};
