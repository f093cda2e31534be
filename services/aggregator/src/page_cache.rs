//! A cache of pages: their rows, and the state of those that lately had events.

use std::collections::HashMap;

use signalbook_domain::book::Book;
use signalbook_domain::event::Fact;
use signalbook_domain::observation::Slot;
use signalbook_domain::page::Page;
use signalbook_domain::{PageId, Position, Revision, StreamId};
use signalbook_proto::{DecodeError, Draft, ObservationRef};
use signalbook_store::log::SharedLog;
use signalbook_store::{Append, PagePut, PageRow, StoreError, Stream};
use uuid::Uuid;

/// Events that are read at once when a page is read from the log.
const EVENTS_PER_READ: u32 = 2_000;

/// Pages whose rows are cached; past that all of them are evicted and read again when needed.
const PAGES_MAX: usize = 10_000;

/// Components and reports of all cached books; past that the least recently used books are evicted,
/// but never the last one. Most polls need no book.
const ENTRIES_MAX: usize = 1_000;

/// One page: its row, which may be newer than the store's.
#[derive(Clone, Debug)]
pub(crate) struct CachedPage {
    pub(crate) row: PageRow,
    pub(crate) page: Page,
    /// The last slot of the store's row.
    pub(crate) persisted: Slot,
}

/// The cached pages, with the books of those that lately had events.
#[derive(Default)]
pub(crate) struct PageCache {
    pages: HashMap<PageId, CachedPage>,
    books: HashMap<PageId, CachedBook>,
    entries: usize,
    uses: u64,
}

struct CachedBook {
    book: Book,
    last_use: u64,
}

impl PageCache {
    /// A page, from the cache or else from the log; none if there is no such page.
    pub(crate) async fn get(
        &mut self,
        log: &SharedLog,
        page: PageId,
    ) -> Result<Option<&mut CachedPage>, StoreError> {
        if !self.pages.contains_key(&page) {
            let Some(row) = log.page(page).await? else { return Ok(None) };
            let book = read_book(log, Book::new(row.provider.clone(), page)).await?;
            self.insert(row, book);
        }
        Ok(self.pages.get_mut(&page))
    }

    /// Removes a page from the cache: its row, and its book, which may have to be read from the log.
    pub(crate) async fn checkout(
        &mut self,
        log: &SharedLog,
        page: PageId,
    ) -> Result<Option<(CachedPage, Book)>, StoreError> {
        let Some(cached_page) = self.pages.remove(&page) else { return Ok(None) };
        let book = match self.take_book(page) {
            Some(book) => book,
            None => read_book(log, Book::new(cached_page.row.provider.clone(), page)).await?,
        };
        Ok(Some((cached_page, book)))
    }

    /// Caches a page whose row and book are those of the log.
    pub(crate) fn insert(&mut self, row: PageRow, book: Book) {
        let id = row.id;
        self.take_book(id);
        if self.pages.len() >= PAGES_MAX {
            self.pages.clear();
        }
        let (page, persisted) = (book.page.clone(), row.memo.last_slot);
        self.pages.insert(id, CachedPage { row, page, persisted });
        self.uses += 1;
        self.entries += entries(&book);
        self.books.insert(id, CachedBook { book, last_use: self.uses });
        while self.entries > ENTRIES_MAX
            && self.books.len() > 1
            && let Some(oldest) = self.least_used()
        {
            self.take_book(oldest);
        }
    }

    /// What the store's row of a page is to become, if it is older than the cached one.
    pub(crate) fn dirty_row(&self, page: PageId) -> Option<PagePut> {
        let CachedPage { row, persisted, .. } = self.pages.get(&page)?;
        let is_dirty = *persisted != row.memo.last_slot;
        is_dirty.then(|| PagePut { row: row.clone(), expected: Some(*persisted) })
    }

    /// Notes that the store's row of a page is now that of `slot`.
    pub(crate) fn mark_persisted(&mut self, page: PageId, slot: Slot) {
        if let Some(cached_page) = self.pages.get_mut(&page) {
            cached_page.persisted = slot;
        }
    }

    /// Evicts a page whose cached state is not that of the log.
    pub(crate) fn invalidate(&mut self, page: PageId) {
        self.pages.remove(&page);
        self.take_book(page);
    }

    fn take_book(&mut self, page: PageId) -> Option<Book> {
        let CachedBook { book, .. } = self.books.remove(&page)?;
        self.entries -= entries(&book);
        Some(book)
    }

    fn least_used(&self) -> Option<PageId> {
        self.books.iter().min_by_key(|(_, cached)| cached.last_use).map(|(page, _)| *page)
    }
}

fn entries(book: &Book) -> usize {
    book.components.len() + book.reports.len()
}

/// Folds the streams of a page into its empty book.
pub(crate) async fn read_book(log: &SharedLog, mut book: Book) -> Result<Book, StoreError> {
    let mut after = Position(0);
    loop {
        let records = log.read_page(book.id, after, EVENTS_PER_READ).await?;
        let Some(last) = records.last() else { return Ok(book) };
        after = last.position;
        for record in &records {
            match record.decode() {
                Ok(fact) => book.evolve(&fact),
                Err(DecodeError::Erased(_)) => book.count(&record.stream),
                Err(error) => {
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

/// The append of facts that were just folded into `book`; `cause` names what brought them.
pub(crate) fn append_of(
    book: &Book,
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
                page: book.id,
                expected: Revision(0),
            });
            counts.len() - 1
        });
        counts[index] += 1;
        append.events.push((index, Draft::encode(fact, cause, ordinal, observation)));
    }
    for (stream, count) in append.streams.iter_mut().zip(counts) {
        // The book has folded the facts already.
        stream.expected = Revision(book.revision(&stream.id).0 - count);
    }
    append
}
