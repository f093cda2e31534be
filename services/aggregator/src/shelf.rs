//! What is known of pages, as far as it is in memory.

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

/// Pages whose rows are kept; past that they are all put away and read again when needed.
const PAGES_MAX: usize = 10_000;

/// Components and reports in the books that are kept; past that the books are put away which
/// were not needed for longest, but never the last one. Most polls need no book.
const ENTRIES_MAX: usize = 1_000;

/// One page: its row, its state, and how far the store's row is behind.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) row: PageRow,
    pub(crate) page: Page,
    /// The last turn of the store's row.
    pub(crate) saved: Slot,
}

/// The pages that are in memory, with the books of those that lately said something.
#[derive(Default)]
pub(crate) struct Shelf {
    pages: HashMap<PageId, Known>,
    books: HashMap<PageId, Shelved>,
    entries: usize,
    uses: u64,
}

struct Shelved {
    book: Book,
    last_use: u64,
}

impl Shelf {
    /// What is known of a page, from memory or else from the log; none if there is no such page.
    pub(crate) async fn page(
        &mut self,
        log: &SharedLog,
        page: PageId,
    ) -> Result<Option<&mut Known>, StoreError> {
        if !self.pages.contains_key(&page) {
            let Some(row) = log.page(page).await? else { return Ok(None) };
            let book = read_book(log, Book::new(row.provider.clone(), page)).await?;
            self.put(row, book);
        }
        Ok(self.pages.get_mut(&page))
    }

    /// Takes a page off the shelf: its row, and its book, which may have to be read from the log.
    pub(crate) async fn take(
        &mut self,
        log: &SharedLog,
        page: PageId,
    ) -> Result<Option<(Known, Book)>, StoreError> {
        let Some(known) = self.pages.remove(&page) else { return Ok(None) };
        let book = match self.take_book(page) {
            Some(book) => book,
            None => read_book(log, Book::new(known.row.provider.clone(), page)).await?,
        };
        Ok(Some((known, book)))
    }

    /// Puts a page on the shelf whose row and book are those of the log.
    pub(crate) fn put(&mut self, row: PageRow, book: Book) {
        let id = row.id;
        self.take_book(id);
        if self.pages.len() >= PAGES_MAX {
            self.pages.clear();
        }
        let (page, saved) = (book.page.clone(), row.memo.last_slot);
        self.pages.insert(id, Known { row, page, saved });
        self.uses += 1;
        self.entries += entries(&book);
        self.books.insert(id, Shelved { book, last_use: self.uses });
        while self.entries > ENTRIES_MAX
            && self.books.len() > 1
            && let Some(oldest) = self.least_used()
        {
            self.take_book(oldest);
        }
    }

    /// What the store's row of a page is to become, if it is behind.
    pub(crate) fn behind(&self, page: PageId) -> Option<PagePut> {
        let Known { row, saved, .. } = self.pages.get(&page)?;
        let is_behind = *saved != row.memo.last_slot;
        is_behind.then(|| PagePut { row: row.clone(), expected: Some(*saved) })
    }

    /// The store's row of a page is now that of the turn `slot`.
    pub(crate) fn saved(&mut self, page: PageId, slot: Slot) {
        if let Some(known) = self.pages.get_mut(&page) {
            known.saved = slot;
        }
    }

    /// Forgets a page: what is in memory is not what is in the log.
    pub(crate) fn forget(&mut self, page: PageId) {
        self.pages.remove(&page);
        self.take_book(page);
    }

    fn take_book(&mut self, page: PageId) -> Option<Book> {
        let Shelved { book, .. } = self.books.remove(&page)?;
        self.entries -= entries(&book);
        Some(book)
    }

    fn least_used(&self) -> Option<PageId> {
        self.books.iter().min_by_key(|(_, shelved)| shelved.last_use).map(|(page, _)| *page)
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
