//! Evidence in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use signalbook_domain::observation::{ContentHash, Slot};
use signalbook_domain::{Document, ObservationId, PageId};
use signalbook_store::evidence::{DocumentRecord, Kept, ObservationRecord};
use signalbook_store::{Evidence, StoreError};
use uuid::Uuid;

use super::{World, at, slug};

#[derive(Default)]
pub(super) struct MemoryEvidence {
    observations: Mutex<HashMap<ObservationId, ObservationRecord>>,
    documents: Mutex<HashMap<ContentHash, Kept>>,
}

#[async_trait]
impl Evidence for MemoryEvidence {
    async fn keep(
        &self,
        observation: &ObservationRecord,
        bodies: &[(ContentHash, &[u8])],
    ) -> Result<(), StoreError> {
        self.observations.lock().unwrap().insert(observation.id, observation.clone());
        let kept = bodies.iter().map(|(hash, body)| (*hash, Kept::Bytes(body.to_vec())));
        self.documents.lock().unwrap().extend(kept);
        Ok(())
    }

    async fn observation(
        &self,
        id: ObservationId,
    ) -> Result<Option<ObservationRecord>, StoreError> {
        Ok(self.observations.lock().unwrap().get(&id).cloned())
    }

    async fn document(&self, hash: ContentHash) -> Result<Option<Kept>, StoreError> {
        Ok(self.documents.lock().unwrap().get(&hash).cloned())
    }
}

impl World {
    /// Keeps an observation that brought one document.
    pub(crate) fn observation(&self, name: &str, body: &[u8]) -> (ObservationId, ContentHash) {
        let (id, hash) = (ObservationId(Uuid::from_u128(77)), ContentHash::of(body));
        let observation = ObservationRecord {
            id,
            page: PageId(Uuid::from_u128(1)),
            provider: slug(name),
            slot: Slot(1),
            observed_at: at("2026-03-01T00:00:00Z"),
            failure: None,
            documents: vec![DocumentRecord {
                document: Document::Summary,
                url: format!("https://{name}.example/api/v2/summary.json"),
                status: 200,
                content_type: Some("text/html".to_owned()),
                hash,
            }],
        };
        self.evidence.observations.lock().unwrap().insert(id, observation);
        self.evidence.documents.lock().unwrap().insert(hash, Kept::Bytes(body.to_vec()));
        (id, hash)
    }

    /// Removes a document's bytes and leaves its tombstone.
    pub(crate) fn bury(&self, hash: ContentHash) {
        let mut documents = self.evidence.documents.lock().unwrap();
        if let Some(Kept::Bytes(bytes)) = documents.get(&hash) {
            let size = bytes.len() as u64;
            documents.insert(hash, Kept::Removed { size });
        }
    }
}
