//! The raw documents behind the events, each stored once under the hash of its bytes.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{ObservationId, PageId};
use signalbook_proto::EncodedManifest;

use crate::checkpoint::Checkpoint;
use crate::error::StoreError;

/// What one observation brought, to be stored.
#[derive(Clone, Copy, Debug)]
pub struct Keeping<'a> {
    /// The page that was observed.
    pub page: PageId,
    /// The manifest, if it is not recorded beside the log: it caused no event and is removed with
    /// its documents.
    pub manifest: Option<&'a EncodedManifest>,
    /// The documents that the manifest names, with their bytes if the poll fetched them.
    pub documents: &'a [(ContentHash, Option<&'a [u8]>)],
}

/// The state of a stored document.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredDocument {
    /// The bytes, verified against the hash.
    Present(Vec<u8>),
    /// The bytes were evicted to stay within the budget.
    Evicted {
        /// The original size in bytes.
        size: u64,
    },
    /// The bytes were erased deliberately and permanently.
    Erased {
        /// The original size in bytes.
        size: u64,
    },
    /// The stored bytes have another hash or cannot be read.
    Altered {
        /// The reason.
        reason: String,
    },
}

/// Shows sizes, never contents.
impl fmt::Debug for StoredDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present(bytes) => write!(f, "Present({} bytes)", bytes.len()),
            Self::Evicted { size } => write!(f, "Evicted({size} bytes)"),
            Self::Erased { size } => write!(f, "Erased({size} bytes)"),
            Self::Altered { reason } => write!(f, "Altered({reason})"),
        }
    }
}

/// A document found in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The hash of the document.
    pub hash: ContentHash,
    /// The state of the document.
    pub kept: StoredDocument,
}

/// The store of evidence.
///
/// Promises: a document is stored once, however many observations brought it; bytes are returned
/// only under their own hash; the stored bytes stay within the budget, and an evicted document
/// leaves a tombstone; an erased document is never stored again.
///
/// Eviction starts with the page that uses the most bytes: first its documents that caused no
/// event, then its others, each oldest first. A document that several pages use counts for each of
/// them.
#[async_trait]
pub trait Evidence: Send + Sync {
    /// Stores what an observation brought.
    async fn keep(&self, keeping: &Keeping<'_>) -> Result<(), StoreError>;

    /// The manifest of `id`, if it is stored here; it is removed with its documents.
    async fn manifest(&self, id: ObservationId) -> Result<Option<EncodedManifest>, StoreError>;

    /// The state of a document; none if it was never stored.
    async fn document(&self, hash: ContentHash) -> Result<Option<StoredDocument>, StoreError>;

    /// Up to `limit` documents whose hash is greater than `after`, ordered by hash.
    async fn documents_after(
        &self,
        after: Option<ContentHash>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError>;

    /// The subset of `hashes` that was ever stored.
    async fn known(&self, hashes: &[ContentHash]) -> Result<BTreeSet<ContentHash>, StoreError>;

    /// Permanently erases the bytes of a document, even if a vendor serves it again. Returns
    /// whether it was ever stored.
    async fn erase(&self, hash: ContentHash) -> Result<bool, StoreError>;

    /// The last event of the log that was saved here; none if none was saved yet.
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError>;

    /// Saves an event of the log as the last one. If the log no longer has that event, it was
    /// restored.
    async fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError>;

    /// Contradictions outside the documents, one text each; empty in a sound store.
    async fn contradictions(&self) -> Result<Vec<String>, StoreError>;
}

/// Evidence shared by several roles.
pub type SharedEvidence = Arc<dyn Evidence>;
