//! What the rules of `domain::status` are given: what the views hold, and what is remembered of
//! polling; and what of the latter stands beside a page.

use signalbook_domain::poll_state::{FAILURES, MissingRun};
use signalbook_domain::status::{Situation, Verdict, WatchedPage, signs_ended_at};
use signalbook_domain::{PageId, Timestamp};
use signalbook_store::PageRow;
use signalbook_store::views::{OpenReport, PageView, ProviderView};

use crate::body::page::{DocumentBody, HoldBody};

/// Judges `provider`, whose pages are polled as `rows` say, `now`.
pub(crate) fn judge(provider: &ProviderView, rows: &[PageRow], now: Timestamp) -> Verdict {
    let row = |id: PageId| rows.iter().find(|row| row.id == id);
    let watched = provider.pages.iter().filter(|(_, page)| page.watched);
    let situation = Situation {
        pages: watched.map(|(id, page)| (*id, watched_page(page, row(*id)))).collect(),
        open: provider.open.values().map(OpenReport::facts).collect(),
        clear_since: provider.clear_since,
        first_read_at: provider.first_read_at,
        last_ended_at: provider.last_ended_at,
    };
    Verdict::of(&situation, now)
}

fn watched_page(page: &PageView, row: Option<&PageRow>) -> WatchedPage {
    let interval = row.map(|row| row.interval).unwrap_or_default();
    WatchedPage {
        health: page.health(),
        added_at: page.added_at,
        interval,
        last_good_at: row.and_then(|row| row.poll_state.last_good_at),
        signs_since: page.signs_since,
        signs_changed_at: page.signs_changed_at,
        signs_ended_at: signs_ended_at(&page.signs_past, interval),
    }
}

/// What is remembered of polling a page and is no event.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Notes {
    /// What was not as expected in its documents, in words for a person.
    pub(crate) skipped: Vec<String>,
    /// Documents that the vendor never had, or asks us to leave alone.
    pub(crate) documents: Vec<DocumentBody>,
    /// That the vendor asks us to stay away.
    pub(crate) hold: Option<HoldBody>,
}

impl Notes {
    /// The notes of the page that is polled as `row` says.
    pub(crate) fn of(row: &PageRow) -> Self {
        let is_told = |run: &MissingRun| !run.not_offered && run.polls >= FAILURES;
        let noted = row.poll_state.missing.iter().filter(|(_, run)| !is_told(run));
        Self {
            skipped: row.poll_state.skipped().map(str::to_owned).collect(),
            documents: noted.filter_map(|(of, run)| DocumentBody::noted(*of, run)).collect(),
            hold: row.poll_state.hold.as_ref().map(HoldBody::from),
        }
    }
}
