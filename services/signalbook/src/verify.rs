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
use signalbook_store::evidence::{Found, SharedEvidence, StoredDocument};
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

/// A check under way.
struct Walk<'a> {
    log: &'a SharedLog,
    evidence: Option<&'a SharedEvidence>,
    epochs: Vec<Epoch>,
    anchors: Anchors<'a>,
    verdict: Verdict,
}

impl Walk<'_> {
    /// What was read, or nothing if a row cannot be read: such a row is one that was changed.
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

    /// Checks the chain of events, and that each names a manifest that is there and is the one that
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

    /// Checks that the payload is gone of an event that is on record as erased, and of no other.
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

    /// Goes over the epochs that begin where the walk is.
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

    /// Checks the chain of manifests. Answers how many documents they name that the evidence does
    /// not know.
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

    /// Checks what the log says of itself against what was walked through.
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

    /// Checks that the log has the event that the evidence names as the last one.
    async fn check_checkpoint(&mut self, evidence: &SharedEvidence) -> Result<(), StoreError> {
        let found = match evidence.checkpoint().await {
            // Told as a contradiction.
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
