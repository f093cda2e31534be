//! The input of the rules in `domain::status`, from the views and the polling rows; and the polling
//! notes that are shown beside a page.

use signalbook_domain::poll_state::{FAILURES, MissingRun};
use signalbook_domain::status::{Situation, Verdict, WatchedPage, signs_ended_at};
use signalbook_domain::{PageId, Timestamp};
use signalbook_store::PageRow;
use signalbook_store::views::{OpenReport, PageView, ProviderView};

use crate::body::page::{DocumentBody, HoldBody};

/// Judges `provider` at `now`. `rows` are the polling rows of its pages.
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

/// The results of polling a page that are not events.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Notes {
    /// Descriptions of the unexpected content in its documents.
    pub(crate) skipped: Vec<String>,
    /// Documents that the vendor has never offered or asks us to leave alone.
    pub(crate) documents: Vec<DocumentBody>,
    /// The vendor's request to stay away.
    pub(crate) hold: Option<HoldBody>,
}

impl Notes {
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
