//! Whether the log is whole: no gap, no other order, no other event than those that were hashed,
//! and evidence behind every event that names an observation.

use std::collections::{BTreeMap, BTreeSet};

use signalbook_domain::Position;
use signalbook_proto::Record;
use signalbook_proto::chain::Verifier;
use signalbook_store::evidence::{Kept, SharedEvidence};
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
    let mut verifier = Verifier::new(head.log_id);
    let mut revisions = BTreeMap::new();
    let (mut ids, mut observations) = (BTreeSet::new(), BTreeSet::new());
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
    for observation in observations {
        let kept = evidence.observation(observation).await.unwrap();
        let kept = kept.ok_or_else(|| format!("no evidence of observation {observation}"))?;
        for document in kept.documents {
            match evidence.document(document.hash).await.unwrap() {
                Some(Kept::Bytes(_)) => {}
                Some(Kept::Removed { .. }) | None => {
                    return Err(format!("no bytes of {} {}", document.url, document.hash));
                }
            }
        }
    }
    Ok(())
}
