//! Parts that several pages share: an outage with its timeline, and an open incident on one line.

use signalbook_domain::event::Inferred;
use signalbook_domain::status::{Sign, SignKind};
use signalbook_domain::{Phase, Timestamp, format as domain, outage};
use signalbook_store::views::{AffectedView, ReportView, UpdateView};

use super::format::{self, Badge};
use crate::body::provider::{OpenBody, first_signs};
use crate::markdown;

/// An outage on its provider's page or its own page.
pub(super) struct Outage {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) impact: Badge,
    pub(super) phase: &'static str,
    pub(super) start: Timestamp,
    /// The word for how it ended, and when.
    pub(super) end: Option<(&'static str, Timestamp)>,
    pub(super) duration: String,
    pub(super) is_notice: bool,
    pub(super) affected: Vec<String>,
    pub(super) formerly_affected: Vec<String>,
    /// How the end was inferred, if the vendor did not announce it.
    pub(super) inferred: Option<Inferred>,
    pub(super) marks: Vec<&'static str>,
    /// Oldest first.
    pub(super) updates: Vec<Update>,
    pub(super) vendor_url: Option<String>,
}

pub(super) struct Update {
    pub(super) phase: &'static str,
    pub(super) at: Timestamp,
    /// Safe HTML; empty if the status changed without comment.
    pub(super) body: String,
    pub(super) edited: bool,
    pub(super) removed: bool,
}

impl Outage {
    /// The outage of `report` at `now`.
    pub(super) fn new(report: &ReportView, now: Timestamp) -> Self {
        let interval = report.interval();
        let duration = match outage::duration(interval).map(domain::duration) {
            Some(duration) if is_cut(report) => format!("at least {duration}"),
            Some(duration) => duration,
            None => format!("ongoing, {} so far", domain::duration(now.since(interval.start))),
        };
        Self {
            href: format!("/incidents/{}", report.id),
            title: titled(&report.title),
            impact: format::impact(report.impact),
            phase: format::phase(report.phase),
            start: interval.start,
            end: interval.end.map(|at| (ending(report), at)),
            duration,
            is_notice: !report.kind.is_maintenance() && !outage::counts(report.impact),
            affected: report.affected.iter().map(affected).collect(),
            formerly_affected: report.formerly_affected.iter().map(affected).collect(),
            inferred: report.inferred,
            marks: marks(report),
            updates: report.updates.iter().map(Update::new).collect(),
            vendor_url: report.url.as_deref().and_then(format::link),
        }
    }
}

impl Update {
    fn new(view: &UpdateView) -> Self {
        Self {
            phase: format::phase(view.phase),
            at: view.published_at.unwrap_or(view.observed_at),
            body: markdown::to_html(&view.body),
            edited: view.edited,
            removed: view.removed,
        }
    }
}

/// The word for how a report ended.
fn ending(report: &ReportView) -> &'static str {
    match (report.resolved_at, report.withdrawn_at, report.kind.is_maintenance()) {
        (Some(_), _, false) => "resolved",
        (Some(_), _, true) if report.phase == Phase::Cancelled => "cancelled",
        (Some(_), _, true) => "completed",
        (None, Some(_), _) => "withdrawn",
        (None, None, _) => "watched until",
    }
}

/// Whether the report was open when its page was removed, so that its end is unknown.
pub(super) fn is_cut(report: &ReportView) -> bool {
    let ended = report.resolved_at.or(report.withdrawn_at);
    ended.is_none() && report.page_removed_at.is_some()
}

fn marks(report: &ReportView) -> Vec<&'static str> {
    let withdrawn = report.withdrawn_at.map(|_| "withdrawn by the vendor");
    let cut = is_cut(report).then_some("its page is no longer watched, so its end is not known");
    let inferred = report.inferred.map(|_| "its end was not announced but inferred");
    let backfilled = report.backfilled.then_some("learned from the page's history");
    withdrawn.into_iter().chain(cut).chain(inferred).chain(backfilled).collect()
}

fn affected(component: &AffectedView) -> String {
    with_group(&component.name, component.group.as_deref())
}

/// A component's name with its group, which disambiguates it.
fn with_group(name: &str, group: Option<&str>) -> String {
    group.map_or_else(|| name.to_owned(), |group| format!("{name} ({group})"))
}

/// The signs of trouble beside incidents, the worst first.
pub(super) struct Signs {
    pub(super) first: Vec<SignLine>,
    pub(super) more: usize,
}

pub(super) struct SignLine {
    pub(super) what: String,
    /// The vendor's word and further description; empty without either.
    pub(super) said: String,
    pub(super) since: Timestamp,
}

impl Signs {
    /// The first `limit` of `signs`.
    pub(super) fn new(signs: &[Sign], limit: usize) -> Self {
        let (first, more) = first_signs(signs, limit);
        Self { first: first.iter().map(SignLine::new).collect(), more }
    }
}

impl SignLine {
    fn new(sign: &Sign) -> Self {
        let (what, said) = match sign.kind {
            SignKind::Indicator => {
                let said = [sign.word.trim(), sign.name.trim()];
                let said: Vec<&str> = said.into_iter().filter(|said| !said.is_empty()).collect();
                ("The vendor's indicator".to_owned(), said.join(": "))
            }
            SignKind::Component => {
                (with_group(&sign.name, sign.group.as_deref()), sign.word.clone())
            }
        };
        Self { what, said, since: sign.since }
    }
}

/// An open incident on one line.
pub(super) struct Open {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) impact: Badge,
    pub(super) phase: &'static str,
    pub(super) since: Timestamp,
    pub(super) lasting: String,
}

impl Open {
    /// The line for `open` at `now`.
    pub(super) fn new(open: &OpenBody, now: Timestamp) -> Self {
        Self {
            href: format!("/incidents/{}", open.id),
            title: titled(&open.title),
            impact: format::impact(open.impact),
            phase: format::phase(open.phase),
            since: open.started_at,
            lasting: domain::duration(now.since(open.started_at)),
        }
    }
}

/// A title for a link, which must not be empty.
pub(super) fn titled(title: &str) -> String {
    let title = title.trim();
    if title.is_empty() { "Untitled".to_owned() } else { title.to_owned() }
}
