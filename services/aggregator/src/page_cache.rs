//! A cache of page rows, and of the states of pages with recent events.

use std::collections::HashMap;

use lru::LruCache;
use signalbook_domain::event::Fact;
use signalbook_domain::observation::Slot;
use signalbook_domain::page::Page;
use signalbook_domain::page_state::PageState;
use signalbook_domain::{PageId, Position, Revision, StreamId};
use signalbook_proto::{DecodeError, Draft, ObservationRef};
use signalbook_store::log::SharedLog;
use signalbook_store::{Append, ConditionalPut, PageRow, StoreError, Stream};
use uuid::Uuid;

/// Events per read when a page state is read from the log.
const EVENTS_PER_READ: u32 = 2_000;

/// The maximum number of cached rows.
const PAGES_MAX: usize = 10_000;

/// The maximum total of components and reports in cached page states. The last page state stays,
/// whatever its size. Most polls need none.
const ENTRIES_MAX: usize = 1_000;

/// A cached page. Its row may be newer than the store's.
#[derive(Clone, Debug)]
pub(crate) struct CachedPage {
    pub(crate) row: PageRow,
    pub(crate) page: Page,
    /// `last_slot` of the store's row.
    pub(crate) persisted: Slot,
}

/// The cached pages and the page states of those with recent events.
pub(crate) struct PageCache {
    pages: LruCache<PageId, CachedPage>,
    /// Bounded by [`ENTRIES_MAX`].
    page_states: LruCache<PageId, PageState>,
    entries: usize,
}

impl PageCache {
    pub(crate) fn new() -> Self {
        // A bounded one takes all of its memory at once.
        Self { pages: LruCache::unbounded(), page_states: LruCache::unbounded(), entries: 0 }
    }

    /// Returns a page from the cache or the log; `None` if the page does not exist.
    pub(crate) async fn get(
        &mut self,
        log: &SharedLog,
        page: PageId,
    ) -> Result<Option<&mut CachedPage>, StoreError> {
        if !self.pages.contains(&page) {
            let Some(row) = log.page(page).await? else { return Ok(None) };
            let page_state =
                read_page_state(log, PageState::new(row.provider.clone(), page)).await?;
            self.insert(row, page_state);
        }
        Ok(self.pages.get_mut(&page))
    }

    /// Removes a page from the cache and returns its row and page state; reads the state from the
    /// log if it is not cached.
    pub(crate) async fn checkout(
        &mut self,
        log: &SharedLog,
        page: PageId,
    ) -> Result<Option<(CachedPage, PageState)>, StoreError> {
        let Some(cached_page) = self.pages.pop(&page) else { return Ok(None) };
        let page_state = match self.take_state(page) {
            Some(page_state) => page_state,
            None => {
                read_page_state(log, PageState::new(cached_page.row.provider.clone(), page)).await?
            }
        };
        Ok(Some((cached_page, page_state)))
    }

    /// Caches a page whose row and page state match the log.
    pub(crate) fn insert(&mut self, row: PageRow, page_state: PageState) {
        let id = row.id;
        self.take_state(id);
        let (page, persisted) = (page_state.page.clone(), row.poll_state.last_slot);
        self.pages.put(id, CachedPage { row, page, persisted });
        if self.pages.len() > PAGES_MAX {
            self.pages.pop_lru();
        }
        self.entries += entries(&page_state);
        self.page_states.put(id, page_state);
        while self.entries > ENTRIES_MAX
            && self.page_states.len() > 1
            && let Some((_, evicted)) = self.page_states.pop_lru()
        {
            self.entries -= entries(&evicted);
        }
    }

    /// Returns the write that updates the store's row, if it is older than the cached one.
    pub(crate) fn dirty_row(&self, page: PageId) -> Option<ConditionalPut> {
        let CachedPage { row, persisted, .. } = self.pages.peek(&page)?;
        let is_dirty = *persisted != row.poll_state.last_slot;
        is_dirty.then(|| ConditionalPut { row: row.clone(), expected: Some(*persisted) })
    }

    /// Records that the store's row of a page is now at `slot`.
    pub(crate) fn mark_persisted(&mut self, page: PageId, slot: Slot) {
        if let Some(cached_page) = self.pages.get_mut(&page) {
            cached_page.persisted = slot;
        }
    }

    /// Evicts a page whose cached state does not match the log.
    pub(crate) fn invalidate(&mut self, page: PageId) {
        self.pages.pop(&page);
        self.take_state(page);
    }

    fn take_state(&mut self, page: PageId) -> Option<PageState> {
        let page_state = self.page_states.pop(&page)?;
        self.entries -= entries(&page_state);
        Some(page_state)
    }
}

fn entries(page_state: &PageState) -> usize {
    page_state.components.len() + page_state.reports.len()
}

/// Folds the streams of a page into `page_state`, which must be empty.
pub(crate) async fn read_page_state(
    log: &SharedLog,
    mut page_state: PageState,
) -> Result<PageState, StoreError> {
    let mut after = Position(0);
    loop {
        let records = log.read_page(page_state.id, after, EVENTS_PER_READ).await?;
        let Some(last) = records.last() else { return Ok(page_state) };
        after = last.position;
        for record in &records {
            match record.decode() {
                Ok(fact) => page_state.evolve(&fact),
                Err(DecodeError::Erased(_) | DecodeError::Unknown { .. }) => {
                    page_state.count(&record.stream);
                }
                Err(error @ DecodeError::Invalid { .. }) => {
                    return Err(StoreError::Invalid {
                        table: "event",
                        key: record.position.to_string(),
                        reason: error.to_string(),
                    });
                }
            }
        }
    }
}

/// Builds the append of facts already folded into `page_state`; `cause` identifies their source.
pub(crate) fn append_of(
    page_state: &PageState,
    facts: &[Fact],
    cause: Uuid,
    observation: Option<ObservationRef>,
) -> Append {
    let mut indices: HashMap<&StreamId, usize> = HashMap::new();
    let mut append = Append::default();
    let mut counts: Vec<u64> = Vec::new();
    for (ordinal, fact) in (0_u32..).zip(facts) {
        let index = *indices.entry(&fact.stream).or_insert_with(|| {
            counts.push(0);
            append.streams.push(Stream {
                id: fact.stream.clone(),
                page: page_state.id,
                expected: Revision(0),
            });
            counts.len() - 1
        });
        counts[index] += 1;
        append.events.push((index, Draft::encode(fact, cause, ordinal, observation)));
    }
    for (stream, count) in append.streams.iter_mut().zip(counts) {
        // The page state already includes the facts.
        stream.expected = Revision(page_state.revision(&stream.id).0 - count);
    }
    append
}
