//! Checks a record: the chain of its events, the manifests that they name, and the documents that
//! the manifests name.

mod anchors;

use std::collections::BTreeSet;

use signalbook_domain::observation::ContentHash;
use signalbook_domain::{ObservationId, Position};
use signalbook_proto::anchor::Anchor;
use signalbook_proto::chain::{Broken, Epoch, Verifier, manifest_genesis, manifest_hash};
use signalbook_proto::{EncodedManifest, Manifest, Record};
use signalbook_store::checkpoint::{Comparison, Contradiction};
use signalbook_store::evidence::{Found, SharedEvidence, StoredDocument};
use signalbook_store::log::SharedLog;
use signalbook_store::{Erased, Erasure, Head, ManifestRow, RestoreMark, StoreError};

use self::anchors::Anchors;

const ROWS_PER_READ: u32 = 5_000;

const DOCUMENTS_PER_READ: u32 = 50;

/// The most problems that are listed; further ones are counted.
const PROBLEMS_NAMED_MAX: usize = 100;

/// The result of a check.
#[derive(Debug)]
pub struct Verdict {
    pub head: Head,
    /// The position of the last event checked.
    pub events: Position,
    /// The number of manifests checked.
    pub manifests: u64,
    /// None if the documents were not checked.
    pub documents: Option<Documents>,
    /// The erasures on record.
    pub erasures: Vec<Erasure>,
    /// The log's mark if it was restored and that was not accepted.
    pub restored: Option<RestoreMark>,
    /// Whether the evidence names a later event than the log has: either it was appended after the
    /// log was read, or it is lost.
    pub is_behind: bool,
    /// Descriptions of changes, removals, additions and moves, at most 100.
    pub problems: Vec<String>,
    pub more: usize,
}

/// The number of documents by state.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Documents {
    /// The bytes match the hash.
    pub sound: u64,
    /// Removed to keep within the size limit.
    pub evicted: u64,
    /// Erased on purpose.
    pub erased: u64,
    /// Named by a manifest, but unknown to the evidence.
    pub missing: u64,
    /// The content or the state differs from the record.
    pub altered: u64,
}

impl Verdict {
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

/// Checks the log, the documents in `evidence` if given, and that the log fits the anchors `noted`.
/// `progress` receives each position reached and the end.
pub async fn verify(
    log: &SharedLog,
    evidence: Option<&SharedEvidence>,
    noted: &[Anchor],
    progress: impl FnMut(Position, Position),
) -> Result<Verdict, StoreError> {
    let verdict = Verdict {
        head: log.head().await?,
        events: Position(0),
        manifests: 0,
        documents: None,
        erasures: Vec::new(),
        restored: log.restore_mark().await?,
        is_behind: false,
        problems: Vec::new(),
        more: 0,
    };
    let (epochs, anchors) = (log.epochs().await?, Anchors::new(noted));
    let mut walk = Walk { log, evidence, epochs, anchors, verdict };
    walk.read_erasures().await?;
    walk.check_events(progress).await?;
    let missing = walk.check_manifests().await?;
    walk.check_ends().await?;
    if let Some(evidence) = evidence {
        walk.check_documents(evidence, missing).await?;
        walk.check_checkpoint(evidence).await?;
    }
    Ok(walk.verdict)
}

struct Walk<'a> {
    log: &'a SharedLog,
    evidence: Option<&'a SharedEvidence>,
    epochs: Vec<Epoch>,
    anchors: Anchors<'a>,
    verdict: Verdict,
}

