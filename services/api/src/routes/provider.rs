//! `GET /v1/providers/{slug}`: one provider with its components, open incidents and planned work.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use signalbook_domain::{ComponentStatus, Timestamp};
use signalbook_store::views::ComponentView;
use utoipa::ToSchema;
use uuid::Uuid;

use super::maintenances::{MaintenanceBody, load_unfinished};
use crate::body::provider::{OpenBody, ProviderBody, list_open};
use crate::body::words::ComponentStatusWord;
use crate::etag::ETag;
use crate::parameters::{PathParam, Query};
use crate::problem::{Problem, ProblemBody};
use crate::provider_summary::{ProviderSummary, find_watched_provider};
use crate::responses::{Damaged, NotModified};
use crate::state::{Reached, Shared};

#[cfg(test)]
mod tests;

/// One provider with everything that is known of it now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderDetail {
    /// The provider.
    #[serde(flatten)]
    provider: ProviderBody,
    /// Its components. Trouble with one of them alone makes the provider `degraded` at worst.
    components: Vec<ComponentBody>,
    /// Its open incidents, the worst first.
    open: Vec<OpenBody>,
    /// Planned work that is under way or to come, the next first.
    maintenances: Vec<MaintenanceBody>,
    /// How far it goes.
    #[serde(flatten)]
    reached: Reached,
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
    /// How it is doing.
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

/// Describes one provider.
#[utoipa::path(get, path = "/v1/providers/{slug}", operation_id = "get_provider", tag = "providers",
    params(("slug" = String, Path, description = "The provider's slug.")),
    responses(
        (status = 200, body = ProviderDetail, description = "The provider."),
        NotModified, Damaged,
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "No page of this provider is watched."),
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    PathParam(slug): PathParam,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::parse(raw.as_deref(), &[])?;
    let now = app.now();
    let reached = app.reached().await?;
    let known = find_watched_provider(&app, &slug, now).await?;
    let tag = ETag::new(reached).minute(known.is_time_dependent(), now).with(&known);
    let maintenances = load_unfinished(&app, &known).await?;
    let body = ProviderDetail {
        provider: ProviderBody::new(&known),
        components: load_components(&app, &known).await?.into_iter().map(Into::into).collect(),
        open: list_open(&known),
        maintenances: maintenances.into_iter().map(Into::into).collect(),
        reached,
    };
    Ok(tag.respond(&headers, body))
}

/// The components on the watched pages of `known`, by group and name.
pub(crate) async fn load_components(
    app: &Shared,
    known: &ProviderSummary,
) -> Result<Vec<ComponentView>, Problem> {
    let mut components = app.api.views.components(&known.view.slug).await?;
    components.retain(|component| component.present && known.verdict.watches(component.page));
    components.sort_by(|a, b| (&a.group, &a.name, a.id).cmp(&(&b.group, &b.name, b.id)));
    Ok(components)
}
