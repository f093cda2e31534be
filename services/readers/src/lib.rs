//! Pure readers: a platform's documents become snapshots.
//!
//! A poller asks here which documents a page of a [`Platform`] serves ([`documents`]), where they
//! are ([`address`]) and, for a page that nobody knows yet, what to try ([`probes`], [`detect`]).
//! An aggregator hands the bytes to [`read`] and gets the neutral form of what they say.
//!
//! Promises: the same bytes give the same snapshot; no input makes a reader panic; a part that
//! cannot be understood costs that part alone and is named in `skipped`; an unknown word becomes
//! `unknown`, never healthy; and a document that is not what it should be is an error, never an
//! empty page. A report that goes on is never lost with a part of it: it is kept under whatever
//! identifies it, the same in every document, from poll to poll and when it is over, without a
//! title if it has none that can be read; and if nothing identifies it, the document of what goes
//! on names it in `unidentified`. A list covers its kind of report only as far as each of its
//! entries is certain.
//!
//! Whatever is kept is bounded by [`limits`] and free of control characters, so that nothing
//! behind a reader has to distrust it for its size. Titles and names are one line with something
//! to see at both ends; bodies end their lines with `\n`.
//!
//! Not done here: fetching, comparing with what was known, making HTML safe to show (bodies stay
//! as the vendor wrote them otherwise).
//!
//! Start reading at [`read`]; each platform has a module of its own.

#![warn(missing_docs)]

mod error;
mod json;
pub mod limits;
mod notes;
mod plan;
mod statuspage;
mod text;

use signalbook_domain::snapshot::Snapshot;
use signalbook_domain::{Document, Platform};

pub use error::ReadError;
pub use plan::{DocumentSpec, address, documents, probes};

/// The platform whose `document` these bytes are, judged by their shape.
pub fn detect(document: Document, bytes: &[u8]) -> Option<Platform> {
    statuspage::is_document(document, bytes).then_some(Platform::Statuspage)
}

/// What a `document` of a page of `platform` says.
pub fn read(platform: Platform, document: Document, bytes: &[u8]) -> Result<Snapshot, ReadError> {
    match platform {
        Platform::Statuspage => statuspage::read(document, bytes),
    }
}
