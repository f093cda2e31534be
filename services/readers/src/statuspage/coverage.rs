//! What a list of incidents or maintenances would have to contain.
//!
//! Claiming too much is the worse error: a report that merely left the window would be recorded as
//! deleted by the vendor. So nothing is claimed while an entry does not say when it was filed; and a
//! list of which an entry could not be read may hold any report, so that nothing is known of it.
//!
//! A list that is not full holds everything. A full one is a window of the newest, but by which
//! time it is sorted is not documented, and real lists are not always in the order of filing.
//! Whether it is by filing, by end or by plan, a report that was pushed out has that time before
//! the least of the window, and was filed no later than it. So the least of the *latest* such
//! times of each closed report is a moment after which nothing can have been pushed out. Reports
//! that are not over are left aside, since some pages hold them at the top however old they are.
//!
//! Accepted: a report that was filed late for a time long past may leave a window that is sorted
//! by beginning while the claim still asks for it.

use signalbook_domain::snapshot::{Coverage, ObservedReport};

use super::Page;
use super::reports::Listed;

/// As many entries has a full list.
pub(super) const WINDOW: usize = 50;

/// What a list with so many `entries` would have to contain; none if it may contain anything.
pub(super) fn of(page: &Page, entries: usize, listed: &Listed) -> Option<Coverage> {
    // A list that does not say whose it is may be anything that has a list.
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
