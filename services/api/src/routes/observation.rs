//! `GET /v1/observations/{id}`: the result of one poll, the evidence behind the events with its id.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{ObservationId, PageId, Slug, Timestamp};
use signalbook_proto::chain::hex;
use signalbook_proto::manifest::{FailedPoll, ManifestAnswer, ManifestDocument};
use signalbook_proto::{EncodedManifest, Manifest};
use signalbook_store::evidence::StoredDocument;
use utoipa::ToSchema;

use crate::parameters::PathParam;
use crate::problem::{Problem, ProblemBody};
use crate::state::Shared;

/// What one poll brought.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObservationBody {
    /// The id that events carry as `observation_id`.
    #[schema(value_type = String)]
    id: ObservationId,
    /// The SHA-256 of the manifest, which events carry as `observation_hash`.
    hash: String,
    /// Whose page it was; null if that page is not known any more.
    #[schema(value_type = Option<String>, required = true)]
    provider: Option<Slug>,
    /// Which page.
    #[schema(value_type = String)]
    page_id: PageId,
    /// When it was made.
    #[schema(value_type = String)]
    observed_at: Timestamp,
    /// The address that answered, if redirects led away from the page's own.
    #[schema(required = true)]
    moved_to: Option<String>,
    /// Why what goes on could not be read; null if it could.
    #[schema(required = true)]
    failure: Option<FailureBody>,
    /// Whether the bytes of its documents were kept when it was recorded.
    kept: bool,
    /// The documents that it asked for.
    documents: Vec<EvidenceBody>,
}

/// Why a poll, or one document of it, brought nothing that could be read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FailureBody {
    /// The word for it.
    kind: String,
    /// What exactly, in words.
    detail: String,
}

/// One document of a poll.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceBody {
    /// What it is on its platform, like `statuspage/summary`.
    document: String,
    /// Why it could not be read; null if it could.
    #[schema(required = true)]
    failure: Option<FailureBody>,
    /// The answer; null if there was none.
    #[schema(required = true)]
    answer: Option<AnswerBody>,
}

/// An HTTP answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerBody {
    /// The address that was asked.
    url: String,
    /// When it was asked.
    #[schema(value_type = String)]
    asked_at: Timestamp,
    /// The HTTP status of the answer.
    status: u16,
    /// The content type that the answer claimed.
    #[schema(required = true)]
    content_type: Option<String>,
    /// The SHA-256 of its bytes, also if they did not come again.
    #[schema(value_type = String)]
    hash: ContentHash,
    /// What there is of the bytes: `kept`, `evicted` to stay within the size budget, `erased` on
    /// purpose, `altered` since, or `missing`.
    state: &'static str,
    /// How many bytes there are, or were; null if that is not known.
    #[schema(required = true)]
    size: Option<u64>,
    /// Where the bytes can be downloaded; null unless they are kept.
    #[schema(required = true)]
    href: Option<String>,
}

/// Describes what one poll brought.
#[utoipa::path(get, path = "/v1/observations/{id}", operation_id = "get_observation",
    tag = "evidence",
    params(("id" = String, Path, description = "The `observation_id` of an event.")),
    responses(
        (status = 200, body = ObservationBody, description = "What the poll brought."),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "No such observation is kept."),
        (status = 500, body = ProblemBody, content_type = "application/problem+json",
            description = "What is kept in its place is no manifest."),
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    PathParam(id): PathParam,
) -> Result<Json<ObservationBody>, Problem> {
    let missing = || Problem::NotFound(format!("No observation `{id}` is kept"));
    let parsed: ObservationId = id.parse().map_err(|_| missing())?;
    let encoded = find_manifest(&app, parsed).await?.ok_or_else(missing)?;
    let manifest = Manifest::decode(encoded.bytes()).map_err(|reason| {
        Problem::Altered(format!("The manifest of observation `{id}` cannot be read: {reason}"))
    })?;
    let page = app.api.log.page(manifest.page).await?;
    let (moved_to, failure) = match manifest.outcome {
        Ok(answered) => (answered.moved_to, None),
        Err(failed) => (None, Some(FailureBody::from(failed))),
    };
    let mut documents = Vec::with_capacity(manifest.documents.len());
    for document in manifest.documents {
        documents.push(describe(&app, document).await?);
    }
    Ok(Json(ObservationBody {
        id: parsed,
        hash: hex(encoded.reference().hash),
        provider: page.map(|page| page.provider),
        page_id: manifest.page,
        observed_at: manifest.observed_at,
        moved_to,
        failure,
        kept: manifest.is_kept,
        documents,
    }))
}

