//! `GET /v1/providers/{slug}/outages`: a provider's outage history.
//!
//! The history stays readable after the last page of a provider was given up: then its status is
//! `unknown` and `status_since` is `null`, for nobody can say since when.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use signalbook_domain::{Timestamp, format};
use utoipa::{IntoParams, ToSchema};

use crate::body::provider::ProviderBody;
use crate::body::report::OutageBody;
use crate::etag::ETag;
use crate::history::{OutagePage, OutageQuery};
use crate::path_param::PathParam;
use crate::problem::{Problem, ProblemBody};
use crate::state::{Reached, Shared};
use crate::{cursor, provider_summary};

#[cfg(test)]
mod tests;

/// Which part of the history.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `OutageQuery::parse` reads")]
pub(crate) struct OutagesParams {
    /// Only outages that were going on at or after this time (RFC 3339, or a date for its midnight
    /// in UTC). Without it, everything that is known.
    since: Option<String>,
    /// Only outages that began before this time. Without it, until now.
    until: Option<String>,
    /// At most this many outages.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the previous answer.
    cursor: Option<String>,
}

/// A provider's outage history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutagesBody {
    /// The provider.
    provider: ProviderBody,
    /// The history in a sentence.
    headline: String,
    /// How many outages touch the window. Notices (impact `none`) and planned work are listed
    /// but count neither here nor in the downtime.
    outages_total: usize,
    /// Since when the totals count: the parameter, else the earliest known outage.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// How long there was at least one outage within the window; what is open counts until now.
    downtime_seconds: u64,
    /// The same, rounded down to the minute.
    downtime: String,
    /// A page of the outages, newest first.
    outages: Vec<OutageBody>,
    /// How far it goes.
    #[serde(flatten)]
    reached: Reached,
    /// Where the next page begins; `null` on the last one.
    #[schema(required = true)]
    next_cursor: Option<String>,
}

/// Returns a provider's outage history.
#[utoipa::path(get, path = "/v1/providers/{slug}/outages", operation_id = "list_outages",
    tag = "outages",
    params(("slug" = String, Path, description = "The provider's slug."), OutagesParams),
    responses(
        (status = 200, body = OutagesBody, description = "The history."),
        (status = 304, description = "Nothing changed since the given `ETag`."),
        (status = 400, body = ProblemBody, content_type = "application/problem+json",
            description = "A parameter is not valid."),
        (status = 410, body = ProblemBody, content_type = "application/problem+json",
            description = "The place to go on from is of another epoch of the log."),
        (status = 404, body = ProblemBody, content_type = "application/problem+json",
            description = "There is no such provider."),
        (status = 503, body = ProblemBody, content_type = "application/problem+json",
            description = "What is known of it is damaged and is being built again from the log, \
                or the store does not answer."),
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    PathParam(slug): PathParam,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let reached = app.reached().await?;
    let asked = OutageQuery::parse(raw.as_deref(), &reached)?;
    let now = app.now();
    let known = provider_summary::provider(&app, &slug, now).await?;
    let history = OutagePage::read(&app, &known, &asked, now).await?;
    let tag =
        ETag::new(reached).minute(history.moving || known.is_time_dependent(), now).known(&known);
    let body = OutagesBody {
        provider: ProviderBody::new(&known),
        headline: history.headline,
        outages_total: history.outages_total,
        since: history.since,
        downtime_seconds: history.downtime.as_secs(),
        downtime: format::duration(history.downtime),
        outages: history.rows.into_iter().map(OutageBody::from).collect(),
        reached,
        next_cursor: history.next.map(|next| cursor::encode(reached.epoch, next)),
    };
    Ok(tag.respond(&headers, body))
}
