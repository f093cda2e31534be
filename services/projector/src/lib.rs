//! Builds the views from the log.
//!
//! - [`project`] is pure: an event and the rows that it touches give the rows as they are then.
//! - [`Projector`] reads the log in batches, loads the rows that a batch touches, and saves them
//!   together with the checkpoint, so that each event is applied exactly once. Views that turn out
//!   to be damaged it has rebuilt without being asked.
//! - [`rebuild`] does the same into views beside the current ones, and swaps them in.
//! - [`catch_up()`] is for the start: it rebuilds views that are damaged, or not of this log.

mod catch_up;
pub mod project;
mod row_cache;
mod service;

pub use catch_up::catch_up;
pub use service::{Progress, Projector, StepError, rebuild};
