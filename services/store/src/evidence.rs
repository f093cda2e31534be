//! The raw documents behind the events, each kept once by the hash of its bytes.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{ObservationId, PageId};
use signalbook_proto::EncodedManifest;

use crate::checkpoint::Checkpoint;
use crate::error::StoreError;

/// What one observation brought, to be kept.
#[derive(Clone, Copy, Debug)]
pub struct Keeping<'a> {
    /// Whose page it was.
    pub page: PageId,
    /// Its manifest, if that does not stand beside the log: it caused nothing, and goes with its
    /// documents.
    pub manifest: Option<&'a EncodedManifest>,
    /// The documents that it names, with the bytes of those that came.
    pub documents: &'a [(ContentHash, Option<&'a [u8]>)],
}

/// What there is of a document.
#[derive(Clone, PartialEq, Eq)]
pub enum StoredDocument {
    /// Its bytes, which have its hash.
    Present(Vec<u8>),
    /// They were removed to keep within the size budget.
    Evicted {
        /// How many bytes there were.
        size: u64,
    },
    /// They were erased on purpose, for good.
    Erased {
        /// How many bytes there were.
        size: u64,
    },
    /// What is there in their place has another hash, or cannot be read.
    Altered {
        /// What is wrong, in words.
        reason: String,
    },
}

/// Says how many bytes there are, and not which.
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

/// A document, as it was found by its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its hash.
    pub hash: ContentHash,
    /// What there is of it.
    pub kept: StoredDocument,
}

/// The store of evidence.
///
/// Promises: a document is kept once, whatever the number of observations that brought it; bytes
/// are answered under their own hash alone; what is kept stays within the budget, and a tombstone
/// stays of what had to go; what was erased is never kept again.
///
/// What has to go first is what the page that uses most has of documents that caused nothing, then
/// of others, the oldest first; a document that several pages use counts for each.
#[async_trait]
pub trait Evidence: Send + Sync {
    /// Keeps what an observation brought.
    async fn keep(&self, keeping: &Keeping<'_>) -> Result<(), StoreError>;

    /// A manifest that was kept here, until its documents went.
    async fn manifest(&self, id: ObservationId) -> Result<Option<EncodedManifest>, StoreError>;

    /// What there is of a document; none if it was never kept.
    async fn document(&self, hash: ContentHash) -> Result<Option<StoredDocument>, StoreError>;

    /// Up to `limit` documents behind the hash `after`, by their hashes.
    async fn documents_after(
        &self,
        after: Option<ContentHash>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError>;

    /// Those of `hashes` that were ever kept.
    async fn known(&self, hashes: &[ContentHash]) -> Result<BTreeSet<ContentHash>, StoreError>;

    /// Erases the bytes of a document for good, also if a vendor serves it again. Answers whether it
    /// was ever kept.
    async fn erase(&self, hash: ContentHash) -> Result<bool, StoreError>;

    /// The last event of the log that was noted here; none if none ever was.
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError>;

    /// Notes an event of the log as its last one. Evidence beside a log that does not have that
    /// event any more tells that the log was restored.
    async fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<(), StoreError>;

    /// What contradicts itself beside the documents, in words; nothing in a sound store.
    async fn contradictions(&self) -> Result<Vec<String>, StoreError>;
}

/// Evidence that several roles share.
pub type SharedEvidence = Arc<dyn Evidence>;
