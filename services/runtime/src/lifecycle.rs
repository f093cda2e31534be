//! Starting roles, stopping them, and telling which one died.
//!
//! A stop has two stages. The first asks: every role sees [`Stop::stopped`], ends its current
//! piece of work and returns. The second insists: what still runs is cut off at its next pause.
//! Work that must survive the second stage has to be safe to repeat anyway, because a power cut
//! does not ask first.
//!
//! A role returns for one of two reasons, that it was asked to or that it cannot go on. Going on
//! without it would be a process that looks alive and does half its work, so a role that fails,
//! panics or ends unasked stops the others, and its name leads the error. A supervisor starts the
//! whole process again.
//!
//! Known race: a role that fails in the moment after a stop was asked for is reported as failed,
//! although nobody would have missed it. That is the better mistake, since a failing drain is how
//! lost work is noticed.

mod signals;
mod stop;
mod tasks;

pub use signals::{DRAIN_MAX, signals};
pub use stop::Stop;
pub use tasks::{BoxError, TaskError, Tasks};
