//! What one observation brought, without the document bytes. Its hash is part of the hash of the
//! events that it caused.

use prost::Message as _;
use sha2::{Digest, Sha256};
use signalbook_domain::observation::{ContentHash, Slot};
use signalbook_domain::{
    Document, Failure, ObservationId, PageId, Platform, Timestamp, Worded as _,
};
use uuid::Uuid;

use crate::chain::Hash;
use crate::generated as pb;
pub use pb::FailedPoll;

/// What one observation brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The observed page.
    pub page: PageId,
    /// The slot of the poll.
    pub slot: Slot,
    /// When the poll ended.
    pub observed_at: Timestamp,
    /// The page's platform, or why the poll failed.
    pub outcome: Result<Answered, FailedPoll>,
    /// The documents, including those that could not be read.
    pub documents: Vec<ManifestDocument>,
    /// Whether the document bytes were stored when the manifest was written.
    pub is_kept: bool,
}

/// The result of a successful poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The name of the platform.
    pub platform: String,
    /// The address that answered, if it differs from the page's own.
    pub moved_to: Option<String>,
}

/// One document of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestDocument {
    /// The document's name on its platform, such as `statuspage/summary`.
    pub id: String,
    /// The HTTP response, if there was one.
    pub answer: Option<ManifestAnswer>,
    /// Why the document could not be read.
    pub failure: Option<FailedPoll>,
}

/// An HTTP response without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestAnswer {
    /// The requested address.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// The content type that the response claims.
    pub content_type: Option<String>,
    /// When the request was sent.
    pub asked_at: Timestamp,
    /// The hash of the body, even if the body was not transferred again.
    pub hash: ContentHash,
}

/// An encoded manifest and its observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedManifest {
    observation: ObservationId,
    bytes: Vec<u8>,
    hash: Hash,
}

impl EncodedManifest {
    /// The manifest of `observation`, stored and hashed as `bytes`.
    pub fn new(observation: ObservationId, bytes: Vec<u8>) -> Self {
        // Computed once, because an append needs it repeatedly.
        let hash = Sha256::digest(&bytes).into();
        Self { observation, bytes, hash }
    }

    /// The observation that the manifest belongs to.
    pub fn observation(&self) -> ObservationId {
        self.observation
    }

    /// The bytes that are stored and hashed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The observation and the hash of its manifest, as stored in events.
    pub fn reference(&self) -> ObservationRef {
        ObservationRef { id: self.observation, hash: self.hash }
    }
}

/// A reference from an event to the observation that caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservationRef {
    /// The id of the observation.
    pub id: ObservationId,
    /// The SHA-256 of its manifest.
    pub hash: Hash,
}

/// The name of a document in manifests.
pub fn document_id(document: Document) -> &'static str {
    match document {
        Document::Summary => "statuspage/summary",
        Document::Incidents => "statuspage/incidents",
        Document::Maintenances => "statuspage/maintenances",
    }
}

impl FailedPoll {
    /// Creates a failure with this detail.
    pub fn new(failure: Failure, detail: &str) -> Self {
        Self { kind: failure.word().to_owned(), detail: detail.to_owned() }
    }
}

impl Answered {
    /// Creates the result of a successful poll.
    pub fn new(platform: Platform, moved_to: Option<&str>) -> Self {
        Self { platform: platform.word().to_owned(), moved_to: moved_to.map(str::to_owned) }
    }
}

impl Manifest {
    /// Encodes the manifest as that of `observation`.
    pub fn encode(&self, observation: ObservationId) -> EncodedManifest {
        let answered = self.outcome.as_ref().ok();
        let manifest = pb::Manifest {
            page: self.page.0.as_bytes().to_vec(),
            slot: self.slot.0,
            observed_at: self.observed_at.micros(),
            platform: answered.map(|answered| answered.platform.clone()).unwrap_or_default(),
            moved_to: answered.and_then(|answered| answered.moved_to.clone()).unwrap_or_default(),
            failure: self.outcome.as_ref().err().cloned(),
            documents: self.documents.iter().map(write_document).collect(),
            not_kept: !self.is_kept,
        };
        EncodedManifest::new(observation, manifest.encode_to_vec())
    }

    /// Decodes the bytes that [`Manifest::encode`] wrote, or returns why it cannot.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        let read = pb::Manifest::decode(bytes).map_err(|error| error.to_string())?;
        let page = Uuid::from_slice(&read.page)
            .map_err(|_| format!("its page id has {} bytes instead of 16", read.page.len()))?;
        let moved_to = Some(read.moved_to).filter(|url| !url.is_empty());
        Ok(Self {
            page: PageId(page),
            slot: Slot(read.slot),
            observed_at: Timestamp::from_micros(read.observed_at),
            outcome: match read.failure {
                Some(failure) => Err(failure),
                None => Ok(Answered { platform: read.platform, moved_to }),
            },
            documents: read.documents.into_iter().map(read_document).collect::<Result<_, _>>()?,
            is_kept: !read.not_kept,
        })
    }

    /// The hashes of all document bodies that it names, with repetitions.
    pub fn hashes(&self) -> impl Iterator<Item = ContentHash> {
        self.documents.iter().filter_map(|document| document.answer.as_ref()).map(|one| one.hash)
    }
}

