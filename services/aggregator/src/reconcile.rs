//! Reconciles the log with the configured pages: records new ones as added and missing ones as
//! removed.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use signalbook_domain::ObservationId;
use signalbook_domain::decide::{add_page, remove_page};
use signalbook_domain::observation::Slot;
use signalbook_domain::page_state::PageState;
use signalbook_domain::poll_state::PollState;
use signalbook_domain::{PageId, Slug, Timestamp};
use signalbook_runtime::Ids;
use signalbook_store::log::SharedLog;
use signalbook_store::{AppendError, ConditionalPut, PageRow};

use crate::page_cache::{append_of, read_page_state};

/// A configured page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedPage {
    pub provider: Slug,
    pub name: String,
    pub url: String,
    /// The poll interval while nothing is wrong.
    pub interval: Duration,
}

impl WatchedPage {
    pub fn id(&self) -> PageId {
        PageId::derive(&self.provider, &self.url)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Newly watched pages.
    pub added: Vec<PageId>,
    /// Pages that are no longer watched.
    pub removed: Vec<PageId>,
}

/// Makes the log watch exactly `wanted`.
pub async fn reconcile(
    log: &SharedLog,
    wanted: &[WatchedPage],
    ids: &dyn Ids,
    now: Timestamp,
) -> Result<Reconciled, AppendError> {
    let rows = log.pages().await?;
    let known: HashMap<PageId, &PageRow> = rows.iter().map(|row| (row.id, row)).collect();
    let mut reconciled = Reconciled::default();
    let mut seen = HashSet::new();
    for page in wanted.iter().filter(|page| seen.insert(page.id())) {
        let row = known.get(&page.id()).copied();
        if watch(log, page, row, ids, now).await? {
            reconciled.added.push(page.id());
        }
    }
    for row in rows.iter().filter(|row| row.watched && !seen.contains(&row.id)) {
        let mut page_state =
            read_page_state(log, PageState::new(row.provider.clone(), row.id)).await?;
        let facts = remove_page(&mut page_state, now);
        let mut append = append_of(&page_state, &facts, cause(ids, now), None);
        append.page = Some(put(Some(row), PageRow { watched: false, ..row.clone() }));
        log.append(append, now).await?;
        reconciled.removed.push(row.id);
    }
    Ok(reconciled)
}

async fn watch(
    log: &SharedLog,
    page: &WatchedPage,
    row: Option<&PageRow>,
    ids: &dyn Ids,
    now: Timestamp,
) -> Result<bool, AppendError> {
    let mut page_state =
        read_page_state(log, PageState::new(page.provider.clone(), page.id())).await?;
    let was_watched = page_state.page.watched;
    let facts = add_page(&mut page_state, &page.name, &page.url, now);
    let known = row.filter(|_| was_watched);
    let next = PageRow {
        id: page.id(),
        provider: page.provider.clone(),
        name: page.name.clone(),
        url: page.url.clone(),
        interval: page.interval,
        added_at: known.map_or(now, |row| row.added_at),
        watched: true,
        platform: row.and_then(|row| row.platform.clone()),
        poll_state: row
            .map(|row| remembered(&row.poll_state, was_watched, now))
            .unwrap_or_default(),
    };
    if row == Some(&next) && facts.is_empty() {
        return Ok(false);
    }
    let mut append = append_of(&page_state, &facts, cause(ids, now), None);
    append.page = Some(put(row, next));
    log.append(append, now).await?;
    Ok(!was_watched)
}

/// Returns the poll state to keep. Polls before an unwatched period do not form a run with those
/// after it.
fn remembered(poll_state: &PollState, was_watched: bool, now: Timestamp) -> PollState {
    if was_watched { poll_state.clone() } else { poll_state.interrupted(now) }
}

/// Builds the row change. Each change takes a slot, so that holders of the old row notice it.
fn put(row: Option<&PageRow>, mut next: PageRow) -> ConditionalPut {
    let expected = row.map(|row| row.poll_state.last_slot);
    let PollState { last_slot, .. } = &mut next.poll_state;
    *last_slot = Slot(last_slot.0 + 1);
    ConditionalPut { row: next, expected }
}

fn cause(ids: &dyn Ids, now: Timestamp) -> uuid::Uuid {
    ObservationId::new(now, ids.random_bytes()).0
}
