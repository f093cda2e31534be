//! Decides which page is due, and puts polls on the bus.
//!
//! - [`due_queue`] is pure: when each page is due, how the polls of one host are spaced, and what a
//!   poll has to fetch.
//! - [`Scheduler`] feeds it with the pages' rows and the clock.
//!
//! Promises: no page is due twice in one slot; the polls of one host never come at once; a page
//! that fails is asked less and less, and so is a list that fails, which delays no poll of the
//! current document; a vendor that asks us to wait is left alone, within bounds.
//! Several schedulers may run: a poll is named by page and slot, and the bus keeps one a page.

pub mod due_queue;
pub mod job;
pub mod poll_policy;
mod service;

pub use due_queue::DueQueue;
pub use poll_policy::PollPolicy;
pub use service::{Scheduler, StepError};
