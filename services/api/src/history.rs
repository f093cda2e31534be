//! A provider's outage history: one page of rows, and totals over the whole window.

use std::time::Duration;

use signalbook_domain::outage::{self, Window};
use signalbook_domain::{ReportKind, Timestamp};
use signalbook_store::views::{Cursor, ReportQuery, ReportView};
use utoipa::IntoParams;

use crate::body::report::is_time_dependent;
use crate::cursor;
use crate::parameters::Query;
use crate::problem::Problem;
use crate::provider_summary::{ProviderSummary, find_provider};
use crate::state::{AppState, Reached};

const LIMIT_MAX: u32 = 200;
/// The default number of rows.
pub(crate) const LIMIT: u32 = 50;

/// Which part of the history.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OutageQuery {
    /// Only outages that were going on at or after this time (RFC 3339, or a date for its midnight
    /// in UTC). Without it, everything that is known.
    #[param(value_type = Option<String>)]
    pub(crate) since: Option<Timestamp>,
    /// Only outages that began before this time. Without it, until now.
    #[param(value_type = Option<String>)]
    pub(crate) until: Option<Timestamp>,
    /// At most this many outages.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200, default = 50)]
    pub(crate) limit: u32,
    /// The `next_cursor` of the previous answer.
    #[param(value_type = Option<String>)]
    pub(crate) cursor: Option<Cursor>,
}

/// One page of a history.
pub(crate) struct OutagePage {
    pub(crate) asked: OutageQuery,
    /// The checkpoint of the views before they were read.
    pub(crate) reached: Reached,
    /// The time of the request.
    pub(crate) now: Timestamp,
    pub(crate) provider: ProviderSummary,
    /// The number of outages in the window.
    pub(crate) outages_total: usize,
    /// Where the count begins: the window's start, else the earliest outage.
    pub(crate) since: Option<Timestamp>,
    /// The time with at least one outage.
    pub(crate) downtime: Duration,
    pub(crate) headline: String,
    /// Whether the content changes with the time.
    pub(crate) is_time_dependent: bool,
    /// Newest first.
    pub(crate) rows: Vec<ReportView>,
    /// The cursor of the next page; none on the last one.
    pub(crate) next: Option<String>,
}

impl OutageQuery {
    fn parse(raw: Option<&str>, reached: &Reached) -> Result<Self, Problem> {
        let query = Query::parse(raw, &["since", "until", "limit", "cursor"])?;
        let (since, until) = (query.moment("since")?, query.moment("until")?);
        if let (Some(since), Some(until)) = (since, until)
            && until <= since
        {
            let expected = format!("a time after `since`, which is {since}");
            return Err(Problem::parameter("until", &until.to_string(), expected));
        }
        let limit = query.limit(LIMIT, LIMIT_MAX)?;
        Ok(Self { since, until, limit, cursor: cursor::parse(&query, reached)? })
    }
}

impl OutagePage {
    /// Reads the page of the history of the provider `slug` that the query `raw` requests.
    pub(crate) async fn read(
        app: &AppState,
        slug: &str,
        raw: Option<&str>,
    ) -> Result<Self, Problem> {
        let reached = app.reached().await?;
        let asked = OutageQuery::parse(raw, &reached)?;
        let now = app.now();
        let provider = find_provider(app, slug, now).await?;
        let (slug, name) = (&provider.view.slug, &provider.view.name);
        let window = Window { since: asked.since, until: asked.until };
        let mut outages = app.api.views.outages(slug, window).await?;
        outages.retain(|outage| outage::counts(outage.impact));
        let intervals: Vec<_> = outages.iter().map(|outage| outage.interval).collect();
        let since = window.since.or_else(|| intervals.iter().map(|own| own.start).min());
        let downtime = outage::downtime(&intervals, window, now);
        let query = ReportQuery {
            provider: slug.clone(),
            kind: ReportKind::Incident,
            window,
            after: asked.cursor,
            limit: asked.limit + 1,
        };
        let mut rows = app.api.views.reports(&query).await?;
        let next = cursor::cut(&mut rows, asked.limit, reached.epoch);
        let mut shown = intervals.iter().copied().chain(rows.iter().map(ReportView::interval));
        let headline = if rows.is_empty() && provider.view.first_read_at.is_none() {
            format!("The outages of {name} are not known: none of its pages has been read yet.")
        } else {
            outage::headline(name, outages.len(), Window { since, ..window }, downtime)
        };
        Ok(Self {
            outages_total: outages.len(),
            since,
            downtime,
            headline,
            is_time_dependent: provider.is_time_dependent()
                || shown.any(|own| is_time_dependent(own, now)),
            asked,
            reached,
            now,
            provider,
            rows,
            next,
        })
    }
}
