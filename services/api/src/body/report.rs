//! An incident or a maintenance with its timeline.

use serde::Serialize;
use signalbook_domain::event::Inferred;
use signalbook_domain::outage::{self, Interval};
use signalbook_domain::{Impact, Phase, ReportKind, Slug, Timestamp, format};
use signalbook_store::views::{AffectedView, ReportView, UpdateView};
use utoipa::ToSchema;
use uuid::Uuid;

use super::words::{ImpactWord, PhaseWord};
use crate::cause::Cause;

/// One outage.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutageBody {
    /// Our id.
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// The vendor's id.
    external_id: String,
    /// The title.
    title: String,
    /// How bad it is.
    #[schema(value_type = ImpactWord)]
    impact: Impact,
    /// Where it stands.
    #[schema(value_type = PhaseWord)]
    phase: Phase,
    /// Where people can read about it on the vendor's page.
    #[schema(required = true)]
    url: Option<String>,
    /// When it began: the vendor's start, else when it was announced, else our first sight; never
    /// after it ended.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// When it was announced: the earlier of its first update and of its filing.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    announced_at: Option<Timestamp>,
    /// When we first saw it.
    #[schema(value_type = String, format = DateTime)]
    detected_at: Timestamp,
    /// Its last resolution.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Timestamp>,
    /// How its end is known, if the vendor did not announce it; `null` if the vendor did, or if it
    /// is not over.
    #[schema(required = true)]
    inferred: Option<InferredBody>,
    /// When its page was removed while it was open: it counts until then, since nothing is known
    /// of it after that.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    page_removed_at: Option<Timestamp>,
    /// How long it lasted, until it was resolved or withdrawn, or its page was removed; `null`
    /// while it is not over.
    #[schema(required = true)]
    duration_seconds: Option<u64>,
    /// The same, rounded down to the minute.
    #[schema(required = true, example = "3h 14m")]
    duration: Option<String>,
    /// Whether we learned of it from the page's history instead of seeing it happen.
    backfilled: bool,
    /// Whether the vendor deleted it; it counts until then.
    withdrawn: bool,
    /// The affected components.
    affected: Vec<AffectedBody>,
    /// The components that were affected before and that the vendor has removed from it.
    formerly_affected: Vec<AffectedBody>,
    /// The timeline, oldest first.
    updates: Vec<UpdateBody>,
}

/// One incident or maintenance with everything that is known about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportBody {
    /// `incident` or `maintenance`.
    #[schema(value_type = String, example = "incident")]
    kind: ReportKind,
    /// The provider that it belongs to.
    #[schema(value_type = String)]
    provider: Slug,
    /// What it shares with a row of the outage history.
    #[serde(flatten)]
    outage: OutageBody,
    /// The vendor's word for the impact.
    impact_raw: String,
    /// The vendor's word for the phase.
    phase_raw: String,
    /// When we saw that the vendor had deleted it.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    withdrawn_at: Option<Timestamp>,
    /// When planned work should begin.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    planned_from: Option<Timestamp>,
    /// When planned work should end.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    planned_until: Option<Timestamp>,
    /// Reports of other providers that are its cause.
    caused_by: Vec<Cause>,
}

/// An end that the vendor did not announce: two polls in a row no longer found it listed as open,
/// and no list says how it ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InferredBody {
    /// The last poll that found it listed as open.
    #[schema(value_type = String, format = DateTime)]
    last_listed_at: Timestamp,
    /// The first poll that did not, which is taken for its end.
    #[schema(value_type = String, format = DateTime)]
    first_missing_at: Timestamp,
}

/// A component that was affected.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AffectedBody {
    /// Our id.
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// The name.
    name: String,
    /// The name of its group, which tells it from other components of the same name.
    #[schema(required = true)]
    group: Option<String>,
}

/// One entry of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UpdateBody {
    /// The vendor's id, or ours; `null` where the status changed without an update.
    #[schema(required = true)]
    id: Option<String>,
    /// The phase that it announces.
    #[schema(value_type = PhaseWord)]
    phase: Phase,
    /// The time that the vendor shows.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    published_at: Option<Timestamp>,
    /// When our poll saw it.
    #[schema(value_type = String, format = DateTime)]
    observed_at: Timestamp,
    /// The text as the vendor wrote it, Markdown or HTML: sanitise it before showing it.
    body: String,
    /// Whether the vendor rewrote it.
    edited: bool,
    /// Present and true if the vendor removed it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    removed: bool,
}

impl From<ReportView> for OutageBody {
    fn from(view: ReportView) -> Self {
        let interval = view.interval();
        let duration = outage::duration(interval);
        let announced_at = view.announced_at();
        Self {
            id: view.id,
            external_id: view.external_id,
            title: view.title,
            impact: view.impact,
            phase: view.phase,
            url: view.url,
            started_at: interval.start,
            announced_at,
            detected_at: view.detected_at,
            resolved_at: view.resolved_at,
            inferred: view.inferred.map(InferredBody::from),
            page_removed_at: view.page_removed_at,
            duration_seconds: duration.map(|duration| duration.as_secs()),
            duration: duration.map(format::duration),
            backfilled: view.backfilled,
            withdrawn: view.withdrawn_at.is_some(),
            affected: view.affected.into_iter().map(AffectedBody::from).collect(),
            formerly_affected: view.formerly_affected.into_iter().map(Into::into).collect(),
            updates: view.updates.into_iter().map(UpdateBody::from).collect(),
        }
    }
}

impl ReportBody {
    pub(crate) fn new(mut view: ReportView, caused_by: Vec<Cause>) -> Self {
        Self {
            kind: view.kind,
            provider: view.provider.clone(),
            impact_raw: std::mem::take(&mut view.impact_raw),
            phase_raw: std::mem::take(&mut view.phase_raw),
            withdrawn_at: view.withdrawn_at,
            planned_from: view.planned_from,
            planned_until: view.planned_until,
            caused_by,
            outage: OutageBody::from(view),
        }
    }
}

impl From<Inferred> for InferredBody {
    fn from(inferred: Inferred) -> Self {
        let Inferred { last_listed_at, first_missing_at } = inferred;
        Self { last_listed_at, first_missing_at }
    }
}

impl From<AffectedView> for AffectedBody {
    fn from(view: AffectedView) -> Self {
        Self { id: view.id, name: view.name, group: view.group }
    }
}

impl From<UpdateView> for UpdateBody {
    fn from(view: UpdateView) -> Self {
        let UpdateView { id, phase, published_at, observed_at, body, edited, removed } = view;
        Self { id, phase, published_at, observed_at, body, edited, removed }
    }
}

/// Whether the duration of an interval still changes with the time.
pub(crate) fn is_time_dependent(interval: Interval, now: Timestamp) -> bool {
    interval.end.is_none_or(|end| end > now)
}