impl Walk<'_> {
    /// The value read, or none if the row is invalid, which counts as a change.
    fn readable<T>(&mut self, read: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(StoreError::Invalid { table, key, reason }) => {
                self.verdict.add(format!("row `{key}` of table `{table}` is not valid: {reason}"));
                Ok(None)
            }
            Err(error @ (StoreError::Unavailable { .. } | StoreError::Damaged(_))) => Err(error),
        }
    }

    async fn read_erasures(&mut self) -> Result<(), StoreError> {
        let read = self.log.erasures().await;
        self.verdict.erasures = self.readable(read)?.unwrap_or_default();
        Ok(())
    }

    /// Checks the chain of events, and that the manifest that each names exists and is the one that
    /// it was recorded with.
    async fn check_events(
        &mut self,
        mut progress: impl FnMut(Position, Position),
    ) -> Result<(), StoreError> {
        let head = self.verdict.head;
        let mut verifier = Verifier::new(head.log_id, self.epochs.clone());
        self.anchors.at_event(&verifier);
        while self.verdict.events < head.position {
            let read = self.log.read_after(self.verdict.events, ROWS_PER_READ).await;
            let Some(mut records) = self.readable(read)? else { return Ok(()) };
            records.retain(|record| record.position <= head.position);
            if records.is_empty() {
                let reached = self.verdict.events;
                self.verdict.add(format!(
                    "the log ends at event {reached}, and its head is at {}",
                    head.position
                ));
                return Ok(());
            }
            self.check_named_manifests(&records).await?;
            for record in &records {
                self.check_erasure(record);
                let opened = self.open_epochs(&mut verifier);
                if let Err(broken) = opened.and_then(|()| verifier.check(record)) {
                    self.verdict.add(broken.to_string());
                    return Ok(());
                }
                self.anchors.at_event(&verifier);
            }
            self.verdict.events = verifier.reached().0;
            progress(self.verdict.events, head.position);
        }
        match self.open_epochs(&mut verifier).and_then(|()| verifier.finish()) {
            Ok((_, hash)) if hash == head.hash => {}
            Ok(_) => self.verdict.add("the log's head does not fit its last event"),
            Err(broken) => self.verdict.add(broken.to_string()),
        }
        Ok(())
    }

    /// Checks that exactly the events on record as erased have no payload.
    fn check_erasure(&mut self, record: &Record) {
        let position = record.position;
        let is_erased = self.verdict.is_erased(Erased::Payload(position));
        match (&record.payload, is_erased) {
            (Some(_), false) | (None, true) => {}
            (None, false) => self.verdict.add(format!(
                "what event {position} says is gone, and it is not on record as erased"
            )),
            (Some(_), true) => self
                .verdict
                .add(format!("event {position} is on record as erased, and what it says is there")),
        }
    }

    /// Opens the epochs that begin at the current position.
    fn open_epochs(&mut self, verifier: &mut Verifier) -> Result<(), Broken> {
        while verifier.open()?.is_some() {
            self.anchors.at_event(verifier);
        }
        Ok(())
    }

    async fn check_named_manifests(&mut self, records: &[Record]) -> Result<(), StoreError> {
        let named = records.iter().filter_map(|record| record.observation);
        let ids: BTreeSet<ObservationId> = named.map(|observation| observation.id).collect();
        let ids: Vec<ObservationId> = ids.into_iter().collect();
        let found = self.log.manifests_by_id(&ids).await?;
        let found: Vec<_> = found.iter().map(EncodedManifest::reference).collect();
        for record in records {
            let Some(observation) = record.observation else { continue };
            let position = record.position;
            match found.iter().find(|one| one.id == observation.id) {
                Some(one) if one.hash == observation.hash => {}
                Some(_) => self.verdict.add(format!(
                    "event {position} was recorded with another manifest of observation {}",
                    observation.id
                )),
                None => self.verdict.add(format!(
                    "event {position} names observation {}, whose manifest is not there",
                    observation.id
                )),
            }
        }
        Ok(())
    }

    /// Checks the chain of manifests. Returns the number of documents that they name and the
    /// evidence does not know.
    async fn check_manifests(&mut self) -> Result<u64, StoreError> {
        let head = self.verdict.head;
        let mut hash = manifest_genesis(head.log_id);
        let mut missing = BTreeSet::new();
        self.anchors.at_manifest(0, hash);
        loop {
            let rows = self.log.manifests_after(self.verdict.manifests, ROWS_PER_READ).await?;
            if rows.is_empty() {
                break;
            }
            let mut named = BTreeSet::new();
            for ManifestRow { number, manifest, hash: recorded } in &rows {
                let expected = self.verdict.manifests + 1;
                hash = manifest_hash(&hash, expected, &manifest.reference());
                if *number != expected || *recorded != hash {
                    self.verdict.add(format!(
                        "manifest {expected}, of observation {}, is not the one that was recorded",
                        manifest.observation()
                    ));
                    return Ok(missing.len() as u64);
                }
                self.verdict.manifests = expected;
                self.anchors.at_manifest(expected, hash);
                let opened = self.epochs.iter().filter(|epoch| epoch.manifests == expected);
                for epoch in opened.filter(|epoch| epoch.manifest_hash != hash) {
                    self.verdict.add(format!("epoch {} continues other manifests", epoch.number));
                }
                match Manifest::decode(manifest.bytes()) {
                    Ok(manifest) => named.extend(manifest.hashes()),
                    Err(reason) => {
                        self.verdict.add(format!("manifest {expected} cannot be read: {reason}"));
                    }
                }
            }
            if let Some(evidence) = self.evidence {
                let named: Vec<ContentHash> = named.into_iter().collect();
                let known = evidence.known(&named).await?;
                missing.extend(named.into_iter().filter(|hash| !known.contains(hash)));
            }
        }
        if (self.verdict.manifests, hash) != (head.manifests, head.manifest_hash) {
            self.verdict.add(format!(
                "the head knows {} manifests, and {} of them are there as they were recorded",
                head.manifests, self.verdict.manifests
            ));
        }
        Ok(missing.len() as u64)
    }

    /// Checks the log's anchors and its own records against the events and manifests read.
    async fn check_ends(&mut self) -> Result<(), StoreError> {
        let head = self.verdict.head;
        let problems = self.anchors.problems(&head, &self.epochs);
        for problem in problems.into_iter().chain(self.log.contradictions().await?) {
            self.verdict.add(problem);
        }
        let is_beyond =
            |erasure: &Erasure| matches!(erasure.what, Erased::Payload(at) if at > head.position);
        if self.verdict.erasures.iter().any(is_beyond) {
            self.verdict.add("an event is on record as erased that the log does not have");
        }
        Ok(())
    }

    /// Checks each document against its hash.
    async fn check_documents(
        &mut self,
        evidence: &SharedEvidence,
        missing: u64,
    ) -> Result<(), StoreError> {
        let mut counts = Documents { missing, ..Documents::default() };
        let mut after = None;
        loop {
            let found = evidence.documents_after(after, DOCUMENTS_PER_READ).await?;
            for Found { hash, kept } in &found {
                let is_erased = self.verdict.is_erased(Erased::Document(*hash));
                let count = match (kept, is_erased) {
                    (StoredDocument::Present(_), false) => &mut counts.sound,
                    (StoredDocument::Evicted { .. }, false) => &mut counts.evicted,
                    (StoredDocument::Erased { .. }, true) => &mut counts.erased,
                    (StoredDocument::Present(_) | StoredDocument::Evicted { .. }, true) => {
                        self.verdict.add(format!(
                            "document {hash} is on record as erased, and evidence does not know of it"
                        ));
                        &mut counts.altered
                    }
                    (StoredDocument::Erased { .. }, false) => {
                        self.verdict.add(format!(
                            "document {hash} is gone, and it is not on record as erased"
                        ));
                        &mut counts.altered
                    }
                    (StoredDocument::Altered { reason }, _) => {
                        self.verdict.add(format!("document {hash} was altered: {reason}"));
                        &mut counts.altered
                    }
                };
                *count += 1;
            }
            match found.last() {
                Some(last) => after = Some(last.hash),
                None => break,
            }
        }
        self.verdict.documents = Some(counts);
        for contradiction in evidence.contradictions().await? {
            self.verdict.add(contradiction);
        }
        Ok(())
    }

    /// Checks that the log has the event of the evidence's checkpoint.
    async fn check_checkpoint(&mut self, evidence: &SharedEvidence) -> Result<(), StoreError> {
        let found = match evidence.checkpoint().await {
            // Reported as a contradiction.
            Err(StoreError::Invalid { .. }) => None,
            found => found?,
        };
        let Some(checkpoint) = found.filter(|_| self.verdict.restored.is_none()) else {
            return Ok(());
        };
        if let Comparison::Contradiction(found) = checkpoint.compare(self.log.as_ref()).await? {
            self.verdict.is_behind = matches!(found, Contradiction::Beyond { .. });
            self.verdict.add(format!(
                "the documents name {found}: it was restored from a copy, or cut short"
            ));
        }
        Ok(())
    }
}
