//! Starts roles, stops them, and names the role that failed.
//!
//! A stop has two stages. In the first, every role sees [`Stop::stopped`], finishes its current
//! unit of work and returns. In the second, every role that still runs is cancelled at its next
//! await. Work that must survive the second stage has to be safe to repeat, because a power cut has
//! no first stage.
//!
//! A role returns for one of two reasons: it was asked to, or it cannot continue. A process that
//! continued without it would look alive but do only part of its work. So a role that fails, panics
//! or ends unasked stops the others, and the error names it first. A supervisor restarts the
//! process.
//!
//! Accepted race: a role that fails just after a stop was requested is reported as failed. The
//! alternative would hide a failing drain, which is how lost work is noticed.

mod signals;
mod stop;
mod tasks;

pub use signals::{DRAIN_MAX, signals};
pub use stop::Stop;
pub use tasks::{BoxError, TaskError, Tasks};
