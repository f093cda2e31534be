//! `GET /v1/events`: the log after a position, up to the position of the views.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use signalbook_domain::Position;
use utoipa::{IntoParams, ToSchema};

use crate::body::event::{DecodedRecord, EventBody};
use crate::etag::ETag;
use crate::parameters::Query;
use crate::problem::Problem;
use crate::responses::{InvalidParameter, NotModified, OtherEpoch};
use crate::state::{AppState, Reached, Shared};

/// Which part of the log.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `EventsQuery` reads")]
pub(crate) struct EventsParams {
    /// Only events after this position.
    #[param(default = 0)]
    after: Option<u64>,
    /// The `epoch` of the answer that `after` is from: a log that was restored since is then no
    /// longer continued, but answered with status 410.
    epoch: Option<String>,
    /// At most this many events.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u32>,
}

/// The parameters of a request for the events of the log or of one stream.
pub(super) struct EventsQuery {
    /// Only events after this place.
    pub(super) after: u64,
    /// The most events in the response.
    pub(super) limit: u32,
    /// The checkpoint of the views, in the epoch of that place.
    pub(super) reached: Reached,
}

impl EventsQuery {
    /// Parses `raw`, reads the checkpoint of the views, and compares the epochs.
    pub(super) async fn read(app: &AppState, raw: Option<&str>) -> Result<Self, Problem> {
        let query = Query::parse(raw, &["after", "epoch", "limit"])?;
        let (after, limit) = (query.after()?, query.limit(100, 500)?);
        let reached = app.reached().await?;
        if let Some(epoch) = query.epoch()? {
            reached.expect_epoch(epoch)?;
        }
        Ok(Self { after, limit, reached })
    }
}

/// A part of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventsBody {
    /// The events by position, without gaps.
    #[schema(value_type = Vec<EventBody>)]
    events: Vec<DecodedRecord>,
    /// How far it goes; no event after that is listed.
    #[serde(flatten)]
    reached: Reached,
    /// The position to continue after.
    #[schema(value_type = u64)]
    next_after: Position,
}

/// Lists what was recorded.
#[utoipa::path(get, path = "/v1/events", operation_id = "list_events", tag = "events",
    params(EventsParams),
    responses(
        (status = 200, body = EventsBody, description = "Events."),
        NotModified, InvalidParameter, OtherEpoch,
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let EventsQuery { after, limit, reached } = EventsQuery::read(&app, raw.as_deref()).await?;
    let after = Position(after);
    let records = if after < reached.position {
        app.api.log.read_after(after, limit).await?
    } else {
        Vec::new()
    };
    let events = DecodedRecord::up_to(reached.position, records)?;
    let next_after = events.last().map_or(after, |event| event.record.position);
    Ok(ETag::new(reached).respond(&headers, EventsBody { events, reached, next_after }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::support::World;

    fn world() -> World {
        let world = World::new();
        for revision in 1..=5 {
            world.retitled("acme", 1, revision, &format!("Title {revision}"));
        }
        world
    }

    #[tokio::test]
    async fn events_are_told_in_order_and_only_as_far_as_the_views_have_reached() {
        let world = world();
        world.views_are_at(4);
        let json = world.get("/v1/events?after=1&limit=2").await.json();
        let positions: Vec<_> =
            json["events"].as_array().unwrap().iter().map(|event| &event["position"]).collect();
        assert_eq!(positions, [&json!(2), &json!(3)]);
        assert_eq!((&json["position"], &json["next_after"]), (&json!(4), &json!(3)));
        assert_eq!(json["events"][0]["type"], "incident.retitled");
        assert_eq!(json["events"][0]["data"]["title"], "Title 2");
        let rest = world.get("/v1/events?after=3").await.json();
        assert_eq!(rest["events"].as_array().unwrap().len(), 1);
        let end = world.get("/v1/events?after=9").await.json();
        assert_eq!((&end["events"], &end["next_after"]), (&json!([]), &json!(9)));
    }

    #[tokio::test]
    async fn a_position_of_another_epoch_is_refused() {
        let world = world();
        let epoch = world.get("/v1/events").await.json()["epoch"].as_str().unwrap().to_owned();
        let path = format!("/v1/events?after=2&epoch={epoch}");
        assert_eq!(world.get(&path).await.json()["events"][0]["position"], 3);
        world.restored();
        let refused = world.get(&path).await;
        assert_eq!(
            (refused.status, &refused.json()["title"]),
            (410, &"The log was restored since".into())
        );
        assert_eq!(
            world.get("/v1/events?after=2").await.status,
            200,
            "who does not ask is not told"
        );
        let answer = world.get("/v1/events?epoch=1").await;
        assert_eq!((answer.status, &answer.json()["parameter"]), (400, &"epoch".into()));
    }

    #[tokio::test]
    async fn an_erased_payload_is_null() {
        let world = world();
        world.erase(2);
        let json = world.get("/v1/events?after=1&limit=1").await.json();
        assert_eq!(json["events"][0]["data"], Value::Null);
        assert_eq!(json["events"][0]["hash"].as_str().unwrap().len(), 64);
    }

    #[tokio::test]
    async fn a_payload_that_is_broken_is_an_error_and_not_an_erased_one() {
        let world = world();
        world.garble(2);
        let answer = world.get("/v1/events").await;
        assert_eq!(
            (answer.status, &answer.json()["title"]),
            (500, &"Something is broken here".into())
        );
        assert!(!answer.text.contains("payload"), "{}", answer.text);
    }

    #[tokio::test]
    async fn a_place_or_number_out_of_bounds_is_refused() {
        for (query, parameter) in
            [("after=-1", "after"), ("after=x", "after"), ("limit=501", "limit")]
        {
            let answer = world().get(&format!("/v1/events?{query}")).await;
            assert_eq!((answer.status, &answer.json()["parameter"]), (400, &parameter.into()));
        }
    }
}
