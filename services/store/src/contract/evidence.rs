//! The promises of the store of evidence.

#![expect(missing_docs, reason = "the name of a case is its sentence")]

use signalbook_domain::ObservationId;
use signalbook_domain::observation::ContentHash;

use super::rows::checkpoint;
use super::support::{id, manifest, page_of};
use crate::evidence::{Keeping, SharedEvidence, StoredDocument};

/// The budget in bytes of an adapter under test.
pub const BUDGET: u64 = 100_000;

/// A tenth of the budget.
const TENTH: usize = 10_000;

/// Returns incompressible bytes.
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

/// Stores a document that an observation of `acme`'s page brought and that caused an event.
async fn keep(evidence: &SharedEvidence, body: &[u8]) -> ContentHash {
    keep_of(evidence, "acme", body, true).await
}

/// Stores a document of another page, or one that caused no event.
async fn keep_of(
    evidence: &SharedEvidence,
    provider: &str,
    body: &[u8],
    caused: bool,
) -> ContentHash {
    let hash = ContentHash::of(body);
    let name = format!("{provider} {hash}");
    let manifest = manifest(&name, name.as_bytes());
    let keeping = Keeping {
        page: page_of(provider),
        manifest: Some(&manifest).filter(|_| !caused),
        documents: &[(hash, Some(body))],
    };
    evidence.keep(&keeping).await.unwrap();
    hash
}

async fn found(evidence: &SharedEvidence, body: &[u8]) -> Option<StoredDocument> {
    evidence.document(ContentHash::of(body)).await.unwrap()
}

fn tombstone(body: &[u8]) -> StoredDocument {
    StoredDocument::Evicted { size: body.len() as u64 }
}

fn bytes(body: &[u8]) -> StoredDocument {
    StoredDocument::Present(body.to_vec())
}

/// Asserts that nothing contradicts itself and that every document has its hash.
async fn expect_sound(evidence: &SharedEvidence) {
    assert_eq!(evidence.contradictions().await.unwrap(), Vec::<String>::new());
    let mut after = None;
    loop {
        let found = evidence.documents_after(after, 7).await.unwrap();
        let Some(last) = found.last() else { break };
        assert!(found.is_sorted_by_key(|one| one.hash) && Some(found[0].hash) > after);
        for one in &found {
            assert!(!matches!(one.kept, StoredDocument::Altered { .. }), "{one:?}");
        }
        after = Some(last.hash);
    }
}

pub async fn the_last_event_that_was_noted_is_read_back(evidence: SharedEvidence) {
    assert_eq!(evidence.checkpoint().await.unwrap(), None);
    // Position 4 comes last, since the log may have been restored.
    for position in [1, 9, 9, 4] {
        evidence.save_checkpoint(&checkpoint(position)).await.unwrap();
        assert_eq!(evidence.checkpoint().await.unwrap(), Some(checkpoint(position)));
    }
    assert_eq!(evidence.contradictions().await.unwrap(), Vec::<String>::new());
}

pub async fn what_was_never_kept_is_missing(evidence: SharedEvidence) {
    assert_eq!(found(&evidence, b"never").await, None);
    assert_eq!(evidence.manifest(ObservationId(id("never"))).await.unwrap(), None);
    expect_sound(&evidence).await;
}

pub async fn documents_are_read_back_whole(evidence: SharedEvidence) {
    let bodies = [
        Vec::new(),
        vec![0],
        noise("some", 5_000),
        b"{\"incidents\": []}".to_vec(),
        b"the same again and again ".repeat(100_000),
    ];
    let given: Vec<_> =
        bodies.iter().map(|body| (ContentHash::of(body), Some(&body[..]))).collect();
    let keeping = Keeping { page: page_of("acme"), manifest: None, documents: &given };
    evidence.keep(&keeping).await.unwrap();
    for body in bodies {
        assert!(found(&evidence, &body).await == Some(StoredDocument::Present(body)));
    }
    expect_sound(&evidence).await;
}

pub async fn a_document_whose_bytes_did_not_come_is_not_kept(evidence: SharedEvidence) {
    let hash = ContentHash::of(b"unchanged");
    let keeping = Keeping { page: page_of("acme"), manifest: None, documents: &[(hash, None)] };
    evidence.keep(&keeping).await.unwrap();
    assert_eq!(evidence.document(hash).await.unwrap(), None);
    expect_sound(&evidence).await;
}

pub async fn a_document_is_kept_once(evidence: SharedEvidence) {
    let (first, again) = (noise("first", TENTH), noise("again", TENTH));
    keep(&evidence, &first).await;
    for _ in 0..30 {
        let hash = ContentHash::of(&again);
        let twice = [(hash, Some(&again[..])), (hash, Some(&again[..]))];
        let keeping = Keeping { page: page_of("acme"), manifest: None, documents: &twice };
        evidence.keep(&keeping).await.unwrap();
    }
    assert_eq!(found(&evidence, &first).await, Some(bytes(&first)));
    assert_eq!(found(&evidence, &again).await, Some(bytes(&again)));
    expect_sound(&evidence).await;
}

pub async fn a_manifest_that_caused_nothing_goes_with_its_document(evidence: SharedEvidence) {
    let bodies: Vec<_> = (0..12).map(|n| noise(&n.to_string(), TENTH)).collect();
    let mut hashes = Vec::new();
    for body in &bodies {
        hashes.push(keep_of(&evidence, "acme", body, false).await);
    }
    for (n, (body, hash)) in bodies.iter().zip(&hashes).enumerate() {
        let name = format!("acme {hash}");
        let kept = evidence.manifest(ObservationId(id(&name))).await.unwrap();
        let is_gone = found(&evidence, body).await == Some(tombstone(body));
        assert_eq!((is_gone, kept.is_none()), (n < 3, n < 3));
        if let Some(kept) = kept {
            assert_eq!(kept, manifest(&name, name.as_bytes()));
        }
    }
    expect_sound(&evidence).await;
}

