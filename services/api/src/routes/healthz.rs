//! `GET /healthz`: liveness of the process.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// That the process serves.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HealthBody {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Says that the process is running, whatever else does not work.
#[utoipa::path(get, path = "/healthz", operation_id = "get_health", tag = "process",
    responses((status = 200, body = HealthBody, description = "The process is running.")))]
pub(crate) async fn handler() -> Json<HealthBody> {
    Json(HealthBody { status: "ok" })
}

#[cfg(test)]
mod tests {
    use crate::support::World;

    #[tokio::test]
    async fn the_process_is_well_even_if_the_store_is_not() {
        let world = World::new();
        world.break_down();
        let answer = world.get("/healthz").await;
        assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"status":"ok"}"#));
    }
}
