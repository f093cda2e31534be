//! `GET /v1/providers`: every provider with a watched page, those in trouble first.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::body::provider::{OpenBody, ProviderBody, list_open};
use crate::etag::ETag;
use crate::parameters::Query;
use crate::problem::Problem;
use crate::provider_summary::{ProviderList, ProviderSummary};
use crate::responses::{InvalidParameter, NotModified};
use crate::state::{Reached, Shared};

/// All providers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProvidersBody {
    /// Those in trouble first, beginning with the worst, then those that are unknown, degraded,
    /// under maintenance, degraded for a week or more, and up; among equals by name.
    providers: Vec<ProviderRow>,
    /// How far it goes.
    #[serde(flatten)]
    reached: Reached,
}

/// One provider of the list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderRow {
    /// The provider.
    #[serde(flatten)]
    provider: ProviderBody,
    /// Its open incidents, the worst first.
    open: Vec<OpenBody>,
}

/// Lists providers.
#[utoipa::path(get, path = "/v1/providers", operation_id = "list_providers", tag = "providers",
    responses(
        (status = 200, body = ProvidersBody, description = "The providers."),
        NotModified, InvalidParameter,
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Query::parse(raw.as_deref(), &[])?;
    let directory = ProviderList::read(&app).await?;
    let moving = directory.providers.iter().any(ProviderSummary::is_time_dependent);
    let mut tag = ETag::new(directory.reached).minute(moving, directory.now);
    for known in &directory.providers {
        tag = tag.with(known);
    }
    let row = |known| ProviderRow { provider: ProviderBody::new(known), open: list_open(known) };
    let providers = directory.providers.iter().map(row).collect();
    Ok(tag.respond(&headers, ProvidersBody { providers, reached: directory.reached }))
}

#[cfg(test)]
mod tests {
    use signalbook_domain::{ComponentStatus, Phase};

    use crate::support::{World, incident, maintenance};

    #[tokio::test]
    async fn providers_in_trouble_come_first_then_the_unknown_then_by_name() {
        let world = World::new();
        for name in ["zeta", "alpha", "mute", "down"] {
            world.provider(name);
        }
        world.unreadable("mute", "timed out");
        world.report(incident("down", 1).started("2026-03-01T10:00:00Z").titled("No mail"));
        let answer = world.get("/v1/providers").await;
        assert_eq!(answer.status, 200);
        let json = answer.json();
        let providers = json["providers"].as_array().unwrap();
        let slugs: Vec<_> = providers.iter().map(|provider| &provider["slug"]).collect();
        assert_eq!(slugs, ["down", "mute", "alpha", "zeta"]);
        assert_eq!(json["providers"][0]["status"], "minor");
        assert_eq!(json["providers"][0]["open"][0]["title"], "No mail");
        assert_eq!(json["providers"][0]["open"][0]["started_at"], "2026-03-01T10:00:00Z");
        assert_eq!(json["providers"][1]["status"], "unknown");
        assert_eq!(json["providers"][1]["pages"][0]["health"], "unreadable");
        assert_eq!(json["providers"][1]["pages"][0]["detail"], "it does not answer (timed out)");
        assert_eq!(json["position"], world.position());
    }

    #[tokio::test]
    async fn the_degraded_come_before_planned_work_and_what_is_always_so_after_it() {
        let world = World::new();
        for name in ["always", "broken", "mute", "up", "work"] {
            world.provider(name);
        }
        world.unwell("always", "API", ComponentStatus::Degraded, "2026-02-23T00:00:00Z");
        world.unwell("broken", "API", ComponentStatus::MajorOutage, "2026-03-01T23:00:00Z");
        world.unreadable("mute", "timed out");
        world.report(maintenance("work", 1).phase(Phase::InProgress));
        let json = world.get("/v1/providers").await.json();
        let shown = |field: &str| {
            let providers = json["providers"].as_array().unwrap().iter();
            providers.map(|provider| provider[field].clone()).collect::<Vec<_>>()
        };
        assert_eq!(shown("slug"), ["mute", "broken", "work", "always", "up"]);
        let words = ["unknown", "degraded", "maintenance", "degraded", "up"];
        assert_eq!(shown("status"), words);
        assert_eq!(shown("standing"), [false, false, false, true, false]);
        assert_eq!(json["providers"][1]["status_since"], "2026-03-01T23:00:00Z");
    }

