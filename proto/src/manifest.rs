//! What one observation brought, without the bytes: the evidence that its events are hashed with.

use prost::Message as _;
use sha2::{Digest, Sha256};
use signalbook_domain::observation::{ContentHash, Slot};
use signalbook_domain::{
    Document, Failure, ObservationId, PageId, Platform, Timestamp, Worded as _,
};
use uuid::Uuid;

use crate::chain::Hash;
use crate::generated as pb;

/// What one observation brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Which page.
    pub page: PageId,
    /// Which slot.
    pub slot: Slot,
    /// When the poll ended.
    pub observed_at: Timestamp,
    /// The page's platform, or why the poll failed.
    pub outcome: Result<Answered, FailedPoll>,
    /// The documents, also those that could not be read.
    pub documents: Vec<ManifestDocument>,
    /// Whether the bytes of its documents were kept when it was written.
    pub is_kept: bool,
}

/// What answered a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The word for the platform.
    pub platform: String,
    /// The address that answered, if it is not the page's own.
    pub moved_to: Option<String>,
}

/// Why a poll, or one document of it, brought nothing that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedPoll {
    /// The word for it.
    pub kind: String,
    /// What exactly, in words.
    pub detail: String,
}

/// One document of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestDocument {
    /// What it is on its platform, like `statuspage/summary`.
    pub id: String,
    /// The answer, if there was one.
    pub answer: Option<ManifestAnswer>,
    /// Why it could not be read.
    pub failure: Option<FailedPoll>,
}

/// An HTTP answer, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestAnswer {
    /// The address that was asked.
    pub url: String,
    /// The HTTP status.
    pub status: u16,
    /// The content type that it claimed.
    pub content_type: Option<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The hash of its bytes, also if they did not come again.
    pub hash: ContentHash,
}

/// A manifest as its bytes, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedManifest {
    observation: ObservationId,
    bytes: Vec<u8>,
    hash: Hash,
}

impl EncodedManifest {
    /// The manifest of `observation` that is kept and hashed as `bytes`.
    pub fn new(observation: ObservationId, bytes: Vec<u8>) -> Self {
        // Once, since an append needs it again and again.
        let hash = Sha256::digest(&bytes).into();
        Self { observation, bytes, hash }
    }

    /// The observation.
    pub fn observation(&self) -> ObservationId {
        self.observation
    }

    /// The bytes that are kept and hashed.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The observation with the hash of its manifest, as events carry it.
    pub fn reference(&self) -> ObservationRef {
        ObservationRef { id: self.observation, hash: self.hash }
    }
}

/// An observation as the events name it that it caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservationRef {
    /// Its identity.
    pub id: ObservationId,
    /// The SHA-256 of its manifest.
    pub hash: Hash,
}

/// The word for a document in manifests.
pub fn document_id(document: Document) -> &'static str {
    match document {
        Document::Summary => "statuspage/summary",
        Document::Incidents => "statuspage/incidents",
        Document::Maintenances => "statuspage/maintenances",
    }
}

impl FailedPoll {
    /// A failure with the words of `detail`.
    pub fn new(failure: Failure, detail: &str) -> Self {
        Self { kind: failure.word().to_owned(), detail: detail.to_owned() }
    }
}

impl Answered {
    /// An answer of a page of `platform`.
    pub fn new(platform: Platform, moved_to: Option<&str>) -> Self {
        Self { platform: platform.word().to_owned(), moved_to: moved_to.map(str::to_owned) }
    }
}

impl Manifest {
    /// The bytes that are kept, as those of `observation`.
    pub fn encode(&self, observation: ObservationId) -> EncodedManifest {
        let answered = self.outcome.as_ref().ok();
        let manifest = pb::Manifest {
            page: self.page.0.as_bytes().to_vec(),
            slot: self.slot.0,
            observed_at: self.observed_at.micros(),
            platform: answered.map(|answered| answered.platform.clone()).unwrap_or_default(),
            moved_to: answered.and_then(|answered| answered.moved_to.clone()).unwrap_or_default(),
            failure: self.outcome.as_ref().err().map(write_failure),
            documents: self.documents.iter().map(write_document).collect(),
            not_kept: !self.is_kept,
        };
        EncodedManifest::new(observation, manifest.encode_to_vec())
    }

    /// Reads what [`Manifest::encode`] wrote; else says why it cannot.
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
                Some(failure) => Err(read_failure(failure)),
                None => Ok(Answered { platform: read.platform, moved_to }),
            },
            documents: read.documents.into_iter().map(read_document).collect::<Result<_, _>>()?,
            is_kept: !read.not_kept,
        })
    }

    /// The hashes of the bytes that it names, each as often as it does.
    pub fn hashes(&self) -> impl Iterator<Item = ContentHash> {
        self.documents.iter().filter_map(|document| document.answer.as_ref()).map(|one| one.hash)
    }
}

fn write_failure(failure: &FailedPoll) -> pb::FailedPoll {
    pb::FailedPoll { kind: failure.kind.clone(), detail: failure.detail.clone() }
}

fn read_failure(failure: pb::FailedPoll) -> FailedPoll {
    FailedPoll { kind: failure.kind, detail: failure.detail }
}

fn write_document(document: &ManifestDocument) -> pb::ManifestDocument {
    let (id, failure) = (document.id.clone(), document.failure.as_ref().map(write_failure));
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
    Ok(ManifestDocument { id: read.id, answer, failure: read.failure.map(read_failure) })
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

    /// The bytes of a manifest as they were first written: what was hashed once is read for ever.
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
