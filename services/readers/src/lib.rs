//! Pure readers that turn a platform's documents into snapshots.
//!
//! A poller looks up which documents a page of a [`Platform`] serves ([`documents`]), where they
//! are ([`address`]) and, for an unknown page, which to try ([`probes`], [`detect`]). An aggregator
//! passes the bytes to [`read`] and gets a platform-neutral snapshot.
//!
//! Promises: the same bytes give the same snapshot; no input makes a reader panic; a malformed part
//! affects only itself and is named in `skipped`; an unknown word becomes `unknown`, never healthy;
//! a malformed document is an error, never an empty page. A malformed part never hides an open
//! report: the report is kept under whatever identifies it, which is the same in every document, in
//! every poll and after it ends, and without a title if that is unreadable. If nothing identifies
//! it, the summary names it in `unidentified`. The coverage of a list extends only as far as each
//! of its entries is certain.
//!
//! All content is bounded by [`limits`] and free of control characters, so that later code need not
//! check its size. Titles and names are single lines that start and end with a visible character;
//! line breaks in bodies are `\n`.
//!
//! Out of scope: fetching, comparison with known state, and HTML sanitizing (bodies otherwise stay
//! as the vendor wrote them).
//!
//! Start reading at [`read`]; each platform has its own module.

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

/// Returns the platform whose `document` these bytes are, judged by their shape.
pub fn detect(document: Document, bytes: &[u8]) -> Option<Platform> {
    statuspage::is_document(document, bytes).then_some(Platform::Statuspage)
}

/// Reads a `document` of a page of `platform`. Fails if the bytes are not that document or exceed
/// the memory limit; see [`ReadError`].
pub fn read(platform: Platform, document: Document, bytes: &[u8]) -> Result<Snapshot, ReadError> {
    match platform {
        Platform::Statuspage => statuspage::read(document, bytes),
    }
}
