//! `GET /v1/incidents/{id}`: one incident with its timeline. Also accepts the id of a maintenance;
//! `kind` distinguishes the two.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use signalbook_store::views::ReportView;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::body::report::{ReportBody, is_time_dependent};
use crate::cause::find_causes;
use crate::etag::ETag;
use crate::parameters::{PathParam, Query};
use crate::problem::{Problem, short};
use crate::responses::{Damaged, NoReport, NotModified};
use crate::state::{AppState, Reached, Shared};

/// One incident.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IncidentBody {
    /// The incident.
    #[serde(flatten)]
    report: ReportBody,
    /// How far it goes.
    #[serde(flatten)]
    reached: Reached,
}

/// Describes one incident or maintenance.
#[utoipa::path(get, path = "/v1/incidents/{id}", operation_id = "get_incident", tag = "incidents",
    params(("id" = String, Path, description = "Our id of the incident or maintenance.")),
    responses(
        (status = 200, body = IncidentBody, description = "The incident."),
        NotModified, NoReport, Damaged,
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    PathParam(id): PathParam,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::parse(raw.as_deref(), &[])?;
    let now = app.now();
    let reached = app.reached().await?;
    let view = find_report(&app, &id).await?;
    let causes = find_causes(&app, &view).await?;
    let tag = ETag::new(reached).minute(is_time_dependent(view.interval(), now), now);
    Ok(tag.respond(&headers, IncidentBody { report: ReportBody::new(view, causes), reached }))
}

/// Finds the incident or maintenance with the id in a path.
pub(crate) async fn find_report(app: &AppState, id: &str) -> Result<ReportView, Problem> {
    let missing = || Problem::NotFound(format!("There is no incident `{}`", short(id)));
    let uuid = Uuid::try_parse(id).map_err(|_| missing())?;
    app.api.views.report(uuid).await?.ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use crate::support::{World, id_of, incident, maintenance};

    #[tokio::test]
    async fn an_incident_is_shown_with_its_timeline_and_the_vendors_words() {
        let world = World::new();
        world.provider("acme");
        world.report(incident("acme", 1).started("2026-03-01T10:00:00Z").titled("Slow").update(
            "u1",
            "2026-03-01T10:00:00Z",
            "We **look**.",
        ));
        let json = world.get(&format!("/v1/incidents/{}", id_of(1))).await.json();
        assert_eq!((&json["kind"], &json["title"]), (&"incident".into(), &"Slow".into()));
        assert_eq!(json["updates"][0]["body"], "We **look**.");
        assert_eq!(json["impact_raw"], "minor");
        assert_eq!(json["provider"], "acme");
        assert_eq!(json["position"], world.position());
    }

    #[tokio::test]
    async fn a_maintenance_is_found_by_its_id_too() {
        let world = World::new();
        world.provider("acme");
        world.report(maintenance("acme", 2));
        let json = world.get(&format!("/v1/incidents/{}", id_of(2))).await.json();
        assert_eq!(json["kind"], "maintenance");
    }

    #[tokio::test]
    async fn an_end_that_nobody_announced_is_told_with_how_it_is_known() {
        let world = World::new();
        world.provider("acme");
        let (last, first) = ("2026-03-01T10:05:00Z", "2026-03-01T10:06:00Z");
        world.report(incident("acme", 1).started("2026-03-01T10:00:00Z").inferred(last, first));
        world.report(maintenance("acme", 2).inferred(last, first));
        world.report(incident("acme", 3).resolved(first));
        let inferred = |json: &serde_json::Value| json["inferred"].clone();
        let expected = serde_json::json!({"last_listed_at": last, "first_missing_at": first});
        let json = world.get(&format!("/v1/incidents/{}", id_of(1))).await.json();
        assert_eq!((inferred(&json), &json["resolved_at"]), (expected.clone(), &first.into()));
        assert_eq!(json["duration"], "6m");
        let works = world.get("/v1/maintenances").await.json();
        assert_eq!(inferred(&works["maintenances"][0]), expected);
        let json = world.get(&format!("/v1/incidents/{}", id_of(3))).await.json();
        assert_eq!(inferred(&json), serde_json::Value::Null);
    }

    #[tokio::test]
    async fn what_was_affected_before_stands_beside_what_is_affected() {
        let world = World::new();
        world.provider("acme");
        let report = incident("acme", 1).affecting("API", None);
        world.report(report.formerly_affecting("Mail", Some("Prod 1")));
        let json = world.get(&format!("/v1/incidents/{}", id_of(1))).await.json();
        assert_eq!(json["affected"].as_array().unwrap().len(), 1);
        assert_eq!(json["formerly_affected"][0]["name"], "Mail");
        assert_eq!(json["formerly_affected"][0]["group"], "Prod 1");
    }

    #[tokio::test]
    async fn what_is_no_id_or_nobodys_id_is_not_found() {
        let world = World::new();
        for id in ["x", "00000000-0000-0000-0000-000000000009", "%FF"] {
            let answer = world.get(&format!("/v1/incidents/{id}")).await;
            assert_eq!(answer.header("content-type"), "application/problem+json", "{id}");
            assert_eq!(answer.json()["status"], answer.status, "{id}");
            assert!([400, 404].contains(&answer.status), "{id}");
        }
    }
}