/// Manifests of polls that caused events are in the log, others in the evidence.
async fn find_manifest(
    app: &Shared,
    id: ObservationId,
) -> Result<Option<EncodedManifest>, Problem> {
    match app.api.log.manifests_by_id(&[id]).await?.pop() {
        Some(found) => Ok(Some(found)),
        None => Ok(app.api.evidence.manifest(id).await?),
    }
}

async fn describe(app: &Shared, document: ManifestDocument) -> Result<EvidenceBody, Problem> {
    let answer = match document.answer {
        Some(answer) => Some(describe_answer(app, answer).await?),
        None => None,
    };
    let failure = document.failure.map(FailureBody::from);
    Ok(EvidenceBody { document: document.id, failure, answer })
}

async fn describe_answer(app: &Shared, answer: ManifestAnswer) -> Result<AnswerBody, Problem> {
    let (state, size) = match app.api.evidence.document(answer.hash).await? {
        Some(StoredDocument::Present(bytes)) => (KEPT, u64::try_from(bytes.len()).ok()),
        Some(StoredDocument::Evicted { size }) => ("evicted", Some(size)),
        Some(StoredDocument::Erased { size }) => ("erased", Some(size)),
        Some(StoredDocument::Altered { .. }) => ("altered", None),
        None => ("missing", None),
    };
    Ok(AnswerBody {
        url: answer.url,
        asked_at: answer.asked_at,
        status: answer.status,
        content_type: answer.content_type,
        hash: answer.hash,
        state,
        size,
        href: (state == KEPT).then(|| format!("/v1/documents/{}", answer.hash)),
    })
}

/// The state of downloadable bytes.
const KEPT: &str = "kept";

impl From<FailedPoll> for FailureBody {
    fn from(failed: FailedPoll) -> Self {
        Self { kind: failed.kind, detail: failed.detail }
    }
}

#[cfg(test)]
mod tests {
    use crate::support::World;

    #[tokio::test]
    async fn an_observation_names_its_documents_and_where_their_bytes_are() {
        let world = World::new();
        world.provider("acme");
        let (id, hash) = world.observation("acme", b"{\"page\":1}");
        let json = world.get(&format!("/v1/observations/{id}")).await.json();
        assert_eq!((&json["provider"], &json["kept"]), (&"acme".into(), &true.into()));
        assert_eq!(json["documents"][0]["document"], "statuspage/summary");
        let answer = &json["documents"][0]["answer"];
        assert_eq!(answer["hash"], hash.to_string());
        assert_eq!((&answer["state"], &answer["size"]), (&"kept".into(), &10.into()));
        assert_eq!(answer["href"], format!("/v1/documents/{hash}"));
    }

    #[tokio::test]
    async fn a_document_that_had_to_go_leaves_its_size() {
        let world = World::new();
        let (id, hash) = world.observation("acme", b"{\"page\":1}");
        world.bury(hash);
        let json = world.get(&format!("/v1/observations/{id}")).await.json();
        let answer = &json["documents"][0]["answer"];
        assert_eq!((&answer["state"], &answer["size"]), (&"evicted".into(), &10.into()));
        assert!(answer["href"].is_null());
    }

    #[tokio::test]
    async fn an_observation_that_is_not_kept_is_not_found() {
        let world = World::new();
        for id in ["nonsense", "019b0000-0000-7000-8000-000000000000"] {
            assert_eq!(world.get(&format!("/v1/observations/{id}")).await.status, 404, "{id}");
        }
    }
}