fn write_document(document: &ManifestDocument) -> pb::ManifestDocument {
    let (id, failure) = (document.id.clone(), document.failure.clone());
    let Some(answer) = &document.answer else {
        return pb::ManifestDocument { id, failure, ..pb::ManifestDocument::default() };
    };
    pb::ManifestDocument {
        id,
        url: answer.url.clone(),
        status: answer.status.into(),
        content_type: answer.content_type.clone(),
        asked_at: answer.asked_at.micros(),
        hash: answer.hash.0.to_vec(),
        failure,
    }
}

fn read_document(read: pb::ManifestDocument) -> Result<ManifestDocument, String> {
    let answer = if read.hash.is_empty() {
        None
    } else {
        let hash = read.hash.as_slice().try_into();
        Some(ManifestAnswer {
            url: read.url,
            status: u16::try_from(read.status)
                .map_err(|_| format!("{} is no HTTP status", read.status))?,
            content_type: read.content_type,
            asked_at: Timestamp::from_micros(read.asked_at),
            hash: ContentHash(
                hash.map_err(|_| format!("a hash has {} bytes instead of 32", read.hash.len()))?,
            ),
        })
    };
    Ok(ManifestDocument { id: read.id, answer, failure: read.failure })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Manifest {
        let answer = ManifestAnswer {
            url: "https://status.example.com/api/v2/summary.json?“ü”".to_owned(),
            status: 304,
            content_type: Some("application/json; charset=utf-8".to_owned()),
            asked_at: Timestamp::from_micros(1_770_000_000_000_001),
            hash: ContentHash::of(b"document"),
        };
        let failure = FailedPoll::new(Failure::HttpError, "status 503");
        let document = |document, answer, failure| ManifestDocument {
            id: document_id(document).to_owned(),
            answer,
            failure,
        };
        let bare = ManifestAnswer { content_type: None, status: 503, ..answer.clone() };
        Manifest {
            page: PageId(Uuid::from_u128(7)),
            slot: Slot(i64::MIN),
            observed_at: Timestamp::from_micros(-1),
            outcome: Ok(Answered::new(Platform::Statuspage, Some("https://moved.example"))),
            documents: vec![
                document(Document::Summary, Some(answer), None),
                document(Document::Incidents, Some(bare), Some(failure.clone())),
                document(Document::Maintenances, None, Some(failure)),
            ],
            is_kept: false,
        }
    }

    #[test]
    fn a_manifest_is_read_back_whole() {
        let failed = Manifest {
            outcome: Err(FailedPoll::new(Failure::Unreachable, "no answer")),
            documents: Vec::new(),
            is_kept: true,
            ..whole()
        };
        for manifest in [whole(), failed] {
            let encoded = manifest.encode(ObservationId(Uuid::from_u128(1)));
            assert_eq!(Manifest::decode(&encoded.bytes), Ok(manifest));
            let digest: Hash = Sha256::digest(&encoded.bytes).into();
            assert_eq!(encoded.reference().hash, digest);
        }
    }

    /// The bytes of the first version of a manifest stay readable forever.
    #[test]
    fn what_was_once_written_is_read_and_written_alike() {
        let golden = include_str!("../golden/manifest.v1.hex").trim();
        let bytes: Vec<u8> = (0..golden.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&golden[at..at + 2], 16).unwrap())
            .collect();
        assert_eq!(Manifest::decode(&bytes), Ok(whole()));
        assert_eq!(whole().encode(ObservationId(Uuid::nil())).bytes, bytes);
    }

    #[test]
    fn what_is_no_manifest_is_refused_with_a_reason() {
        let manifest = |change: fn(&mut pb::Manifest)| {
            let mut manifest =
                pb::Manifest::decode(&*whole().encode(ObservationId(Uuid::nil())).bytes).unwrap();
            change(&mut manifest);
            manifest.encode_to_vec()
        };
        for (bytes, reason) in [
            (vec![0xff], "varint"),
            (manifest(|manifest| manifest.page.truncate(15)), "15 bytes instead of 16"),
            (
                manifest(|manifest| manifest.documents[0].hash.truncate(31)),
                "31 bytes instead of 32",
            ),
            (manifest(|manifest| manifest.documents[0].status = 99_999), "99999 is no HTTP status"),
        ] {
            let refused = Manifest::decode(&bytes).unwrap_err();
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
