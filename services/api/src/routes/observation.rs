//! `GET /v1/observations/{id}`: what one poll brought, the evidence behind the events that carry
//! its id.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use signalbook_domain::observation::ContentHash;
use signalbook_domain::{ObservationId, PageId, Slug, Timestamp, Worded as _};
use signalbook_store::evidence::{DocumentRecord, Kept};
use utoipa::ToSchema;

use crate::app::Shared;
use crate::problem::{Problem, ProblemBody};
use crate::segment::Segment;

/// What one poll brought.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObservationBody {
    /// The id that events carry as `observation_id`.
    #[schema(value_type = String)]
    id: ObservationId,
    /// Whose page it was.
    #[schema(value_type = String)]
    provider: Slug,
    /// Which page.
    #[schema(value_type = String)]
    page_id: PageId,
    /// When it was made.
    #[schema(value_type = String)]
    observed_at: Timestamp,
    /// Why it could not be read; null if it could.
    failure: Option<String>,
    /// The documents that it brought.
    documents: Vec<EvidenceBody>,
}

/// One document of a poll.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceBody {
    /// Which document of the page.
    document: &'static str,
    /// The address that was asked.
    url: String,
    /// The HTTP status of the answer.
    status: u16,
    /// The content type that the answer claimed.
    content_type: Option<String>,
    /// The SHA-256 of its bytes.
    #[schema(value_type = String)]
    hash: ContentHash,
    /// How many bytes there are, or were; null if they were never kept.
    size: Option<u64>,
    /// Where the bytes can be downloaded; null if they are not kept or no longer are.
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
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    Segment(id): Segment,
) -> Result<Json<ObservationBody>, Problem> {
    let missing = || Problem::NotFound { detail: format!("No observation `{id}` is kept") };
    let parsed: ObservationId = id.parse().map_err(|_| missing())?;
    let found = app.api.evidence.observation(parsed).await?.ok_or_else(missing)?;
    let mut documents = Vec::with_capacity(found.documents.len());
    for document in found.documents {
        documents.push(evidence(&app, document).await?);
    }
    Ok(Json(ObservationBody {
        id: found.id,
        provider: found.provider,
        page_id: found.page,
        observed_at: found.observed_at,
        failure: found.failure,
        documents,
    }))
}

async fn evidence(app: &Shared, document: DocumentRecord) -> Result<EvidenceBody, Problem> {
    let href = format!("/v1/documents/{}", document.hash);
    let (size, href) = match app.api.evidence.document(document.hash).await? {
        Some(Kept::Bytes(bytes)) => (u64::try_from(bytes.len()).ok(), Some(href)),
        Some(Kept::Removed { size }) => (Some(size), None),
        None => (None, None),
    };
    Ok(EvidenceBody {
        document: document.document.word(),
        url: document.url,
        status: document.status,
        content_type: document.content_type,
        hash: document.hash,
        size,
        href,
    })
}

#[cfg(test)]
mod tests {
    use crate::support::World;

    #[tokio::test]
    async fn an_observation_names_its_documents_and_where_their_bytes_are() {
        let world = World::new();
        let (id, hash) = world.observation("acme", b"{\"page\":1}");
        let json = world.get(&format!("/v1/observations/{id}")).await.json();
        assert_eq!(json["provider"], "acme");
        assert_eq!(json["documents"][0]["hash"], hash.to_string());
        assert_eq!(json["documents"][0]["size"], 10);
        assert_eq!(json["documents"][0]["href"], format!("/v1/documents/{hash}"));
    }

    #[tokio::test]
    async fn a_document_that_had_to_go_leaves_its_size() {
        let world = World::new();
        let (id, hash) = world.observation("acme", b"{\"page\":1}");
        world.bury(hash);
        let json = world.get(&format!("/v1/observations/{id}")).await.json();
        assert_eq!(json["documents"][0]["size"], 10);
        assert!(json["documents"][0]["href"].is_null());
    }

    #[tokio::test]
    async fn an_observation_that_is_not_kept_is_not_found() {
        let world = World::new();
        for id in ["nonsense", "019b0000-0000-7000-8000-000000000000"] {
            assert_eq!(world.get(&format!("/v1/observations/{id}")).await.status, 404, "{id}");
        }
    }
}
