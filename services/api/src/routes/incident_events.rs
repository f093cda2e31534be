//! `GET /v1/incidents/{id}/events`: the recorded events of one incident.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use signalbook_domain::{Revision, StreamId};
use utoipa::{IntoParams, ToSchema};

use super::events::EventsQuery;
use super::incident::find_report;
use crate::body::event::{DecodedRecord, EventBody};
use crate::etag::ETag;
use crate::parameters::PathParam;
use crate::problem::Problem;
use crate::responses::{Damaged, InvalidParameter, NoReport, NotModified, OtherEpoch};
use crate::state::{Reached, Shared};

/// Which part of it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `EventsQuery` reads")]
pub(crate) struct HistoryParams {
    /// Only events after this revision.
    #[param(default = 0)]
    after: Option<u64>,
    /// The `epoch` of the answer that `after` is from: a log that was restored since is then no
    /// longer continued, but answered with status 410.
    epoch: Option<String>,
    /// At most this many events.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
}

/// The event history of one incident.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryBody {
    /// Its events by revision.
    #[schema(value_type = Vec<EventBody>)]
    events: Vec<DecodedRecord>,
    /// How far it goes.
    #[serde(flatten)]
    reached: Reached,
    /// The revision to continue after.
    #[schema(value_type = u64)]
    next_after: Revision,
}

/// Lists what was recorded about one incident or maintenance.
#[utoipa::path(get, path = "/v1/incidents/{id}/events", operation_id = "list_incident_events",
    tag = "incidents",
    params(
        ("id" = String, Path, description = "Our id of the incident or maintenance."),
        HistoryParams,
    ),
    responses(
        (status = 200, body = HistoryBody, description = "Its events."),
        NotModified, InvalidParameter, NoReport, OtherEpoch, Damaged,
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    PathParam(id): PathParam,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let EventsQuery { after, limit, reached } = EventsQuery::read(&app, raw.as_deref()).await?;
    let after = Revision(after);
    let view = find_report(&app, &id).await?;
    let stream = StreamId::report(view.kind, &view.provider, view.id);
    let records = app.api.log.read_stream(&stream, after, limit).await?;
    let events = DecodedRecord::up_to(reached.position, records)?;
    let next_after = events.last().map_or(after, |event| event.record.revision);
    Ok(ETag::new(reached).respond(&headers, HistoryBody { events, reached, next_after }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::support::{World, id_of, incident};

    #[tokio::test]
    async fn an_incidents_events_are_told_by_revision() {
        let world = World::new();
        world.provider("acme");
        world.report(incident("acme", 1));
        world.retitled("acme", 1, 1, "Slow");
        world.retitled("acme", 2, 1, "Another incident");
        world.retitled("acme", 1, 2, "Slower");
        let path = format!("/v1/incidents/{}/events", id_of(1));
        let json = world.get(&path).await.json();
        let titles: Vec<_> =
            json["events"].as_array().unwrap().iter().map(|e| &e["data"]["title"]).collect();
        assert_eq!(titles, [&json!("Slow"), &json!("Slower")]);
        assert_eq!(json["next_after"], 2);
        let rest = world.get(&format!("{path}?after=1&limit=1")).await.json();
        assert_eq!(rest["events"][0]["revision"], 2);
    }

    #[tokio::test]
    async fn a_revision_of_another_epoch_is_refused() {
        let world = World::new();
        world.provider("acme");
        world.report(incident("acme", 1));
        let path = format!("/v1/incidents/{}/events", id_of(1));
        let epoch = world.get(&path).await.json()["epoch"].as_str().unwrap().to_owned();
        let path = format!("{path}?after=1&epoch={epoch}");
        assert_eq!(world.get(&path).await.status, 200);
        world.restored();
        assert_eq!(world.get(&path).await.status, 410);
    }

    #[tokio::test]
    async fn an_unknown_incident_has_no_events_and_a_bad_limit_is_refused() {
        let world = World::new();
        assert_eq!(world.get(&format!("/v1/incidents/{}/events", id_of(1))).await.status, 404);
        let path = format!("/v1/incidents/{}/events?limit=501", id_of(1));
        assert_eq!(world.get(&path).await.json()["parameter"], "limit");
    }
}
