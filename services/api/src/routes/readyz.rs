//! `GET /readyz`: readiness of every part of the process.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use signalbook_runtime::Readiness;
use utoipa::ToSchema;

use crate::state::Shared;

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
    /// Its name.
    name: String,
    /// Whether it can do its work.
    ready: bool,
    /// Why not.
    #[schema(required = true)]
    reason: Option<String>,
    /// What is worth knowing although it can.
    #[schema(required = true)]
    remark: Option<String>,
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
    let ready = state.is_ready();
    let (reason, remark) = match state {
        Readiness::Ready => (None, None),
        Readiness::Remarked { remark } => (None, Some(remark)),
        Readiness::Starting => (Some("starting".to_owned()), None),
        Readiness::NotReady { reason } => (Some(reason), None),
    };
    CheckBody { name, ready, reason, remark }
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

    #[tokio::test]
    async fn a_remark_is_shown_and_fails_nothing() {
        let world = World::new();
        world.health().check("clock").remark("behind the log's last event");
        let answer = world.get("/readyz").await;
        assert_eq!((answer.status, &answer.json()["status"]), (200, &"ready".into()));
        let check = &answer.json()["checks"][0];
        assert_eq!((&check["ready"], &check["reason"]), (&true.into(), &().into()));
        assert_eq!(check["remark"], "behind the log's last event");
    }
}
