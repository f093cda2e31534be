//! Reports that the vendor shows on its new page, under another id.

use std::time::Duration;

use super::{Event, Facts, wrap};
use crate::event::{Fact, ReportChange, ReportEvent, Times};
use crate::id::StreamId;
use crate::report::{Lineage, Report};
use crate::snapshot::{ReportFacts, Snapshot, UpdateFacts};
use crate::text::is_invisible;
use crate::time::{Timestamp, credible};

/// A report begins at the same time on both pages, but for so much.
const START_TOLERANCE: Duration = Duration::from_mins(1);

/// Tells which reports of a page that was replaced the new one shows: those of the same kind, title
/// and start.
pub(in crate::decide) fn continue_replaced(
    facts: &mut Facts<'_>,
    snapshot: &Snapshot,
    backfilled: bool,
) {
    for shown in &snapshot.reports {
        if facts.book.report(&facts.book.stream(shown.kind, &shown.external_id)).is_some() {
            continue;
        }
        let same = facts.book.reports.iter().find(|((kind, _), known)| {
            known.lineage == Lineage::Replaced
                && !known.withdrawn
                && *kind == shown.kind
                && is_same(known, shown, facts.observed_at)
        });
        let Some(((kind, id), _)) = same else { continue };
        let stream = StreamId { kind: *kind, provider: facts.book.provider.clone(), id: *id };
        let change = ReportChange::Continued { external_id: shown.external_id.clone() };
        let event: Event = wrap(*kind, ReportEvent { change, vendor_updated_at: None });
        let observed_at = facts.observed_at;
        let times = Times { occurred_at: None, published_at: None, observed_at };
        facts.tell(Fact { stream, event, times, backfilled });
    }
}

fn is_same(known: &Report, shown: &ReportFacts, observed_at: Timestamp) -> bool {
    let Some(title) = &shown.title else { return false };
    let first_shown = shown.updates.iter().filter_map(UpdateFacts::shown_at).min();
    let known_start = known.started_at.or(known.created_at);
    let claimed_start = credible(shown.claimed_start(None, observed_at), observed_at);
    let shown_start = claimed_start.or(shown.created_at).or(first_shown);
    let is_near = |one: Timestamp, other: Timestamp| {
        one.since(other).max(other.since(one)) <= START_TOLERANCE
    };
    simplified(&known.title) == simplified(title)
        && known_start.zip(shown_start).is_some_and(|(one, other)| is_near(one, other))
}

/// A title without case, blanks and what nobody sees.
fn simplified(title: &str) -> String {
    let is_seen = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible(*c);
    title.chars().filter(is_seen).flat_map(char::to_lowercase).collect()
}