pub async fn what_caused_nothing_goes_first_and_the_oldest_of_it(evidence: SharedEvidence) {
    let causes: Vec<_> = (0..3).map(|n| noise(&format!("cause {n}"), TENTH)).collect();
    for body in &causes {
        keep(&evidence, body).await;
    }
    let others: Vec<_> = (0..20).map(|n| noise(&n.to_string(), TENTH)).collect();
    for body in &others {
        keep_of(&evidence, "acme", body, false).await;
    }
    for body in &causes {
        assert_eq!(found(&evidence, body).await, Some(bytes(body)));
    }
    for (n, body) in others.iter().enumerate() {
        let expected = if n < 14 { tombstone(body) } else { bytes(body) };
        assert_eq!(found(&evidence, body).await, Some(expected), "{n}");
    }
    expect_sound(&evidence).await;
}

pub async fn a_document_that_causes_something_later_is_kept_as_long(evidence: SharedEvidence) {
    let first = noise("first", TENTH);
    let hash = keep_of(&evidence, "acme", &first, false).await;
    let keeping = Keeping { page: page_of("acme"), manifest: None, documents: &[(hash, None)] };
    evidence.keep(&keeping).await.unwrap();
    for n in 0..20 {
        keep_of(&evidence, "acme", &noise(&n.to_string(), TENTH), false).await;
    }
    assert_eq!(found(&evidence, &first).await, Some(bytes(&first)));
    expect_sound(&evidence).await;
}

pub async fn the_page_that_uses_most_gives_first(evidence: SharedEvidence) {
    let quiet = noise("quiet", TENTH);
    keep(&evidence, &quiet).await;
    for n in 0..50 {
        let caused = n % 2 == 0;
        keep_of(&evidence, "noisy", &noise(&n.to_string(), TENTH), caused).await;
    }
    assert_eq!(found(&evidence, &quiet).await, Some(bytes(&quiet)));
    assert_eq!(found(&evidence, &noise("48", TENTH)).await, Some(bytes(&noise("48", TENTH))));
    expect_sound(&evidence).await;
}

pub async fn a_document_of_two_pages_counts_for_each_and_stays_for_one(evidence: SharedEvidence) {
    let shared = noise("shared", TENTH);
    keep(&evidence, &shared).await;
    keep_of(&evidence, "noisy", &shared, true).await;
    for n in 0..30 {
        keep_of(&evidence, "noisy", &noise(&n.to_string(), TENTH), true).await;
    }
    assert_eq!(found(&evidence, &shared).await, Some(bytes(&shared)));
    expect_sound(&evidence).await;
}

pub async fn a_tombstone_is_filled_again_and_is_then_the_newest(evidence: SharedEvidence) {
    let bodies: Vec<_> = (0..12).map(|n| noise(&n.to_string(), TENTH)).collect();
    for body in &bodies {
        keep(&evidence, body).await;
    }
    assert_eq!(found(&evidence, &bodies[0]).await, Some(tombstone(&bodies[0])));
    keep(&evidence, &bodies[0]).await;
    assert_eq!(found(&evidence, &bodies[0]).await, Some(bytes(&bodies[0])));
    assert_eq!(found(&evidence, &bodies[3]).await, Some(tombstone(&bodies[3])));
    for n in 20..28 {
        keep(&evidence, &noise(&n.to_string(), TENTH)).await;
    }
    assert_eq!(found(&evidence, &bodies[0]).await, Some(bytes(&bodies[0])));
    assert_eq!(found(&evidence, &bodies[11]).await, Some(tombstone(&bodies[11])));
    expect_sound(&evidence).await;
}

pub async fn a_document_beyond_the_budget_leaves_a_tombstone(evidence: SharedEvidence) {
    let large = noise("large", 11 * TENTH);
    keep(&evidence, &large).await;
    assert_eq!(found(&evidence, &large).await, Some(tombstone(&large)));
    let small = noise("small", TENTH);
    keep(&evidence, &small).await;
    assert_eq!(found(&evidence, &small).await, Some(bytes(&small)));
    expect_sound(&evidence).await;
}

pub async fn an_erased_document_is_never_kept_again(evidence: SharedEvidence) {
    assert!(!evidence.erase(ContentHash::of(b"never")).await.unwrap());
    let (erased, other) = (noise("erased", TENTH), noise("other", TENTH));
    let hash = keep(&evidence, &erased).await;
    keep_of(&evidence, "other", &erased, false).await;
    keep(&evidence, &other).await;
    for _ in 0..2 {
        assert!(evidence.erase(hash).await.unwrap());
        let is_erased = Some(StoredDocument::Erased { size: erased.len() as u64 });
        assert_eq!(found(&evidence, &erased).await, is_erased);
        keep(&evidence, &erased).await;
        keep_of(&evidence, "other", &erased, false).await;
        assert_eq!(found(&evidence, &erased).await, is_erased);
        expect_sound(&evidence).await;
    }
    assert_eq!(found(&evidence, &other).await, Some(bytes(&other)));
    // Its space is free for others.
    for number in 0..8 {
        keep(&evidence, &noise(&format!("more {number}"), TENTH)).await;
    }
    assert_eq!(found(&evidence, &other).await, Some(bytes(&other)));
    expect_sound(&evidence).await;
}
