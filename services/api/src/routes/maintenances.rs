//! `GET /v1/maintenances`: planned work, future, in progress or over, newest first.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use signalbook_domain::outage::Window;
use signalbook_domain::{Phase, ReportKind, Slug, Timestamp};
use signalbook_store::views::{Keys, ReportQuery, ReportView};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::body::report::{AffectedBody, InferredBody, UpdateBody, is_time_dependent};
use crate::body::words::PhaseWord;
use crate::cursor;
use crate::etag::ETag;
use crate::parameters::Query;
use crate::problem::{Problem, ProblemBody};
use crate::provider_summary::{ProviderSummary, find_provider};
use crate::responses::{InvalidParameter, NoProvider, NotModified, OtherEpoch};
use crate::state::{AppState, Reached, Shared};

/// Whose and which.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `Query` reads")]
pub(crate) struct MaintenancesParams {
    /// Only those of this provider.
    provider: Option<String>,
    /// At most this many.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the previous answer.
    cursor: Option<String>,
}

/// Planned work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MaintenancesBody {
    /// A page of them, newest first.
    maintenances: Vec<MaintenanceBody>,
    /// How far it goes.
    #[serde(flatten)]
    reached: Reached,
    /// Where the next page begins; `null` on the last one.
    #[schema(required = true)]
    next_cursor: Option<String>,
    /// Providers whose planned work is left out for the moment: what is known of it is damaged,
    /// and is being built again from the log.
    #[schema(value_type = Vec<String>)]
    damaged: Vec<Slug>,
}

/// One planned work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MaintenanceBody {
    /// Our id.
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// The vendor's id.
    external_id: String,
    /// The provider that it belongs to.
    #[schema(value_type = String)]
    provider: Slug,
    /// The title.
    title: String,
    /// Where it stands.
    #[schema(value_type = PhaseWord)]
    phase: Phase,
    /// Where people can read about it on the vendor's page.
    #[schema(required = true)]
    url: Option<String>,
    /// When it should begin.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    planned_from: Option<Timestamp>,
    /// When it should end.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    planned_until: Option<Timestamp>,
    /// When it began or should begin, according to the vendor.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// When it was announced: the earlier of its first update and of its filing, and no later than
    /// it began.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    announced_at: Option<Timestamp>,
    /// When it ended.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    completed_at: Option<Timestamp>,
    /// How its end is known, if the vendor did not announce it; `null` if the vendor did, or if it
    /// is not over.
    #[schema(required = true)]
    inferred: Option<InferredBody>,
    /// Whether the vendor deleted it.
    withdrawn: bool,
    /// When its page was removed before it was over: nothing is known of it after that.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    page_removed_at: Option<Timestamp>,
    /// The affected components.
    affected: Vec<AffectedBody>,
    /// The components that were affected before and that the vendor has removed from it.
    formerly_affected: Vec<AffectedBody>,
    /// The timeline, oldest first.
    updates: Vec<UpdateBody>,
}

impl From<ReportView> for MaintenanceBody {
    fn from(view: ReportView) -> Self {
        Self {
            id: view.id,
            started_at: view.started_at(),
            announced_at: view.announced_at(),
            external_id: view.external_id,
            provider: view.provider,
            title: view.title,
            phase: view.phase,
            url: view.url,
            planned_from: view.planned_from,
            planned_until: view.planned_until,
            completed_at: view.resolved_at,
            inferred: view.inferred.map(Into::into),
            withdrawn: view.withdrawn_at.is_some(),
            page_removed_at: view.page_removed_at,
            affected: view.affected.into_iter().map(Into::into).collect(),
            formerly_affected: view.formerly_affected.into_iter().map(Into::into).collect(),
            updates: view.updates.into_iter().map(Into::into).collect(),
        }
    }
}

/// Lists planned work.
#[utoipa::path(get, path = "/v1/maintenances", operation_id = "list_maintenances",
    tag = "maintenances", params(MaintenancesParams),
    responses(
        (status = 200, body = MaintenancesBody, description = "The planned work."),
        NotModified, InvalidParameter, NoProvider, OtherEpoch,
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "What is known of this provider is damaged and is being built again from \
                the log, or the store does not answer."),
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = Query::parse(raw.as_deref(), &["provider", "limit", "cursor"])?;
    let reached = app.reached().await?;
    let (limit, after) = (query.limit(50, 200)?, cursor::parse(&query, &reached)?);
    let now = app.now();
    let window = Window { since: None, until: None };
    let asked = query.provider()?;
    let (mut rows, mut damaged) = (Vec::new(), Vec::new());
    for provider in asked_providers(&app, asked.as_ref(), now).await? {
        let (kind, limit) = (ReportKind::Maintenance, limit + 1);
        let query = ReportQuery { provider, kind, window, after, limit };
        match app.api.views.reports(&query).await {
            Ok(works) => rows.extend(works),
            Err(error) if error.is_damage() && asked.is_none() => damaged.push(query.provider),
            Err(error) => return Err(error.into()),
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.started_at(), row.id)));
    let next_cursor = cursor::cut(&mut rows, limit, reached.epoch);
    let moving = rows.iter().any(|row| is_time_dependent(row.interval(), now));
    let tag = ETag::new(reached).minute(moving, now).with(&damaged);
    let body = MaintenancesBody {
        maintenances: rows.into_iter().map(Into::into).collect(),
        reached,
        next_cursor,
        damaged,
    };
    Ok(tag.respond(&headers, body))
}

