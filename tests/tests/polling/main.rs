//! Scheduler, bus, poller, aggregator and log as they run, on a stepped clock, with vendors that
//! answer, hang or fail as a test says: who is asked when, and what comes of it.

#![expect(clippy::unwrap_used, reason = "a suite of tests")]

mod desk;
mod lacking;
mod lists;
mod many;
mod validators;
mod vendors;
