//! The raw documents behind the events, each kept once by the hash of its bytes.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use signalbook_domain::observation::{ContentHash, Slot};
use signalbook_domain::{Document, ObservationId, PageId, Slug, Timestamp};

use crate::error::StoreError;

/// What one observation brought, without the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservationRecord {
    /// Its identity, which events carry.
    pub id: ObservationId,
    /// Which page.
    pub page: PageId,
    /// Whose it is.
    pub provider: Slug,
    /// Which turn.
    pub slot: Slot,
    /// When.
    pub observed_at: Timestamp,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// The documents.
    pub documents: Vec<DocumentRecord>,
}

/// One document of an observation, without the bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// Which.
    pub document: Document,
    /// The address that was asked.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// The content type that it claimed.
    pub content_type: Option<String>,
    /// The hash of its bytes.
    pub hash: ContentHash,
}

/// The bytes of a document, or what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The bytes.
    Bytes(Vec<u8>),
    /// They were removed to keep within the size budget.
    Removed {
        /// How many bytes there were.
        size: u64,
    },
}

/// The store of evidence.
///
/// Promises: a document is kept once whatever the number of observations that brought it; what
/// is kept stays within the budget, the oldest removed first, and a tombstone stays.
#[async_trait]
pub trait Evidence: Send + Sync {
    /// Keeps an observation and those of its documents whose bytes are given.
    async fn keep(
        &self,
        observation: &ObservationRecord,
        bodies: &[(ContentHash, &[u8])],
    ) -> Result<(), StoreError>;

    /// An observation that was kept.
    async fn observation(&self, id: ObservationId)
    -> Result<Option<ObservationRecord>, StoreError>;

    /// A document's bytes, or its tombstone.
    async fn document(&self, hash: ContentHash) -> Result<Option<Kept>, StoreError>;
}

/// Evidence that several roles share.
pub type SharedEvidence = Arc<dyn Evidence>;
