//! Checks a record: the chain of its events, the manifests that they name, and the documents that
//! those name.

mod anchors;

use std::collections::BTreeSet;

use signalbook_domain::observation::ContentHash;
use signalbook_domain::{ObservationId, Position};
use signalbook_proto::anchor::Anchor;
use signalbook_proto::chain::{Broken, Epoch, Verifier, manifest_genesis, manifest_hash};
use signalbook_proto::{EncodedManifest, Manifest, Record};
use signalbook_store::checkpoint::{Comparison, Contradiction};
use signalbook_store::evidence::{SharedEvidence, StoredDocument};
use signalbook_store::log::SharedLog;
use signalbook_store::{Erased, Erasure, Head, ManifestRow, RestoreMark, StoreError};

use self::anchors::Anchors;

/// Rows that are checked between two looks at the database.
const ROWS_PER_READ: u32 = 5_000;

/// Documents that are unpacked between two looks at the database.
const DOCUMENTS_PER_READ: u32 = 50;

/// Problems that are named; the rest is counted.
const PROBLEMS_NAMED_MAX: usize = 100;

/// What a check has found.
#[derive(Debug)]
pub struct Verdict {
    /// The end of the log.
    pub head: Head,
    /// The events that were checked.
    pub events: Position,
    /// The manifests that were.
    pub manifests: u64,
    /// The documents, if they were checked.
    pub documents: Option<Documents>,
    /// What was erased from the record on purpose.
    pub erasures: Vec<Erasure>,
    /// What the log is marked with, if it was restored and nobody has accepted that.
    pub restored: Option<RestoreMark>,
    /// Whether the evidence names a later event than the log has: the log was looked at before it
    /// was appended, or it is lost.
    pub is_behind: bool,
    /// What was changed, removed, added or moved, in words, as far as it is named.
    pub problems: Vec<String>,
    pub more: usize,
}

/// Documents by what there is of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Documents {
    /// Their bytes are those that were kept.
    pub sound: u64,
    /// They were removed to keep within the size budget.
    pub evicted: u64,
    /// They were erased on purpose.
    pub erased: u64,
    /// A manifest names them and there is nothing of them.
    pub missing: u64,
    /// There is something else in their place.
    pub altered: u64,
}

impl Verdict {
    /// Whether nothing was changed, removed, added or moved.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    fn is_erased(&self, what: Erased) -> bool {
        self.erasures.iter().any(|erasure| erasure.what == what)
    }

    pub(crate) fn add(&mut self, problem: impl Into<String>) {
        if self.problems.len() < PROBLEMS_NAMED_MAX {
            self.problems.push(problem.into());
        } else {
            self.more += 1;
        }
    }
}

/// Checks the log, and the documents in `evidence` if it is given, and that both fit `noted`.
/// `progress` is told each position on the way.
pub async fn verify(
    log: &SharedLog,
    evidence: Option<&SharedEvidence>,
    noted: &[Anchor],
    mut progress: impl FnMut(Position, Position),
) -> Result<Verdict, StoreError> {
    let head = log.head().await?;
    let mut verdict = Verdict {
        head,
        events: Position(0),
        manifests: 0,
        documents: None,
        erasures: Vec::new(),
        restored: log.restore_mark().await?,
        is_behind: false,
        problems: Vec::new(),
        more: 0,
    };
    match log.erasures().await {
        Ok(erasures) => verdict.erasures = erasures,
        Err(StoreError::Invalid { table, key, reason }) => {
            verdict.add(format!("row `{key}` of table `{table}` is not valid: {reason}"));
        }
        Err(error @ (StoreError::Unavailable { .. } | StoreError::Damaged(_))) => {
            return Err(error);
        }
    }
    let epochs = log.epochs().await?;
    let mut anchors = Anchors::new(noted);
    events(log, &epochs, &mut anchors, &mut verdict, &mut progress).await?;
    let missing = manifests(log, evidence, &epochs, &mut anchors, &mut verdict).await?;
    for problem in anchors.problems(&head, &epochs) {
        verdict.add(problem);
    }
    for contradiction in log.contradictions().await? {
        verdict.add(contradiction);
    }
    let beyond =
        |erasure: &Erasure| matches!(erasure.what, Erased::Payload(at) if at > head.position);
    if verdict.erasures.iter().any(beyond) {
        verdict.add("an event is on record as erased that the log does not have");
    }
    if let Some(evidence) = evidence {
        let missing = missing.len() as u64;
        let counts = documents(evidence, &mut verdict).await?;
        verdict.documents = Some(Documents { missing, ..counts });
        for contradiction in evidence.contradictions().await? {
            verdict.add(contradiction);
        }
        checkpoint(log, evidence, &mut verdict).await?;
    }
    Ok(verdict)
}

