//! The coverage of a list: the reports that it would have to contain.
//!
//! Overclaiming is the worse error: a report that merely left the window would be recorded as
//! deleted by the vendor. So only open reports are covered if an entry lacks a filing time, and
//! nothing is if an entry is unreadable, as it may be any report.
//!
//! A list that is not full holds everything. A full list is a window of the newest reports, but its
//! sort key is undocumented, and real lists are not always in filing order. Whether the key is
//! filing, end or plan, that time of a report that was pushed out precedes the minimum of the
//! window, and the report was filed no later. So the minimum over the closed reports of their
//! *latest* such time is a bound: no report filed after it was pushed out. Open reports are
//! ignored, since some pages keep them at the top whatever their age.
//!
//! Accepted: a report filed late for a time long past may leave a window that is sorted by start
//! while the claim still includes it.

use signalbook_domain::snapshot::{Coverage, ObservedReport};

use super::Page;
use super::reports::Listed;

/// The number of entries in a full list.
pub(super) const WINDOW: usize = 50;

/// Returns the coverage of a list with this many `entries`; `None` if it may contain anything.
pub(super) fn of(page: &Page, entries: usize, listed: &Listed) -> Option<Coverage> {
    // A list without a page id may belong to anything.
    if page.id.is_none() || !listed.complete {
        return None;
    }
    if !listed.reports.iter().all(|report| report.created_at.is_some()) {
        return Some(Coverage::ActiveOnly);
    }
    if entries < WINDOW && !page.has_short_lists() {
        return Some(Coverage::Everything);
    }
    let edge = listed.reports.iter().filter_map(closed_at).min();
    Some(edge.map_or(Coverage::ActiveOnly, Coverage::CreatedAfter))
}

fn closed_at(report: &ObservedReport) -> Option<signalbook_domain::Timestamp> {
    if !report.phase.value.is_over() {
        return None;
    }
    let ended = report.resolved_at.or(report.updated_at);
    report.created_at.max(ended).max(report.scheduled_for)
}
