//! The rules of Signalbook, without a runtime, a database or a clock.
//!
//! What a vendor's page showed arrives as a [`snapshot::Snapshot`]; [`decide`] compares it with
//! what is already known of the page ([`page_state::PageState`]) and answers with the events that now
//! happened; folding those events back into the page state gives the next state.
//! [`outage`] and [`status`] are the arithmetic that every view shares.
//!
//! Promises: every function here is pure (the same input gives the same output), no function
//! reads a clock or makes up an id, and whatever a vendor says is a value, never a panic.
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
