//! `GET /v1/documents/{hash}`: the raw bytes of a vendor's document, always as a download so that
//! no browser displays them.

use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use signalbook_domain::observation::ContentHash;
use signalbook_store::evidence::StoredDocument;

use crate::parameters::PathParam;
use crate::problem::{Problem, ProblemBody};
use crate::state::Shared;

/// The bytes of a hash never change, but may be erased.
const ASK_EACH_TIME: &str = "private, no-cache";

/// Returns the raw bytes of a document.
#[utoipa::path(get, path = "/v1/documents/{hash}", operation_id = "get_document",
    tag = "evidence",
    params(("hash" = String, Path, description = "The SHA-256 of the bytes, as 64 hexadecimal digits.")),
    responses(
        (status = 200, body = String, content_type = "application/octet-stream",
            description = "The bytes as the vendor served them."),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "No such document was ever kept."),
        (status = 410, body = ProblemBody, content_type = "application/problem+json",
            description = "It was kept, and removed to stay within the size budget, or erased on purpose."),
        (status = 500, body = ProblemBody, content_type = "application/problem+json",
            description = "What is kept in its place has another hash."),
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    PathParam(text): PathParam,
) -> Result<Response, Problem> {
    let missing = || Problem::NotFound(format!("No document `{text}` is kept"));
    let hash = ContentHash::from_hex(&text).ok_or_else(missing)?;
    match app.api.evidence.document(hash).await?.ok_or_else(missing)? {
        StoredDocument::Altered { reason } => Err(Problem::Altered(format!(
            "Document `{hash}` was altered since it was kept: {reason}"
        ))),
        StoredDocument::Evicted { size } => Err(Problem::Gone(format!(
            "The {size} bytes were removed to stay within the size budget"
        ))),
        StoredDocument::Erased { size } => {
            Err(Problem::Gone(format!("The {size} bytes were erased on purpose")))
        }
        StoredDocument::Present(bytes) => Ok((download(hash), bytes).into_response()),
    }
}

fn download(hash: ContentHash) -> [(HeaderName, String); 4] {
    [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{hash}.bin\"")),
        (header::CACHE_CONTROL, ASK_EACH_TIME.to_owned()),
        (header::ETAG, format!("\"{hash}\"")),
    ]
}

#[cfg(test)]
mod tests {
    use crate::support::World;

    #[tokio::test]
    async fn the_bytes_are_a_download_whatever_the_vendor_called_them() {
        let world = World::new();
        let (_, hash) = world.observation("acme", b"<script>alert(1)</script>");
        let answer = world.get(&format!("/v1/documents/{hash}")).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "<script>alert(1)</script>"));
        assert_eq!(answer.header("content-type"), "application/octet-stream");
        assert!(answer.header("content-disposition").starts_with("attachment"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }

    #[tokio::test]
    async fn a_document_that_had_to_go_is_gone_and_one_that_never_was_is_not_found() {
        let world = World::new();
        let (_, hash) = world.observation("acme", b"{}");
        world.bury(hash);
        assert_eq!(world.get(&format!("/v1/documents/{hash}")).await.status, 410);
        world.alter(hash);
        let answer = world.get(&format!("/v1/documents/{hash}")).await;
        assert_eq!(answer.status, 500);
        assert!(answer.text.contains("was altered since it was kept"), "{}", answer.text);
        let other = "0".repeat(64);
        assert_eq!(world.get(&format!("/v1/documents/{other}")).await.status, 404);
        assert_eq!(world.get("/v1/documents/nonsense").await.status, 404);
    }
}
