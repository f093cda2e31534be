//! The port through which documents are read.
//!
//! The readers are pure and in this process, so most aggregators never name this port; it is there
//! for one that has its readers elsewhere, and for tests that read wrongly on purpose.

use std::sync::Arc;

use signalbook_domain::snapshot::Snapshot;
use signalbook_domain::{Document, Platform};
use signalbook_readers::ReadError;

/// Turns a document's bytes into what they say.
///
/// Promises what `signalbook_readers::read` promises: the same bytes give the same snapshot, and
/// a document that is not what it should be is an error, never an empty page.
pub trait Reader: Send + Sync {
    /// What a `document` of a page of `platform` says.
    fn read(
        &self,
        platform: Platform,
        document: Document,
        bytes: &[u8],
    ) -> Result<Snapshot, ReadError>;
}

/// A reader that several aggregators share.
pub type SharedReader = Arc<dyn Reader>;

/// The readers of `signalbook_readers`.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnReaders;

impl Reader for OwnReaders {
    fn read(
        &self,
        platform: Platform,
        document: Document,
        bytes: &[u8],
    ) -> Result<Snapshot, ReadError> {
        signalbook_readers::read(platform, document, bytes)
    }
}