/// Checks the chain of events, and that each names a manifest that is there and is the one that it
/// was recorded with.
async fn events(
    log: &SharedLog,
    epochs: &[Epoch],
    anchors: &mut Anchors<'_>,
    verdict: &mut Verdict,
    progress: &mut impl FnMut(Position, Position),
) -> Result<(), StoreError> {
    let head = verdict.head;
    let mut verifier = Verifier::new(head.log_id, epochs.to_vec());
    anchors.at_event(&verifier);
    while verdict.events < head.position {
        let records = match log.read_after(verdict.events, ROWS_PER_READ).await {
            Ok(records) => records,
            // A row that cannot be read is one that was changed.
            Err(StoreError::Invalid { table, key, reason }) => {
                verdict.add(format!("row `{key}` of table `{table}` is not valid: {reason}"));
                return Ok(());
            }
            Err(error @ (StoreError::Unavailable { .. } | StoreError::Damaged(_))) => {
                return Err(error);
            }
        };
        let records: Vec<Record> =
            records.into_iter().filter(|record| record.position <= head.position).collect();
        if records.is_empty() {
            let reached = verdict.events;
            verdict.add(format!(
                "the log ends at event {reached}, and its head is at {}",
                head.position
            ));
            return Ok(());
        }
        named_manifests(log, &records, verdict).await?;
        for record in &records {
            check_erasure(record, verdict);
            let checked = open_epochs(&mut verifier, anchors);
            if let Err(broken) = checked.and_then(|()| verifier.check(record)) {
                verdict.add(broken.to_string());
                return Ok(());
            }
            anchors.at_event(&verifier);
        }
        verdict.events = verifier.reached().0;
        progress(verdict.events, head.position);
    }
    match open_epochs(&mut verifier, anchors).and_then(|()| verifier.finish()) {
        Ok((_, hash)) if hash == head.hash => {}
        Ok(_) => verdict.add("the log's head does not fit its last event"),
        Err(broken) => verdict.add(broken.to_string()),
    }
    Ok(())
}

/// Checks that the payload is gone of an event that is on record as erased, and of no other.
fn check_erasure(record: &Record, verdict: &mut Verdict) {
    let position = record.position;
    let is_erased = verdict.is_erased(Erased::Payload(position));
    match (&record.payload, is_erased) {
        (Some(_), false) | (None, true) => {}
        (None, false) => verdict
            .add(format!("what event {position} says is gone, and it is not on record as erased")),
        (Some(_), true) => {
            verdict
                .add(format!("event {position} is on record as erased, and what it says is there"));
        }
    }
}

/// Goes over the epochs that begin where the walk is.
fn open_epochs(verifier: &mut Verifier, anchors: &mut Anchors<'_>) -> Result<(), Broken> {
    while verifier.open()?.is_some() {
        anchors.at_event(verifier);
    }
    Ok(())
}

/// Checks that the log has the event that the evidence names as the last one.
async fn checkpoint(
    log: &SharedLog,
    evidence: &SharedEvidence,
    verdict: &mut Verdict,
) -> Result<(), StoreError> {
    let found = match evidence.checkpoint().await {
        // Told as a contradiction.
        Err(StoreError::Invalid { .. }) => return Ok(()),
        found => found?,
    };
    let Some(checkpoint) = found else { return Ok(()) };
    if verdict.restored.is_some() {
        return Ok(());
    }
    if let Comparison::Contradiction(found) = checkpoint.compare(log.as_ref()).await? {
        verdict.is_behind = matches!(found, Contradiction::Beyond { .. });
        verdict
            .add(format!("the documents name {found}: it was restored from a copy, or cut short"));
    }
    Ok(())
}

