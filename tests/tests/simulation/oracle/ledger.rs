//! Whether the log is whole: no gap, no other order, no other event than those that were hashed,
//! and evidence behind every event that names an observation.

use std::collections::{BTreeMap, BTreeSet};

use signalbook_domain::Position;
use signalbook_domain::observation::ContentHash;
use signalbook_proto::chain::{Verifier, manifest_genesis, manifest_hash};
use signalbook_proto::{EncodedManifest, Manifest, ObservationRef, Record};
use signalbook_store::Head;
use signalbook_store::evidence::{SharedEvidence, StoredDocument};
use signalbook_store::log::SharedLog;

use super::told::Objection;

/// Reads the whole log.
pub(crate) async fn read(log: &SharedLog) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    loop {
        let after = records.last().map_or(Position(0), |record| record.position);
        let more = log.read_after(after, 5_000).await.unwrap();
        if more.is_empty() {
            return records;
        }
        records.extend(more);
    }
}

/// Checks the whole log.
pub(crate) async fn check(log: &SharedLog, evidence: &SharedEvidence) -> Result<(), Objection> {
    let records = read(log).await;
    let head = log.head().await.unwrap();
    let mut verifier = Verifier::new(head.log_id, log.epochs().await.unwrap());
    let mut revisions = BTreeMap::new();
    let (mut ids, mut observations) = (BTreeSet::new(), Vec::new());
    let mut recorded_at = None;
    for record in &records {
        verifier.check(record).map_err(|broken| broken.to_string())?;
        let revision = revisions.entry(record.stream.clone()).or_insert(0_u64);
        *revision += 1;
        if record.revision.0 != *revision {
            return Err(format!("{} has a gap before {}", record.stream, record.revision));
        }
        if !ids.insert(record.id) {
            return Err(format!("event {} is there twice", record.id));
        }
        if recorded_at > Some(record.recorded_at) {
            return Err(format!("event {} was recorded before the one before it", record.id));
        }
        recorded_at = Some(record.recorded_at);
        observations.extend(record.observation);
    }
    if verifier.reached() != (head.position, head.hash) {
        return Err("the log's head is not its end".to_owned());
    }
    let manifests = manifests(log, &head).await?;
    check_evidence(&observations, &manifests, evidence).await
}

/// Reads all manifests and checks their chain.
async fn manifests(log: &SharedLog, head: &Head) -> Result<Vec<EncodedManifest>, Objection> {
    let mut hash = manifest_genesis(head.log_id);
    let rows = log.manifests_after(0, u32::MAX).await.unwrap();
    for (row, number) in rows.iter().zip(1..) {
        hash = manifest_hash(&hash, number, &row.manifest.reference());
        if (row.number, row.hash) != (number, hash) {
            return Err(format!("manifest {number} is not the one that was recorded"));
        }
    }
    if (rows.len() as u64, hash) != (head.manifests, head.manifest_hash) {
        return Err("the log's head does not fit its last manifest".to_owned());
    }
    Ok(rows.into_iter().map(|row| row.manifest).collect())
}

/// Every event that names an observation has its manifest, and that its documents, unless it says
/// that they could not be kept.
async fn check_evidence(
    observations: &[ObservationRef],
    manifests: &[EncodedManifest],
    evidence: &SharedEvidence,
) -> Result<(), Objection> {
    let known: BTreeMap<_, _> = manifests.iter().map(|one| (one.observation(), one)).collect();
    for observation in observations {
        let manifest = known.get(&observation.id).map(|manifest| manifest.reference());
        if manifest != Some(*observation) {
            return Err(format!("no manifest of observation {}", observation.id));
        }
    }
    let manifests: Result<Vec<Manifest>, String> =
        manifests.iter().map(|one| Manifest::decode(one.bytes())).collect();
    let manifests = manifests?;
    let (kept, lost): (Vec<_>, Vec<_>) = manifests.iter().partition(|one| one.is_kept);
    let lost: BTreeSet<ContentHash> = lost.into_iter().flat_map(Manifest::hashes).collect();
    for hash in kept.into_iter().flat_map(Manifest::hashes).filter(|hash| !lost.contains(hash)) {
        match evidence.document(hash).await.unwrap() {
            Some(StoredDocument::Present(_)) => {}
            Some(
                StoredDocument::Evicted { .. }
                | StoredDocument::Erased { .. }
                | StoredDocument::Altered { .. },
            )
            | None => {
                return Err(format!("no bytes of {hash}"));
            }
        }
    }
    match evidence.contradictions().await.unwrap().pop() {
        Some(contradiction) => Err(contradiction),
        None => Ok(()),
    }
}
