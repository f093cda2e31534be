//! The promises of the store of evidence.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use signalbook_domain::observation::{ContentHash, Slot};
use signalbook_domain::{Document, ObservationId};

use super::support::{NOW, at, id, page_of, slug};
use crate::evidence::{DocumentRecord, Kept, ObservationRecord, SharedEvidence};

/// The bytes that an adapter under test may keep.
pub const BUDGET: u64 = 100_000;

/// A tenth of the budget.
const TENTH: usize = 10_000;

fn observation(name: &str) -> ObservationRecord {
    ObservationRecord {
        id: ObservationId(id(name)),
        page: page_of("acme"),
        provider: slug("acme"),
        slot: Slot(7),
        observed_at: at(NOW),
        failure: None,
        documents: Vec::new(),
    }
}

/// Bytes that no compression makes smaller.
fn noise(name: &str, bytes: usize) -> Vec<u8> {
    let mut block = ContentHash::of(name.as_bytes());
    let mut noise = Vec::with_capacity(bytes + 32);
    while noise.len() < bytes {
        noise.extend_from_slice(&block.0);
        block = ContentHash::of(&block.0);
    }
    noise.truncate(bytes);
    noise
}

async fn keep(evidence: &SharedEvidence, name: &str, body: &[u8]) -> ContentHash {
    let hash = ContentHash::of(body);
    evidence.keep(&observation(name), &[(hash, body)]).await.unwrap();
    hash
}

async fn found(evidence: &SharedEvidence, body: &[u8]) -> Option<Kept> {
    evidence.document(ContentHash::of(body)).await.unwrap()
}

fn tombstone(body: &[u8]) -> Kept {
    Kept::Removed { size: body.len() as u64 }
}

pub async fn what_was_never_kept_is_missing(evidence: SharedEvidence) {
    assert_eq!(found(&evidence, b"never").await, None);
    assert_eq!(evidence.observation(ObservationId(id("never"))).await.unwrap(), None);
}

pub async fn an_observation_is_read_back_whole(evidence: SharedEvidence) {
    let document = DocumentRecord {
        document: Document::Incidents,
        url: "https://status.example.com/api/v2/incidents.json?“ü”".to_owned(),
        status: 599,
        content_type: None,
        hash: ContentHash::of(b"document"),
    };
    let json = Some("application/json; charset=utf-8".to_owned());
    let summary =
        DocumentRecord { document: Document::Summary, content_type: json, ..document.clone() };
    let whole = ObservationRecord {
        failure: Some("the answer is\nnot JSON".to_owned()),
        documents: vec![document, summary],
        slot: Slot(i64::MIN),
        ..observation("whole")
    };
    evidence.keep(&whole, &[]).await.unwrap();
    evidence.keep(&observation("bare"), &[]).await.unwrap();
    assert_eq!(evidence.observation(whole.id).await.unwrap(), Some(whole.clone()));
    let bare = observation("bare");
    assert_eq!(evidence.observation(bare.id).await.unwrap(), Some(bare));
    evidence.keep(&whole, &[]).await.unwrap();
    assert_eq!(evidence.observation(whole.id).await.unwrap(), Some(whole));
}

pub async fn documents_are_read_back_whole(evidence: SharedEvidence) {
    let bodies = [
        Vec::new(),
        vec![0],
        noise("some", 5_000),
        b"{\"incidents\": []}".to_vec(),
        b"the same again and again ".repeat(100_000),
    ];
    let given: Vec<_> = bodies.iter().map(|body| (ContentHash::of(body), &body[..])).collect();
    evidence.keep(&observation("one"), &given).await.unwrap();
    for body in bodies {
        assert!(found(&evidence, &body).await == Some(Kept::Bytes(body)));
    }
}

pub async fn an_observation_without_bytes_keeps_no_document(evidence: SharedEvidence) {
    let hash = ContentHash::of(b"unchanged");
    let document = DocumentRecord {
        document: Document::Summary,
        url: "https://status.example.com/api/v2/summary.json".to_owned(),
        status: 304,
        content_type: None,
        hash,
    };
    let unchanged = ObservationRecord { documents: vec![document], ..observation("304") };
    evidence.keep(&unchanged, &[]).await.unwrap();
    assert_eq!(evidence.document(hash).await.unwrap(), None);
}

pub async fn a_document_is_kept_once(evidence: SharedEvidence) {
    let (first, again) = (noise("first", TENTH), noise("again", TENTH));
    keep(&evidence, "first", &first).await;
    for n in 0..30 {
        let hash = ContentHash::of(&again);
        let name = format!("{n}");
        evidence.keep(&observation(&name), &[(hash, &again), (hash, &again)]).await.unwrap();
    }
    assert_eq!(found(&evidence, &first).await, Some(Kept::Bytes(first)));
    assert_eq!(found(&evidence, &again).await, Some(Kept::Bytes(again)));
    let last = evidence.observation(ObservationId(id("29"))).await.unwrap();
    assert_eq!(last, Some(observation("29")));
}

pub async fn the_oldest_are_removed_and_leave_tombstones(evidence: SharedEvidence) {
    let bodies: Vec<_> = (0..100).map(|n| noise(&n.to_string(), TENTH)).collect();
    for (n, body) in bodies.iter().enumerate() {
        keep(&evidence, &n.to_string(), body).await;
    }
    let (old, new) = bodies.split_at(91);
    for body in old {
        assert_eq!(found(&evidence, body).await, Some(tombstone(body)));
    }
    for body in new {
        assert_eq!(found(&evidence, body).await, Some(Kept::Bytes(body.clone())));
    }
    let first = evidence.observation(ObservationId(id("0"))).await.unwrap();
    assert_eq!(first, Some(observation("0")));
}

pub async fn a_tombstone_is_filled_again_and_is_then_the_newest(evidence: SharedEvidence) {
    let bodies: Vec<_> = (0..12).map(|n| noise(&n.to_string(), TENTH)).collect();
    for (n, body) in bodies.iter().enumerate() {
        keep(&evidence, &n.to_string(), body).await;
    }
    assert_eq!(found(&evidence, &bodies[0]).await, Some(tombstone(&bodies[0])));
    keep(&evidence, "again", &bodies[0]).await;
    assert_eq!(found(&evidence, &bodies[0]).await, Some(Kept::Bytes(bodies[0].clone())));
    assert_eq!(found(&evidence, &bodies[3]).await, Some(tombstone(&bodies[3])));
    for n in 20..28 {
        keep(&evidence, &n.to_string(), &noise(&n.to_string(), TENTH)).await;
    }
    assert_eq!(found(&evidence, &bodies[0]).await, Some(Kept::Bytes(bodies[0].clone())));
    assert_eq!(found(&evidence, &bodies[11]).await, Some(tombstone(&bodies[11])));
}

pub async fn a_document_beyond_the_budget_leaves_a_tombstone(evidence: SharedEvidence) {
    let large = noise("large", 11 * TENTH);
    keep(&evidence, "large", &large).await;
    assert_eq!(found(&evidence, &large).await, Some(tombstone(&large)));
    let small = noise("small", TENTH);
    keep(&evidence, "small", &small).await;
    assert_eq!(found(&evidence, &small).await, Some(Kept::Bytes(small)));
}