async fn named_manifests(
    log: &SharedLog,
    records: &[Record],
    verdict: &mut Verdict,
) -> Result<(), StoreError> {
    let named = records.iter().filter_map(|record| record.observation);
    let ids: BTreeSet<ObservationId> = named.map(|observation| observation.id).collect();
    let ids: Vec<ObservationId> = ids.into_iter().collect();
    let found = log.manifests_by_id(&ids).await?;
    let found: Vec<_> = found.iter().map(EncodedManifest::reference).collect();
    for record in records {
        let Some(observation) = record.observation else { continue };
        let position = record.position;
        match found.iter().find(|one| one.id == observation.id) {
            Some(one) if one.hash == observation.hash => {}
            Some(_) => verdict.add(format!(
                "event {position} was recorded with another manifest of observation {}",
                observation.id
            )),
            None => verdict.add(format!(
                "event {position} names observation {}, whose manifest is not there",
                observation.id
            )),
        }
    }
    Ok(())
}

/// Checks the chain of manifests. Answers the documents that they name and `evidence` does not
/// know.
async fn manifests(
    log: &SharedLog,
    evidence: Option<&SharedEvidence>,
    epochs: &[Epoch],
    anchors: &mut Anchors<'_>,
    verdict: &mut Verdict,
) -> Result<BTreeSet<ContentHash>, StoreError> {
    let head = verdict.head;
    let mut hash = manifest_genesis(head.log_id);
    let mut missing = BTreeSet::new();
    anchors.at_manifest(0, hash);
    loop {
        let rows = log.manifests_after(verdict.manifests, ROWS_PER_READ).await?;
        let mut named = BTreeSet::new();
        for ManifestRow { number, manifest, hash: recorded } in &rows {
            let expected = verdict.manifests + 1;
            hash = manifest_hash(&hash, expected, &manifest.reference());
            if *number != expected || *recorded != hash {
                verdict.add(format!(
                    "manifest {expected}, of observation {}, is not the one that was recorded",
                    manifest.observation()
                ));
                return Ok(missing);
            }
            verdict.manifests = expected;
            anchors.at_manifest(expected, hash);
            let opened = epochs.iter().filter(|epoch| epoch.manifests == expected);
            for epoch in opened.filter(|epoch| epoch.manifest_hash != hash) {
                verdict.add(format!("epoch {} continues other manifests", epoch.number));
            }
            match Manifest::decode(manifest.bytes()) {
                Ok(manifest) => named.extend(manifest.hashes()),
                Err(reason) => verdict.add(format!("manifest {expected} cannot be read: {reason}")),
            }
        }
        if let Some(evidence) = evidence {
            let named: Vec<ContentHash> = named.into_iter().collect();
            let known = evidence.known(&named).await?;
            missing.extend(named.into_iter().filter(|hash| !known.contains(hash)));
        }
        if rows.is_empty() {
            break;
        }
    }
    if (verdict.manifests, hash) != (head.manifests, head.manifest_hash) {
        verdict.add(format!(
            "the head knows {} manifests, and {} of them are there as they were recorded",
            head.manifests, verdict.manifests
        ));
    }
    Ok(missing)
}

/// Checks each document against its hash.
async fn documents(
    evidence: &SharedEvidence,
    verdict: &mut Verdict,
) -> Result<Documents, StoreError> {
    let mut counts = Documents::default();
    let mut after = None;
    loop {
        let found = evidence.documents_after(after, DOCUMENTS_PER_READ).await?;
        for one in &found {
            let what = Erased::Document(one.hash);
            match &one.kept {
                StoredDocument::Present(_) | StoredDocument::Evicted { .. }
                    if verdict.is_erased(what) =>
                {
                    counts.altered += 1;
                    verdict.add(format!(
                        "document {} is on record as erased, and evidence does not know of it",
                        one.hash
                    ));
                }
                StoredDocument::Present(_) => counts.sound += 1,
                StoredDocument::Evicted { .. } => counts.evicted += 1,
                StoredDocument::Erased { .. } if verdict.is_erased(what) => counts.erased += 1,
                StoredDocument::Erased { .. } => {
                    counts.altered += 1;
                    verdict.add(format!(
                        "document {} is gone, and it is not on record as erased",
                        one.hash
                    ));
                }
                StoredDocument::Altered { reason } => {
                    counts.altered += 1;
                    verdict.add(format!("document {} was altered: {reason}", one.hash));
                }
            }
        }
        match found.last() {
            Some(last) => after = Some(last.hash),
            None => return Ok(counts),
        }
    }
}
