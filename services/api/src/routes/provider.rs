//! `GET /v1/providers/{slug}`: one provider with its components and what is open or planned.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use signalbook_domain::{ComponentStatus, Position, Timestamp};
use signalbook_store::views::ComponentView;
use utoipa::ToSchema;
use uuid::Uuid;

use super::maintenances::{MaintenanceBody, unfinished};
use crate::app::Shared;
use crate::body::provider::{OpenBody, ProviderBody, open};
use crate::body::words::ComponentStatusWord;
use crate::directory;
use crate::problem::{Problem, ProblemBody};
use crate::query::Query;
use crate::segment::Segment;
use crate::tag::Tag;

/// One provider with everything that is so now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderDetail {
    /// The provider.
    #[serde(flatten)]
    provider: ProviderBody,
    /// Its components. Those that are not well make it at worst `degraded`.
    components: Vec<ComponentBody>,
    /// Its open incidents, the worst first.
    open: Vec<OpenBody>,
    /// Planned work that is under way or to come, the next first.
    maintenances: Vec<MaintenanceBody>,
    /// The position that the views have reached.
    #[schema(value_type = u64)]
    position: Position,
}

/// One component.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComponentBody {
    /// Our id.
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// The vendor's id.
    external_id: String,
    /// The name.
    name: String,
    /// The group's name.
    #[schema(required = true)]
    group: Option<String>,
    /// How it does.
    #[schema(value_type = ComponentStatusWord)]
    status: ComponentStatus,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
}

impl From<ComponentView> for ComponentBody {
    fn from(view: ComponentView) -> Self {
        let ComponentView { id, external_id, name, group, status, since, .. } = view;
        Self { id, external_id, name, group, status, since }
    }
}

/// Tells of one provider.
#[utoipa::path(get, path = "/v1/providers/{slug}", operation_id = "get_provider", tag = "providers",
    params(("slug" = String, Path, description = "The provider's slug.")),
    responses(
        (status = 200, body = ProviderDetail, description = "The provider."),
        (status = 304, description = "Nothing changed since the given `ETag`."),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "No page of this provider is watched."),
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    Segment(slug): Segment,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::parse(raw.as_deref(), &[])?;
    let now = app.now();
    let position = app.api.views.reached().await?;
    let known = directory::watched_provider(&app, &slug, now).await?;
    let tag = Tag::new(&app, position).await?.minute(known.is_moving(), now).known(&known);
    let maintenances = unfinished(&app, &known).await?;
    let body = ProviderDetail {
        provider: ProviderBody::new(&known),
        components: components(&app, &known).await?.into_iter().map(Into::into).collect(),
        open: open(&known),
        maintenances: maintenances.into_iter().map(Into::into).collect(),
        position,
    };
    Ok(tag.respond(&headers, body))
}

/// The components that are on the watched pages of `known`, by group and name.
pub(crate) async fn components(
    app: &Shared,
    known: &directory::Known,
) -> Result<Vec<ComponentView>, Problem> {
    let mut components = app.api.views.components(&known.view.slug).await?;
    components.retain(|component| component.present && known.verdict.watches(component.page));
    components.sort_by(|a, b| (&a.group, &a.name, a.id).cmp(&(&b.group, &b.name, b.id)));
    Ok(components)
}

#[cfg(test)]
mod tests {
    use crate::support::{World, incident, maintenance};

    #[tokio::test]
    async fn a_provider_is_shown_with_its_components_and_what_is_open_or_planned() {
        let world = World::new();
        world.provider("acme");
        world.component("acme", "API", Some("Prod 1"));
        world.component("acme", "API", Some("Prod 2"));
        world.report(incident("acme", 1).started("2026-03-01T10:00:00Z").titled("Slow"));
        world.report(maintenance("acme", 2).started("2026-03-09T10:00:00Z").titled("Upgrade"));
        let json = world.get("/v1/providers/acme").await.json();
        assert_eq!((&json["slug"], &json["status"]), (&"acme".into(), &"minor".into()));
        assert_eq!(json["status_since"], "2026-03-01T10:00:00Z");
        assert_eq!(json["components"][1]["group"], "Prod 2");
        assert_eq!(json["components"][0]["status"], "operational");
        assert_eq!(json["open"][0]["title"], "Slow");
        assert_eq!(json["maintenances"][0]["title"], "Upgrade");
        assert_eq!(json["pages"][0]["platform"], "statuspage");
        assert_eq!(json["position"], world.position());
    }

    #[tokio::test]
    async fn what_is_not_watched_is_not_found() {
        let world = World::new();
        world.provider("gone");
        world.forget("gone");
        for path in ["/v1/providers/gone", "/v1/providers/nobody", "/v1/providers/NoBody"] {
            let answer = world.get(path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        let detail = world.get("/v1/providers/gone").await.json()["detail"].to_string();
        assert!(detail.contains("/v1/providers/gone/outages"), "{detail}");
    }

    #[tokio::test]
    async fn an_answer_that_is_known_is_not_sent_again() {
        let world = World::new();
        world.provider("acme");
        let tag = world.get("/v1/providers/acme").await.header("etag");
        assert_eq!(world.get_if("/v1/providers/acme", &tag).await.status, 304);
        world.report(incident("acme", 1));
        assert_eq!(world.get_if("/v1/providers/acme", &tag).await.status, 200);
    }
}
