//! A vendor that does not tell the truth, or tells another one later: each thing that happened is
//! in the log exactly once, and nothing else is.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

mod absence;
mod away;
mod clock;
mod hindsight;
mod scene;
mod stale;
