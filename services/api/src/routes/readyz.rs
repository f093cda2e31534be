//! `GET /readyz`: whether every part of the process can do its work.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use signalbook_runtime::Readiness;
use utoipa::ToSchema;

use crate::app::Shared;

/// Whether the process can do its work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyBody {
    /// `ready` or `not ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Its parts by name.
    checks: Vec<CheckBody>,
}

/// One part of the process.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckBody {
    /// Which.
    name: String,
    /// Whether it can do its work.
    ready: bool,
    /// Why not.
    #[schema(required = true)]
    reason: Option<String>,
}

/// Says whether the process can do its work.
#[utoipa::path(get, path = "/readyz", operation_id = "get_readiness", tag = "process",
    responses(
        (status = 200, body = ReadyBody, description = "Every part can do its work."),
        (status = 503, body = ReadyBody, description = "A part cannot do its work."),
    ))]
pub(crate) async fn handler(State(app): State<Shared>) -> (StatusCode, Json<ReadyBody>) {
    let checks: Vec<CheckBody> = app.api.health.report().into_iter().map(check).collect();
    let (code, status) = if checks.iter().all(|check| check.ready) {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready")
    };
    (code, Json(ReadyBody { status, checks }))
}

fn check((name, state): (String, Readiness)) -> CheckBody {
    match state {
        Readiness::Ready => CheckBody { name, ready: true, reason: None },
        Readiness::NotReady { reason } => CheckBody { name, ready: false, reason: Some(reason) },
    }
}

#[cfg(test)]
mod tests {
    use crate::support::World;

    #[tokio::test]
    async fn one_part_that_is_not_ready_is_named() {
        let world = World::new();
        world.health().check("store").ready();
        assert_eq!(world.get("/readyz").await.status, 200);
        world.health().check("projector").not_ready("views are behind");
        let answer = world.get("/readyz").await;
        assert_eq!((answer.status, &answer.json()["status"]), (503, &"not ready".into()));
        assert_eq!(answer.json()["checks"][0]["name"], "projector");
        assert_eq!(answer.json()["checks"][0]["reason"], "views are behind");
        assert_eq!(answer.json()["checks"][1]["ready"], true);
    }
}
