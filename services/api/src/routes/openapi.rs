//! `GET /openapi.json`: this interface, as `OpenAPI` 3.1.

use axum::http::header;
use axum::response::IntoResponse;

use crate::openapi;

/// Describes this interface.
#[utoipa::path(get, path = "/openapi.json", operation_id = "get_openapi", tag = "process",
    responses((status = 200, description = "The `OpenAPI` 3.1 document.", body = Object)))]
pub(crate) async fn handler() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, openapi::json())
}