    #[tokio::test]
    async fn what_becomes_degraded_by_itself_is_sent_again() {
        let world = World::new();
        world.provider("acme");
        world.unwell("acme", "API", ComponentStatus::Degraded, "2026-03-01T23:59:30Z");
        let before = world.get("/v1/providers").await;
        assert_eq!(before.json()["providers"][0]["status"], "up");
        world.advance(31);
        let after = world.get_if("/v1/providers", &before.header("etag")).await;
        assert_eq!(after.json()["providers"][0]["status"], "degraded");
    }

    #[tokio::test]
    async fn a_provider_without_a_watched_page_is_not_listed() {
        let world = World::new();
        world.provider("gone");
        world.forget("gone");
        assert_eq!(world.get("/v1/providers").await.json()["providers"], serde_json::json!([]));
    }

    #[tokio::test]
    async fn nothing_is_sent_again_until_something_changes_or_becomes_stale() {
        let world = World::new();
        world.provider("acme");
        let tag = world.get("/v1/providers").await.header("etag");
        assert!(tag.starts_with("W/\""), "{tag}");
        world.advance(90);
        let again = world.get_if("/v1/providers", &tag).await;
        assert_eq!((again.status, again.text.as_str()), (304, ""));
        assert_eq!(again.header("cache-control"), "no-cache");
        world.advance(91);
        let stale = world.get_if("/v1/providers", &tag).await;
        assert_eq!(stale.json()["providers"][0]["status"], "unknown");
        assert_eq!(stale.json()["providers"][0]["pages"][0]["health"], "stale");
    }

    #[tokio::test]
    async fn while_something_is_open_the_answer_is_good_for_its_minute() {
        let world = World::new();
        world.provider("acme");
        world.report(incident("acme", 1).started("2026-03-01T10:00:00Z"));
        let tag = world.get("/v1/providers").await.header("etag");
        world.advance(59);
        assert_eq!(world.get_if("/v1/providers", &tag).await.status, 304);
        world.advance(1);
        assert_eq!(world.get_if("/v1/providers", &tag).await.status, 200);
    }

    #[tokio::test]
    async fn parameters_are_refused_and_a_broken_store_keeps_its_secrets() {
        let world = World::new();
        let answer = world.get("/v1/providers?page=2").await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["parameter"], "page");
        world.break_down();
        let answer = world.get("/v1/providers").await;
        assert_eq!(answer.status, 503);
        assert!(!answer.text.contains("secret"), "{}", answer.text);
    }

    #[tokio::test]
    async fn a_damaged_row_costs_its_provider_alone_and_is_never_green() {
        let world = World::new();
        for name in ["acme", "fine", "lost"] {
            world.provider(name);
        }
        world.report(incident("acme", 1).started("2026-03-01T10:00:00Z"));
        world.damage("acme");
        world.lose("lost");
        let answer = world.get("/v1/providers").await;
        assert_eq!(answer.status, 200);
        let json = answer.json();
        let shown = |field: &str| {
            let providers = json["providers"].as_array().unwrap().iter();
            providers.map(|provider| provider[field].clone()).collect::<Vec<_>>()
        };
        assert_eq!(shown("slug"), ["acme", "lost", "fine"]);
        assert_eq!(shown("name"), ["Acme", "Lost", "Fine"]);
        assert_eq!(shown("status"), ["unknown", "unknown", "up"]);
        let words =
            "what is known of it was damaged on disk, and is being built again from the log";
        assert_eq!(shown("damaged"), [words.into(), words.into(), serde_json::Value::Null]);
        assert!(!answer.text.contains("secret"), "{}", answer.text);
        for path in ["/v1/providers/acme", "/v1/providers/acme/outages", "/v1/providers/lost"] {
            let own = world.get(path).await;
            assert_eq!(
                (own.status, &own.json()["type"]),
                (503, &"urn:signalbook:problem:damaged".into())
            );
            assert!(own.json()["detail"].as_str().unwrap().contains("is being built again"));
        }
        assert_eq!(world.get("/v1/providers/fine").await.status, 200);
        assert_eq!(world.get("/v1/providers/never").await.status, 404);
        world.mend();
        let repaired = world.get_if("/v1/providers", &answer.header("etag")).await;
        assert_eq!(repaired.json()["providers"][0]["status"], "minor");
    }

    #[tokio::test]
    async fn a_provider_that_the_views_have_not_reached_is_not_damaged() {
        let world = World::new();
        for name in ["acme", "new"] {
            world.provider(name);
        }
        world.lose("new");
        world.views_are_at(world.position() - 1);
        let json = world.get("/v1/providers").await.json();
        assert_eq!(json["providers"].as_array().unwrap().len(), 1);
        assert_eq!(world.get("/v1/providers/new").await.status, 404);
    }
}
