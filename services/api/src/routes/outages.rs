//! `GET /v1/providers/{slug}/outages`: a provider's outage history.
//!
//! The history stays readable after a provider's last page is removed: the status is then `unknown`
//! and `status_since` is `null`, since its start is not known.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use signalbook_domain::{Timestamp, format};
use utoipa::ToSchema;

use crate::body::provider::ProviderBody;
use crate::body::report::OutageBody;
use crate::etag::ETag;
use crate::history::{OutagePage, OutageQuery};
use crate::parameters::PathParam;
use crate::problem::Problem;
use crate::responses::{Damaged, InvalidParameter, NoProvider, NotModified, OtherEpoch};
use crate::state::{Reached, Shared};

#[cfg(test)]
mod tests;

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
    params(("slug" = String, Path, description = "The provider's slug."), OutageQuery),
    responses(
        (status = 200, body = OutagesBody, description = "The history."),
        NotModified, InvalidParameter, NoProvider, OtherEpoch, Damaged,
    ))]
pub(crate) async fn handler(
    State(app): State<Shared>,
    PathParam(slug): PathParam,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let history = OutagePage::read(&app, &slug, raw.as_deref()).await?;
    let tag = ETag::new(history.reached)
        .minute(history.is_time_dependent, history.now)
        .with(&history.provider);
    let body = OutagesBody {
        provider: ProviderBody::new(&history.provider),
        headline: history.headline,
        outages_total: history.outages_total,
        since: history.since,
        downtime_seconds: history.downtime.as_secs(),
        downtime: format::duration(history.downtime),
        outages: history.rows.into_iter().map(OutageBody::from).collect(),
        reached: history.reached,
        next_cursor: history.next,
    };
    Ok(tag.respond(&headers, body))
}