/// The provider `asked` for; without one, all providers.
async fn asked_providers(
    app: &AppState,
    asked: Option<&Slug>,
    now: Timestamp,
) -> Result<Vec<Slug>, Problem> {
    if let Some(slug) = asked {
        return Ok(vec![find_provider(app, slug.as_str(), now).await?.view.slug]);
    }
    match app.api.views.providers().await {
        Ok(all) => Ok(all.into_iter().map(|provider| provider.slug).collect()),
        Err(error) if error.is_damage() => {
            let rows = app.api.log.pages().await?;
            let slugs: BTreeSet<Slug> = rows.into_iter().map(|row| row.provider).collect();
            Ok(slugs.into_iter().collect())
        }
        Err(error) => Err(error.into()),
    }
}

/// The unfinished maintenances of `known`, the next first.
pub(crate) async fn load_unfinished(
    app: &AppState,
    known: &ProviderSummary,
) -> Result<Vec<ReportView>, Problem> {
    let works = known.open_reports().filter(|(_, report)| report.kind.is_maintenance());
    let keys = Keys { reports: works.map(|(id, _)| id).collect(), ..Keys::default() };
    if keys.reports.is_empty() {
        return Ok(Vec::new());
    }
    let rows = app.api.views.load(&keys).await?;
    let mut works: Vec<ReportView> = rows.reports.into_values().collect();
    works.sort_by_key(|work| (work.planned_start().unwrap_or(work.started_at()), work.id));
    Ok(works)
}

#[cfg(test)]
mod tests {
    use crate::support::{World, id_of, maintenance};

    fn world() -> World {
        let world = World::new();
        for (number, slug) in ["acme", "zeta"].into_iter().enumerate() {
            let number = u128::try_from(number).unwrap() * 10;
            world.provider(slug);
            world.report(maintenance(slug, number + 1).started("2026-01-01T00:00:00Z"));
            world.report(maintenance(slug, number + 2).started("2026-04-01T00:00:00Z"));
        }
        world
    }

    #[tokio::test]
    async fn planned_works_of_one_or_all_providers_are_listed_newest_first() {
        let world = world();
        let json = world.get("/v1/maintenances?provider=acme").await.json();
        let works = json["maintenances"].as_array().unwrap();
        assert_eq!(works.len(), 2);
        assert_eq!(works[0]["planned_from"], "2026-04-01T00:00:00Z");
        assert_eq!(works[0]["phase"], "scheduled");
        let mut path = "/v1/maintenances?limit=1".to_owned();
        let mut seen = Vec::new();
        loop {
            let json = world.get(&path).await.json();
            seen.push(json["maintenances"][0]["id"].as_str().unwrap().to_owned());
            let Some(cursor) = json["next_cursor"].as_str() else { break };
            path = format!("/v1/maintenances?limit=1&cursor={cursor}");
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 4);
    }

    #[tokio::test]
    async fn a_work_says_that_its_page_was_removed_before_it_was_over() {
        let world = World::new();
        world.provider("acme");
        world.report(maintenance("acme", 1));
        world.report(maintenance("acme", 2).page_removed("2026-03-01T12:00:00Z"));
        let json = world.get("/v1/maintenances").await.json();
        let works = json["maintenances"].as_array().unwrap();
        let removed: Vec<_> = works.iter().map(|work| work["page_removed_at"].as_str()).collect();
        assert_eq!(removed, [Some("2026-03-01T12:00:00Z"), None]);
    }

    #[tokio::test]
    async fn an_unknown_provider_is_not_found_and_no_slug_is_refused() {
        let world = world();
        assert_eq!(world.get("/v1/maintenances?provider=nobody").await.status, 404);
        let answer = world.get("/v1/maintenances?provider=No%20Body").await;
        assert_eq!((answer.status, &answer.json()["parameter"]), (400, &"provider".into()));
    }

    #[tokio::test]
    async fn a_damaged_work_costs_its_provider_alone_and_is_named() {
        let world = world();
        let all = world.get("/v1/maintenances").await;
        assert_eq!(all.json()["damaged"], serde_json::json!([]));
        world.damage(&id_of(2).to_string());
        let answer = world.get_if("/v1/maintenances", &all.header("etag")).await;
        let json = answer.json();
        assert_eq!(json["damaged"], serde_json::json!(["acme"]));
        assert_eq!(json["maintenances"].as_array().unwrap().len(), 2);
        assert_eq!(world.get("/v1/maintenances?provider=acme").await.status, 503);
        assert_eq!(world.get(&format!("/v1/incidents/{}", id_of(2))).await.status, 503);
        world.damage("zeta");
        let json = world.get("/v1/maintenances").await.json();
        assert_eq!(json["maintenances"].as_array().unwrap().len(), 2, "their own rows are sound");
    }
}
