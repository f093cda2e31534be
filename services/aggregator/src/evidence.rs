//! The evidence of an observation: a manifest of its documents, and their bytes.

use signalbook_domain::decide::DecodedPoll;
use signalbook_domain::observation::{ContentHash, Failed, Fetched, Observation, Outcome};
use signalbook_domain::{Document, Failure};
use signalbook_proto::EncodedManifest;
use signalbook_proto::manifest::{
    Answered, FailedPoll, Manifest, ManifestAnswer, ManifestDocument, document_id,
};
use signalbook_runtime::chain;
use signalbook_store::StoreError;
use signalbook_store::evidence::{Keeping, SharedEvidence};

/// Keeps the documents behind events, if possible. A failure does not block recording; the manifest
/// states it.
pub(crate) struct Keeper {
    evidence: SharedEvidence,
    failure: Option<StoreError>,
}

impl Keeper {
    pub(crate) fn new(evidence: SharedEvidence) -> Self {
        Self { evidence, failure: None }
    }

    /// The error of the last attempt to keep documents, if it failed.
    pub(crate) fn failure(&self) -> Option<&StoreError> {
        self.failure.as_ref()
    }

    /// Keeps an observation's documents if they are new or if it `causes` something, and returns
    /// its manifest. `failed` is set if the current document could not be read.
    pub(crate) async fn keep(
        &mut self,
        observation: &Observation,
        reading: &DecodedPoll<'_>,
        failed: Option<&Failed>,
        causes: bool,
    ) -> EncodedManifest {
        let kept = build_manifest(observation, reading, failed, true);
        if !causes && !brings_news(reading) {
            return kept;
        }
        let keeping = Keeping {
            page: observation.page,
            manifest: Some(&kept).filter(|_| !causes),
            documents: &list_documents(observation),
        };
        self.failure = self.evidence.keep(&keeping).await.err();
        let Some(error) = &self.failure else { return kept };
        let error = chain(error);
        tracing::warn!(error, provider = %observation.provider, "documents are not kept");
        build_manifest(observation, reading, failed, false)
    }
}

/// Whether a document was read whose content differs from the known one.
fn brings_news(reading: &DecodedPoll<'_>) -> bool {
    let answers = reading.result.iter().flat_map(|good| &good.answers);
    answers.flat_map(|answer| &answer.result).any(|content| content.snapshot.is_some())
}

/// Builds the manifest of an observation; `is_kept` states whether its bytes are kept. `failed` is
/// set if the current document could not be read.
fn build_manifest(
    observation: &Observation,
    reading: &DecodedPoll<'_>,
    failed: Option<&Failed>,
    is_kept: bool,
) -> EncodedManifest {
    let (platform, moved_to, came, missing) = match &observation.outcome {
        Outcome::Answered { platform, moved_to, documents, missing } => {
            (Some(*platform), moved_to.as_deref(), documents.as_slice(), missing.as_slice())
        }
        Outcome::Failed(_) => (None, None, &[][..], &[][..]),
    };
    let whole = match &observation.outcome {
        Outcome::Failed(failed) => failed.answer.as_deref(),
        Outcome::Answered { .. } => None,
    };
    let misread = |document| {
        let answers = reading.result.iter().flat_map(|good| &good.answers);
        let mut failures =
            answers.filter_map(|one| Some((one.document, one.result.as_ref().err()?)));
        failures.find(|(of, _)| *of == document).map(|(_, failed)| failed)
    };
    let came = came.iter().map(|one| describe(one.document, Some(one), misread(one.document)));
    let missing = missing
        .iter()
        .map(|one| describe(one.document, one.failed.answer.as_deref(), Some(&one.failed)));
    let whole = whole.map(|answer| describe(answer.document, Some(answer), None));
    let outcome = match (failed, platform) {
        (Some(failed), _) => Err(FailedPoll::new(failed.failure, &failed.detail)),
        (None, Some(platform)) => Ok(Answered::new(platform, moved_to)),
        (None, None) => Err(FailedPoll::new(Failure::UnknownPlatform, "no platform answered")),
    };
    let manifest = Manifest {
        page: observation.page,
        slot: observation.slot,
        observed_at: observation.observed_at,
        outcome,
        documents: came.chain(missing).chain(whole).collect(),
        is_kept,
    };
    manifest.encode(observation.id)
}

fn describe(
    document: Document,
    answer: Option<&Fetched>,
    failed: Option<&Failed>,
) -> ManifestDocument {
    ManifestDocument {
        id: document_id(document).to_owned(),
        answer: answer.map(|answer| ManifestAnswer {
            url: answer.url.clone(),
            status: answer.status,
            content_type: answer.content_type.clone(),
            asked_at: answer.asked_at,
            hash: answer.known.hash,
        }),
        failure: failed.map(|failed| FailedPoll::new(failed.failure, &failed.detail)),
    }
}

/// Returns the documents of an observation, with the bytes of those received.
fn list_documents(observation: &Observation) -> Vec<(ContentHash, Option<&[u8]>)> {
    observation.documents().map(|one| (one.known.hash, one.body.as_deref())).collect()
}
