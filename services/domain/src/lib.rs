//! The rules of Signalbook, without a runtime, a database or a clock.
//!
//! The content of a vendor's page arrives as a [`snapshot::Snapshot`]. [`decide`] compares it with
//! the known state of the page ([`page_state::PageState`]) and returns the events that follow.
//! Folding these events into the page state gives the next state. [`outage`] and [`status`] hold
//! the arithmetic that all views share.
//!
//! Promises: every function here is pure (the same input gives the same output), no function reads
//! a clock or generates a random id, and any vendor input is a value, never a panic.
//!
//! Start reading at [`snapshot`], then [`event`], then [`decide`].

#![warn(missing_docs)]

pub mod author;
pub mod component;
pub mod decide;
pub mod event;
pub mod format;
pub mod id;
pub mod observation;
pub mod open_enum;
pub mod outage;
pub mod page;
pub mod page_state;
pub mod pending;
pub mod poll_state;
pub mod report;
pub mod snapshot;
pub mod status;
pub mod text;
pub mod time;
pub mod words;

pub use author::{AUTHOR_MAX, Author, InvalidAuthor};
pub use id::{
    EventId, ObservationId, PageId, Position, ReportKind, Revision, Slug, StreamId, StreamKind,
};
pub use open_enum::{InvalidWord, OpenEnum, OpenMap, WORD_MAX};
pub use time::Timestamp;
pub use words::{ComponentStatus, Document, Failure, Impact, Phase, Platform, Role, Worded};
