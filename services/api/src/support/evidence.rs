//! Evidence in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use async_trait::async_trait;
use signalbook_domain::observation::{ContentHash, Slot};
use signalbook_domain::{Document, ObservationId, PageId, Platform};
use signalbook_proto::manifest::{Answered, ManifestAnswer, ManifestDocument, document_id};
use signalbook_proto::{EncodedManifest, Manifest};
use signalbook_store::evidence::{Found, Keeping, StoredDocument};
use signalbook_store::{Checkpoint, Evidence, StoreError};
use uuid::Uuid;

use super::{World, at};

#[derive(Default)]
pub(super) struct MemoryEvidence {
    manifests: Mutex<BTreeMap<ObservationId, EncodedManifest>>,
    documents: Mutex<BTreeMap<ContentHash, StoredDocument>>,
}

#[async_trait]
impl Evidence for MemoryEvidence {
    async fn keep(&self, _: &Keeping<'_>) -> Result<(), StoreError> {
        unreachable!("the api only reads")
    }

    async fn manifest(&self, id: ObservationId) -> Result<Option<EncodedManifest>, StoreError> {
        Ok(self.manifests.lock().unwrap().get(&id).cloned())
    }

    async fn document(&self, hash: ContentHash) -> Result<Option<StoredDocument>, StoreError> {
        Ok(self.documents.lock().unwrap().get(&hash).cloned())
    }

    async fn documents_after(
        &self,
        _: Option<ContentHash>,
        _: u32,
    ) -> Result<Vec<Found>, StoreError> {
        unreachable!("the api reads no list of documents")
    }

    async fn known(&self, _: &[ContentHash]) -> Result<BTreeSet<ContentHash>, StoreError> {
        unreachable!("the api reads no list of documents")
    }

    async fn erase(&self, hash: ContentHash) -> Result<bool, StoreError> {
        let mut documents = self.documents.lock().unwrap();
        let Some(StoredDocument::Present(bytes)) = documents.get(&hash) else { return Ok(false) };
        let size = bytes.len() as u64;
        documents.insert(hash, StoredDocument::Erased { size });
        Ok(true)
    }

    async fn checkpoint(&self) -> Result<Option<Checkpoint>, StoreError> {
        unreachable!("the api compares nothing")
    }

    async fn save_checkpoint(&self, _: &Checkpoint) -> Result<(), StoreError> {
        unreachable!("the api only reads")
    }

    async fn contradictions(&self) -> Result<Vec<String>, StoreError> {
        unreachable!("the api checks nothing")
    }
}

impl World {
    /// Adds an observation of a provider's page with one document.
    pub(crate) fn observation(&self, name: &str, body: &[u8]) -> (ObservationId, ContentHash) {
        let (id, hash) = (ObservationId(Uuid::from_u128(77)), ContentHash::of(body));
        let pages = self.memory.lock().pages.clone();
        let page = pages.iter().find(|row| row.provider.as_str() == name);
        let answer = ManifestAnswer {
            url: "https://status.example.com/api/v2/summary.json".to_owned(),
            status: 200,
            content_type: Some("text/html".to_owned()),
            asked_at: at("2026-03-01T23:59:00Z"),
            hash,
        };
        let manifest = Manifest {
            page: page.map_or(PageId(Uuid::from_u128(1)), |row| row.id),
            slot: Slot(1),
            observed_at: at("2026-03-01T23:59:00Z"),
            outcome: Ok(Answered::new(Platform::Statuspage, None)),
            documents: vec![ManifestDocument {
                id: document_id(Document::Summary).to_owned(),
                answer: Some(answer),
                failure: None,
            }],
            is_kept: true,
        };
        self.evidence.manifests.lock().unwrap().insert(id, manifest.encode(id));
        self.evidence
            .documents
            .lock()
            .unwrap()
            .insert(hash, StoredDocument::Present(body.to_vec()));
        (id, hash)
    }

    /// Removes a document's bytes and leaves its tombstone.
    pub(crate) fn bury(&self, hash: ContentHash) {
        let mut documents = self.evidence.documents.lock().unwrap();
        if let Some(StoredDocument::Present(bytes)) = documents.get(&hash) {
            let size = bytes.len() as u64;
            documents.insert(hash, StoredDocument::Evicted { size });
        }
    }

    /// Replaces a document's bytes.
    pub(crate) fn alter(&self, hash: ContentHash) {
        let reason = "its bytes have another hash".to_owned();
        self.evidence.documents.lock().unwrap().insert(hash, StoredDocument::Altered { reason });
    }
}
