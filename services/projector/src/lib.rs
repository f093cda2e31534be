//! Builds the views from the log.
//!
//! - [`project`] is pure: it applies an event to the rows that the event touches.
//! - [`Projector`] reads the log in batches, loads the rows that a batch touches, and saves them
//!   together with the checkpoint, so that each event is applied exactly once. It has damaged views
//!   rebuilt automatically.
//! - [`rebuild`] builds new views beside the current ones and promotes them.
//! - [`catch_up()`] runs at start: it rebuilds views that are damaged or not of this log.

mod catch_up;
pub mod project;
mod row_cache;
mod service;

pub use catch_up::catch_up;
pub use service::{Progress, Projector, StepError, rebuild};
