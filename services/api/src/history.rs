//! A provider's outage history: a page of its rows, and totals over the whole window.

use std::time::Duration;

use signalbook_domain::outage::{self, Window};
use signalbook_domain::{ReportKind, Timestamp};
use signalbook_store::views::{Cursor, Outage, ReportQuery, ReportView};

use crate::body::report::is_time_dependent;
use crate::cursor;
use crate::problem::Problem;
use crate::provider_summary::ProviderSummary;
use crate::query::Query;
use crate::state::{AppState, Reached};

/// At most so many rows in one answer.
const LIMIT_MAX: u32 = 200;
/// So many rows where nothing is asked for.
pub(crate) const LIMIT: u32 = 50;

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct OutageQuery {
    /// Only outages that touch this window.
    pub(crate) window: Window,
    /// At most so many rows.
    pub(crate) limit: u32,
    /// Only rows behind this one.
    pub(crate) after: Option<Cursor>,
}

/// What is answered.
pub(crate) struct OutagePage {
    /// How many outages there were in the window.
    pub(crate) outages_total: usize,
    /// Since when that counts: the window's beginning, else the earliest outage.
    pub(crate) since: Option<Timestamp>,
    /// How long there was at least one outage.
    pub(crate) downtime: Duration,
    /// The sentence above it all.
    pub(crate) headline: String,
    /// Whether the totals grow with the time.
    pub(crate) moving: bool,
    /// The rows, newest first.
    pub(crate) rows: Vec<ReportView>,
    /// Where the next rows begin.
    pub(crate) next: Option<Cursor>,
}

impl OutageQuery {
    /// Reads the parameters of a history.
    pub(crate) fn parse(raw: Option<&str>, reached: &Reached) -> Result<Self, Problem> {
        let query = Query::parse(raw, &["since", "until", "limit", "cursor"])?;
        let window = Window { since: query.moment("since")?, until: query.moment("until")? };
        if let (Some(since), Some(until)) = (window.since, window.until)
            && until <= since
        {
            let expected = format!("a time after `since`, which is {since}");
            return Err(Problem::parameter("until", &until.to_string(), expected));
        }
        let limit = query.limit(LIMIT, LIMIT_MAX)?;
        Ok(Self { window, limit, after: after(&query, reached)? })
    }
}

/// Where a list goes on.
pub(crate) fn after(query: &Query, reached: &Reached) -> Result<Option<Cursor>, Problem> {
    let given = query.get("cursor", "the `next_cursor` of an earlier answer", cursor::decode)?;
    let Some((epoch, cursor)) = given else { return Ok(None) };
    reached.expect_epoch(epoch)?;
    Ok(Some(cursor))
}

impl OutagePage {
    /// Reads the history of `known` as it is `now`.
    pub(crate) async fn read(
        app: &AppState,
        known: &ProviderSummary,
        asked: &OutageQuery,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let slug = &known.view.slug;
        let mut outages = app.api.views.outages(slug, asked.window).await?;
        outages.retain(|outage| outage::counts(outage.impact));
        let intervals: Vec<_> = outages.iter().map(|outage| outage.interval).collect();
        let since = asked.window.since.or_else(|| earliest(&outages));
        let downtime = outage::downtime(&intervals, asked.window, now);
        let query = ReportQuery {
            provider: slug.clone(),
            kind: ReportKind::Incident,
            window: asked.window,
            after: asked.after,
            limit: asked.limit + 1,
        };
        let mut rows = app.api.views.reports(&query).await?;
        let next = cut(&mut rows, asked.limit);
        let shown = rows.iter().map(ReportView::interval);
        Ok(Self {
            outages_total: outages.len(),
            since,
            downtime,
            headline: outage::headline(&known.view.name, outages.len(), since, downtime),
            moving: intervals.iter().copied().chain(shown).any(|own| is_time_dependent(own, now)),
            rows,
            next,
        })
    }
}

/// Cuts `rows` to `limit` and says where the next ones begin, if there are more.
pub(crate) fn cut(rows: &mut Vec<ReportView>, limit: u32) -> Option<Cursor> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().filter(|_| more)?;
    Some(Cursor { started_at: last.started_at(), id: last.id })
}

fn earliest(outages: &[Outage]) -> Option<Timestamp> {
    outages.iter().map(|outage| outage.interval.start).min()
}
